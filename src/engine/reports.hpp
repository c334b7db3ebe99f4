// What reports count, and of which day: docs/reports.md says it for people. Pure; reports.cpp keeps the rows.
//
//   a job counts in one row of `reports`: of the day it was first submitted, or ended on without having been
//   what it counts there follows from its own rows alone, so a save of the job writes the difference to what its mark
//   says that was counted before: nothing is counted twice, and what becomes otherwise is taken back
//   replies are counted one by one, each by an appointment of the batch that tells it
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <string>
#include <string_view>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// A payment counts that was made no later than this after the text was submitted.
inline constexpr std::chrono::hours kPaidWithin{48};

// Days since 1970, in UTC.
std::uint32_t day_of(Wall at);

// What is to be counted of a job as its rows are; with the mark they have, of what is counted already.
store::ReportMark mark_of(const store::Job& job, const store::JobState& state);
// Whether a payment of that moment is one that follows its text.
bool follows_the_text(const store::JobState& state, Wall paid_at);

void add_mark(store::Tally& tally, const store::ReportMark& mark);
void take_mark(store::Tally& tally, const store::ReportMark& mark);
// `route`: theirs; null: it is gone.
void add_segments(store::Tally& tally, std::uint32_t segments, const RouteSettings* route);

// A reply that was matched to a job, as its appointment names it.
struct ReplyCount {
  std::string intent;
  bool stopped = false;  // it stopped what was not stopped before
  bool wrong = false;    // it was the first to say that the number is another's
  bool operator==(const ReplyCount&) const = default;
};
std::string to_string(const ReplyCount& reply, std::uint64_t event);  // `event` makes it one of its own
ReplyCount parse_reply_count(std::string_view named);
void add_reply(store::Tally& tally, const ReplyCount& reply);

// The whole of two rows.
void add_tally(store::Tally& into, const store::Tally& from);

}  // namespace dunlin::engine
