#include "clients.hpp"

#include <memory>

#include "clients_answer.hpp"
#include "engine/requests.hpp"

namespace dunlin::simulation {

void Clients::begin() {
  if (world_.scenario().month.on) return begin_month();
  plan_next();
}

void Clients::plan_next() {
  world_.agenda().at(world_.now().steady + random_.between(world_.scenario().pause_min, world_.scenario().pause_max),
                     [this] {
                       if (calm_) return;
                       want_something();
                       plan_next();
                     });
}

void Clients::tidy(const std::vector<engine::LinkStatus>& links, const std::vector<store::NamedCampaign>& campaigns) {
  for (const auto& [name, campaign] : campaigns) {
    const bool waits = campaign.stage == store::CampaignStage::approval;
    if (!campaign.paused && !waits) continue;
    Operation operation;
    operation.op = waits ? Op::campaign_approve : Op::campaign_resume;
    operation.campaign = name;
    want(operation, "campaign " + name);
  }
  for (const OpenHold& each : holds_) {
    Operation operation;
    operation.op = Op::release;
    operation.hold_id = each.id;
    want(operation, each.owner);
  }
  for (const engine::LinkStatus& link : links) {
    if (!link.paused) continue;
    Operation operation;
    operation.op = Op::resume;
    operation.smsc = link.name;
    want(operation, link.name);
  }
}

Operation Clients::on_job(Op op) {
  Operation operation;
  operation.op = op;
  // Mostly one of the newest: those are still under way.
  const JobNumber back = static_cast<JobNumber>(
      random_.chance(0.7) ? random_.below(std::min<std::uint64_t>(next_job_, 20)) : random_.below(next_job_));
  operation.job = next_job_ - 1 - back;
  return operation;
}

void Clients::want_something() {
  const Scenario& scenario = world_.scenario();
  double draw = random_.unit();
  const auto is = [&](double probability) { return (draw -= probability) < 0; };
  const auto account = [&](Op op) {
    Operation operation;
    operation.op = op;
    operation.account = "A" + std::to_string(random_.below(scenario.accounts));
    if (random_.chance(0.4)) operation.invoice = invoice(random_.below(3));
    if (op == Op::payment && random_.chance(0.6)) operation.payment_id = "P" + std::to_string(next_payment_++);
    if (op == Op::payment && random_.chance(0.3))
      operation.paid_at = world_.now().wall - std::chrono::minutes{random_.below(60)};
    return operation;
  };
  const auto person = [&](Op op) {
    Operation operation;
    operation.op = op;
    operation.number = world_.number(static_cast<std::uint32_t>(random_.below(scenario.numbers)));
    return operation;
  };
  const auto key_of = [&](const Operation& operation) {
    return scenario.lawful.on ? account_key(operation.account) : operation.account + "/" + operation.invoice;
  };
  if (next_job_ == 0) return submit_new();
  if (scenario.files > 0 && campaign_random_.chance(scenario.files)) return import_file();
  if (scenario.orders > 0 && campaign_random_.chance(scenario.orders)) return want_campaign();
  if (scenario.lawful.on && law_random_.chance(scenario.lawful.share)) return want_lawful();
  if (is(scenario.cancels)) return want(on_job(Op::cancel), {});
  if (is(scenario.payments)) {
    Operation operation = account(Op::payment);
    return want(operation, key_of(operation));
  }
  if (is(scenario.reversals)) {
    Operation operation = account(Op::reversal);
    return want(operation, key_of(operation));
  }
  if (is(scenario.blocks)) {
    Operation operation = person(Op::block);
    return want(operation, operation.number);
  }
  if (is(scenario.allows)) {
    Operation operation = person(Op::allow);
    return want(operation, operation.number);
  }
  if (is(scenario.resolves) && !doubtful_.empty()) return resolve(random_.one_of(doubtful_));
  if (is(scenario.pauses)) {
    Operation operation;
    operation.op = random_.chance(0.4) ? Op::pause : Op::resume;
    operation.smsc = random_.one_of(scenario.settings.smscs).name;
    return want(operation, operation.smsc);
  }
  if (is(scenario.resubmits)) {  // an upstream that repeats what was accepted long ago
    Want& before = *submits_[random_.below(submits_.size())];
    return before.waits ? void() : ask(before);
  }
  if (scenario.year.on && next_job_ >= scenario.year.jobs) return;
  std::uint64_t burst = next_job_ < scenario.bursts_up_to ? random_.between(1, scenario.burst_max) : 1;
  if (scenario.imports > 0 && random_.chance(scenario.imports)) burst = random_.between(30, 300);
  for (; burst > 0; --burst) submit_new();
}

// Of a year, each month has its own.
std::string Clients::invoice(std::uint64_t index) const {
  const auto months = world_.scenario().year.on ? world_.simulated() / std::chrono::hours{24 * 30} : 0;
  return "I" + std::to_string(static_cast<std::uint64_t>(months) * 3 + index);
}

store::Job Clients::new_job() {
  const Scenario& scenario = world_.scenario();
  store::Job job;
  const JobNumber number = next_job_++;
  job.id = job_id(number);
  job.sender = "J" + std::to_string(number);
  job.to = world_.number(static_cast<std::uint32_t>(random_.below(scenario.numbers)));
  job.text =
      random_.chance(scenario.long_texts) ? std::string(random_.between(161, 900), 'x') : "Please pay by Friday.";
  if (random_.chance(0.1)) job.text += " Zażółć gęślą jaźń";
  job.priority = random_.chance(scenario.urgent) ? store::Priority::high
                 : random_.chance(scenario.low)  ? store::Priority::low
                                                 : store::Priority::normal;
  if (random_.chance(0.7)) {
    job.account = "A" + std::to_string(random_.below(scenario.accounts));
    if (random_.chance(0.5)) job.invoice = invoice(random_.below(3));
    if (random_.chance(0.2)) job.ledger_as_of = world_.now().wall - std::chrono::minutes{random_.below(120)};
  }
  if (random_.chance(0.1)) job.kind = store::Kind::receipt;
  if (random_.chance(scenario.campaigns)) job.campaign = "C" + std::to_string(random_.below(3));
  if (random_.chance(scenario.later))
    job.not_before = world_.now().wall + std::chrono::duration_cast<std::chrono::milliseconds>(
                                             random_.magnitude(100ms, scenario.later_max));
  if (random_.chance(scenario.short_lived))
    job.expires =
        job.not_before.value_or(world_.now().wall) + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                         random_.magnitude(scenario.lives_min, scenario.lives_max));
  if (random_.chance(0.2))
    job.in_doubt = random_.chance(0.5) ? store::InDoubtPolicy::hold : store::InDoubtPolicy::resend;
  if (scenario.lawful.on) dress(job);
  return job;
}

void Clients::submit_new() {
  Operation operation;
  operation.op = Op::submit;
  operation.content = new_job();
  operation.job = next_job_ - 1;
  want(std::move(operation), {});
  submits_.push_back(&wants_.back());
}

void Clients::resolve(JobNumber job) {
  Operation operation;
  operation.op = random_.chance(0.4) ? Op::resend : random_.chance(0.5) ? Op::sent : Op::drop;
  operation.job = job;
  want(std::move(operation), job_id(job));
}

void Clients::life_over() {
  for (auto each = busy_.begin(); each != busy_.end();) {
    each->second->outstanding = 0;
    each = each->second->answered ? busy_.erase(each) : std::next(each);
  }
  for (Import& each : imports_) {
    if (each.phase == Import::Phase::over) continue;
    const bool gone = each.phase == Import::Phase::closing && each.discard;  // the next life discards it, whoever asked
    each.phase = Import::Phase::opening;
    if (gone) {
      import_over(each);
    } else {
      open_later(each);
    }
  }
}

void Clients::event_read(const store::Event& event) {
  ++events_;
  if (!customers_.empty()) text_arrived(event);
  if (!event.hold.empty()) {
    if (event.type == store::EventType::held) holds_.push_back({event.hold, event.number + event.account});
    if (event.type == store::EventType::released)
      std::erase_if(holds_, [&](const OpenHold& each) { return each.id == event.hold; });
  }
  if (event.type != store::EventType::in_doubt) return;
  doubtful_.push_back(job_number(event.job));
  if (doubtful_.size() > 10) doubtful_.erase(doubtful_.begin());
}

void Clients::want(Operation operation, std::string key) {
  if (!key.empty() && busy_.contains(key)) return;  // somebody is at it
  wants_.push_back({std::move(operation), false, std::move(key)});
  if (!wants_.back().key.empty()) busy_[wants_.back().key] = &wants_.back();
  ++open_;
  ask(wants_.back());
}

void Clients::ask(Want& want) {
  world_.tell(Asked{&want.operation});
  if (world_.alive()) ++want.outstanding;
  const Operation& op = want.operation;
  engine::Request request;
  switch (op.op) {
    case Op::submit: request = engine::SubmitJob{op.content, answer_to<engine::Accepted>(want)}; break;
    case Op::cancel: request = engine::CancelJob{job_id(op.job), answer_to<engine::Cancelled>(want)}; break;
    case Op::resend:
      request = engine::ResolveJob{job_id(op.job), engine::Resolution::resend, answer_to<engine::Resolved>(want)};
      break;
    case Op::sent:
      request = engine::ResolveJob{job_id(op.job), engine::Resolution::sent, answer_to<engine::Resolved>(want)};
      break;
    case Op::drop:
      request = engine::ResolveJob{job_id(op.job), engine::Resolution::drop, answer_to<engine::Resolved>(want)};
      break;
    case Op::payment:
    case Op::reversal: {
      engine::RecordPayment payment;
      payment.account = op.account;
      payment.invoice = op.invoice;
      payment.id = op.payment_id;
      payment.paid_at = op.paid_at;
      payment.reversed = op.op == Op::reversal;
      payment.answer = answer_to<engine::PaymentResult>(want);
      request = std::move(payment);
      break;
    }
    case Op::block:
    case Op::allow: {
      engine::PutConsent consent;
      consent.number = op.number;
      consent.status = op.op == Op::block ? store::ConsentStatus::blocked : store::ConsentStatus::allowed;
      consent.source = "api";
      if (op.op == Op::allow && random_.chance(0.7)) consent.override_reason = "asked by phone";
      consent.answer = answer_to<store::Person>(want);
      request = std::move(consent);
      break;
    }
    case Op::pause:
    case Op::resume:
      request = engine::PauseLink{op.smsc, op.op == Op::pause, answer_to<engine::LinkPaused>(want)};
      break;
    case Op::campaign_pause:
    case Op::campaign_resume:
    case Op::campaign_cancel:
    case Op::campaign_approve: request = campaign_request(want); break;
    case Op::inbox_clear:
    case Op::inbox_dispute:
    case Op::call_done: request = clerks_request(want); break;
    default: request = lawful_request(want);
  }
  if (!want.answered) {
    world_.agenda().at(world_.now().steady + world_.scenario().patience, [this, open = &want] {
      if (!open->answered) ask(*open);
    });
  }
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.request(std::move(request), world_.now()); });
}

void Clients::answered(Want& want, Answered answer) {
  const bool again = !answer.code.empty() && (answer.code == "no_room" || answer.code == "unavailable");
  const bool done = answer.code.empty();
  world_.tell(std::move(answer));
  if (want.outstanding > 0) --want.outstanding;
  const bool first = !want.answered && !again;  // else it is asked again when patience ends
  if (first) {
    want.answered = true;
    --open_;
    if (done && want.operation.op == Op::part) parts_.push_back(want.operation);
  }
  // What is asked twice is done twice, and may be done after what is wanted next: with money, nobody asks for that.
  const bool strict = world_.scenario().lawful.on || !want.operation.campaign.empty();
  const bool over = want.answered && (strict ? want.outstanding == 0 : first);
  if (over && !want.key.empty()) busy_.erase(want.key);
}

}  // namespace dunlin::simulation
