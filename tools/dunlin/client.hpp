// HTTP to the daemon over its Unix socket. Blocking; what goes wrong is thrown and ends the command with its exit code.
#pragma once

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dunlin::tool {

using Json = nlohmann::ordered_json;

enum Exit : int { kDone = 0, kRefused = 1, kUsage = 2, kNoDaemon = 3 };

struct NoDaemon : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What the daemon answered instead: its problem document.
struct Refused : std::runtime_error {
  explicit Refused(Json document);
  Json problem;
};

std::string percent_encode(std::string_view text);

class Client {
 public:
  // Connects at the first call. Throws NoDaemon where nobody listens, or when the daemon goes before its answer is
  // whole.
  explicit Client(std::string path) : path_(std::move(path)) {}
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Json call(std::string_view method, std::string_view target, const std::optional<Json>& body = {});
  // Calls line(text) for each line of an NDJSON answer, without its newline, blank ones too, until it says false or the
  // answer ends. False: the answer broke off.
  using Line = std::function<bool(std::string_view text)>;
  bool read_lines(std::string_view target, const Line& line);
  // The same for an answer of octets, in pieces as they come.
  bool read_octets(std::string_view target, const Line& piece);
  // Sends what `more` gives (appends to its argument; false: the end) as a body of that media type while the lines of
  // an NDJSON answer are read.
  using More = std::function<bool(std::string& octets)>;
  // `more` runs on a thread of its own and ends soon once answered() is true: nobody reads what it would still give.
  bool exchange_lines(std::string_view target, std::string_view type, const More& more, const Line& line);
  bool answered() const { return answered_; }
  // Of `more`: what it gave is not all there was, so the body is not to end as a whole one does.
  void break_off() { broken_off_ = true; }

 private:
  void connect();
  void close();
  bool send(std::string_view octets);
  void send_body(const More& more);
  // Reads one answer; `body` gets its octets as they come. Returns whether it ended properly.
  bool read(unsigned& status, bool& keep, const std::function<bool(std::string& body)>& take);
  bool read_stream(const Line& line);

  std::string path_;
  int socket_ = -1;
  std::atomic<bool> answered_ = false, broken_off_ = false;
  std::string pending_;
};

}  // namespace dunlin::tool
