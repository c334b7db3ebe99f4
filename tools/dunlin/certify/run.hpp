// A certification over real sockets: one event loop, until the script is done or is interrupted.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "certify/observed.hpp"
#include "certify/plan.hpp"
#include "net/tls.hpp"

namespace dunlin::certify {

// Blocks. `tls`: read for the plan's SMSC. SIGINT and SIGTERM end it orderly, a second one at once.
Observed run(const Plan& plan, std::shared_ptr<const net::TlsClients> tls,
             const std::function<void(std::string_view)>& progress);

}  // namespace dunlin::certify
