// One life of a gateway: an opened store, its thread, the connections, the gateway over them and the timer that drives
// it. A gateway whose commit failed is dropped with all of this, and another generation starts from what is on disk.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "api/gateway_backend.hpp"
#include "config/configuration.hpp"
#include "daemon/seams.hpp"
#include "engine/gateway.hpp"
#include "net/connections.hpp"
#include "net/driver.hpp"
#include "net/store_thread.hpp"
#include "store/kv.hpp"

namespace dunlin::daemon {

// The store thread, listened to: the first failure is kept and told, on the I/O thread and from inside the answer.
class WatchedStore final : public engine::StoreQueue {
 public:
  WatchedStore(engine::StoreQueue& queue, std::function<void()> troubled)
      : queue_(queue), troubled_(std::move(troubled)) {}
  void run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) override;
  const std::optional<Error>& trouble() const { return trouble_; }

 private:
  engine::StoreQueue& queue_;
  std::function<void()> troubled_;
  std::optional<Error> trouble_;
};

class Generation {
 public:
  // Opens the store, reads what was under way and opens the links. `troubled` is called when the store failed, from
  // inside the gateway: look at broken() afterwards, from the event loop. Errors: those of store::kv::Rocks::open and
  // engine::Gateway::start.
  [[nodiscard]] static Result<std::unique_ptr<Generation>> begin(boost::asio::io_context& io,
                                                                 const config::Configuration& configuration,
                                                                 std::shared_ptr<const net::TlsClients> tls,
                                                                 const Seams& seams, std::function<void()> troubled,
                                                                 std::function<Result<void>()> reload);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  engine::Gateway& gateway() { return gateway_; }
  const engine::Gateway& gateway() const { return gateway_; }
  net::Driver& driver() { return driver_; }
  net::Connections& connections() { return connections_; }
  api::Backend& backend() { return seam_backend_ ? *seam_backend_ : backend_; }
  store::Kv& kv() { return *kv_; }
  // Why this generation has to end; nullopt while it need not.
  std::optional<Error> broken() const;

 private:
  Generation(boost::asio::io_context& io, const config::Configuration& configuration, const Seams& seams,
             std::unique_ptr<store::Kv> kv, std::function<void()> troubled, std::function<Result<void>()> reload);

  // Later ones use earlier ones, and go first.
  std::unique_ptr<store::Kv> kv_;
  net::StoreThread thread_;
  WatchedStore queue_;
  net::Connections connections_;
  std::unique_ptr<engine::Network> seam_network_;  // or none
  engine::Gateway gateway_;
  net::Driver driver_;
  api::GatewayBackend backend_;
  std::unique_ptr<api::Backend> seam_backend_;  // or none
};

}  // namespace dunlin::daemon
