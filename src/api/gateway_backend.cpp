#include "api/gateway_backend.hpp"

namespace dunlin::api {

Now GatewayBackend::now() const { return net::clock(); }

void GatewayBackend::request(engine::Request request) { driver_.request(std::move(request)); }

std::vector<engine::LinkStatus> GatewayBackend::links() const { return gateway_.links(now()); }

engine::GatewayStatus GatewayBackend::status() const { return gateway_.status(now()); }

bool GatewayBackend::rebind(std::string_view smsc) {
  const bool known = gateway_.rebind(smsc, now());
  driver_.arm();
  return known;
}

bool GatewayBackend::set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                              std::optional<std::uint32_t> window) {
  const bool known = gateway_.set_link(smsc, throughput, window, now());
  driver_.arm();
  return known;
}

engine::Recorder* GatewayBackend::recorder(std::string_view smsc) { return gateway_.recorder(smsc); }

std::uint64_t GatewayBackend::last_event() const { return gateway_.last_event(); }

std::uint64_t GatewayBackend::subscribe(std::function<void()> changed) {
  return gateway_.subscribe(std::move(changed));
}

void GatewayBackend::unsubscribe(std::uint64_t subscription) { gateway_.unsubscribe(subscription); }

Result<void> GatewayBackend::reload() { return reload_(); }

}  // namespace dunlin::api
