// GET /metrics on an address of its own, answered by threads of prometheus-cpp. A scrape asks the gateway's thread for
// a copy of its numbers and never waits for it longer than kAnswerMax; a gateway that is busy costs a stale answer, not
// a missing one.
#pragma once

#include <chrono>
#include <dunlin/base/result.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "metrics/sample.hpp"

namespace dunlin::metrics {

inline constexpr std::chrono::milliseconds kAnswerMax{2000};

// Called on a scrape's thread. nullopt: no answer in time; the last sample is served again, marked stale.
using Source = std::function<std::optional<Sample>()>;

// A source that has `take` run on the gateway's thread by `post` and waits for it, at most `wait`. What was posted may
// run later than that, or never: it owns what it needs, except what `take` itself refers to, which must live as long as
// `post` may run things.
Source asking(std::function<void(std::function<void()>)> post, std::function<Sample()> take,
              std::chrono::milliseconds wait = kAnswerMax);

class Server {
 public:
  // `listen` is "address:port"; port 0 takes a free one. Errors: "metrics_listen" with the address in `where`.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(const std::string& listen, Source source);
  // Waits for scrapes under way, so destroy it while `source` can still be answered, or within kAnswerMax.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::metrics
