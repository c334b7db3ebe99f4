// The bodies of requests but jobs (job_fields.hpp): what each may have, with what is said of it. JsonReader reads them
// by `fields`; what a note requires, or gives words or bounds for, check_body asks; docs/api.md and docs/openapi.json
// tell.
#pragma once

#include <dunlin/base/result.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/schema.hpp"

namespace dunlin::api {

struct ResolveBody {
  std::string as;
  static constexpr auto fields = std::tuple{field("as", &ResolveBody::as)};
  static constexpr Note notes[] = {{"as", "send it again, take it as sent, or give it up", true, "resend|sent|drop"}};
};

// What upstream says of a job since.
struct JobBody {
  std::optional<std::string> amount, currency, fee, due_date;
  std::optional<Wall> ledger_as_of, not_before, expires;
  std::vector<store::Param> params;
  static constexpr auto fields = std::tuple{field("amount", &JobBody::amount),
                                            field("currency", &JobBody::currency),
                                            field("fee", &JobBody::fee),
                                            field("due_date", &JobBody::due_date),
                                            field("ledger_as_of", &JobBody::ledger_as_of),
                                            field("not_before", &JobBody::not_before),
                                            field("expires", &JobBody::expires),
                                            field("params", &JobBody::params)};
  static constexpr Note notes[] = {{"amount", "what is owed now"},
                                   {"currency", "ISO 4217, the one it had"},
                                   {"fee", "exact decimal"},
                                   {"due_date", "`2026-12-01`"},
                                   {"ledger_as_of", "how old this knowledge is"},
                                   {"not_before", "not sent earlier"},
                                   {"expires", "not sent later"},
                                   {"params", "of the template; those not named stay"}};
};

// And of an account.
struct AccountBody {
  std::string account, invoice, hold;
  std::optional<std::string> amount, currency, fee, due_date;
  std::optional<Wall> ledger_as_of, hold_until;
  static constexpr auto fields = std::tuple{field("account", &AccountBody::account),
                                            field("invoice", &AccountBody::invoice),
                                            field("amount", &AccountBody::amount),
                                            field("currency", &AccountBody::currency),
                                            field("fee", &AccountBody::fee),
                                            field("due_date", &AccountBody::due_date),
                                            field("ledger_as_of", &AccountBody::ledger_as_of),
                                            field("hold", &AccountBody::hold),
                                            field("hold_until", &AccountBody::hold_until)};
  static constexpr Note notes[] = {
      {"account", "the path's, if it is repeated"},
      {"invoice", "which of the account's; without it all of them"},
      {"amount", "what is owed now; it has to say of which invoice, where several are open"},
      {"currency", "ISO 4217"},
      {"fee", "exact decimal"},
      {"due_date", "`2026-12-01`"},
      {"ledger_as_of", "how old this knowledge is"},
      {"hold", "the reason of a hold of the account"},
      {"hold_until", "when that hold ends by itself"}};
};

struct HoldBody {
  std::string account, number, reason;
  std::optional<Wall> until;
  static constexpr auto fields = std::tuple{field("account", &HoldBody::account), field("number", &HoldBody::number),
                                            field("reason", &HoldBody::reason), field("until", &HoldBody::until)};
  static constexpr Note notes[] = {{"account", "whom it holds: an account,"},
                                   {"number", "or a number; one of the two"},
                                   {"reason", "what jobs are then `held` for", true},
                                   {"until", "when it ends by itself; without it: when it is released"}};
};

struct PaymentBody {
  std::string account, invoice, id, amount, currency;
  std::optional<Wall> paid_at;
  bool reversed = false;
  static constexpr auto fields = std::tuple{field("account", &PaymentBody::account),
                                            field("invoice", &PaymentBody::invoice),
                                            field("id", &PaymentBody::id),
                                            field("amount", &PaymentBody::amount),
                                            field("currency", &PaymentBody::currency),
                                            field("paid_at", &PaymentBody::paid_at),
                                            field("reversed", &PaymentBody::reversed)};
  static constexpr Note notes[] = {
      {"account", "who paid", true},
      {"invoice", "which one; without it all that was owed then"},
      {"id", "of the payment: makes it idempotent; needed with `amount`"},
      {"amount", "what was paid, if it was a part"},
      {"currency", "ISO 4217; needed where nothing open tells it"},
      {"paid_at", "when; default now"},
      {"reversed", "it was taken back: the one of that `id`, or without all of the whole"}};
};

struct ConsentBody {
  std::string number;
  std::string status;
  std::string purpose, source, override_reason, basis;
  std::optional<Wall> at;
  bool stopped = false;
  static constexpr auto fields =
      std::tuple{field("number", &ConsentBody::number),   field("status", &ConsentBody::status),
                 field("purpose", &ConsentBody::purpose), field("source", &ConsentBody::source),
                 field("at", &ConsentBody::at),           field("override", &ConsentBody::override_reason),
                 field("basis", &ConsentBody::basis),     field("stopped", &ConsentBody::stopped)};
  static constexpr Note notes[] = {{"number", "the path's, if it is repeated"},
                                   {"status", "what stands from now on", true, "allowed|blocked"},
                                   {"purpose", "what it is about; without it: all of them", false, "Purpose"},
                                   {"source", "where that is known from", true},
                                   {"at", "when it was said; default now"},
                                   {"override", "why a person's own STOP is lifted"},
                                   {"basis", "of an `allowed` for a purpose: on what it rests"},
                                   {"stopped", "it is the person's own STOP, heard elsewhere"}};
};

struct NumberBody {
  std::string number;
  static constexpr auto fields = std::tuple{field("number", &NumberBody::number)};
  static constexpr Note notes[] = {{"number", "whose", true}};
};

struct TextBody {
  std::string text;
  static constexpr auto fields = std::tuple{field("text", &TextBody::text)};
  static constexpr Note notes[] = {{"text", "as it is to be read", true}};
};

struct DateBody {
  std::string date;
  static constexpr auto fields = std::tuple{field("date", &DateBody::date)};
  static constexpr Note notes[] = {{"date", "`2026-12-01`: the day that was promised", true}};
};

struct AckBody {
  std::optional<std::uint64_t> ack;
  static constexpr auto fields = std::tuple{field("ack", &AckBody::ack)};
  static constexpr Note notes[] = {{"ack", "the `seq` of the last event that needs not be told again", true}};
};

struct LinkBody {
  std::optional<std::uint32_t> throughput, window;
  static constexpr auto fields =
      std::tuple{field("throughput", &LinkBody::throughput), field("window", &LinkBody::window)};
  static constexpr Note notes[] = {
      {.field = "throughput", .says = "submit_sm PDUs a second, 0: no limit", .most = 1'000'000},
      {.field = "window", .says = "unanswered submits of a session", .least = 1, .most = 10'000}};
};

// One of the words "a|b". Errors: "unknown_value".
[[nodiscard]] Result<void> check_word(std::string_view name, std::string_view words, std::string_view value);
// Errors: "out_of_range".
[[nodiscard]] Result<void> check_bounds(std::string_view name, std::uint64_t least, std::uint64_t most,
                                        std::uint64_t value);

// Errors: "missing", "unknown_value", "out_of_range", with the field in `where`.
template <class Body>
[[nodiscard]] Result<void> check_body(const Body& body) {
  Result<void> checked;
  const Note* note = Body::notes;
  for_each_field(body, [&]<class V>(std::string_view name, const V& value) {
    const Note& of = *note++;
    if (!checked) return;
    bool given = true;
    if constexpr (std::is_same_v<V, std::string>) given = !value.empty();
    if constexpr (requires { value.has_value(); }) given = value.has_value();
    if (of.required && !given) checked = failure("missing", "the field is required", std::string(name));
    if constexpr (std::is_same_v<V, std::string>) {
      if (const auto words = words_of(of.type); given && !words.empty()) checked = check_word(name, words, value);
    }
    if constexpr (requires { std::uint64_t{*value}; }) {
      if (given) checked = check_bounds(name, of.least, of.most, *value);
    }
  });
  return checked;
}

}  // namespace dunlin::api
