// What the API needs of the gateway behind it. daemon/ gives it a GatewayBackend, tests a scripted one.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/gateway.hpp"
#include "engine/requests.hpp"

namespace dunlin::engine {
class Recorder;
}

namespace dunlin::api {

// One thread: the I/O thread calls it, and answers and `changed` are called back there (from inside request() too).
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Now now() const = 0;
  // Its answer is called once, when what it says is on disk; never, if the gateway is dropped first.
  virtual void request(engine::Request request) = 0;
  virtual std::vector<engine::LinkStatus> links() const = 0;
  virtual engine::GatewayStatus status() const = 0;
  virtual bool rebind(std::string_view smsc) = 0;  // false: no such SMSC
  virtual bool set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                        std::optional<std::uint32_t> window) = 0;
  // The flight recorder of a link, until the next return to the event loop; null: no such SMSC, or no gateway lives.
  virtual engine::Recorder* recorder(std::string_view) { return nullptr; }
  virtual std::uint64_t last_event() const = 0;
  virtual std::uint64_t subscribe(std::function<void()> changed) = 0;
  virtual void unsubscribe(std::uint64_t subscription) = 0;
  [[nodiscard]] virtual Result<void> reload() = 0;  // as SIGHUP
};

}  // namespace dunlin::api
