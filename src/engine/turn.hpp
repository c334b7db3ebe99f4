// What goes into a turn and what comes out of it, and the rows it wants to read before the next.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/links.hpp"
#include "engine/requests.hpp"
#include "store/rows.hpp"

namespace dunlin::engine {

// A calendar row whose time has come.
struct Due {
  std::string key;
  std::uint64_t n = 0;
  store::Appointment appointment;
};
// A job that the last run left with segments claimed or in doubt.
struct Recovered {
  std::uint64_t n = 0;
};
using Input = std::variant<std::unique_ptr<Request>, LinkEvent, Due, Recovered>;  // a request is large, and moves often

// What a turn wants to happen once its batch is on disk.
struct Effects {
  struct Claim {
    std::string smsc;
    Outgoing outgoing;
  };
  struct Asked {
    std::string smsc;
    Query query;
  };
  // Kept when the kernel has all of `wait`, so that an answer that promises silence is never early.
  struct Promise {
    std::vector<HandedUpTo> wait;
    std::function<void(Now)> keep;
  };
  store::Batch batch;
  std::vector<Claim> claims;
  std::vector<Asked> queries;
  std::vector<Promise> promises;
  std::uint64_t turn = 0;  // the batch's number
  std::uint64_t last_event = 0;
  std::size_t inputs = 0;
};

// What the store thread is to read before the next turn.
struct Fetch {
  std::vector<store::Key> keys;
  std::vector<store::Range> ranges;
  std::vector<std::function<void(const std::vector<store::Row>&)>> sinks;  // one a range
  bool empty() const { return keys.empty() && ranges.empty(); }
};

}  // namespace dunlin::engine
