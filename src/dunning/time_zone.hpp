// One time zone, from the octets of its TZif file (RFC 8536): what its clocks read at any moment. Pure: who reads the
// file is config/. The system's tzdata is used and not ICU's, because a distribution keeps the former up to date for
// years and ICU's data stay what they were when it was built.
#pragma once

#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <vector>

namespace dunlin::dunning {

// What a clock on a wall there reads, as if it were UTC: milliseconds since 1970-01-01 00:00 local.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

class TimeZone {
 public:
  // Version 2 or later. Errors: `bad_time_zone` with what is wrong. Its rules are followed up to the end of kLastYear.
  [[nodiscard]] static Result<TimeZone> parse(OctetView tzif);
  static constexpr int kLastYear = 2100;

  // A stretch in which the offset does not change.
  struct Span {
    Wall from, until;                // [from, until); Wall::min() and Wall::max() where there is no end
    std::chrono::seconds offset{0};  // local = UTC + offset
    LocalTime local(Wall at) const { return LocalTime{at.time_since_epoch() + offset}; }
    Wall wall(LocalTime at) const { return Wall{at.time_since_epoch() - offset}; }
  };
  [[nodiscard]] Span span_at(Wall at) const;

  [[nodiscard]] LocalTime local(Wall at) const { return span_at(at).local(at); }
  // The first moment at which the clocks there read `wanted` or later: of an hour that comes twice the first time, of
  // one that is skipped the moment they skip it.
  [[nodiscard]] Wall first_at(LocalTime wanted) const;

 private:
  struct Change {
    Wall at;
    std::chrono::seconds offset;
  };
  std::chrono::seconds before_{0};  // until the first change
  std::vector<Change> changes_;     // in their order
};

}  // namespace dunlin::dunning
