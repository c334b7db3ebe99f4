// Jobs as NDJSON: order, durability, bounds, and bodies that are cut.
#include "harness.hpp"

namespace dunlin::api::test {
namespace {

class Intake : public ApiTest {
 protected:
  static std::string head(std::string_view query = {}) {
    return "POST /v1/jobs" + std::string(query) +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
  }
  static std::string chunk(std::string_view octets) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", octets.size());
    return size + std::string(octets) + "\r\n";
  }
};

constexpr std::string_view kEnd = "0\r\n\r\n";

TEST_F(Intake, EveryLineIsAnsweredInOrder) {
  backend_.refuse["b"] = {"bad_number", "not a number", "to"};
  const std::string body = job_line("a") + job_line("b") + "\n  \r\n" + "{\"id\":\"c\",\"colour\":1}\n" +
                           job_line("a") + "nonsense\n" + job_line("d").substr(0, job_line("d").size() - 1);
  Client client(path_);
  const Response response = client.call("POST", "/v1/jobs", body, "application/x-ndjson");
  ASSERT_EQ(response.status, 200u);
  EXPECT_EQ(response.fields.at("content-type"), "application/x-ndjson");
  EXPECT_TRUE(response.whole);
  const auto lines = response.lines();
  ASSERT_EQ(lines.size(), 6u) << response.body;
  EXPECT_EQ(lines[0], (Json{{"id", "a"}, {"line", 1}, {"status", "accepted"}}));
  EXPECT_EQ(lines[1], (Json{{"id", "b"},
                            {"line", 2},
                            {"status", "rejected"},
                            {"error", {{"code", "bad_number"}, {"detail", "not a number"}, {"field", "to"}}}}));
  EXPECT_EQ(lines[2]["id"], "c");
  EXPECT_EQ(lines[2]["line"], 5);
  EXPECT_EQ(lines[2]["error"]["code"], "unknown_field");
  EXPECT_EQ(lines[3], (Json{{"id", "a"}, {"line", 6}, {"status", "duplicate"}}));
  EXPECT_EQ(lines[4]["error"]["code"], "invalid_json");
  EXPECT_EQ(lines[5], (Json{{"id", "d"}, {"line", 8}, {"status", "accepted"}}));
  EXPECT_EQ(client.call("GET", "/v1/status").status, 200u) << "the connection goes on";
}

TEST_F(Intake, OrderHoldsWhateverTheOrderOfTheAnswers) {
  on_io([&] { backend_.hold = true; });
  Client client(path_);
  std::string body;
  for (int i = 0; i < 100; ++i) body += i % 10 == 3 ? "nonsense\n" : job_line("j" + std::to_string(i));
  client.send(request("POST", "/v1/jobs", body, "application/x-ndjson"));
  until([&] { return backend_.held.size() == 90; });
  on_io([&] { backend_.release_backwards(); });
  const auto lines = client.response().lines();
  ASSERT_EQ(lines.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(lines[i]["line"], i + 1);
}

TEST_F(Intake, AnAnswerLeavesAsSoonAsItsLineIsDurable) {
  Client client(path_);
  client.send(head() + chunk(job_line("a")));
  std::string line;
  while (line.find("accepted") == line.npos) ASSERT_NE(line = client.line(), "");
  on_io([&] { EXPECT_EQ(backend_.jobs.size(), 1u); });
  client.send(chunk(job_line("b").substr(0, 5)));
  client.send(chunk(job_line("b").substr(5)) + std::string(kEnd));
  while (line.find("\"b\"") == line.npos) ASSERT_NE(line = client.line(), "");
}

TEST_F(Intake, OnlyRefusalsAndACountWhereAsked) {
  backend_.refuse["b"] = {"bad_number", "not a number", "to"};
  Client client(path_);
  const std::string body = job_line("a") + job_line("b") + job_line("a") + job_line("c") + "{}{}\n";
  const auto lines = client.call("POST", "/v1/jobs?answer=refused", body, "application/x-ndjson").lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["id"], "b");
  EXPECT_EQ(lines[1]["line"], 5);
  EXPECT_EQ(lines[2], (Json{{"accepted", 2}, {"duplicate", 1}, {"rejected", 2}}));
  EXPECT_EQ(client.call("POST", "/v1/jobs?answer=none", body, "application/x-ndjson").status, 422u);
}

TEST_F(Intake, ABodyCutInsideALineLosesOnlyThatLine) {
  Client client(path_);
  client.send(head() + chunk(job_line("a") + job_line("b") + job_line("c").substr(0, 20)));
  client.end();
  const auto lines = client.response().lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["status"], "accepted");
  EXPECT_EQ(lines[1]["status"], "accepted");
  EXPECT_EQ(lines[2]["error"]["code"], "cut_off");
  on_io([&] {
    EXPECT_EQ(backend_.jobs.size(), 2u);
    EXPECT_FALSE(backend_.jobs.contains("c"));
  });
}

TEST_F(Intake, ABodyCutInsideALastLineThatLooksWholeLosesIt) {
  Client client(path_);
  const std::string job = job_line("c");
  client.send(head() + chunk(job.substr(0, job.size() - 1)));
  client.end();
  const auto lines = client.response().lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["error"]["code"], "cut_off");
}

TEST_F(Intake, AVanishedClientsWholeLinesStand) {
  {
    Client client(path_);
    client.send(head() + chunk(job_line("a") + job_line("b") + "{\"id\""));
  }
  until([&] { return backend_.jobs.size() == 2 && server_->connections() == 0; });
}

TEST_F(Intake, ALongLineIsRefusedAndTheNextOnesGoOn) {
  const std::string longest = R"({"id":"long","to":"+49","text":")" + std::string(kLineMax - 34, 'x') + "\"}";
  ASSERT_EQ(longest.size(), kLineMax);
  std::string body =
      job_line("a") + longest + "\n" + longest + " \n" + std::string(300'000, 'y') + "\n" + job_line("b");
  Client client(path_);
  client.send(request("POST", "/v1/jobs", body, "application/x-ndjson"));
  const auto lines = client.response().lines();
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[1]["status"], "accepted");
  EXPECT_EQ(lines[2]["error"]["code"], "too_long");
  EXPECT_EQ(lines[3]["error"]["code"], "too_long");
  EXPECT_EQ(lines[3]["line"], 4);
  EXPECT_EQ(lines[4], (Json{{"id", "b"}, {"line", 5}, {"status", "accepted"}}));
}

TEST_F(Intake, AtMostSoManyAreUndurable) {
  on_io([&] { backend_.hold = true; });
  std::string body;
  for (int i = 0; i < 2000; ++i) body += job_line(std::to_string(i));
  Client client(path_);
  client.send(request("POST", "/v1/jobs", body, "application/x-ndjson"));
  for (std::size_t done = 0; done < 2000; done += kUndurableMax) {
    until([&] { return backend_.held.size() == std::min(kUndurableMax, 2000 - done); });
    on_io([&] { backend_.release(); });
  }
  EXPECT_EQ(client.response().lines().size(), 2000u);
  on_io([&] { EXPECT_EQ(backend_.undurable_most, kUndurableMax); });
}

TEST_F(Intake, AllConnectionsTogetherAreBoundedAndNoneIsLeftOut) {
  constexpr std::size_t kClients = 8, kLines = 100;
  on_io([&] { backend_.hold = true; });
  struct Sender {
    std::unique_ptr<Client> client;
    std::string rest;
  };
  std::vector<Sender> senders;
  std::size_t octets = 0;  // of a line
  for (std::size_t i = 0; i < kClients; ++i) {
    std::string body;
    for (std::size_t n = 0; n < kLines; ++n) {
      std::string line = job_line(std::to_string(i) + "-" + std::to_string(n));
      line.insert(line.find("Your"), 60'000, 'x');
      octets = std::max(octets, line.size());
      body += line;
    }
    senders.push_back({std::make_unique<Client>(path_), request("POST", "/v1/jobs", body, "application/x-ndjson")});
  }
  const auto push = [&] {
    std::size_t taken = 0;
    for (Sender& sender : senders) {
      const std::size_t now = sender.rest.empty() ? 0 : sender.client->offer(sender.rest);
      sender.rest.erase(0, now);
      taken += now;
    }
    return taken;
  };
  for (int quiet = 0; quiet < 20; ++quiet) {
    if (push() > 0) quiet = 0;
    std::this_thread::sleep_for(2ms);
  }
  on_io([&] { EXPECT_LE(backend_.held.size() * octets, kUndurableOctetsMax + kClients * octets); });
  EXPECT_FALSE(senders.back().rest.empty()) << "nothing was held back";
  for (int round = 0; round < 10'000; ++round) {
    push();
    bool done = false;
    on_io([&] {
      backend_.release();
      done = backend_.jobs.size() == kClients * kLines;
    });
    if (done) break;
  }
  for (Sender& sender : senders) EXPECT_EQ(sender.client->response().lines().size(), kLines);
}

TEST_F(Intake, WhoDoesNotReadAnswersIsNotReadEither) {
  Client client(path_);
  client.send(head());
  // About 40 MB of jobs, given without reading one answer, until the server takes no more.
  std::string piece;
  for (int i = 0; i < 200; ++i) piece += job_line("some-quite-long-job-id-" + std::to_string(i));
  piece = chunk(piece);
  std::size_t offered = 0, quiet = 0;
  std::string rest;
  while (quiet < 200 && offered < 40'000'000) {
    if (rest.empty()) rest = piece;
    const std::size_t taken = client.offer(rest);
    rest.erase(0, taken);
    offered += taken;
    quiet = taken == 0 ? quiet + 1 : 0;
    if (taken == 0) on_io([] {});
    if (taken == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_LT(offered, 10'000'000u) << "the server takes lines while nobody takes its answers";
  // Once the answers are read, everything goes on.
  std::thread sender([&] { client.send(rest + std::string(kEnd)); });
  const auto lines = client.response().lines();
  sender.join();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back()["line"], lines.size());
}

TEST_F(Intake, TwoClientsAtOnceEachGetTheirOwn) {
  const auto submit = [this](char name) {
    Client client(path_);
    std::string body;
    for (int i = 0; i < 3000; ++i) body += job_line(name + std::to_string(i));
    std::thread sender([&] { client.send(request("POST", "/v1/jobs", body, "application/x-ndjson")); });
    const auto lines = client.response().lines();
    sender.join();
    ASSERT_EQ(lines.size(), 3000u);
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i]["id"], name + std::to_string(i));
  };
  std::thread other([&] { submit('a'); });
  submit('b');
  other.join();
  on_io([&] { EXPECT_EQ(backend_.jobs.size(), 6000u); });
}

}  // namespace
}  // namespace dunlin::api::test
