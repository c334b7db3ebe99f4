#include "harness.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>

#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {

namespace http = boost::beast::http;

std::vector<Json> Response::lines() const {
  std::vector<Json> found;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    if (end > at) found.push_back(Json::parse(body.substr(at, end - at), nullptr, false));
    at = end + 1;
  }
  return found;
}

Client::Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << path;
}

Client::~Client() { ::close(socket_); }

void Client::send(std::string_view octets) {
  while (!octets.empty()) {
    pollfd wanted{socket_, POLLOUT, 0};
    ASSERT_EQ(::poll(&wanted, 1, 10'000), 1) << "the server takes nothing";
    const std::size_t taken = offer(octets);
    ASSERT_NE(taken, 0u) << "the server closed";
    octets.remove_prefix(taken);
  }
}

std::size_t Client::offer(std::string_view octets) {
  const auto taken = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return taken < 0 ? 0 : static_cast<std::size_t>(taken);
}

void Client::end() { ::shutdown(socket_, SHUT_WR); }

bool Client::more() {
  pollfd wanted{socket_, POLLIN, 0};
  if (::poll(&wanted, 1, 10'000) != 1) {
    ADD_FAILURE() << "the server says nothing";
    return false;
  }
  char octets[65536];
  const auto got = ::recv(socket_, octets, sizeof octets, 0);
  if (got <= 0) return false;
  pending_.append(octets, static_cast<std::size_t>(got));
  return true;
}

Response Client::response() {
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  parser.eager(true);
  Response response;
  while (!parser.is_done()) {
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(pending_), error);
    pending_.erase(0, used);
    if (error == http::error::need_more || (used == 0 && !error)) {
      if (more()) continue;
      if (parser.got_some()) parser.put_eof(error);
      break;
    }
    if (error) {
      ADD_FAILURE() << error.message();
      break;
    }
  }
  response.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    response.fields[name] = std::string(field.value());
  }
  response.body = parser.get().body();
  response.whole = parser.is_done();
  return response;
}

std::string Client::line() {
  std::size_t end;
  while ((end = pending_.find('\n')) == pending_.npos) {
    if (!more()) return {};
  }
  std::string text = pending_.substr(0, end + 1);
  pending_.erase(0, end + 1);
  return text;
}

bool Client::closed() { return pending_.empty() && !more() && !::testing::Test::HasFailure(); }

Response Client::call(std::string_view method, std::string_view target, std::string_view body, std::string_view type) {
  send(request(method, target, body, type));
  return response();
}

std::string request(std::string_view method, std::string_view target, std::string_view body, std::string_view type) {
  std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!body.empty()) {
    text += "Content-Type: " + std::string(type) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + std::string(body);
}

std::string job_line(std::string_view id) {
  return R"({"id":")" + std::string(id) + R"(","to":"+4915112345678","text":"Your invoice is due."})" + "\n";
}

ServerOptions ApiTest::options() {
  ServerOptions options;
  options.socket = path_;
  options.version = "1.2.3";
  options.warn = [this](std::string_view line) { warnings_.emplace_back(line); };
  return options;
}

void ApiTest::SetUp() {
  std::string made = (std::filesystem::temp_directory_path() / "dunlin-api-XXXXXX").string();
  ASSERT_NE(::mkdtemp(made.data()), nullptr);
  directory_ = made;
  path_ = directory_ / "api.sock";
  reader_ = std::make_unique<net::Reader>(io_);
  server_ = std::make_unique<Server>(io_, backend_, kv_, *reader_, options());
  ASSERT_TRUE(server_->listen());
  thread_ = std::thread([this] { io_.run(); });
}

void ApiTest::TearDown() {
  if (thread_.joinable()) {
    on_io([this] { server_.reset(); });
    on_io([this] { reader_.reset(); });
    io_.stop();
    thread_.join();
  }
  std::filesystem::remove_all(directory_);
}

void ApiTest::restart() {
  on_io([this] {
    server_.reset();
    server_ = std::make_unique<Server>(io_, backend_, kv_, *reader_, options());
    EXPECT_TRUE(server_->listen());
  });
}

void ApiTest::on_io(std::function<void()> f) {
  std::promise<void> done;
  boost::asio::post(io_, [&] {
    f();
    done.set_value();
  });
  done.get_future().wait();
}

void ApiTest::until(std::function<bool()> condition) {
  bool holds = false;
  for (int i = 0; i < 2000 && !holds; ++i) {
    on_io([&] { holds = condition(); });
    if (!holds) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(holds) << "waited in vain";
}

void ApiTest::add_events(std::uint64_t count, std::size_t text_octets) {
  on_io([&] {
    store::Batch batch;
    for (std::uint64_t i = 0; i < count; ++i) {
      store::Event event;
      event.time = backend_.now().wall;
      event.job = "job-" + std::to_string(++backend_.last);
      event.state = store::State::ready;
      event.text.assign(text_octets, 'x');
      const store::Key key = store::keys::event(backend_.last);
      batch.put(key.family, key.key, store::encode(event));
    }
    EXPECT_TRUE(kv_.commit(batch, true));
    for (const auto& [id, changed] : backend_.subscribers) changed();
  });
}

void ApiTest::drop_events_below(std::uint64_t first) {
  on_io([&] {
    store::Batch batch;
    for (std::uint64_t seq = 0; seq < first; ++seq) batch.erase(store::keys::event(seq));
    EXPECT_TRUE(kv_.commit(batch, true));
  });
}

}  // namespace dunlin::api::test
