// A server on a real Unix socket in a directory of its own, with a scripted backend behind it, and a blocking client
// before it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/fields.hpp>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "api/server.hpp"
#include "fake_backend.hpp"
#include "store/memory.hpp"

namespace dunlin::api::test {

using Json = nlohmann::json;

struct Response {
  unsigned status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
  bool whole = false;  // ended as HTTP says, not by a closed connection
  Json json() const { return Json::parse(body, nullptr, false); }
  std::vector<Json> lines() const;
};

// Waits at most ten seconds for the server's next octet, then fails.
class Client {
 public:
  explicit Client(const std::string& path);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view octets);          // all of it, or a failure
  std::size_t offer(std::string_view octets);  // what the server takes now
  void end();                                  // nothing more is sent
  Response response();                         // the next one, whole
  std::string line();                          // the next line of whatever comes, with its newline
  bool closed();                               // the server closed: no octet follows

  Response call(std::string_view method, std::string_view target, std::string_view body = {},
                std::string_view type = "application/json");

 private:
  bool more();
  int socket_;
  std::string pending_;
};

std::string request(std::string_view method, std::string_view target, std::string_view body = {},
                    std::string_view type = "application/json");
std::string job_line(std::string_view id);

class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  virtual ServerOptions options();

  // Runs f on the I/O thread and waits for it.
  void on_io(std::function<void()> f);
  // Until condition() holds on the I/O thread; fails after ten seconds.
  void until(std::function<bool()> condition);
  void add_events(std::uint64_t count, std::size_t text_octets = 0);
  void drop_events_below(std::uint64_t first);
  void restart();

  std::filesystem::path directory_;
  std::string path_;
  boost::asio::io_context io_;
  FakeBackend backend_;
  store::kv::Memory kv_;
  std::unique_ptr<net::Reader> reader_;
  std::unique_ptr<Server> server_;
  std::vector<std::string> warnings_;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_;
};

}  // namespace dunlin::api::test
