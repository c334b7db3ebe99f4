#include "engine/preview.hpp"

#include <algorithm>
#include <dunlin/text/unicode.hpp>

#include "engine/check_job.hpp"
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

}  // namespace

Result<Preview> preview(const store::Job& job, const Settings& settings, Wall now) {
  const Routes routes(settings);
  if (Result<void> good = check_job(job, settings, routes); !good) return tl::unexpected(good.error());
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
  shown.earliest = std::max(now, job.not_before.value_or(now));
  const Wall expires_at = job.expires.value_or(now + settings.dunning.expires_default);
  if (Result<void> good = check_times(job, expires_at, now); !good) shown.blocked.push_back(good.error().code);
  return shown;
}

}  // namespace dunlin::engine
