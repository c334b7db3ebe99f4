#include "engine/transitions.hpp"

#include <array>

namespace dunlin::engine {

namespace {

using enum store::State;
using C = TransitionCause;
using E = store::EventType;

constexpr TransitionRow kTransitions[] = {
    {importing, C::accepted, ready, E::accepted},

    {ready, C::deferred, scheduled, E::scheduled},
    {ready, C::held, held, E::held},
    {ready, C::claimed, submitting, std::nullopt},
    {ready, C::paid, cancelled, E::cancelled},
    {ready, C::cancelled, cancelled, E::cancelled},
    {ready, C::blocked, blocked, E::blocked},
    {ready, C::expired, expired, E::expired},
    {ready, C::given_up, failed, E::failed},

    {scheduled, C::due, ready, std::nullopt},
    {scheduled, C::paid, cancelled, E::cancelled},
    {scheduled, C::cancelled, cancelled, E::cancelled},
    {scheduled, C::blocked, blocked, E::blocked},
    {scheduled, C::expired, expired, E::expired},

    {held, C::released, ready, E::released},
    {held, C::paid, cancelled, E::cancelled},
    {held, C::cancelled, cancelled, E::cancelled},
    {held, C::blocked, blocked, E::blocked},
    {held, C::expired, expired, E::expired},
    {held, C::submitted, submitted, E::submitted},  // the resend after a doubt: a person settles it
    {held, C::dropped, cancelled, E::cancelled},

    {submitting, C::put_back, ready, std::nullopt},
    {submitting, C::retry, scheduled, E::retrying},
    {submitting, C::given_up, failed, E::failed},
    {submitting, C::refused, rejected, E::rejected},
    {submitting, C::submitted, submitted, E::submitted},
    {submitting, C::doubt, in_doubt, E::in_doubt},
    {submitting, C::paid, cancelled, E::cancelled},
    {submitting, C::cancelled, cancelled, E::cancelled},
    {submitting, C::blocked, blocked, E::blocked},
    {submitting, C::expired, expired, E::expired},

    {in_doubt, C::submitted, submitted, E::submitted},
    {in_doubt, C::resend, ready, E::retrying},
    {in_doubt, C::dropped, cancelled, E::cancelled},
    {in_doubt, C::paid, cancelled, E::cancelled},
    {in_doubt, C::blocked, blocked, E::blocked},
    {in_doubt, C::receipt_overdue, unknown, E::unknown},

    {submitted, C::receipt_delivered, delivered, E::delivered},
    {submitted, C::receipt_undelivered, undelivered, E::undelivered},
    {submitted, C::receipt_expired, expired, E::expired},
    {submitted, C::receipt_rejected, rejected, E::rejected},
    {submitted, C::receipt_unknown, unknown, E::unknown},
    {submitted, C::receipt_overdue, unknown, E::unknown},

    {cancelled, C::reversed, ready, E::released},
    {failed, C::sent_again, ready, E::retrying},
    {expired, C::sent_again, ready, E::retrying},
};

constexpr std::array<std::string_view, kTransitionCauses> kNames = {
    "accepted", "deferred", "due",       "paid",  "cancelled", "blocked", "expired",           "claimed",             "put_back",        "retry",
    "given_up", "refused",  "submitted", "doubt", "resend",    "dropped", "receipt_delivered", "receipt_undelivered", "receipt_expired", "receipt_rejected",
    "receipt_unknown", "receipt_overdue", "held", "released", "reversed", "sent_again",
};

}  // namespace

std::string_view to_string(TransitionCause cause) { return kNames[static_cast<std::size_t>(cause)]; }

std::span<const TransitionRow> transitions() { return kTransitions; }

const TransitionRow* find_transition(store::State from, TransitionCause cause) {
  for (const TransitionRow& row : kTransitions) {
    if (row.from == from && row.cause == cause) return &row;
  }
  return nullptr;
}

store::Event event_of(store::EventType type, const store::Job& job) {
  store::Event event;
  event.type = type;
  event.job = job.id;
  event.account = job.account;
  event.invoice = job.invoice;
  event.campaign = job.campaign;
  return event;
}

}  // namespace dunlin::engine
