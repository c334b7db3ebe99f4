#include "fake_backend.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/explain.hpp"
#include "engine/plan_view.hpp"

namespace dunlin::api::test {

void FakeBackend::take(engine::SubmitJob& request) {
  auto answer = [this, job = std::move(request.job), answer = std::move(request.answer)] {
    if (const auto error = refuse.find(job.id); error != refuse.end())
      return answer(tl::unexpected<Error>(error->second));
    const auto [known, fresh] = jobs.try_emplace(job.id, job);
    if (!fresh && known->second != job) return answer(failure("conflict", "the id is taken"));
    answer(engine::Accepted{!fresh});
  };
  if (!hold) return answer();
  held.push_back(std::move(answer));
  undurable_most = std::max(undurable_most, held.size());
}

void FakeBackend::request(engine::Request request) {
  if (auto* submit = std::get_if<engine::SubmitJob>(&request)) return take(*submit);
  others.push_back(request);
  struct Answering {
    FakeBackend& fake;
    void operator()(engine::SubmitJob&) {}
    void operator()(engine::CancelJob& cancel) {
      if (cancel.id == "late") return cancel.answer(failure("too_late", "submitted"));
      if (!fake.jobs.contains(cancel.id)) return cancel.answer(failure("not_found", "there is no job of this id"));
      cancel.answer(engine::Cancelled{});
    }
    void operator()(engine::ResolveJob& resolve) {
      if (resolve.id != "doubt") return resolve.answer(failure("not_in_doubt", "the job is ready"));
      resolve.answer(engine::Resolved{store::State::submitted});
    }
    void operator()(engine::RecordPayment& payment) {
      payment.answer(engine::PaymentResult{{"a"}, {"b"}, {}, 1500, 1, 0});
    }
    void operator()(engine::PutConsent& put) {
      store::Person person;
      person.status = put.status;
      person.purpose = put.purpose;
      person.source = put.source;
      person.at = fake.now().wall;
      put.answer(std::move(person));
    }
    void operator()(engine::DeleteConsent& erase) { erase.answer(failure("conflict", "a block stays")); }
    void operator()(engine::PutHold& put) {
      if (put.reason.empty()) return put.answer(failure("missing", "a hold needs its reason", "reason"));
      put.answer(store::Hold{"h7", put.reason, fake.now().wall, put.until});
    }
    void operator()(engine::ReleaseHold& release) {
      if (release.id != "h7") return release.answer(failure("not_found", "no hold has this id", "id"));
      release.answer(engine::HoldReleased{});
    }
    void operator()(engine::ClearCall& done) {
      if (!fake.jobs.contains(done.id)) return done.answer(failure("not_found", "no job of this id is on the list", "id"));
      done.answer(engine::CallDone{});
    }
    void operator()(engine::ChangeInbox& change) {
      if (change.order == engine::InboxOrder::promise && change.date.empty())
        return change.answer(failure("bad_date", "a date is expected", "date"));
      store::Hold hold{"h9", "reply:promise", fake.now().wall, {}};
      change.answer(engine::InboxChanged{1, change.order == engine::InboxOrder::clear ? std::nullopt : std::optional(hold)});
    }
    void operator()(engine::AnswerPerson& answer) {
      if (answer.text.empty()) return answer.answer(failure("missing", "a job needs a text", "text"));
      answer.answer(engine::Answered{"answer:1"});
    }
    void operator()(engine::ChangeJob& change) {
      if (change.id == "late") return change.answer(failure("too_late", "submitted", "id"));
      change.answer(engine::JobChanged{store::State::ready});
    }
    void operator()(engine::ChangeAccount& change) {
      change.answer(engine::AccountChanged{3, change.hold.empty() ? "" : "h8"});
    }
    void operator()(engine::Forget& forget) { forget.answer(engine::Forgotten{2, 5}); }
    void operator()(engine::ClearBad& clear) {
      if (clear.number != "+4915112345678") return clear.answer(failure("not_found", "this number is not told as bad", "number"));
      clear.answer(engine::BadCleared{});
    }
    void operator()(engine::ReadNumber& read) {
      if (read.written.starts_with('+')) return read.answer(read.written);
      read.answer(failure("bad_number", "that is no number", "number"));
    }
    void operator()(engine::PreviewJob& asked) {
      if (asked.job.text == "?") return asked.answer(failure("not_encodable", "no", "text"));
      engine::Preview preview;
      preview.at = asked.at.value_or(fake.now().wall);
      preview.gates.resize(1);
      preview.gates[0].gate = "calendar";
      preview.text = asked.job.text;
      preview.encoding = "gsm7";
      preview.segments = 1;
      preview.parts = {asked.job.text};
      preview.replaced = {"U+00A0 → U+0020 at character 12"};
      preview.earliest = preview.at;
      asked.answer(std::make_shared<const engine::Preview>(std::move(preview)));
    }
    void operator()(engine::ExplainJobs& asked) {
      engine::Explanation told{fake.now().wall, asked.at.value_or(fake.now().wall), {}};
      for (const std::uint64_t n : asked.jobs) {
        engine::ExplainedJob& each = told.jobs.emplace_back();
        each.job.id = "n" + std::to_string(n);
        each.state.state = store::State::delivered;
        each.sent = true;
      }
      asked.answer(std::make_shared<const engine::Explanation>(std::move(told)));
    }
    void operator()(engine::ReadPlans& asked) {
      if (asked.name == "none") return asked.answer(failure("not_found", "there is no plan of that name", "name"));
      engine::ShownPlan plan{asked.name.empty() ? "friendly" : asked.name, "own customers", "plans.d/friendly.toml", "phone"};
      engine::ShownStep step;
      step.name = "reminder";
      step.action = "send";
      step.when = "3 days before the due date, 10:00";
      step.conditions = {"silent"};
      if (asked.question != nullptr) {
        plan.due_date = asked.question->due_date;
        plan.time_zone = asked.question->time_zone;
        plan.from = asked.question->from.value_or(fake.now().wall);
        step.at = plan.from;
        step.fee = asked.question->attributes.empty() ? "" : asked.question->attributes.front().second;
      }
      plan.steps.push_back(std::move(step));
      asked.answer(std::make_shared<const std::vector<engine::ShownPlan>>(1, std::move(plan)));
    }
    void operator()(engine::OpenCampaign& open) {
      if (open.name == "taken") return open.answer(failure("conflict", "it is being imported", "id"));
      if (open.only_asks) return open.answer(engine::CampaignOpened{0, 99, open.canary.value_or(20)});
      open.answer(engine::CampaignOpened{7, {}, {}});
    }
    void operator()(engine::CloseCampaign& close) {
      if (close.import != 7) return close.answer(failure("import_over", "this import is over", "id"));
      const auto stage = close.discard ? store::CampaignStage::discarding : store::CampaignStage::running;
      close.answer(engine::CampaignClosed{stage, close.discard ? 0 : fake.jobs.size()});
    }
    void operator()(engine::ChangeCampaign& change) {
      if (change.name == "none") return change.answer(failure("not_found", "no campaign has this id", "id"));
      if (change.order == engine::CampaignOrder::approve && change.uid == 1000) {
        return change.answer(failure("same_person", "another person approves of it", "id"));
      }
      engine::CampaignChanged changed{store::CampaignStage::running, change.order == engine::CampaignOrder::pause, false, 0, 0};
      if (change.order == engine::CampaignOrder::resend_failed) changed.resent = 3, changed.left = 2;
      change.answer(changed);
    }
    void operator()(engine::AckEvents& ack) {
      if (ack.seq > fake.last) return ack.answer(failure("not_found", "there is no such event"));
      ack.answer(engine::Acked{ack.seq});
    }
    void operator()(engine::PauseLink& pause) {
      for (auto& link : fake.link_list) {
        if (link.name != pause.smsc) continue;
        link.paused = pause.paused;
        return pause.answer(engine::LinkPaused{});
      }
      pause.answer(failure("not_found", "there is no SMSC of this name"));
    }
  };
  std::visit(Answering{*this}, request);
}

bool FakeBackend::rebind(std::string_view smsc) {
  return std::any_of(link_list.begin(), link_list.end(), [&](const auto& link) { return link.name == smsc; });
}

bool FakeBackend::set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                           std::optional<std::uint32_t> window) {
  for (auto& link : link_list) {
    if (link.name != smsc) continue;
    link.throughput = throughput.value_or(link.throughput);
    link.window = window.value_or(link.window);
    return true;
  }
  return false;
}

std::uint64_t FakeBackend::subscribe(std::function<void()> changed) {
  subscribers[++subscriptions] = std::move(changed);
  return subscriptions;
}

Result<void> FakeBackend::reload() {
  if (reload_error) return tl::unexpected<Error>(*reload_error);
  return {};
}

void FakeBackend::release() {
  auto now = std::exchange(held, {});
  for (auto& answer : now) answer();
}

void FakeBackend::release_backwards() {
  auto now = std::exchange(held, {});
  std::for_each(now.rbegin(), now.rend(), [](auto& answer) { answer(); });
}

}  // namespace dunlin::api::test
