// /v1/payments, /v1/consents and /v1/forget.
#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "store/enum_names.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

std::optional<Error> check(const PaymentBody& body) {
  if (!body.amount.empty() && body.id.empty()) return Error{"missing", "the field is required", "id"};
  return std::nullopt;
}

store::ConsentStatus status_of(const ConsentBody& body) {
  return store::parse<store::ConsentStatus>(body.status).value_or(store::ConsentStatus::unset);
}

std::optional<Error> check(const ConsentBody& body, std::string_view number) {
  if (!body.number.empty() && body.number != number)
    return Error{"conflict", "the body names another number", "number"};
  if (body.stopped && (status_of(body) != store::ConsentStatus::blocked || !body.purpose.empty()))
    return Error{"bad_value", "a person's own STOP blocks the number, for every purpose", "stopped"};
  return std::nullopt;
}

// Texts that caps count are no more than that.
bool says_nothing(const store::Person& person) {
  return person.status == store::ConsentStatus::unset && person.history.empty() && person.holds.empty() && !person.bad_since &&
         person.stopped_senders.empty();
}

Task<> answer_consent(Call& call, Result<store::Person> person) {
  if (!person) {
    co_await call.refuse(std::move(person.error()));
    co_return;
  }
  std::string text;
  append_consent(text, call.segment(2), *person);
  co_await call.answer(200, std::move(text));
}

}  // namespace

Task<> record_payment(Call& call) {
  Result<PaymentBody> body = co_await call.read_object<PaymentBody>();
  std::optional<Error> wrong = body ? check(*body) : std::move(body.error());
  if (wrong) {
    co_await call.refuse(std::move(*wrong));
    co_return;
  }
  auto make = [&body](engine::Answer<engine::PaymentResult> answer) {
    return engine::RecordPayment{body->account,  body->invoice, body->id,       body->amount,
                                 body->currency, body->paid_at, body->reversed, std::move(answer), std::nullopt};
  };
  Result<engine::PaymentResult> result = co_await call.ask<engine::PaymentResult>(make);
  if (!result) {
    co_await call.refuse(std::move(result.error()));
    co_return;
  }
  std::string text;
  append_payment(text, *result);
  co_await call.answer(200, std::move(text));
}

Task<> forget(Call& call) {
  Result<NumberBody> body = co_await call.read_object<NumberBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  auto make = [&body](engine::Answer<engine::Forgotten> answer) {
    return engine::Forget{body->number, std::move(answer)};
  };
  Result<engine::Forgotten> done = co_await call.ask<engine::Forgotten>(make);
  if (!done) {
    co_await call.refuse(std::move(done.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("forgotten", true).put("jobs", done->jobs).put("events", done->events).end();
  co_await call.answer(200, std::move(text));
}

Task<> show_consent(Call& call) {
  auto look = [&kv = call.context.kv, number = call.segment(2)] { return store::read_person(kv, number); };
  Result<std::optional<store::Person>> found = co_await call.look(look);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
  } else if (!*found || says_nothing(**found)) {
    co_await call.refuse("not_found", "nothing is recorded for this number");
  } else {
    co_await answer_consent(call, std::move(**found));
  }
}

Task<> put_consent(Call& call) {
  Result<ConsentBody> body = co_await call.read_object<ConsentBody>();
  std::optional<Error> wrong = body ? check(*body, call.segment(2)) : std::move(body.error());
  if (wrong) {
    co_await call.refuse(std::move(*wrong));
    co_return;
  }
  auto make = [&](engine::Answer<store::Person> answer) {
    return engine::PutConsent{call.segment(2), status_of(*body),     body->purpose,    body->source,
                              body->at,        body->override_reason, body->basis,   std::move(answer), body->stopped};
  };
  Result<store::Person> person = co_await call.ask<store::Person>(make);
  co_await answer_consent(call, std::move(person));
}

Task<> delete_consent(Call& call) {
  auto make = [&](engine::Answer<store::Person> answer) {
    return engine::DeleteConsent{call.segment(2), std::move(answer)};
  };
  Result<store::Person> person = co_await call.ask<store::Person>(make);
  co_await answer_consent(call, std::move(person));
}

}  // namespace dunlin::api
