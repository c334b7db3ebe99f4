// A scrape as Prometheus does it: HTTP over loopback.
#include "metrics/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "full_sample.hpp"
#include "metrics/catalogue.hpp"

namespace dunlin::metrics {
namespace {

std::string get(int port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("connect");
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (::send(socket, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size()))
    throw std::runtime_error("send");
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  ::close(socket);
  return answer;
}

TEST(Server, answers_a_scrape_with_every_metric) {
  auto server = Server::open("127.0.0.1:0", [] { return full_sample(); });
  ASSERT_TRUE(server) << to_string(server.error());
  const auto answer = get((*server)->port(), "/metrics");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200"));
  for (const auto& metric : catalogue()) {
    SCOPED_TRACE(metric.name);
    const std::string name(metric.name);
    EXPECT_THAT(answer, testing::HasSubstr("# TYPE " + name + " " + std::string(type_name(metric.type)) + "\n"));
    const auto series = "\n" + name + (metric.type == prometheus::MetricType::Histogram ? "_count" : "");
    EXPECT_THAT(answer, testing::AnyOf(testing::HasSubstr(series + " "), testing::HasSubstr(series + "{")));
  }
  EXPECT_THAT(answer, testing::HasSubstr("dunlin_submits_total{smsc=\"alpha\",status=\"ESME_RTHROTTLED\"} 4"));
}

TEST(Server, serves_the_last_sample_marked_stale_when_there_is_no_answer) {
  bool answers = false;
  auto server = Server::open("127.0.0.1:0", [&]() -> std::optional<Sample> {
    if (answers) return full_sample();
    return std::nullopt;
  });
  ASSERT_TRUE(server) << to_string(server.error());
  EXPECT_THAT(get((*server)->port(), "/metrics"), testing::Not(testing::HasSubstr("dunlin_")));
  answers = true;
  EXPECT_THAT(get((*server)->port(), "/metrics"), testing::HasSubstr("dunlin_scrape_stale 0\n"));
  answers = false;
  const auto stale = get((*server)->port(), "/metrics");
  EXPECT_THAT(stale, testing::HasSubstr("dunlin_scrape_stale 1\n"));
  EXPECT_THAT(stale, testing::HasSubstr("dunlin_jobs_accepted_total 42\n"));
}

TEST(Server, an_address_in_use_is_refused_by_name) {
  auto first = Server::open("127.0.0.1:0", [] { return full_sample(); });
  ASSERT_TRUE(first) << to_string(first.error());
  const auto taken = "127.0.0.1:" + std::to_string((*first)->port());
  const auto second = Server::open(taken, [] { return full_sample(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "metrics_listen");
  EXPECT_EQ(second.error().where, taken);
}

TEST(Asking, runs_take_where_it_is_posted) {
  const auto source = asking([](auto run) { run(); }, [] { return full_sample(); });
  ASSERT_TRUE(source());
}

TEST(Asking, answers_nothing_when_the_thread_does_not_or_no_longer_runs) {
  std::vector<std::function<void()>> posted;
  const auto later = asking([&](auto run) { posted.push_back(std::move(run)); }, [] { return full_sample(); }, 1ms);
  EXPECT_FALSE(later());
  posted.front()();  // runs after all: nobody waits for it any more, and nothing breaks

  const auto never = asking([](auto) {}, [] { return full_sample(); });
  EXPECT_FALSE(never());
}

}  // namespace
}  // namespace dunlin::metrics
