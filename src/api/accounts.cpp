// PATCH /v1/jobs/{id}, /v1/accounts and /v1/holds: what upstream says of what was not sent yet.
#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

template <class Body>
engine::NewValues values_of(const Body& body) {
  return {body.amount, body.currency, body.fee, body.due_date, body.ledger_as_of};
}

struct Whose {
  std::string account, number;
};
std::optional<Whose> whose(const Target& target) {
  Whose who;
  for (const auto& [name, value] : target.query) (name == "number" ? who.number : who.account) = value;
  if (target.query.size() != 1 || (who.account.empty() && who.number.empty())) return std::nullopt;
  return who;
}

void append_hold(std::string& out, const Whose& who, const store::Hold& hold) {
  JsonObject(out)
      .put("id", hold.id)
      .put_some("account", who.account)
      .put_some("number", who.number)
      .put("reason", hold.reason)
      .put("at", hold.at)
      .put("until", hold.until)
      .end();
}

}  // namespace

Task<> change_job(Call& call) {
  Result<JobBody> body = co_await call.read_object<JobBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  const std::string id = call.segment(2);
  auto make = [&id, &body](engine::Answer<engine::JobChanged> answer) {
    return engine::ChangeJob{id, values_of(*body), body->params, body->not_before, body->expires, std::move(answer)};
  };
  Result<engine::JobChanged> changed = co_await call.ask<engine::JobChanged>(make);
  if (!changed) {
    std::string extra;
    if (changed.error().code == "too_late") {
      extra = "\"state\":";
      append_json(extra, changed.error().detail);
      changed.error().detail = "the job is already " + changed.error().detail;
    }
    co_await call.refuse_with(std::move(changed.error()), std::move(extra));
    co_return;
  }
  std::string text;
  JsonObject(text).put("id", id).put("state", store::name_of(changed->state)).end();
  co_await call.answer(200, std::move(text));
}

Task<> change_account(Call& call) {
  Result<AccountBody> body = co_await call.read_object<AccountBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  const std::string account = call.segment(2);
  if (!body->account.empty() && body->account != account) {
    co_await call.refuse("conflict", "the body names another account", "account");
    co_return;
  }
  auto make = [&account, &body](engine::Answer<engine::AccountChanged> answer) {
    return engine::ChangeAccount{account,          body->invoice,     values_of(*body), body->hold,
                                 body->hold_until, std::move(answer), std::nullopt};
  };
  Result<engine::AccountChanged> changed = co_await call.ask<engine::AccountChanged>(make);
  if (!changed) {
    co_await call.refuse(std::move(changed.error()));
    co_return;
  }
  std::string text;
  JsonObject(text)
      .put("account", account)
      .put_some("invoice", body->invoice)
      .put("jobs", changed->jobs)
      .put_some("hold", changed->hold)
      .end();
  co_await call.answer(200, std::move(text));
}

Task<> put_hold(Call& call) {
  Result<HoldBody> body = co_await call.read_object<HoldBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  auto make = [&body](engine::Answer<store::Hold> answer) {
    return engine::PutHold{body->account, body->number, body->reason, body->until, std::move(answer)};
  };
  Result<store::Hold> hold = co_await call.ask<store::Hold>(make);
  if (!hold) {
    co_await call.refuse(std::move(hold.error()));
    co_return;
  }
  std::string text;
  const Whose who{body->account, body->number};
  append_hold(text, who, *hold);
  co_await call.answer(201, std::move(text));
}

Task<> release_hold(Call& call) {
  const std::string id = call.segment(2);
  auto make = [&id](engine::Answer<engine::HoldReleased> answer) { return engine::ReleaseHold{id, std::move(answer)}; };
  Result<engine::HoldReleased> released = co_await call.ask<engine::HoldReleased>(make);
  if (!released) {
    co_await call.refuse(std::move(released.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("id", id).put("released", true).end();
  co_await call.answer(200, std::move(text));
}

Task<> show_holds(Call& call) {
  const std::optional<Whose> who = whose(call.target);
  if (!who) {
    co_await call.refuse("missing", "whose holds: `account` or `number`, one of them", "account");
    co_return;
  }
  auto look = [&kv = call.context.kv, who = *who]() -> Result<std::vector<store::Hold>> {
    if (!who.number.empty()) {
      return store::read_person(kv, who.number).map([](const std::optional<store::Person>& found) {
        return found ? found->holds : std::vector<store::Hold>{};
      });
    }
    return store::read_account(kv, who.account).map([](const std::optional<store::Account>& found) {
      return found ? found->holds : std::vector<store::Hold>{};
    });
  };
  Result<std::vector<store::Hold>> holds = co_await call.look(look);
  if (!holds) {
    co_await call.refuse(std::move(holds.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  append_array(object.key("holds"), *holds, [&text, &who](const store::Hold& hold) { append_hold(text, *who, hold); });
  object.end();
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
