// What a seed decides before a run begins: how the gateway is set up, how its SMSCs, network, disk and clients behave.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <string>
#include <vector>

#include "checker.hpp"
#include "engine/settings.hpp"
#include "random.hpp"

namespace dunlin::simulation {

// How a message id of a response becomes the receipt's.
enum class IdForm : std::uint8_t { same, hex_to_decimal, decimal_to_hex, upper_case, padded };

// One SMSC. Probabilities are of each submit, receipt or second.
struct SmscCharacter {
  std::chrono::nanoseconds latency_min{1ms}, latency_max{20ms};  // of the network, one way
  std::chrono::nanoseconds answer_min{0}, answer_max{50ms};  // until a submit is answered: answers overtake each other
  double silent = 0;                                         // never answered …
  double silent_took = 0;                                    // … but accepted
  double late = 0;                                           // answered after response_timeout
  double twice = 0;                                          // answered twice
  double throttles = 0;
  double temporary = 0;
  double permanent = 0;
  double nacks = 0;
  double drops_link = 0;   // by a status that says so
  std::uint32_t rate = 0;  // more submits a second are throttled; 0: no limit
  IdForm ids = IdForm::same;
  bool receipts = true;
  std::chrono::nanoseconds receipt_min{10ms}, receipt_max{5s};
  double receipt_missing = 0;
  double receipt_early = 0;  // before the answer
  double receipt_twice = 0;
  double receipt_failed = 0;  // UNDELIV, EXPIRED, REJECTD, UNKNOWN
  double receipt_steps = 0;   // an intermediate one before
  double receipt_by_data_sm = 0;
  double receipt_by_tlv = 0;
  double query_unanswered = 0, query_unknown = 0;  // query_sm: no answer; a generic_nack
  double replies = 0, stops = 0, starts = 0;       // after a submit, from its number
  double replies_in_parts = 0;                     // of the replies
  double parts_lost = 0, parts_twice = 0;          // of their parts
  double resets = 0;                               // RST on a submit
  double unbinds = 0;
  double half_open = 0;  // from a submit on nothing passes, and nobody is told
  double garbage = 0;    // octets that are no PDU
  double enquires = 0;
  double bind_refused = 0, bind_unanswered = 0;
  double connect_refused = 0, connect_hangs = 0;
  bool octet_by_octet = false;
  std::size_t kernel = 1 << 16;  // octets of a connection that its kernel keeps until the peer has them
};

// What of the law is asked for: texts with money in them, who may get how many, who agreed, what changes later.
// Probabilities of jobs; weights of what clients want.
struct Lawful {
  bool on = false;
  double share = 0;  // of what clients want
  double templates = 0, amounts = 0, stages = 0, marketing = 0, consents = 0, zones = 0, at_local = 0;
  double holds = 0, releases = 0, parts = 0, part_reversals = 0, job_changes = 0, account_changes = 0, purposes = 0,
         consent_deletes = 0, forgets = 0, acknowledges = 0;
  std::chrono::milliseconds hold_max{10min};
};

// A year of the shipped calendar, with people of many countries.
struct Year {
  bool on = false;
  std::uint32_t jobs = 0;
  std::chrono::milliseconds span{0};  // then comes the calm
  std::chrono::milliseconds calm_max{0};
  std::chrono::milliseconds lazy{0};     // the gateway's own timer is so late at most
  std::chrono::milliseconds outages{0};  // about so often an SMSC is away for a while, of at most outage_max
  std::chrono::milliseconds outage_max{0};
};

// A month of one campaign under the shipped plan `friendly`: a file is imported, people pay, write or do not, and one clerk looks
// after them on working days.
struct Month {
  bool on = false;
  std::uint32_t accounts = 0;
  std::string due_date;
};

struct MonthWanted {
  std::uint64_t seed = 1;
  std::uint32_t accounts = 10'000;
};

struct YearWanted {
  std::uint64_t seed = 1;
  std::uint32_t jobs = 100'000;  // over all of the time
  std::chrono::sys_days from{std::chrono::year{2026} / 1 / 1};
  std::uint32_t days = 365;
};

struct Scenario {
  explicit Scenario(std::uint64_t seed);
  static Scenario of_year(const YearWanted& wanted);
  static Scenario of_month(const MonthWanted& wanted);

  std::uint64_t seed;
  engine::Settings settings;
  std::vector<SmscCharacter> characters;  // one a settings.smscs

  // The disk.
  std::chrono::nanoseconds commit_min{100us}, commit_max{3ms};
  double store_stalls = 0;  // of a job of the store's thread
  std::chrono::nanoseconds stall_max{20s};
  double commit_fails = 0, reads_fail = 0, disk_full = 0, little_room = 0;

  // Ends and clocks, of each step.
  double power_cuts = 0, kills = 0, stops = 0;
  double crash_inside = 0;  // of these, in the middle of what a step sets off
  double clock_jumps = 0;
  std::chrono::milliseconds jump_max{0};
  double operators = 0;  // rebind, set, reload

  // The clients.
  std::chrono::nanoseconds pause_min{1ms}, pause_max{100ms};  // between two things they want
  std::chrono::nanoseconds patience{5s};                      // until they ask again
  std::uint32_t numbers = 10, accounts = 5;
  std::uint32_t burst_max = 1;  // jobs submitted at once
  double submits = 0.7, cancels = 0.05, payments = 0.08, reversals = 0.02, blocks = 0.03, allows = 0.03,
         resolves = 0.05, pauses = 0.02;
  double long_texts = 0.2, urgent = 0.1, low = 0.1, later = 0.1, short_lived = 0.1, campaigns = 0.2, resubmits = 0.05;

  std::chrono::milliseconds later_max{10min};                    // of a not_before
  std::chrono::milliseconds lives_min{500ms}, lives_max{10min};  // of a job that is short-lived
  std::uint32_t bursts_up_to = 200;                              // jobs; beyond, they come one by one
  double imports = 0;                                            // of submits: many at once
  double files = 0, orders = 0;  // of wants: a campaign is imported; one that was is paused, resumed, cancelled
  double rests = 0.004;  // of each step: the store is held against what is said of it

  Wall begins{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h};
  Lawful lawful;
  Year year;    // of a month, too, where it says what time is like
  Month month;

  Terms terms() const;
  std::string describe() const;  // one line
};

}  // namespace dunlin::simulation
