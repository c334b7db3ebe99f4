// The life of a job as one list: (state, cause) → state, and the event that tells it. Engine, documents and checkers read this table;
// what it does not list cannot happen.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "store/records.hpp"

namespace dunlin::engine {

enum class TransitionCause : std::uint8_t {
  accepted,             // durable and understood
  deferred,             // may not be sent yet
  due,                  // its time has come
  paid,
  cancelled,            // asked for by the upstream
  blocked,              // a rule or the person forbids it
  expired,              // not sent in time
  claimed,              // about to be handed over
  put_back,             // not handed over after all, or throttled: no try was spent
  retry,                // refused for a while
  given_up,             // refused for a while too often
  refused,              // refused for good
  submitted,            // every segment accepted by the SMSC
  doubt,                // handed over, never answered
  resend,               // policy or a person: once more
  dropped,              // a person: leave it
  receipt_delivered,
  receipt_undelivered,
  receipt_expired,
  receipt_rejected,
  receipt_unknown,
  receipt_overdue,      // none came in time
  held,                 // somebody asked for silence, or news are awaited
  released,             // that is over
  reversed,             // the payment that cancelled it was taken back
  sent_again,           // a person: what failed for a while is tried anew
};
inline constexpr std::size_t kTransitionCauses = 26;
std::string_view to_string(TransitionCause cause);

struct TransitionRow {
  store::State from;
  TransitionCause cause;
  store::State to;
  std::optional<store::EventType> event;  // none: an inner step that upstream is not told of
};

// A job is born in `importing`.
std::span<const TransitionRow> transitions();
const TransitionRow* find_transition(store::State from, TransitionCause cause);

// What is told of a job, with whose it is; the rest is the caller's.
store::Event event_of(store::EventType type, const store::Job& job);

}  // namespace dunlin::engine
