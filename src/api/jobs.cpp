// /v1/jobs and /v1/preview.
#include "api/call.hpp"
#include "api/intake.hpp"
#include "api/job_json.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

constexpr std::array<std::string_view, 3> kResolutions = {"resend", "sent",
                                                          "drop"};  // in the order of engine::Resolution

Task<Result<store::Job>> read_one(Call& call) {
  Result<std::string> text = co_await call.body();
  if (!text) co_return tl::unexpected<Error>(std::move(text.error()));
  JsonReader reader;
  store::Job job;
  auto read = read_job(reader, *text, job);
  if (!read) co_return tl::unexpected<Error>(std::move(read.error()));
  co_return job;
}

// A job with what was said of it, of its account and of its invoice since.
struct Shown {
  store::JobView view;
  std::vector<engine::Told> told;
};
Result<std::optional<Shown>> find_shown(store::Kv& kv, std::string_view id) {
  Result<std::optional<store::JobView>> found = store::find_job(kv, id);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return std::optional<Shown>{};
  Shown shown{std::move(**found), {}};
  const store::Job& job = shown.view.job;
  store::Account account, invoice;
  const auto look_up = [&](std::string_view of, store::Account& into) -> Result<void> {
    Result<std::optional<store::Account>> row = store::read_account(kv, job.account, of);
    if (!row) return tl::unexpected<Error>(row.error());
    if (*row) into = std::move(**row);
    return {};
  };
  if (!job.account.empty()) {
    if (Result<void> read = look_up({}, account); !read) return tl::unexpected<Error>(read.error());
  }
  if (!job.account.empty() && !job.invoice.empty()) {
    if (Result<void> read = look_up(job.invoice, invoice); !read) return tl::unexpected<Error>(read.error());
  }
  shown.told = engine::told_since(shown.view.n, job, shown.view.state, account, invoice);
  return std::optional<Shown>(std::move(shown));
}

std::string answer_text(std::string_view id, std::string_view status) {
  std::string text;
  JsonObject(text).put("id", id).put("status", status).end();
  return text;
}

}  // namespace

Task<> submit_jobs(Call& call) {
  if (call.media_type() == "application/x-ndjson") {
    const auto intake = std::make_shared<Intake>(call, says(call.target, "answer", "refused"));
    co_await intake->serve(call);
    co_return;
  }
  Result<store::Job> job = co_await read_one(call);
  if (!job) {
    co_await call.refuse(std::move(job.error()));
    co_return;
  }
  const std::string id = job->id;
  auto make = [&job](engine::Answer<engine::Accepted> answer) {
    return engine::SubmitJob{std::move(*job), std::move(answer)};
  };
  Result<engine::Accepted> accepted = co_await call.ask<engine::Accepted>(make);
  if (!accepted) {
    co_await call.refuse(std::move(accepted.error()));
  } else if (accepted->duplicate) {
    co_await call.answer(200, answer_text(id, "duplicate"));
  } else {
    co_await call.answer(201, answer_text(id, "accepted"));
  }
}

Task<> show_job(Call& call) {
  auto look = [&kv = call.context.kv, id = call.segment(2)] { return find_shown(kv, id); };
  Result<std::optional<Shown>> found = co_await call.look(look);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
  } else if (!*found) {
    co_await call.refuse("not_found", "there is no job of this id");
  } else {
    std::string text;
    const std::string pdus = pdus_of_job(call.backend, (*found)->view);
    append_job(text, (*found)->view.job, (*found)->view.state, (*found)->told, pdus);
    co_await call.answer(200, std::move(text));
  }
}

Task<> cancel_job(Call& call) {
  const std::string id = call.segment(2);
  auto make = [&id](engine::Answer<engine::Cancelled> answer) { return engine::CancelJob{id, std::move(answer)}; };
  Result<engine::Cancelled> cancelled = co_await call.ask<engine::Cancelled>(make);
  if (cancelled) {
    std::string text;
    JsonObject(text).put("id", id).put("state", store::name_of(store::State::cancelled)).end();
    co_await call.answer(200, std::move(text));
    co_return;
  }
  std::string extra;
  if (cancelled.error().code == "too_late") {
    extra = "\"state\":";
    append_json(extra, cancelled.error().detail);
    cancelled.error().detail = "the job is already " + cancelled.error().detail;
  }
  co_await call.refuse_with(std::move(cancelled.error()), std::move(extra));
}

Task<> resolve_job(Call& call) {
  Result<ResolveBody> body = co_await call.read_object<ResolveBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  const auto as = std::find(kResolutions.begin(), kResolutions.end(), body->as);
  const std::string id = call.segment(2);
  const auto resolution = static_cast<engine::Resolution>(as - kResolutions.begin());
  auto make = [&id, resolution](engine::Answer<engine::Resolved> answer) {
    return engine::ResolveJob{id, resolution, std::move(answer)};
  };
  Result<engine::Resolved> resolved = co_await call.ask<engine::Resolved>(make);
  if (!resolved) {
    co_await call.refuse(std::move(resolved.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("id", id).put("state", store::name_of(resolved->state)).end();
  co_await call.answer(200, std::move(text));
}

Task<> preview_job(Call& call) {
  Result<store::Job> job = co_await read_one(call);
  if (!job) {
    co_await call.refuse(std::move(job.error()));
    co_return;
  }
  const Result<std::optional<Wall>> at = time_in(call.target, "at");
  auto make = [&job, &at](engine::Answer<std::shared_ptr<const engine::Preview>> answer) {
    return engine::PreviewJob{std::move(*job), *at, std::move(answer)};
  };
  Result<std::shared_ptr<const engine::Preview>> preview =
      co_await call.ask<std::shared_ptr<const engine::Preview>>(make);
  if (!preview) {
    co_await call.refuse(std::move(preview.error()));
    co_return;
  }
  std::string text;
  append_preview(text, **preview);
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
