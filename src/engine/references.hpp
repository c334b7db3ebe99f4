// Which concatenation reference a long message bears. The handset joins parts by sender, reference and total, so two
// messages on their way to one number must never share one. Pure.
//
// In use: from the claim until nothing of the message can arrive any more. That is when its validity has ended, or
// earlier when the job is over and each of its segments has its receipt or was never handed over. The job keeps its
// reference in its own row, so a resend bears the same, also after a restart.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// 1 to 255 where the reference has 8 bits, to 65535 where it has 16. SAR keeps to 8 as well: the SMSC writes the
// header, and some cut sar_msg_ref_num to an octet. 0 is never given: it says "none" in a job's row.
constexpr bool is_wide(LongMessages how) { return how == LongMessages::udh16; }
constexpr bool bears_reference(LongMessages how) { return how != LongMessages::payload; }

// Some segment of it was claimed, at least once: the rest has to follow there.
bool has_begun(const store::JobState& state);

// What leaves of it next has the octets it began with: the rest of a message, or the same once more out of a doubt.
bool goes_on(const store::JobState& state);

// Some of it reached the SMSC, or may have.
bool was_sent(const store::JobState& state);

// Forgets what ended at `now` or before, and what `n` itself held.
void forget_references(store::References& references, Wall now, std::uint64_t n);
// The next one behind the last that nobody uses. nullopt: kReferencesMax are in use.
bool is_taken(const store::References& references, std::uint32_t reference, bool wide);
std::optional<std::uint32_t> free_reference(const store::References& references, bool wide);

// Of a job as it stands: no part of it is under way or may still be delivered.
bool nothing_can_arrive(const store::JobState& state);

}  // namespace dunlin::engine
