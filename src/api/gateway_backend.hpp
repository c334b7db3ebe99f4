// The API's view of the real gateway: adds the clock and the driver's timer to every call, and the daemon's reload.
#pragma once

#include <functional>
#include <utility>

#include "api/backend.hpp"
#include "net/driver.hpp"

namespace dunlin::api {

class GatewayBackend final : public Backend {
 public:
  // `gateway` and `driver` outlive this object.
  GatewayBackend(engine::Gateway& gateway, net::Driver& driver, std::function<Result<void>()> reload)
      : gateway_(gateway), driver_(driver), reload_(std::move(reload)) {}

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
  engine::Gateway& gateway_;
  net::Driver& driver_;
  std::function<Result<void>()> reload_;
};

}  // namespace dunlin::api
