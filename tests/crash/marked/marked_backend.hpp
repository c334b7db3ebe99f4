// A gateway as the API sees it that passes the points around its requests and their answers.
#pragma once

#include <utility>
#include <variant>

#include "api/backend.hpp"
#include "mark.hpp"

namespace dunlin::crash {

class MarkedBackend final : public api::Backend {
 public:
  MarkedBackend(api::Backend& inner, Mark& mark) : inner_(inner), mark_(mark) {}

  void request(engine::Request request) override {
    mark_.passing(Point::request_taken);
    std::visit(
        [this](auto& one) {
          one.answer = [this, answer = std::move(one.answer)](auto told) {
            mark_.passing(Point::answer_due);
            answer(std::move(told));
          };
        },
        request);
    inner_.request(std::move(request));
  }
  Result<void> reload() override { return inner_.reload(); }

  Now now() const override { return inner_.now(); }
  std::vector<engine::LinkStatus> links() const override { return inner_.links(); }
  engine::GatewayStatus status() const override { return inner_.status(); }
  bool rebind(std::string_view smsc) override { return inner_.rebind(smsc); }
  bool set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                std::optional<std::uint32_t> window) override {
    return inner_.set_link(smsc, throughput, window);
  }
  engine::Recorder* recorder(std::string_view smsc) override { return inner_.recorder(smsc); }
  std::uint64_t last_event() const override { return inner_.last_event(); }
  std::uint64_t subscribe(std::function<void()> changed) override { return inner_.subscribe(std::move(changed)); }
  void unsubscribe(std::uint64_t subscription) override { inner_.unsubscribe(subscription); }

 private:
  api::Backend& inner_;
  Mark& mark_;
};

}  // namespace dunlin::crash
