// A sample in which every metric of the catalogue has something to say.
#pragma once

#include "metrics/sample.hpp"

namespace dunlin::metrics {

inline Sample full_sample() {
  engine::GatewayStatus status;
  for (std::size_t state = 0; state < store::kStates; ++state) status.jobs[state] = 100 + state;
  status.events_first = 1;
  status.events_last = 50;
  status.usage = {.store_bytes = 4096, .free_bytes = 1 << 30};
  status.oldest_ready_seconds = 2.5;

  Histogram<12> response{{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5}};
  response.observe(0.001);
  response.observe(0.003);
  response.observe(60);
  engine::LinkStatus link;
  link.name = "alpha";
  link.bound = true;
  link.sessions = 2;
  link.sessions_bound = 1;
  link.in_flight = 7;
  link.window = 100;
  link.throughput = 200;
  link.rate_effective = 150;
  link.limited_by = engine::LimitedBy::rate;
  link.rate_sent = 149;
  link.rate_window = 2000;
  link.congestion = 85;
  link.reconnects = 3;
  link.throttled = 4;
  link.submits = {{static_cast<smpp::CommandStatus>(0), 10},
                  {static_cast<smpp::CommandStatus>(0x58), 4},
                  {static_cast<smpp::CommandStatus>(0x55d), 1},
                  {static_cast<smpp::CommandStatus>(0x7fffffff), 2}};
  link.response_seconds = &response;

  engine::Counters counters;
  counters.accepted = 42;
  counters.turns = 9;
  counters.blocked["opted_out"] = 5;
  counters.replies[{"opt_out", "pl"}] = 6;
  counters.answers[{"opt_out", true}] = 5;
  auto& receipts = counters.receipts["alpha"];
  receipts.by_state["delivered"] = 8;
  receipts.unmatched = 1;
  receipts.parked = 2;
  receipts.delivery_seconds.observe(4);
  counters.consumer_acked["billing"] = 20;
  counters.commit_seconds.observe(0.002);
  counters.turn_inputs.observe(3);

  Sample sample = copy_of(status, {link}, counters);
  sample.uptime_seconds = 12;
  sample.version = "1.2.3";
  return sample;
}

}  // namespace dunlin::metrics
