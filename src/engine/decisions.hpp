// What is known of a job at the last moment, and the facts that dunning::decide asks for. Pure: the rows, the settings
// and the time are arguments, so that what would be decided at another time comes from the same function.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "dunning/calendar.hpp"
#include "dunning/decide.hpp"
#include "engine/newest.hpp"
#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// A job with its rows, as a handler works on it.
struct JobAt {
  std::uint64_t n = 0;
  store::Job job;
  store::JobState state;
};

// Why the confirmation of a STOP is sent no more: a START came.
inline constexpr std::string_view kReasonOptedIn = "opted_in";

// What decide needs beside the job.
struct Standing {
  bool known = false;  // false: rows are missing
  store::Person person;
  store::Account account, invoice;
  Newest newest;
  std::optional<std::uint64_t> stage;  // who has its account, stage and due date
  bool campaign_cancelled = false;
};

// The job with its newest values: what is rendered, decided and shown.
inline const store::Job& newest_of(const JobAt& at, const Standing& standing) {
  return standing.newest.job ? *standing.newest.job : at.job;
}

// Whether a payment covers the job: its account's, or its invoice's.
bool is_paid(const store::Account& account, const store::Account& invoice, std::uint64_t n, const store::Job& job);
// One of the two by itself.
bool account_paid(const store::Account& account, std::uint64_t n, const store::Job& job);
bool invoice_paid(const store::Account& invoice, const store::Job& job);

// What is recorded of a number's consent to one purpose; null: nothing.
const store::PurposeConsent* consent_for(const store::Person& person, store::Purpose purpose);
// What a job says of its consent, as it is kept with the number: it never lifts a block, and does not count when it was
// taken back after the job came. False: that changes nothing.
bool add_consent(store::Person& person, const store::Job& job, Wall came, Wall now);

// `least`: with less than that of its window left it waits for the next. `sender_stopped`: a STOP was about the sender
// it would have. Views in what is returned live as long as the
// arguments.
[[nodiscard]] dunning::Facts facts_of(const JobAt& at, const Standing& standing, const DunningSettings& dunning,
                                      dunning::Calendar& calendar, std::chrono::milliseconds least, Wall now,
                                      bool sender_stopped);

}  // namespace dunlin::engine
