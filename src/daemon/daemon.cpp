#include "daemon/daemon.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/version.hpp"
#include "daemon/logging.hpp"

namespace dunlin::daemon {

using engine::Severity;

std::chrono::milliseconds retry_pause(unsigned failures) {
  constexpr std::chrono::milliseconds kFirst{250};
  constexpr unsigned kDoublingsMax = 7;  // 32 s: beyond the longest
  if (failures == 0) return std::chrono::milliseconds{0};
  return std::min<std::chrono::milliseconds>(kFirst * (1U << std::min(failures - 1, kDoublingsMax)), kRetryMax);
}

Daemon::Daemon(config::Configuration configuration, std::shared_ptr<const net::TlsClients> tls,
               std::filesystem::path file, Seams seams)
    : configuration_(std::move(configuration)),
      tls_(std::move(tls)),
      file_(std::move(file)),
      seams_(std::move(seams)),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      heartbeat_(io_),
      retry_(io_),
      deadline_(io_),
      started_(std::chrono::steady_clock::now()),
      switchboard_([this] { return reload(); }) {}

Daemon::~Daemon() = default;

int Daemon::run() {
  if (!start()) return 1;
  io_.run();
  return exit_code_;
}

bool Daemon::start() {
  say_hello();
  wait_for_signal();
  if (!open_first() || !listen()) {
    finish(1);
    return false;
  }
  status_ = status_line();
  notify_.ready(status_);
  heartbeat();
  return true;
}

void Daemon::say_hello() const {
  const auto& settings = configuration_.gateway;
  std::string smscs;
  for (const auto& smsc : settings.smscs) {
    smscs += (smscs.empty() ? "" : ", ") + smsc.name + " at " + smsc.host + ":" + std::to_string(smsc.port);
  }
  log(Severity::info, "dunlind " + std::string(kVersion) + " with store " + configuration_.store.path + ", " +
                          (smscs.empty() ? "no SMSC" : "SMSC " + smscs));
  if (smscs.empty()) log(Severity::warning, "no [[smsc]] is configured: jobs are accepted and wait");
  say_calendar();
  if (!settings.sync) {
    log(Severity::warning,
        "store.sync IS OFF: A POWER CUT CAN LOSE WHAT WAS ACKNOWLEDGED AND SEND TWICE. This is for rehearsals only.");
  }
  say_tls();
}

void Daemon::say_calendar() const {
  for (const auto& warning : config::calendar_warnings(configuration_, net::clock().wall)) {
    log(Severity::warning, warning);
  }
}

void Daemon::say_tls() const {
  for (const auto& smsc : configuration_.gateway.smscs) {
    if (smsc.tls.enabled && !smsc.tls.verify) {
      log(Severity::warning, "smsc " + smsc.name +
                                 ": TLS VERIFICATION IS OFF: ANYBODY MAY POSE AS THIS SMSC AND READ WHAT WE SEND, THE "
                                 "PASSWORD TOO.");
    }
  }
  for (const auto& warning : tls_->warnings()) log(Severity::warning, to_string(warning));
}

Result<std::unique_ptr<Generation>> Daemon::new_generation() {
  return Generation::begin(
      io_, configuration_, tls_, seams_, [this] { look_whether_broken(); }, [this] { return reload(); });
}

// A store that cannot be opened ends the start, except for want of room: that may come by itself, and the API can say
// so meanwhile.
bool Daemon::open_first() {
  auto generation = new_generation();
  if (generation) {
    generation_ = std::move(*generation);
    begin_generation();
    return true;
  }
  if (generation.error().code == "store_full") {
    retry_later(generation.error());
    return true;
  }
  log(Severity::error, "cannot start: " + to_string(generation.error()));
  if (generation.error().code == "store_corrupt") {
    log(Severity::error, "'dunlin doctor' says what is damaged and what can be saved");
  }
  return false;
}

namespace {

// Connections of the API leave the store and the SMSCs their descriptors, however few the process may have.
std::size_t connections_max() {
  constexpr std::size_t kLeast = 16;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return api::kConnectionsMax;
  if (limit.rlim_cur < kDescriptorsKept + kLeast) return kLeast;
  return static_cast<std::size_t>(std::min<rlim_t>(api::kConnectionsMax, limit.rlim_cur - kDescriptorsKept));
}

}  // namespace

bool Daemon::listen() {
  api::ServerOptions options;
  options.socket = configuration_.api.socket;
  options.mode = configuration_.api.mode;
  options.version = kVersion;
  options.connections_max = connections_max();
  options.followers_max = options.connections_max / 2;
  options.warn = [](std::string_view line) { log(Severity::warning, std::string(line)); };
  api_ = std::make_unique<api::Server>(io_, switchboard_, standing_kv_, reader_, std::move(options));
  if (auto listening = api_->listen(); !listening) {
    log(Severity::error, "cannot start: " + to_string(listening.error()));
    return false;
  }
  log(Severity::info, "API on " + configuration_.api.socket);
  if (configuration_.metrics.listen.empty()) return true;
  auto opened = metrics::Server::open(
      configuration_.metrics.listen,
      metrics::asking([this](std::function<void()> work) { boost::asio::post(io_, std::move(work)); },
                      [this] { return sample(); }));
  if (!opened) {
    log(Severity::error, "cannot start: " + to_string(opened.error()));
    return false;
  }
  metrics_ = std::move(*opened);
  log(Severity::info, "metrics on " + configuration_.metrics.listen);
  return true;
}

void Daemon::begin_generation() {
  generation_began_ = std::chrono::steady_clock::now();
  turns_seen_ = 0;
  standing_kv_.stand_for(&generation_->kv());
  switchboard_.connect(generation_->backend());
}

void Daemon::end_generation(const Error& why) {
  switchboard_.disconnect(why);
  standing_kv_.stand_for(nullptr);
  generation_.reset();
}

void Daemon::look_whether_broken() {
  if (std::exchange(looking_, true)) return;
  boost::asio::post(io_, [this] {
    looking_ = false;
    if (generation_ == nullptr) return;
    generation_->gateway().tick(net::clock());  // an answer is worked in by the tick after it
    const auto why = generation_->broken();
    if (!why) return generation_->driver().arm();
    if (std::chrono::steady_clock::now() - generation_began_ > kSteadyAfter) failures_ = 0;
    end_generation(*why);
    if (stopping_) {
      log(Severity::error,
          "the store failed while stopping; what was not committed is as if it had not been said: " + to_string(*why));
      return finish(1);
    }
    retry_later(*why);
  });
}

void Daemon::retry_later(const Error& why) {
  switchboard_.disconnect(why);
  const auto pause = retry_pause(++failures_);
  log(Severity::error, "the store failed, nothing of its last turn was released; opening it anew in " +
                           std::to_string(pause.count()) + " ms: " + to_string(why));
  retry_.expires_after(pause);
  retry_.async_wait([this](const boost::system::error_code& error) {
    if (error || stopping_) return;
    auto generation = new_generation();
    if (!generation) return retry_later(generation.error());
    generation_ = std::move(*generation);
    begin_generation();
    log(Severity::info, "the store is open again; the gateway goes on from what is on disk");
  });
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    wait_for_signal();
  });
}

void Daemon::on_signal(int signal) {
  if (signal == SIGHUP) {
    static_cast<void>(reload());  // says in the log what came of it
    return;
  }
  if (!stopping_) return stop();
  log(Severity::warning, "a second signal: exiting at once; the store is built for it");
  std::_Exit(1);
}

void Daemon::stop() {
  stopping_ = true;
  notify_.stopping();
  log(Severity::info, "stopping: no new submits; waiting for outstanding answers");
  if (generation_ == nullptr) return finish(0);
  deadline_.expires_after(configuration_.gateway.drain_timeout + kStopGrace);
  deadline_.async_wait([](const boost::system::error_code& error) {
    if (error) return;
    log(Severity::error, "it does not come to an end: exiting as it is; the store is built for it");
    std::_Exit(1);
  });
  generation_->gateway().stop(net::clock(), [this] { boost::asio::post(io_, [this] { finish(0); }); });
  generation_->driver().arm();
}

// What serves goes first, so that nobody is answered by what is gone.
void Daemon::finish(int exit_code) {
  exit_code_ = exit_code;
  metrics_.reset();
  if (exit_code == 0) io_.poll();  // answers that are on their way
  api_.reset();
  end_generation({"stopped", "it is stopping", ""});
  if (exit_code == 0) log(Severity::info, "stopped");
  io_.stop();
}

namespace {

std::string listed(const std::vector<config::Change>& changes, bool live) {
  std::string keys;
  for (const auto& change : changes) {
    if (change.live == live) keys += (keys.empty() ? "" : ", ") + change.key;
  }
  return keys;
}

}  // namespace

Result<void> Daemon::refuse_reload(const std::vector<Error>& errors) const {
  std::string all;
  for (const auto& error : errors) {
    log(Severity::error, "reload: " + to_string(error));
    all += (all.empty() ? "" : "; ") + to_string(error);
  }
  return failure("bad_configuration", "nothing was changed: " + all);
}

Result<void> Daemon::reload() {
  auto fresh = config::load(file_);
  if (!fresh) return refuse_reload(fresh.error());
  const auto changes = config::diff(configuration_, *fresh);
  auto taking = config::take_live(configuration_, *fresh);
  auto tls = net::TlsClients::load(taking.gateway.smscs, net::TlsClients::Expired::refused);
  if (!tls) return refuse_reload(tls.error());
  notify_.reloading();
  configuration_ = std::move(taking);
  tls_ = std::move(*tls);
  set_log_level(configuration_.log.level);
  say_calendar();
  say_tls();
  if (generation_) {
    generation_->connections().use(tls_);
    generation_->gateway().reload(configuration_.gateway, net::clock());
    generation_->driver().arm();
  }
  notify_.ready(status_);
  const std::string taken = listed(changes, true);
  log(Severity::info, "reload: " + (taken.empty() ? "nothing to change" : "changed " + taken));
  const std::string refused = listed(changes, false);
  if (refused.empty()) return {};
  log(Severity::warning, "reload: only a restart changes " + refused + "; what ran goes on as it was");
  return failure("needs_restart", "only a restart changes " + refused + (taken.empty() ? "" : "; changed " + taken));
}

// Every second: what no event tells.
void Daemon::heartbeat() {
  if (generation_ && generation_->broken()) look_whether_broken();
  feed_watchdog();
  if (auto line = status_line(); line != status_ && !stopping_) {
    status_ = std::move(line);
    notify_.status(status_);
  }
  std::chrono::microseconds every = std::chrono::seconds{1};
  if (notify_.watchdog()) every = std::min(every, *notify_.watchdog());
  heartbeat_.expires_after(every);
  heartbeat_.async_wait([this](const boost::system::error_code& error) {
    if (!error) heartbeat();
  });
}

// Fed by turns: a gateway that completes none, though its timer asks for one every second, is stuck. While the store is
// away, waiting for it is the work.
void Daemon::feed_watchdog() {
  if (!notify_.watchdog()) return;
  const std::uint64_t turns = generation_ ? generation_->gateway().counters().turns : 0;
  if (generation_ == nullptr || turns != turns_seen_) notify_.alive();
  turns_seen_ = turns;
}

std::string Daemon::status_line() const {
  if (generation_ == nullptr) return "the store failed; opening it anew";
  const auto links = generation_->gateway().links(net::clock());
  std::size_t bound = 0;
  for (const auto& link : links) bound += link.bound ? 1 : 0;
  return std::to_string(bound) + " of " + std::to_string(links.size()) + " links bound";
}

metrics::Sample Daemon::sample() {
  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started_;
  if (generation_) {
    last_sample_ = metrics::take(generation_->gateway(), net::clock(), uptime.count(), std::string(kVersion));
  } else {
    last_sample_.stale = true;
    last_sample_.uptime_seconds = uptime.count();
    last_sample_.version = kVersion;
  }
  return last_sample_;
}

}  // namespace dunlin::daemon
