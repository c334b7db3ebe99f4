// Submits straight to an SMSC, encoded once: what dunlin-smsc itself can take, without a daemon between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <string>

#include "figures.hpp"

namespace dunlin::bench {

struct RawOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2775;
  std::size_t count = 300'000;
  std::size_t window = 1000;
  bool receipts = true;  // asked for, answered, and waited for
};

// Errors: "smpp" for a connection, a bind or an answer that is not what it should be.
[[nodiscard]] Result<void> run_raw(const RawOptions& options, Figures& figures);

}  // namespace dunlin::bench
