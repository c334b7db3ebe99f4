// A job with the newest that upstream has said of it: by PATCH, of its account, of its invoice, and less what was paid
// in parts. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.hpp"

namespace dunlin::engine {

struct Newest {
  std::optional<store::Job> job;  // none: as it was submitted
  bool settled = false;           // nothing is left of its amount
  bool text_outdated =
      false;  // its own literal text, or what would be sent again as it was, tells what its account says otherwise now
};

// `n`, `job`, `state`: the job's rows. `account`: its account's own row, `invoice`: that of its invoice.
Newest newest(std::uint64_t n, const store::Job& job, const store::JobState& state, const store::Account& account,
              const store::Account& invoice);

// What a job tells of the debt, as a checksum that is never 0.
std::uint32_t told_by(const store::Job& job);

// What was said of a job since it was submitted, of each name the newest, in the order it was said: by PATCH ("job"),
// of its account or of its invoice; and what parts that were paid have left of the amount ("payment").
struct Told {
  std::string name, value;
  Wall at{};
  std::string_view of;  // "job", "account", "invoice", "payment"
};
std::vector<Told> told_since(std::uint64_t n, const store::Job& job, const store::JobState& state,
                             const store::Account& account, const store::Account& invoice);

// The n under which payments and news of its account see a job: what was accepted once is a chain of jobs, where it
// follows a plan.
inline std::uint64_t told_as(std::uint64_t n, const store::JobState& state) {
  return state.plan.root_n != 0 ? state.plan.root_n : n;
}

// The moment a job's knowledge is from: what `ledger_as_of` says, else its due date.
std::optional<Wall> knowledge_of(const store::Job& job);

// Welcome, news and payments received say nothing of a debt that a payment could end.
bool exempt_from_payments(store::Kind kind);
// A referral always is marketing.
store::Purpose purpose_of(const store::Job& job);
// Counts towards caps: what nobody asked for.
bool counts_towards_caps(store::Kind kind);

// Replaces what was said of `name` before. False: kChangesMax other names are there already.
bool put_change(std::vector<store::Change>& changes, store::Change change);

// The name of a change that says from when on a step of a plan may leave, by PATCH; its value is a Wall.
inline constexpr std::string_view kNotBefore = "not_before";
// Of a job that follows a plan: that its end was changed. A moment, as `ledger_as_of` is.
inline constexpr std::string_view kChangedEnd = "expires";

// Wall as a change's value, and back.
std::string value_of(Wall at);
std::optional<Wall> wall_of(const std::string& value);

}  // namespace dunlin::engine
