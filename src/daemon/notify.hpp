// What systemd is told: sd_notify(3). Without a NOTIFY_SOCKET nothing is.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dunlin::daemon {

class Notify {
 public:
  // Reads the environment once.
  Notify();

  void ready(std::string_view status);
  void status(std::string_view status);
  void reloading();
  void stopping();
  void alive();  // feeds the watchdog

  // How often it wants to be fed: half of WatchdogSec=; nullopt: it does not watch.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace dunlin::daemon
