// A gateway that answers by a script: what the API's tests, and the fuzz target http, have behind the API.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/backend.hpp"
#include "store/records.hpp"

namespace dunlin::api::test {

// Everything on the I/O thread.
class FakeBackend final : public Backend {
 public:
  Now now() const override { return {Steady{std::chrono::seconds{100}}, Wall{std::chrono::seconds{1'800'000'000}}}; }
  void request(engine::Request request) override;
  std::vector<engine::LinkStatus> links() const override { return link_list; }
  engine::GatewayStatus status() const override { return gateway; }
  bool rebind(std::string_view smsc) override;
  bool set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                std::optional<std::uint32_t> window) override;
  std::uint64_t last_event() const override { return last; }
  std::uint64_t subscribe(std::function<void()> changed) override;
  void unsubscribe(std::uint64_t subscription) override { subscribers.erase(subscription); }
  [[nodiscard]] Result<void> reload() override;

  // Answers what is held: all of it, or the newest first.
  void release();
  void release_backwards();

  bool hold = false;  // submits wait for release()
  std::deque<std::function<void()>> held;
  std::map<std::string, store::Job> jobs;
  std::map<std::string, Error> refuse;  // by job id
  std::size_t undurable_most = 0;
  std::vector<engine::Request> others;  // everything but submits, as it came
  std::vector<engine::LinkStatus> link_list;
  engine::GatewayStatus gateway;
  std::uint64_t last = 0;
  std::map<std::uint64_t, std::function<void()>> subscribers;
  std::uint64_t subscriptions = 0;
  std::optional<Error> reload_error;

 private:
  void take(engine::SubmitJob& request);
};

}  // namespace dunlin::api::test
