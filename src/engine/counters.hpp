// What the engine counts, for metrics/. Plain numbers of the engine's thread; per-link numbers are in LinkStatus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/counters.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

struct LinkReceipts {
  std::map<std::string, std::uint64_t> by_state;  // state the receipt told: bounded by the table of states
  std::uint64_t unmatched = 0;
  std::uint64_t parked = 0;   // waiting now
  std::uint64_t missing = 0;  // segments that ended without one
  std::uint64_t taken_as_replies = 0;  // Engine::kUnflaggedMax
  std::uint64_t late = 0;     // final ones of segments that had ended without
  Histogram<12> delivery_seconds{{1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400, 259200}};
};

// What was older than retention allows.
struct Erased {
  std::uint64_t texts = 0;  // of jobs
  std::uint64_t jobs = 0;
  std::uint64_t event_texts = 0;
  std::uint64_t events = 0;
};

// Campaigns as they are now.
struct CampaignCounts {
  std::uint64_t paused = 0;       // by a clerk
  std::uint64_t by_canary = 0;    // paused, too
  std::uint64_t canary = 0;       // sending their first messages, or waiting for what becomes of them
  std::uint64_t importing = 0;
  std::uint64_t approval = 0;     // wait for it
  std::uint64_t under_way = 0;    // their jobs are walked through: released, erased, cancelled, sent again
};

struct Counters {
  std::uint64_t accepted = 0;
  std::map<std::string, std::uint64_t> blocked;                                  // by reason, from the engine's own list
  std::map<std::pair<std::string, std::string>, std::uint64_t> replies;          // (intent, language)
  std::map<std::string, LinkReceipts> receipts;                                  // by SMSC
  std::map<std::string, std::uint64_t> consumer_acked;                           // by consumer, the first kConsumersMax
  std::map<std::pair<std::string, bool>, std::uint64_t> answers;                 // (intent, it could be made)
  std::array<std::uint64_t, 3> handoffs{};                                       // by store::Handoff
  std::uint64_t escalated = 0;
  Erased erased;
  CampaignCounts campaigns;
  std::uint64_t turns = 0;
  Histogram<12> commit_seconds{{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2}};
  Histogram<12> turn_inputs{{0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000}};
};

}  // namespace dunlin::engine
