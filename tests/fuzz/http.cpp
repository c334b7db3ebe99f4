// The API's request handling: arbitrary octets on one connection, in arbitrary pieces, over a socket pair, the real
// routes behind it and a scripted gateway behind them. Time stands still: what waits for a clock is ended by the peer's
// going.
//
//   input := backend:octet pieces:(count:octet length:octet*) stream   what the pieces leave comes at once; then the
//   peer says no more
//
// Whatever came, the answers are whole HTTP responses (but where events are followed), with a status from the table,
// and what they call JSON is JSON; the lines of a stream of answers count upwards; and when the peer has gone, so has
// the connection.
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <nlohmann/json.hpp>

#include "api/connection.hpp"
#include "api/problem.hpp"
#include "fuzz/fuzz.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/memory.hpp"
#include "unit/api/fake_backend.hpp"

namespace {

using namespace dunlin;
namespace asio = boost::asio;
namespace http = boost::beast::http;
using Json = nlohmann::json;

constexpr std::uint64_t kEvents = 20;
constexpr int kRoundsMax = 100'000;  // of the event loop for one input: more is a livelock

void put_row(store::Batch& batch, const store::Key& key, std::string row) {
  batch.put(key.family, key.key, std::move(row));
}

// What all inputs share: the event loop, the reader's thread, and a store nobody writes to.
struct House {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  store::kv::Memory kv;
  net::Reader reader{io};

  House() {
    store::Batch batch;
    for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
      store::Event event;
      event.time = Wall{std::chrono::seconds{1'800'000'000 + seq}};
      event.job = "job-" + std::to_string(seq);
      event.text = "\xFFtext \"of\" a person\n";
      put_row(batch, store::keys::event(seq), store::encode(event));
    }
    if (!kv.commit(batch, true)) std::abort();
  }
};

class Peer {
 public:
  Peer(House& house, std::uint8_t how)
      : house_(house),
        context_(std::make_shared<api::Context>(
            api::Context{backend_, house.kv, house.reader, options(), backend_.now().steady})) {
    backend_.hold = how % 2 == 1;
    backwards_ = how % 4 == 3;
    backend_.last = kEvents;
    backend_.link_list.emplace_back().name = "alpha";
    backend_.refuse["refused"] = Error{"no_route", "no route has a prefix of this number", "to"};
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
    socket_ = ends[0];
    connection_ = std::make_shared<api::Connection>(
        api::Connection::Socket(house.io, asio::local::stream_protocol(), ends[1]), context_);
    connection_->start([this] { ended_ = true; });
  }
  ~Peer() {
    if (socket_ >= 0) ::close(socket_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view octets) {
    for (int rounds = 0; !octets.empty(); ++rounds) {
      FUZZ_CHECK(rounds < kRoundsMax, "the connection takes nothing any more");
      const auto taken = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (taken < 0 && errno != EAGAIN) return;  // closed on us: fine
      if (taken > 0) octets.remove_prefix(static_cast<std::size_t>(taken));
      settle();
    }
    settle();
  }
  void say_no_more() {
    ::shutdown(socket_, SHUT_WR);
    settle();
  }
  void leave(bool follows) {
    ::close(std::exchange(socket_, -1));
    settle();
    if (follows && !ended_) connection_->close();  // it would notice at its next keep-alive
    settle();
    FUZZ_CHECK(ended_, "the peer has gone, and its connection has not");
    FUZZ_CHECK(backend_.subscribers.empty(), "a subscription outlives its connection");
  }
  const std::string& heard() const { return heard_; }

 private:
  static api::ServerOptions options() {
    api::ServerOptions options;
    options.keep_alive = std::chrono::hours{1};
    options.version = "1.2.3";
    return options;
  }

  // Until nothing happens any more: the event loop, the reader's thread, the gateway's answers, and what comes back.
  void settle() {
    for (int rounds = 0;; ++rounds) {
      FUZZ_CHECK(rounds < kRoundsMax, "it never comes to rest");
      std::size_t done = house_.io.poll();
      bool passed = false;
      house_.reader.read([] { return 0; }, [&passed](int) { passed = true; });
      while (!passed) done += house_.io.run_one();
      --done;  // the passing itself
      done += listen();
      if (done > 0) continue;
      if (backend_.held.empty()) return;
      backwards_ ? backend_.release_backwards() : backend_.release();
    }
  }
  std::size_t listen() {
    char octets[16384];
    std::size_t total = 0;
    for (ssize_t got; socket_ >= 0 && (got = ::recv(socket_, octets, sizeof octets, 0)) > 0;
         total += static_cast<std::size_t>(got))
      heard_.append(octets, static_cast<std::size_t>(got));
    return total;
  }

  House& house_;
  api::test::FakeBackend backend_;
  std::shared_ptr<api::Context> context_;
  std::shared_ptr<api::Connection> connection_;
  int socket_ = -1;
  bool ended_ = false;
  bool backwards_ = false;
  std::string heard_;
};

bool is_status(unsigned status) {
  return status == 200 || status == 201 || std::ranges::any_of(api::problem_rows(), [&](const api::ProblemRow& row) {
           return row.status == status && status != 500;
         });
}

void check_lines(std::string_view body) {
  std::uint64_t last = 0;
  while (!body.empty()) {
    const auto end = body.find('\n');
    FUZZ_CHECK(end != body.npos, body);
    const auto line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (line.empty()) continue;
    const auto json = Json::parse(line, nullptr, false);
    FUZZ_CHECK(json.is_object(), line);
    if (!json.contains("line")) continue;
    FUZZ_CHECK(json["line"] > last, line);
    last = json["line"];
  }
}

void check_response(const http::response<http::string_body>& response) {
  const auto status = response.result_int();
  const auto type = std::string_view(response[http::field::content_type]);
  FUZZ_CHECK(is_status(status), response.body());
  if (type == "application/x-ndjson") return check_lines(response.body());
  const auto json = Json::parse(response.body(), nullptr, false);
  FUZZ_CHECK(!json.is_discarded(), response.body());
  FUZZ_CHECK((type == "application/problem+json") == (status >= 400), response.body());
  if (status >= 400) FUZZ_CHECK(json.value("status", 0U) == status && !json.value("code", "").empty(), response.body());
}

void check_heard(std::string_view heard, bool follows) {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  while (!heard.empty()) {
    if (heard.starts_with(kContinue)) {
      heard.remove_prefix(kContinue.size());
      continue;
    }
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    boost::system::error_code error;
    std::size_t used = 0;
    while (!parser.is_done() && !error) {
      const auto now = parser.put(asio::buffer(heard.substr(used)), error);
      used += now;
      if (now == 0 && !error) break;
    }
    if (error == http::error::need_more) error = {};
    if (!parser.is_done() && !error) parser.put_eof(error);
    if (follows && (error == http::error::partial_message || !parser.is_done())) return;
    FUZZ_CHECK(!error && parser.is_done(), error.message() + "\n" + std::string(heard));
    check_response(parser.get());
    heard.remove_prefix(used);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static House house;
  fuzz::Input input({data, size});
  const auto how = input.octet();
  const auto pieces = input.take(input.up_to(15));
  auto stream = text_of(input.rest());
  const bool follows = stream.find("follow") != stream.npos || stream.find("%") != stream.npos;

  const bool asks_heads = stream.find("HEAD ") != stream.npos;  // their answers have lengths without octets

  Peer peer(house, how);
  for (const std::size_t length : pieces) {
    peer.send(stream.substr(0, length));
    stream.remove_prefix(std::min(length, stream.size()));
  }
  peer.send(stream);
  peer.say_no_more();
  peer.leave(follows);
  if (!asks_heads) check_heard(peer.heard(), follows);
  return 0;
}
