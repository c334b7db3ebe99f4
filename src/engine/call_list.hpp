// Whom to phone, judged from the rows as they are when the list is read: who has paid, was promised about, disputes it
// or is somebody else's number is not on it, whatever was so when he came on it. Pure.
#pragma once

#include <dunlin/base/time.hpp>
#include <string>
#include <string_view>

#include "engine/decisions.hpp"

namespace dunlin::store {
struct CallView;  // people_reader.hpp
}

namespace dunlin::engine {

// Why somebody came on the list, beside the states of jobs.
inline constexpr std::string_view kWhySilent = "unpaid, silent";
inline constexpr std::string_view kWhyAnswered = "unpaid, answered";
inline constexpr std::string_view kWhyBroken = "promise broken";
inline constexpr std::string_view kWhySaidPaid = "said paid";
// Why a number is bad that somebody else has, as whoever reads the replies found.
inline constexpr std::string_view kWhyWrongNumber = "wrong_number";

// Whether a hold keeps a job that answers somebody so: what a person wrote, and the one confirmation, none keeps; what
// is answered by itself, none that the person's own replies have laid.
[[nodiscard]] bool keeps(const store::Hold& hold, store::AnswerKind answer);

// It is not over.
[[nodiscard]] inline bool lies(const store::Hold& hold, Wall now) { return !hold.until || *hold.until > now; }

// Of the holds on the number and the account that keep such a job, the one that ends last. Its reason lives as long as
// `standing`.
[[nodiscard]] std::optional<dunning::Held> held_by(const Standing& standing, store::AnswerKind answer, Wall now);

// A payment covers the job, or nothing is left of its amount.
[[nodiscard]] bool is_settled(const JobAt& at, const Standing& standing);

// Replies that ask for a call, or for a person: their holds keep nobody off the list.
[[nodiscard]] bool waits_for_call(std::string_view hold_reason);

// A hold that lies now on the number or the account and says that nobody should be bothered; empty: none does.
[[nodiscard]] std::string_view left_alone(const Standing& standing, Wall now);

[[nodiscard]] bool to_be_phoned(const JobAt& at, const Standing& standing, Wall now);

// A row of the list, as the engine would see it.
struct Callee {
  JobAt at;
  Standing standing;
};
[[nodiscard]] Callee callee_of(const store::CallView& call);

// "undelivered: 0x45", "expired"
[[nodiscard]] std::string end_of(const store::JobState& state);

// "call_me; unpaid, silent"
[[nodiscard]] std::string why_of(const store::JobState& state);

}  // namespace dunlin::engine
