// The daemon: joins the rooms, follows signals, tells systemd, and brings the gateway back when its store failed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "api/server.hpp"
#include "config/configuration.hpp"
#include "daemon/generation.hpp"
#include "daemon/notify.hpp"
#include "daemon/seams.hpp"
#include "daemon/standing_kv.hpp"
#include "daemon/switchboard.hpp"
#include "metrics/server.hpp"
#include "net/reader.hpp"
#include "net/tls.hpp"

namespace dunlin::daemon {

// The pause before the n-th try to open a store that failed: 250 ms, doubled each time, 30 s at most.
std::chrono::milliseconds retry_pause(unsigned failures);
inline constexpr std::chrono::seconds kRetryMax{30};
inline constexpr std::chrono::seconds kSteadyAfter{60};  // a generation that lived this long starts the count anew
// After drain_timeout an orderly stop has this long for unbinding and its last commit; then the process exits with 1.
inline constexpr std::chrono::seconds kStopGrace{15};
// Descriptors that connections of the API never take: the store's files, the SMSCs' connections, scrapes.
inline constexpr std::size_t kDescriptorsKept = 640;

class Daemon {
 public:
  // `file` is where `configuration` came from, and what a reload reads again; `tls` are the files it names.
  Daemon(config::Configuration configuration, std::shared_ptr<const net::TlsClients> tls, std::filesystem::path file,
         Seams seams = {});
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Until a signal ends it. The exit code: 0 stopped in order, 1 it could not start or not stop in order.
  int run();

 private:
  bool start();
  bool open_first();
  [[nodiscard]] Result<std::unique_ptr<Generation>> new_generation();
  bool listen();
  void say_hello() const;
  void say_calendar() const;
  void say_tls() const;

  void begin_generation();
  void end_generation(const Error& why);
  void retry_later(const Error& why);
  void look_whether_broken();

  void wait_for_signal();
  void on_signal(int signal);
  void stop();
  void finish(int exit_code);

  [[nodiscard]] Result<void> reload();
  [[nodiscard]] Result<void> refuse_reload(const std::vector<Error>& errors) const;
  void heartbeat();
  void feed_watchdog();
  std::string status_line() const;
  metrics::Sample sample();

  config::Configuration configuration_;
  std::shared_ptr<const net::TlsClients> tls_;
  std::filesystem::path file_;
  const Seams seams_;
  Notify notify_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer heartbeat_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer deadline_;

  std::unique_ptr<Generation> generation_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point generation_began_;
  unsigned failures_ = 0;
  bool looking_ = false;  // a look at a troubled generation is posted
  bool stopping_ = false;
  int exit_code_ = 0;
  std::uint64_t turns_seen_ = 0;
  std::string status_;
  metrics::Sample last_sample_;

  Switchboard switchboard_;
  StandingKv standing_kv_;
  net::Reader reader_{io_};
  std::unique_ptr<api::Server> api_;
  std::unique_ptr<metrics::Server> metrics_;
};

}  // namespace dunlin::daemon
