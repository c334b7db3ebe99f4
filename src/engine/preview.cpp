#include "engine/preview.hpp"

#include <algorithm>
#include <cstdio>
#include <dunlin/text/unicode.hpp>

#include "engine/check_job.hpp"
#include "engine/render.hpp"
#include "engine/routes.hpp"

namespace dunlin::engine {

namespace {

std::string named(char32_t character) {
  char octets[16];
  std::snprintf(octets, sizeof octets, "U+%04X", static_cast<unsigned>(character));
  return octets;
}

}  // namespace

Result<Preview> preview(const store::Job& job, const Settings& settings, Wall now) {
  const Routes routes(settings);
  if (Result<void> good = check_job(job, settings, routes); !good) return tl::unexpected(good.error());
  const RouteSettings* route = routes.find(job.to);
  const SmscSettings fallback;
  const SmscSettings* smsc = &fallback;
  for (const SmscSettings& each : settings.smscs) {
    if (route != nullptr && !route->smsc.empty() && each.name == route->smsc.front()) smsc = &each;
  }
  Result<text::Encoded> encoded = encode_text(job, *smsc, 0);
  if (!encoded) return tl::unexpected(encoded.error());

  Preview shown;
  for (const std::string& part : encoded->parts) shown.text += part;
  shown.encoding = std::string(text::to_string(encoded->encoding));
  shown.segments = encoded->segments.size();
  shown.parts = std::move(encoded->parts);
  for (const text::Replacement& each : encoded->replaced) {
    shown.replaced.push_back(named(each.character) + " → " + (each.to.empty() ? "nothing" : "\"" + each.to + "\"") + " at character " + std::to_string(each.position));
  }
  shown.earliest = std::max(now, job.not_before.value_or(now));
  const Wall expires_at = job.expires.value_or(now + settings.dunning.expires_default);
  if (Result<void> good = check_times(job, expires_at, now); !good) shown.blocked.push_back(good.error().code);
  return shown;
}

}  // namespace dunlin::engine
