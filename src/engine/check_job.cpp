#include "engine/check_job.hpp"

#include <algorithm>
#include <dunlin/text/encode.hpp>
#include <optional>

#include "dunning/calendar.hpp"
#include "dunning/money.hpp"
#include "engine/compose.hpp"
#include "engine/render.hpp"
#include "engine/submit_settings.hpp"

namespace dunlin::engine {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

Result<void> check_length(std::string_view field, std::string_view value, std::size_t most) {
  if (value.size() <= most) return {};
  return failure("too_long", "at most " + std::to_string(most) + " octets, not " + std::to_string(value.size()),
                 std::string(field));
}

// What people and programs show, compare and write into files by line: no control characters.
Result<void> check_name(std::string_view field, std::string_view value, std::size_t most) {
  if (Result<void> good = check_length(field, value, most); !good) return good;
  const bool control = std::any_of(value.begin(), value.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
  return control ? Result<void>(failure("bad_value", "it has a control character in it", std::string(field)))
                 : Result<void>{};
}

Result<void> check_amount(std::string_view field, std::string_view value, std::string_view currency) {
  if (value.empty()) return {};
  Result<void> good = dunning::check_amount(value, currency);
  if (good) return {};
  return failure(good.error().code, good.error().detail, std::string(field));
}

Result<void> check_date(std::string_view field, std::string_view value) {
  if (value.empty()) return {};
  const bool form = value.size() == 10 && value[4] == '-' && value[7] == '-' && all_digits(value.substr(0, 4)) &&
                    all_digits(value.substr(5, 2)) && all_digits(value.substr(8, 2));
  if (form) {
    const auto number = [&](std::size_t from, std::size_t count) {
      return static_cast<unsigned>(std::stoul(std::string(value.substr(from, count))));
    };
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                           std::chrono::month{number(5, 2)}, std::chrono::day{number(8, 2)}};
    if (date.ok() && number(0, 4) >= 2000 && number(0, 4) < 2200) return {};
  }
  return failure("bad_date", "a date such as 2026-12-01 is expected, of the years 2000 to 2199", std::string(field));
}

// Who says that there is a consent says on what it rests.
Result<void> check_consent(const store::JobConsent& consent) {
  if (consent == store::JobConsent{}) return {};
  if (consent.basis.empty()) return failure("missing", "a consent has a basis, like prior_express_written", "consent.basis");
  if (Result<void> good = check_name("consent.basis", consent.basis, kNameOctetsMax); !good) return good;
  return check_name("consent.source", consent.source, kNameOctetsMax);
}

// Only a payment that is told of its account keeps somebody who has paid from being phoned.
Result<void> check_escalation(const store::Job& job) {
  if (!job.escalate_after) return {};
  if (job.account.empty()) return failure("missing", "escalate_after needs an account: payments are told of it", "account");
  const bool good = *job.escalate_after > std::chrono::milliseconds{0} && *job.escalate_after <= kEscalateAfterMax;
  if (good) return {};
  return failure("out_of_range", "more than nothing and at most a year", "escalate_after");
}

// The zone and the hour it names.
Result<void> check_clock(const store::Job& job, const DunningSettings& dunning) {
  const bool known = job.time_zone.empty() || (dunning.calendar != nullptr && dunning.calendar->zones->find(job.time_zone) != nullptr);
  if (!known) return failure("bad_value", "no zone of the IANA's has this name, like Europe/Warsaw", "time_zone");
  if (job.send_at_local.empty()) return {};
  const Result<dunning::LocalWish> wish = dunning::parse_send_at_local(job.send_at_local);
  if (!wish) return failure(wish.error().code, wish.error().detail, "send_at_local");
  return {};
}

Result<void> check_text(const store::Job& job, const Settings& settings, const RouteSettings& route) {
  if (job.text.empty()) return failure("missing", "a job needs a text", "text");
  if (Result<void> good = check_length("text", job.text, kTextOctetsMax); !good) return good;
  if (job.text.find('\0') != std::string::npos) return failure("bad_value", "a text has no NUL in it", "text");
  // The SMSCs of a route may differ in their alphabets; one that carries the text is enough (Engine::choose() passes
  // over the others).
  std::optional<Error> refused;
  for (const std::string& name : route.smsc) {
    const auto smsc = std::find_if(settings.smscs.begin(), settings.smscs.end(),
                                   [&](const SmscSettings& each) { return each.name == name; });
    if (smsc == settings.smscs.end()) continue;
    Result<text::Encoded> encoded = encode_text(job, *smsc, 0);
    if (encoded) return {};
    if (!refused) refused = encoded.error();
  }
  if (!refused) return {};
  if (refused->where.starts_with("text at "))
    refused->detail += refused->where.substr(4);  // `where` is the field, nothing else
  if (refused->where.empty() || refused->where.starts_with("text at ")) refused->where = "text";
  return tl::unexpected(std::move(*refused));
}

}  // namespace

Result<void> check_values(const store::Job& job) {
  for (const auto& [field, value] : {std::pair{"amount", &job.amount}, std::pair{"fee", &job.fee}}) {
    if (Result<void> good = check_amount(field, *value, job.currency); !good) return good;
  }
  if (!job.currency.empty()) {
    if (Result<void> good = dunning::check_currency(job.currency); !good) return failure(good.error().code, good.error().detail, "currency");
  }
  if (!job.amount.empty() && job.currency.empty()) return failure("missing", "an amount needs its currency", "currency");
  return check_date("due_date", job.due_date);
}

Result<void> check_hold(const store::keys::HoldOwner& owner, std::string_view reason, std::optional<Wall> until, Wall now) {
  if (Result<void> good = check_name("account", owner.name, kNameOctetsMax); !good) return good;
  if (reason.empty()) return failure("missing", "a hold needs its reason: it is what jobs and events name", "reason");
  if (Result<void> good = check_name("reason", reason, kNameOctetsMax); !good) return good;
  if (until && *until <= now) return failure("bad_value", "it would be over before it began", "until");
  return {};
}

bool is_e164(std::string_view number) {
  return number.size() >= 9 && number.size() <= 16 && number[0] == '+' && number[1] != '0' &&
         all_digits(number.substr(1));
}

Error not_e164(std::string where) {
  return {"bad_number", "a number in E.164 form is expected: + and 8 to 15 digits", std::move(where)};
}

Result<void> check_job(const store::Job& job, const Settings& settings, const Routes& routes) {
  if (job.id.empty()) return failure("missing", "a job needs an id: it is what makes a repetition harmless", "id");
  if (Result<void> good = check_name("id", job.id, kIdOctetsMax); !good) return good;
  if (job.to.empty()) return failure("missing", "a job needs a number to send to", "to");
  if (!is_e164(job.to)) return tl::unexpected(not_e164("to"));
  const std::pair<std::string_view, const std::string*> names[] = {
      {"account", &job.account}, {"invoice", &job.invoice}, {"stage", &job.stage}, {"campaign", &job.campaign}};
  for (const auto& [field, value] : names) {
    if (Result<void> good = check_name(field, *value, kNameOctetsMax); !good) return good;
  }
  if (Result<void> good = check_values(job); !good) return good;
  if (Result<void> good = check_links(job, settings.dunning.link_hosts); !good) return good;
  if (!job.locale.empty() && job.locale.size() > 35) return failure("bad_value", "a BCP 47 tag is expected", "locale");
  if (Result<void> good = check_sender(job.sender); !good)
    return failure(good.error().code, good.error().detail, "sender");
  if (Result<void> good = check_consent(job.consent); !good) return good;
  if (Result<void> good = check_clock(job, settings.dunning); !good) return good;
  if (Result<void> good = check_escalation(job); !good) return good;
  Result<Composed> text = check_template(job, settings.dunning);
  if (!text) return tl::unexpected(text.error());
  const RouteSettings* route = routes.find(job.to);
  if (route == nullptr) return failure("no_route", "no route has a prefix of this number", "to");
  if (job.template_name.empty()) return check_text(job, settings, *route);
  store::Job written = job;
  written.text = std::move(text->text);
  return check_text(written, settings, *route);
}

Result<void> check_times(std::optional<Wall> not_before, Wall expires_at, Wall now) {
  if (expires_at <= now) return failure("already_expired", "it would have expired before it was accepted", "expires");
  if (not_before && *not_before >= expires_at)
    return failure("never_sent", "it expires before it may be sent", "expires");
  return {};
}

}  // namespace dunlin::engine
