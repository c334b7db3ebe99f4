// How a moment is told to people: on the recipient's clock with its offset, and in UTC. Pure.
#pragma once

#include <dunlin/base/time.hpp>
#include <string>
#include <string_view>

#include "dunning/zones.hpp"

namespace dunlin::engine {

class LocalClock {
 public:
  // `named`: a set of zones as zones.hpp writes it. With several, or none, there is no clock to tell of, only UTC.
  // `zones` outlives this.
  LocalClock(const dunning::Zones& zones, std::string_view named);

  // RFC 3339 with the offset there: "2026-12-01T10:00:00+01:00"; empty: there is no clock.
  [[nodiscard]] std::string rfc3339(Wall at) const;
  // "2026-12-01 10:00:00 +01:00 (09:00:00Z)", with the date in UTC where it is another; "2026-12-01 09:00:00Z".
  [[nodiscard]] std::string told(Wall at) const;

 private:
  const dunning::TimeZone* zone_ = nullptr;
};

}  // namespace dunlin::engine
