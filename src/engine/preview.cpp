#include "engine/preview.hpp"

#include <algorithm>
#include <dunlin/text/unicode.hpp>

#include "dunning/decide.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/hours.hpp"
#include "engine/newest.hpp"
#include "engine/render.hpp"
#include "engine/routes.hpp"

namespace dunlin::engine {

namespace {

std::vector<std::string> names_of(text::ShiftTables tables) {
  std::vector<std::string> names;
  if (tables.locking != text::Language::none) names.push_back(std::string(to_string(tables.locking)) + " locking");
  if (tables.single != text::Language::none) names.push_back(std::string(to_string(tables.single)) + " single");
  return names;
}

std::string told(const text::Replacement& each) {
  std::string line = text::name_of(each.character) + " → " + (each.to.empty() ? "nothing" : "\"" + each.to + "\"");
  line += " at character " + std::to_string(each.position);
  if (each.count > 1) line += ", " + std::to_string(each.count) + " times";
  return line;
}

// The first SMSC of the route that can carry it; check_job() has found one.
const SmscSettings* carrier(const store::Job& job, const Settings& settings, const RouteSettings& route) {
  for (const std::string& name : route.smsc) {
    for (const SmscSettings& each : settings.smscs) {
      if (each.name == name && carries(job, each)) return &each;
    }
  }
  return nullptr;
}

// When it may leave, and what it waits for until then.
void show_times(Preview& shown, const store::Job& job, const Settings& settings, std::chrono::milliseconds least, Wall now) {
  dunning::Calendar calendar(settings.dunning.calendar ? settings.dunning.calendar : std::make_shared<const dunning::CalendarRules>());
  const dunning::Place place = place_of(job, shown.country, calendar.rules());
  shown.time_zone = place.zones;
  const std::optional<Wall> not_before = not_before_of(job, place, calendar.rules(), now);
  if (!job.send_at_local.empty() && !not_before) shown.blocked.emplace_back(dunning::kReasonTimezoneUnknown);
  shown.earliest = std::max(now, not_before.value_or(now));
  if (shown.earliest > now) shown.waits_for = dunning::kReasonNotBefore;
  const Window window = window_at(calendar, place, purpose_of(job), shown.earliest, least);
  if (window.closed) {
    shown.waits_for = window.closed->reason;
    shown.rule = window.closed->rule;
    shown.earliest = window.closed->until.value_or(shown.earliest);
    dunning::Facts facts;
    facts.now = now;
    facts.closed = window.closed;
    if (const dunning::Decision decision = dunning::decide(facts); decision.action == dunning::Action::block) shown.blocked.emplace_back(decision.reason);
  }
  const Wall expires_at = job.expires.value_or(now + settings.dunning.expires_default);
  if (Result<void> good = check_times(shown.earliest, expires_at, now); !good) shown.blocked.push_back(good.error().code);
}

}  // namespace

Result<Preview> preview(store::Job job, const Settings& settings, Wall now) {
  const Routes routes(settings);
  const Result<std::string> country = read_recipient(job, settings.dunning);
  if (!country && !job.id.empty()) return tl::unexpected(country.error());
  if (Result<void> good = check_job(job, settings, routes); !good) return tl::unexpected(good.error());
  Result<Composed> composed = compose(job, settings.dunning);
  if (!composed) return tl::unexpected(composed.error());
  job.text = std::move(composed->text);
  const RouteSettings* route = routes.find(job.to);
  const SmscSettings fallback;
  const SmscSettings* smsc = route != nullptr ? carrier(job, settings, *route) : nullptr;
  if (smsc == nullptr) smsc = &fallback;
  Result<text::Encoded> encoded = encode_text(job, *smsc, 0);
  if (!encoded) return tl::unexpected(encoded.error());

  Preview shown;
  for (const std::string& part : encoded->parts) shown.text += part;
  shown.encoding = std::string(text::to_string(encoded->encoding));
  shown.smsc = smsc->name;
  shown.shift_tables = names_of(encoded->tables);
  shown.segments = encoded->messages;
  shown.parts = std::move(encoded->parts);
  for (const text::Replacement& each : encoded->replaced) shown.replaced.push_back(told(each));
  shown.locale = std::move(composed->locale);
  shown.country = *country;
  show_times(shown, job, settings, smsc->validity_min, now);
  return shown;
}

}  // namespace dunlin::engine
