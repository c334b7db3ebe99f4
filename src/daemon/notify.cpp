#include "daemon/notify.hpp"

#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>
#include <string>

#include "base/redact.hpp"

namespace dunlin::daemon {
namespace {

void tell(const std::string& state) {
  sd_notify(0, state.c_str());
}  // best effort: it cannot help that systemd does not listen

}  // namespace

Notify::Notify() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) > 0) watchdog_ = std::chrono::microseconds(microseconds / 2);
}

void Notify::ready(std::string_view status) { tell("READY=1\nSTATUS=" + redact(one_line(status))); }
void Notify::status(std::string_view status) { tell("STATUS=" + redact(one_line(status))); }
void Notify::stopping() { tell("STOPPING=1\nSTATUS=stopping"); }
void Notify::alive() { tell("WATCHDOG=1"); }

void Notify::reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds =
      static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

}  // namespace dunlin::daemon
