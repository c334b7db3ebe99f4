// What systemd reads: the socket stands in for it.
#include "daemon/notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace dunlin::daemon {
namespace {

class Systemd {
 public:
  Systemd() {
    std::string folder = (std::filesystem::temp_directory_path() / "dunlin-notify-XXXXXX").string();
    folder_ = ::mkdtemp(folder.data());
    const std::string path = folder_ / "notify";
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Systemd() {
    ::close(socket_);
    ::unsetenv("NOTIFY_SOCKET");
    std::filesystem::remove_all(folder_);
  }
  std::string heard() {
    char buffer[4096];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    return size < 0 ? std::string{} : std::string(buffer, static_cast<std::size_t>(size));
  }

 private:
  std::filesystem::path folder_;
  int socket_ = -1;
};

TEST(Notify, TellsEachState) {
  Systemd systemd;
  Notify notify;
  notify.ready("1 of 1 links bound");
  EXPECT_EQ(systemd.heard(), "READY=1\nSTATUS=1 of 1 links bound");
  notify.status("forged\nREADY=1");
  EXPECT_EQ(systemd.heard(), "STATUS=forged\\x0aREADY=1");
  notify.reloading();
  EXPECT_THAT(systemd.heard(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  notify.alive();
  EXPECT_EQ(systemd.heard(), "WATCHDOG=1");
  notify.stopping();
  EXPECT_THAT(systemd.heard(), testing::StartsWith("STOPPING=1"));
}

TEST(Notify, WantsToBeFedTwiceInTheWatchdogsTime) {
  EXPECT_EQ(Notify().watchdog(), std::nullopt);
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  EXPECT_EQ(Notify().watchdog(), std::chrono::microseconds(1'500'000));
  ::setenv("WATCHDOG_PID", "1", 1);  // somebody else's
  EXPECT_EQ(Notify().watchdog(), std::nullopt);
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("WATCHDOG_PID");
}

}  // namespace
}  // namespace dunlin::daemon
