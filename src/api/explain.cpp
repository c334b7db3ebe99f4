// /v1/explain: what is asked about is found by the reader's thread (a job by its id, the newest jobs of an account or a
// number by their index); what was decided of the jobs, and would be, is the engine's to say.
#include "engine/explain.hpp"

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "store/keys.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

constexpr std::size_t kInvoicesMax = 100;  // of an account; beyond: left out

enum class Whom : std::uint8_t { any, job, account, number };
struct Asked {
  Whom whom = Whom::any;
  std::string name;
  std::optional<Wall> at;
};

Result<Asked> read_query(const Target& target) {
  Asked asked;
  constexpr std::pair<std::string_view, Whom> kNames[] = {
      {"of", Whom::any}, {"job", Whom::job}, {"account", Whom::account}, {"number", Whom::number}};
  std::size_t named = 0;
  for (const auto& [name, whom] : kNames) {
    const std::string* value = target.find(name);
    if (value == nullptr) continue;
    ++named;
    asked.whom = whom;
    asked.name = *value;
  }
  if (named != 1 || asked.name.empty())
    return failure("missing", "what to explain: `job`, `account`, `number` or `of`, one of them", "of");
  const Result<std::optional<Wall>> at = time_in(target, "at");
  if (!at) return tl::unexpected(at.error());
  asked.at = *at;
  return asked;
}

// What was found of it in the store.
struct Found {
  Whom whom = Whom::any;  // any: nothing
  std::string name;
  std::vector<std::uint64_t> jobs;  // newest first
  bool more = false;
  store::Person person;
  store::Account account;
  std::vector<store::InvoiceView> invoices;
};

void cut(Found& found) {
  found.more = found.jobs.size() > engine::kExplainedMax;
  if (found.more) found.jobs.resize(engine::kExplainedMax);
}

Result<Found> find_job(store::Kv& kv, const std::string& id) {
  Result<std::optional<store::JobView>> view = store::find_job(kv, id);
  if (!view) return tl::unexpected(view.error());
  if (!*view) return Found{};
  Found found;
  found.whom = Whom::job;
  found.name = id;
  found.jobs = {(*view)->n};
  return found;
}

Result<Found> find_account(store::Kv& kv, const std::string& name) {
  Found found;
  Result<std::vector<std::uint64_t>> jobs = store::newest_jobs_of_account(kv, name, engine::kExplainedMax + 1);
  if (!jobs) return tl::unexpected(jobs.error());
  Result<std::optional<store::Account>> account = store::read_account(kv, name);
  if (!account) return tl::unexpected(account.error());
  Result<std::vector<store::InvoiceView>> invoices = store::invoices_of_account(kv, name, kInvoicesMax);
  if (!invoices) return tl::unexpected(invoices.error());
  if (jobs->empty() && !*account && invoices->empty()) return found;
  found.whom = Whom::account;
  found.name = name;
  found.jobs = std::move(*jobs);
  found.account = account->value_or(store::Account{});
  found.invoices = std::move(*invoices);
  cut(found);
  return found;
}

Result<Found> find_number(store::Kv& kv, const std::string& number) {
  Found found;
  Result<std::vector<std::uint64_t>> jobs = store::newest_jobs_of_number(kv, number, engine::kExplainedMax + 1);
  if (!jobs) return tl::unexpected(jobs.error());
  Result<std::optional<store::Person>> person = store::read_person(kv, number);
  if (!person) return tl::unexpected(person.error());
  if (jobs->empty() && !*person) return found;
  found.whom = Whom::number;
  found.name = number;
  found.jobs = std::move(*jobs);
  found.person = person->value_or(store::Person{});
  cut(found);
  return found;
}

// All but numbers that are not in E.164 form: those the engine reads first.
Result<Found> find(store::Kv& kv, const Asked& asked) {
  if (asked.whom == Whom::number) return Found{};
  if (asked.whom == Whom::account) return find_account(kv, asked.name);
  Result<Found> job = find_job(kv, asked.name);
  if (!job || job->whom == Whom::job || asked.whom == Whom::job || asked.name.starts_with('+')) return job;
  return find_account(kv, asked.name);
}

bool may_be_number(const Asked& asked) {
  if (asked.whom == Whom::number) return true;
  return asked.whom == Whom::any && asked.name.find_first_of("0123456789") != std::string::npos &&
         asked.name.find_first_not_of("+0123456789 -./()") == std::string::npos;
}

Error nothing_found(const Asked& asked) {
  switch (asked.whom) {
    case Whom::job: return {"not_found", "there is no job of this id", "job"};
    case Whom::account: return {"not_found", "nothing is known of this account", "account"};
    case Whom::number: return {"not_found", "nothing is known of this number", "number"};
    case Whom::any: break;
  }
  return {"not_found", "there is no job of this id, and nothing is known of an account or a number of this name", "of"};
}

// As E.164, looked up.
Task<Result<Found>> find_as_number(Call& call, const Asked& asked) {
  auto make = [&asked](engine::Answer<std::string> answer) {
    return engine::ReadNumber{asked.name, std::move(answer)};
  };
  Result<std::string> number = co_await call.ask<std::string>(make);
  if (!number) {
    // A name of digits that is no number may have been meant as something else.
    const bool meant = asked.whom == Whom::number || asked.name.starts_with('+');
    if (!meant && number.error().where == "number") co_return Found{};
    co_return tl::unexpected<Error>(std::move(number.error()));
  }
  auto look = [&kv = call.context.kv, number = *number] { return find_number(kv, number); };
  Result<Found> found = co_await call.look(look);
  co_return found;
}

void append_answer(std::string& text, const Found& found, const engine::Explanation& told) {
  JsonObject object(text);
  object.put("now", told.now).put("at", told.at);
  if (found.whom == Whom::job) {
    append_explained(object.key("job"), told.jobs.front(), false);
  } else {
    if (found.whom == Whom::account) {
      object.put("account", found.name);
      append_account(object.key("known"), found.account, found.invoices);
    } else {
      object.put("number", found.name);
      append_consent(object.key("known"), found.name, found.person);
      append_array(object.key("recent"), found.person.recent, [&text](Wall at) { append_json(text, at); });
    }
    append_array(object.key("jobs"), told.jobs,
                 [&text](const engine::ExplainedJob& job) { append_explained(text, job, true); });
    object.put("more", found.more);
  }
  object.end();
}

}  // namespace

Task<> explain(Call& call) {
  const Result<Asked> asked = read_query(call.target);
  if (!asked) {
    co_await call.refuse(asked.error());
    co_return;
  }
  auto look = [&kv = call.context.kv, asked = *asked] { return find(kv, asked); };
  Result<Found> found = co_await call.look(look);
  if (found && found->whom == Whom::any && may_be_number(*asked)) found = co_await find_as_number(call, *asked);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
    co_return;
  }
  if (found->whom == Whom::any) {
    Error error = nothing_found(*asked);
    co_await call.refuse(std::move(error));
    co_return;
  }
  auto make = [&found, &asked](engine::Answer<std::shared_ptr<const engine::Explanation>> answer) {
    return engine::ExplainJobs{found->jobs, asked->at, std::move(answer)};
  };
  using Told = std::shared_ptr<const engine::Explanation>;
  Result<Told> told = co_await call.ask<Told>(make);
  if (!told) {
    co_await call.refuse(std::move(told.error()));
    co_return;
  }
  if (found->whom == Whom::job && (*told)->jobs.empty()) {  // it went meanwhile
    Error error = nothing_found(*asked);
    co_await call.refuse(std::move(error));
    co_return;
  }
  std::string text;
  append_answer(text, *found, **told);
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
