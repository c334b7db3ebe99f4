// What is kept of a campaign: how far its rows have come, what people ordered of it, what its first messages showed.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace dunlin::store {

// Of the rows that were imported last; those before them run, whatever this says.
enum class CampaignStage : std::uint8_t {
  open,        // nothing was imported: jobs only name it
  importing,   // rows come in and wait
  discarding,  // what came in does not count, and is being erased
  approval,    // all rows are there; another person is to approve of them
  running,
};
// What is done to its jobs one after the other, over many turns.
enum class CampaignWalk : std::uint8_t { none, release, discard, cancel, resend };
// Its first messages: few are sent, and what becomes of them is looked at before the rest.
enum class Canary : std::uint8_t {
  none,
  sending,
  waiting,  // all of them were submitted
  passed,   // the rest goes out; what people answer to the first still counts for `canary_wait`
  tripped,  // it was paused
};

// campaigns: name → Campaign.
struct Campaign {
  bool paused = false;     // nothing of it leaves
  bool cancelled = false;  // nothing of it will ever
  CampaignStage stage = CampaignStage::open;
  std::string paused_reason{};  // "clerk", "canary: 12 of 100 failed"
  std::optional<Wall> created_at{};
  std::optional<std::uint32_t> imported_by{}, approved_by{};  // uids; of the newest import
  std::string template_name{};                                // the newest import's
  std::uint64_t rows = 0;                                     // of all imports that were whole
  std::vector<std::uint64_t> by_state{};                      // its jobs by State; empty: it has none
  std::uint64_t import_from = 0;                              // the newest import's rows have this n or a greater one
  CampaignWalk walk = CampaignWalk::none;
  std::uint64_t walk_from = 0;     // jobs with a smaller n are done
  std::uint32_t canary_next = 0;   // messages of the canary that begins with the import under way
  std::uint32_t canary_round = 0;  // counts canaries: a job names the one it is of
  Canary canary = Canary::none;
  std::uint32_t canary_size = 0;
  std::uint32_t canary_claimed = 0;  // on their way, unanswered
  std::uint32_t canary_submitted = 0;
  std::uint32_t canary_settled = 0;  // of those, what has its end
  std::uint32_t canary_failed = 0, canary_opt_outs = 0, canary_wrong_numbers = 0;
  std::optional<Wall> canary_since{};  // the last of them was submitted
  std::uint64_t submitted = 0;         // jobs, each once
  std::optional<Wall> first_submitted_at{}, last_submitted_at{};
  std::optional<Wall> finished_at{};  // everything of it has ended; of one that runs
  static constexpr auto fields = std::tuple{field("paused", &Campaign::paused),
                                            field("cancelled", &Campaign::cancelled),
                                            field("stage", &Campaign::stage),
                                            field("paused_reason", &Campaign::paused_reason),
                                            field("created_at", &Campaign::created_at),
                                            field("imported_by", &Campaign::imported_by),
                                            field("approved_by", &Campaign::approved_by),
                                            field("template", &Campaign::template_name),
                                            field("rows", &Campaign::rows),
                                            field("by_state", &Campaign::by_state),
                                            field("import_from", &Campaign::import_from),
                                            field("walk", &Campaign::walk),
                                            field("walk_from", &Campaign::walk_from),
                                            field("canary_next", &Campaign::canary_next),
                                            field("canary_round", &Campaign::canary_round),
                                            field("canary", &Campaign::canary),
                                            field("canary_size", &Campaign::canary_size),
                                            field("canary_claimed", &Campaign::canary_claimed),
                                            field("canary_submitted", &Campaign::canary_submitted),
                                            field("canary_settled", &Campaign::canary_settled),
                                            field("canary_failed", &Campaign::canary_failed),
                                            field("canary_opt_outs", &Campaign::canary_opt_outs),
                                            field("canary_wrong_numbers", &Campaign::canary_wrong_numbers),
                                            field("canary_since", &Campaign::canary_since),
                                            field("submitted", &Campaign::submitted),
                                            field("first_submitted_at", &Campaign::first_submitted_at),
                                            field("last_submitted_at", &Campaign::last_submitted_at),
                                            field("finished_at", &Campaign::finished_at)};
  bool operator==(const Campaign&) const = default;
};

}  // namespace dunlin::store
