#include "metrics/server.hpp"

#include <netdb.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "metrics/catalogue.hpp"

namespace dunlin::metrics {

Source asking(std::function<void(std::function<void()>)> post, std::function<Sample()> take,
              std::chrono::milliseconds wait) {
  return [post = std::move(post), take = std::move(take), wait]() -> std::optional<Sample> {
    auto promise = std::make_shared<std::promise<Sample>>();
    auto answer = promise->get_future();
    post([promise, take] { promise->set_value(take()); });
    promise.reset();  // a post that drops the function breaks the promise: no need to wait for that
    if (answer.wait_for(wait) != std::future_status::ready) return std::nullopt;
    try {
      return answer.get();
    } catch (const std::future_error&) {
      return std::nullopt;
    }
  };
}

namespace {

class Scraped : public prometheus::Collectable {
 public:
  explicit Scraped(Source source) : source_(std::move(source)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    auto fresh = source_();
    const std::scoped_lock lock(mutex_);
    if (fresh) {
      last_ = std::move(fresh);
    } else if (last_) {
      last_->stale = true;
    }
    return last_ ? render(*last_) : std::vector<prometheus::MetricFamily>{};
  }

 private:
  Source source_;
  mutable std::mutex mutex_;
  mutable std::optional<Sample> last_;
};

// Scrapes answered at a time. Further connections wait: kQueueMax accepted ones, then the kernel's backlog; a peer that
// neither sends its request nor reads its answer is closed after kPatience, so the queue moves on.
constexpr std::size_t kThreads = 8;
constexpr std::size_t kQueueMax = 64;
constexpr std::chrono::milliseconds kPatience{1000};

std::vector<std::string> civet_options(const std::string& listen) {
  const std::string patience = std::to_string(kPatience.count());
  return {"listening_ports",       listen,
          "num_threads",           std::to_string(kThreads),
          "connection_queue",      std::to_string(kQueueMax),
          "request_timeout_ms",    patience,
          "keep_alive_timeout_ms", patience};
}

// The listener's thread looks up only every two seconds, or when somebody connects: while this lives, somebody does.
class Nudge {
 public:
  Nudge(std::string host, int port)
      : thread_([host = std::move(host), port = std::to_string(port)](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            std::this_thread::sleep_for(5ms);
            connect(host, port);
          }
        }) {}

 private:
  static void connect(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* address = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &address) != 0) return;
    const int socket = ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket >= 0) {
      static_cast<void>(::connect(socket, address->ai_addr, address->ai_addrlen));
      ::close(socket);
    }
    ::freeaddrinfo(address);
  }

  std::jthread thread_;
};

// "127.0.0.1:9464", "[::1]:9464"; a port alone is every address, and so loopback.
std::string host_of(const std::string& listen) {
  const auto colon = listen.find_last_of(':');
  if (colon == std::string::npos) return "127.0.0.1";
  return listen.front() == '[' ? listen.substr(1, colon - 2) : listen.substr(0, colon);
}

}  // namespace

struct Server::Impl {
  Impl(const std::string& listen, Source source)
      : host(host_of(listen)),
        scraped(std::make_shared<Scraped>(std::move(source))),
        exposer(std::make_unique<prometheus::Exposer>(civet_options(listen))) {
    exposer->RegisterCollectable(scraped);
  }
  ~Impl() {
    const Nudge nudge(host, port());
    exposer.reset();
  }
  int port() const {
    const auto ports = exposer->GetListeningPorts();
    return ports.empty() ? 0 : ports.front();
  }

  std::string host;
  std::shared_ptr<Scraped> scraped;
  std::unique_ptr<prometheus::Exposer> exposer;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(const std::string& listen, Source source) {
  try {
    return std::unique_ptr<Server>(new Server(std::make_unique<Impl>(listen, std::move(source))));
  } catch (const std::exception& error) {
    return failure("metrics_listen", std::string("cannot listen for scrapes: ") + error.what(), listen);
  }
}

int Server::port() const { return impl_->port(); }

}  // namespace dunlin::metrics
