// Event streams: from anywhere, following, kept alive, by consumer, and for readers too slow or too late.
#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

class Events : public ApiTest {
 protected:
  void ack(std::string_view consumer, std::uint64_t seq) {
    on_io([&] {
      store::Batch batch;
      const store::Key key = store::keys::consumer(consumer);
      batch.put(key.family, key.key, store::encode(store::Consumer{seq}));
      ASSERT_TRUE(kv_.commit(batch, true));
    });
  }
  static std::vector<std::uint64_t> seqs(const Response& response) {
    std::vector<std::uint64_t> found;
    for (const auto& line : response.lines()) found.push_back(line["seq"]);
    return found;
  }
};

TEST_F(Events, EndWithTheLastUnlessFollowed) {
  Client client(path_);
  EXPECT_EQ(client.call("GET", "/v1/events").lines().size(), 0u);
  add_events(5000, 200);
  const Response all = client.call("GET", "/v1/events");
  EXPECT_TRUE(all.whole);
  const auto found = seqs(all);
  ASSERT_EQ(found.size(), 5000u);
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], i + 1);
  EXPECT_EQ(all.lines()[0]["job"], "job-1");
  EXPECT_EQ(all.lines()[0]["type"], "accepted");
  EXPECT_EQ(seqs(client.call("GET", "/v1/events?after=4997")), (std::vector<std::uint64_t>{4998, 4999, 5000}));
  EXPECT_TRUE(seqs(client.call("GET", "/v1/events?after=5000")).empty());
}

TEST_F(Events, BadQueriesAreNamed) {
  Client client(path_);
  EXPECT_EQ(client.call("GET", "/v1/events?after=x").json()["field"], "after");
  EXPECT_EQ(client.call("GET", "/v1/events?after=-1").json()["field"], "after");
  EXPECT_EQ(client.call("GET", "/v1/events?follow=perhaps").json()["field"], "follow");
  EXPECT_EQ(client.call("GET", "/v1/events?after=7").json()["code"], "out_of_range");
}

TEST_F(Events, AreFollowedAsTheyCome) {
  add_events(2);
  Client client(path_);
  client.send(request("GET", "/v1/events?follow=true&after=1"));
  std::string seen;
  const auto see = [&](std::string_view wanted) {
    while (seen.find(wanted) == seen.npos) ASSERT_NE(seen = client.line(), "");
  };
  see("\"seq\":2,");
  add_events(1);
  see("\"seq\":3,");
  add_events(1000);
  see("\"seq\":1003,");
}

TEST_F(Events, ManyFollowersAllGetAll) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(path_));
    clients.back()->send(request("GET", "/v1/events?follow=true"));
  }
  until([&] { return backend_.subscribers.size() == 20; });
  add_events(300);
  for (auto& client : clients) {
    std::string seen;
    while (seen.find("\"seq\":300,") == seen.npos) ASSERT_NE(seen = client->line(), "");
  }
  clients.clear();
  add_events(1);
  add_events(1);
  until([&] { return backend_.subscribers.empty(); });
}

TEST_F(Events, AConsumerGoesOnAfterItsAck) {
  add_events(10);
  ack("billing", 7);
  Client client(path_);
  EXPECT_EQ(seqs(client.call("GET", "/v1/events?consumer=billing")), (std::vector<std::uint64_t>{8, 9, 10}));
  EXPECT_EQ(seqs(client.call("GET", "/v1/events?consumer=new")).size(), 10u);
  EXPECT_EQ(seqs(client.call("GET", "/v1/events?consumer=billing&after=9")).size(), 1u) << "after wins";
  EXPECT_EQ(client.call("POST", "/v1/consumers/billing", R"({"ack":9})").json(),
            (Json{{"consumer", "billing"}, {"acked", 9}}));
  EXPECT_EQ(client.call("POST", "/v1/consumers/billing", R"({"ack":11})").status, 404u);
  EXPECT_EQ(client.call("POST", "/v1/consumers/billing", "{}").json()["field"], "ack");
}

TEST_F(Events, OlderThanKeptIsGone) {
  add_events(10);
  drop_events_below(6);
  ack("late", 2);
  Client client(path_);
  for (const char* target : {"/v1/events?after=4", "/v1/events?after=0", "/v1/events?consumer=late"}) {
    const Response gone = client.call("GET", target);
    EXPECT_EQ(gone.status, 410u) << target;
    EXPECT_EQ(gone.json()["oldest"], 6) << target;
    EXPECT_EQ(gone.json()["code"], "gone") << target;
  }
  EXPECT_EQ(seqs(client.call("GET", "/v1/events?after=5")).front(), 6u);
  EXPECT_EQ(seqs(client.call("GET", "/v1/events")).front(), 6u) << "without a number: from the oldest kept";
}

TEST_F(Events, AStoreThatCannotBeReadSaysSo) {
  kv_.fail_reads(true);
  Client client(path_);
  EXPECT_EQ(client.call("GET", "/v1/events").status, 500u);
  EXPECT_EQ(client.call("GET", "/v1/jobs/a").status, 500u);
  EXPECT_EQ(client.call("GET", "/v1/consents/+49").status, 500u);
}

class QuietEvents : public Events {
  ServerOptions options() override {
    ServerOptions options = ApiTest::options();
    options.keep_alive = 20ms;
    options.peer_timeout = 300ms;
    return options;
  }
};

TEST_F(QuietEvents, AreKeptAliveByBlankLines) {
  Client client(path_);
  client.send(request("GET", "/v1/events?follow=true"));
  for (int i = 0; i < 6; ++i) ASSERT_NE(client.line(), "");  // the head
  int blank = 0;
  for (int i = 0; i < 200 && blank < 20; ++i) blank += client.line() == "\n" ? 1 : 0;
  EXPECT_EQ(blank, 20);
}

TEST_F(QuietEvents, AReaderThatDoesNotReadIsClosedAndHoldsNothing) {
  add_events(5000, 2000);
  Client client(path_);
  client.send(request("GET", "/v1/events?follow=true"));
  until([&] { return backend_.subscribers.size() == 1; });
  until([&] { return backend_.subscribers.empty() && server_->connections() == 0; });
  const Response cut = client.response();
  EXPECT_FALSE(cut.whole);
  EXPECT_LT(cut.lines().size(), 5000u);
}

}  // namespace
}  // namespace dunlin::api::test
