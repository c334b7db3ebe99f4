// Where the daemon meets its store, its network and its callers. dunlind leaves them as they are; a program that is the
// daemon in all else (tests/crash) stands in between.
#pragma once

#include <functional>
#include <memory>

#include "api/backend.hpp"
#include "engine/links.hpp"
#include "store/kv.hpp"

namespace dunlin::daemon {

// Called once a generation; unset: nothing stands in between. What the last two return forwards to what they are given,
// which outlives it.
struct Seams {
  std::function<std::unique_ptr<store::Kv>(std::unique_ptr<store::Kv> store)> store;
  std::function<std::unique_ptr<engine::Network>(engine::Network& network)> network;
  std::function<std::unique_ptr<api::Backend>(api::Backend& backend)> backend;
};

}  // namespace dunlin::daemon
