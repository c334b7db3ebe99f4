// What is remembered between turns of the walk over what is old (retention.cpp), and what is old. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <dunlin/base/time.hpp>
#include <set>
#include <string>
#include <variant>

#include "engine/settings.hpp"
#include "store/kv.hpp"

namespace dunlin::engine {

// Something the walk came by that looked as if it were old; looked at again, with newest rows, before it is erased.
struct OldStage {
  std::string key;
};
struct OldRow {  // of `people` or `accounts`
  store::Key key;
  std::uint64_t first_n = UINT64_MAX;  // of the jobs that are kept of it, the least; UINT64_MAX: there is none
};
using RetentionItem = std::variant<std::uint64_t, OldStage, OldRow>;  // n of a job

struct RetentionWalk {
  static constexpr std::size_t kSliceRows = 1000;  // read at once; a job has two rows
  static constexpr std::size_t kTurnItems = 100;   // erased in one turn
  static constexpr std::uint32_t kMarkSlices =
      60;  // after so many in which nothing was erased the mark is written, too
  // Between slices: where nothing was erased, and where something was.
  static constexpr std::chrono::milliseconds kPause{1000}, kBusyPause{100};
  static constexpr std::chrono::milliseconds kRestLeast{1000}, kRestMost{std::chrono::hours{6}};
  static constexpr std::chrono::milliseconds kEventPause{std::chrono::minutes{1}};

  store::RetentionMark at;  // where it goes on
  bool reading = false;
  std::set<store::Key> joined;      // people and accounts of jobs that came since this slice was read: they are left to the next round
  std::size_t asked = 0;            // rows of this slice whose first job is being read
  bool walked = false;              // the slice that was read is the last of its round
  bool erased = false;              // something of this slice
  std::uint32_t slices = 0;         // since the mark was written
  std::deque<RetentionItem> items;  // of this slice, at most kSliceRows
  Steady next{};                    // no slice is read before
  bool reading_events = false;
  Steady next_events{};
};

enum class Old : std::uint8_t { nothing, texts, job };

// How much of a job is older than it is to be kept. What may still change, or be brought back by a payment that is
// taken back, is not; nor are the rows of a job whose receipts may still come (`receipt_timeout`, twice).
[[nodiscard]] Old how_old(const store::JobState& state, Wall now, const RetentionSettings& retention,
                          std::chrono::milliseconds receipt_timeout);

// Between rounds: a hundredth of what is kept for the shorter time. Things go that much late, and what the round takes.
[[nodiscard]] std::chrono::milliseconds rest_of(const RetentionSettings& retention);

// "2026-12-01" of a moment, in UTC: due dates before it are older.
[[nodiscard]] std::string date_of(Wall at);

}  // namespace dunlin::engine
