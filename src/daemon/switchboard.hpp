// The API's backend that stays while gateways come and go: it connects calls to the gateway that lives, and answers
// "unavailable" (or "no_room" to new jobs, when the disk is full) while none does. Nobody waits for ever: a request
// that a gateway took along is answered.
//
// One thread: the I/O thread.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "api/backend.hpp"

namespace dunlin::daemon {

class Switchboard final : public api::Backend {
 public:
  // `reload` is the daemon's, and works also while no gateway lives.
  explicit Switchboard(std::function<Result<void>()> reload);

  // Calls go to `backend` until disconnect(), subscribers with them.
  void connect(api::Backend& backend);
  // Call before dropping the gateway; `why` is "store_full" or anything else, and decides the answers from now on, also
  // to the requests that the gateway drops.
  void disconnect(const Error& why);

  Now now() const override;
  void request(engine::Request request) override;
  std::vector<engine::LinkStatus> links() const override;
  engine::GatewayStatus status() const override;
  bool rebind(std::string_view smsc) override;
  bool set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                std::optional<std::uint32_t> window) override;
  engine::Recorder* recorder(std::string_view smsc) override;
  std::uint64_t last_event() const override;
  std::uint64_t subscribe(std::function<void()> changed) override;
  void unsubscribe(std::uint64_t subscription) override;
  [[nodiscard]] Result<void> reload() override;

 private:
  void tell_subscribers();

  std::function<Result<void>()> reload_;
  api::Backend* backend_ = nullptr;
  std::shared_ptr<Error> why_;  // shared with the requests under way
  std::uint64_t inner_subscription_ = 0;
  std::uint64_t last_subscription_ = 0;
  std::map<std::uint64_t, std::function<void()>> subscribers_;
  std::uint64_t last_event_ = 0;
};

}  // namespace dunlin::daemon
