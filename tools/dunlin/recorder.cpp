// dunlin capture, and how PDUs are shown: what the flight recorders hold and what passes on a link.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

volatile std::sig_atomic_t interrupted = 0;

struct Wanted {
  std::string smsc, file;
  std::optional<std::uint32_t> seconds;
  bool full = false;
};

// Counts what passes, block by block (docs/operating.md), so that only whole ones are written.
class Blocks {
 public:
  explicit Blocks(std::FILE* file) : file_(file) {}

  bool write(std::string_view octets) {
    pending_ += octets;
    std::size_t at = 0;
    while (pending_.size() - at >= 8) {
      const std::size_t length = u32(at + 4);
      if (length < 12 || length % 4 != 0) return false;
      if (pending_.size() - at < length) break;
      note(u32(at), at, length);
      at += length;
    }
    const bool written = std::fwrite(pending_.data(), 1, at, file_) == at && std::fflush(file_) == 0;
    pending_.erase(0, at);
    return written;
  }
  std::uint64_t packets() const { return packets_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  static constexpr std::uint32_t kEnhancedPacket = 6, kInterfaceStatistics = 5;

  std::uint32_t u32(std::size_t at) const {
    std::uint32_t value = 0;
    for (std::size_t octet = 4; octet-- > 0;) value = value << 8 | static_cast<unsigned char>(pending_[at + octet]);
    return value;
  }
  // The statistics' second option is isb_ifdrop: type and length, interface, time, isb_ifrecv of 12 octets are before
  // it.
  void note(std::uint32_t type, std::size_t at, std::size_t length) {
    if (type == kEnhancedPacket) ++packets_;
    constexpr std::size_t kDropped = 8 + 12 + 12 + 4;
    if (type == kInterfaceStatistics && length >= kDropped + 8)
      dropped_ = u32(at + kDropped) | std::uint64_t{u32(at + kDropped + 4)} << 32;
  }

  std::FILE* file_;
  std::string pending_;
  std::uint64_t packets_ = 0, dropped_ = 0;
};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// With numbers and texts in it: a file of its own that nobody else may read, never one that is there or leads
// elsewhere.
File open_full(const std::string& path) {
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0 && errno == EEXIST)
    throw std::runtime_error(path + ": is there already; a capture in full begins a new file");
  if (made < 0) throw std::runtime_error(path + ": " + std::strerror(errno));
  File file{::fdopen(made, "wb"), &std::fclose};
  if (!file) ::close(made);
  return file;
}

File open_file(const Wanted& wanted) {
  File file = wanted.full ? open_full(wanted.file) : File{std::fopen(wanted.file.c_str(), "wbe"), &std::fclose};
  if (!file) throw std::runtime_error(wanted.file + ": " + std::strerror(errno));
  return file;
}

int capture(const Wanted& wanted, const Context& context) {
  std::string target = "/v1/links/" + percent_encode(wanted.smsc) + "/capture";
  if (wanted.seconds) target += "?seconds=" + std::to_string(*wanted.seconds);
  if (wanted.full) {
    target += wanted.seconds ? "&full=true" : "?full=true";
    std::fputs("dunlin: this capture has full numbers and texts in it; passwords are left out\n", stderr);
  }
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second one ends at once
  ::sigaction(SIGINT, &action, nullptr);

  const bool to_stdout = wanted.file == "-";
  File file{nullptr, &std::fclose};
  std::optional<Blocks> blocks;
  Client client(context.socket);
  const bool whole = client.read_octets(target, [&](std::string_view octets) {
    if (!blocks) {
      if (!to_stdout) file = open_file(wanted);
      blocks.emplace(to_stdout ? stdout : file.get());
    }
    if (!blocks->write(octets)) throw std::runtime_error(wanted.file + ": cannot be written");
    return interrupted == 0;
  });
  if (!blocks) throw NoDaemon("the daemon ended the capture");
  std::fprintf(stderr, "%s packets written to %s%s\n", grouped(blocks->packets()).c_str(),
               to_stdout ? "standard output" : wanted.file.c_str(),
               blocks->dropped() == 0
                   ? ""
                   : (", " + grouped(blocks->dropped()) + " were dropped: this end was too slow").c_str());
  if (!whole) throw NoDaemon("the daemon ended the capture");
  return kDone;
}

}  // namespace

std::string pdus_text(const Json& pdus, bool fields) {
  Table table({"TIME", "SMSC", "SESSION", "", "COMMAND", "STATUS", "SEQUENCE", "OCTETS", "SEGMENT"});
  std::string text;
  for (const auto& pdu : pdus) {
    const std::string time = member(pdu, "time");
    const std::string at = time.size() > 20 ? time.substr(11, time.size() - 11) : time;
    const char* arrow = member(pdu, "direction") == "sent" ? "→" : "←";
    table.add({at, member(pdu, "smsc"), member(pdu, "session"), arrow, member(pdu, "command"), member(pdu, "status"),
               member(pdu, "sequence"), member(pdu, "octets"), member(pdu, "segment")});
    if (!fields) continue;
    text += at + " " + arrow + " " + member(pdu, "command") + ", " + member(pdu, "status") + ", sequence " +
            member(pdu, "sequence") + ", session " + member(pdu, "session") + ", " + member(pdu, "octets") +
            " octets\n";
    for (const auto& line : pdu.value("fields", Json::array())) text += "    " + shown(line) + "\n";
    if (const std::string unread = member(pdu, "unread"); !unread.empty()) text += "    (" + unread + ")\n";
  }
  return fields ? text : table.text();
}

void add_recorder(CLI::App& app, Context& context) {
  auto wanted = std::make_shared<Wanted>();
  auto* command = app.add_subcommand("capture", "Write what passes on a link, from now on, into a file for Wireshark");
  command->add_option("SMSC", wanted->smsc, "Its name in the configuration")->required();
  command->add_option("FILE", wanted->file, "A pcapng file; - is standard output")->required();
  command->add_option("--seconds", wanted->seconds, "End after so many; else when interrupted")
      ->check(CLI::Range(1, 86400));
  command->add_flag("--full", wanted->full,
                    "With full numbers and texts, into a new file: for root and the daemon's own user alone");
  command->footer(
      "Examples:\n  dunlin capture alpha alpha.pcapng --seconds 60\n  dunlin capture alpha - | wireshark -k -i -\n");
  command->callback([wanted, &context] { context.run = [wanted, &context] { return capture(*wanted, context); }; });
}

}  // namespace dunlin::tool
