// What a running daemon takes over, and what it refuses by name.
#include <gtest/gtest.h>

#include <algorithm>

#include "config/configuration.hpp"
#include "config/schema.hpp"

namespace dunlin::config {
namespace {

Configuration base() {
  auto read_back = read(
      "[[smsc]]\nname = \"alpha\"\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"hunter2\"\n"
      "[[smsc]]\nname = \"beta\"\nhost = \"h\"\nsystem_id = \"s\"\n"
      "[[route]]\nname = \"r\"\nprefix = [\"+\"]\nsmsc = [\"alpha\", \"beta\"]\n",
      "/nowhere/d.toml");
  EXPECT_TRUE(read_back.has_value());
  return *read_back;
}

TEST(Reload, FindsNothingBetweenEqualFiles) { EXPECT_TRUE(diff(base(), base()).empty()); }

TEST(Reload, NamesEachChangeAndWhetherItIsLive) {
  auto fresh = base();
  fresh.log.level = LogLevel::debug;
  fresh.gateway.smscs[0].throughput = 50;
  fresh.gateway.smscs[0].host = "elsewhere";
  fresh.gateway.smscs[1].password = "swordfsh";
  fresh.gateway.smscs[1].tls.verify = false;
  fresh.gateway.routes[0].balance = true;
  fresh.gateway.dunning.in_doubt = store::InDoubtPolicy::hold;
  fresh.gateway.retention.events = std::chrono::hours(1);
  fresh.gateway.store_min_free = 1;
  fresh.store.path = "/elsewhere";
  const std::vector<Change> expected{
      {"store.path", false},           {"store.min_free", true},      {"log.level", true},
      {"dunning.in_doubt", true},      {"retention.events", true},    {"smsc.alpha.host", false},
      {"smsc.alpha.throughput", true}, {"smsc.beta.password", false}, {"smsc.beta.tls.verify", true},
      {"route.r.mode", false}};
  EXPECT_EQ(diff(base(), fresh), expected);
}

TEST(Reload, NamesExtraTlvsAsOneThing) {
  auto fresh = base();
  fresh.gateway.smscs[1].extra_tlvs.emplace_back().tag = 0x1400;
  EXPECT_EQ(diff(base(), fresh), (std::vector<Change>{{"smsc.beta.extra_tlvs", false}}));
}

TEST(Reload, NamesWhatCameAndWent) {
  auto fresh = base();
  fresh.gateway.smscs[1].name = "gamma";
  fresh.gateway.routes.clear();
  const std::vector<Change> expected{{"smsc.gamma", false}, {"smsc.beta", false}, {"route.r", false}};
  EXPECT_EQ(diff(base(), fresh), expected);

  fresh = base();
  std::swap(fresh.gateway.smscs[0], fresh.gateway.smscs[1]);
  EXPECT_EQ(diff(base(), fresh), (std::vector<Change>{{"smsc", false}}));
}

TEST(Reload, TakesOverOnlyWhatIsLive) {
  auto fresh = base();
  fresh.log.level = LogLevel::debug;
  fresh.gateway.smscs[1].window = 7;
  fresh.gateway.smscs[1].host = "elsewhere";
  fresh.gateway.retention.jobs = std::chrono::hours(2);
  std::swap(fresh.gateway.smscs[0], fresh.gateway.smscs[1]);
  const auto taken = take_live(base(), fresh);
  EXPECT_EQ(taken.log.level, LogLevel::debug);
  EXPECT_EQ(taken.gateway.smscs[1].name, "beta");
  EXPECT_EQ(taken.gateway.smscs[1].window, 7u);
  EXPECT_EQ(taken.gateway.smscs[1].host, "h");
  EXPECT_EQ(taken.gateway.retention.jobs, std::chrono::hours(2));
  for (const auto& change : diff(taken, fresh)) EXPECT_FALSE(change.live) << change.key;
}

// Exactly these: a new row that claims to be live must be one that the engine takes over.
TEST(Reload, KnowsWhichKeysAreLive) {
  for (const auto& row : rows()) {
    const std::string key = std::string(row.table) + "." + std::string(row.key);
    const bool live = key == "log.level" || key == "smsc.throughput" || key == "smsc.window" ||
                      key == "store.min_free" || key == "smsc.failback_after" ||
                      (row.table == "smsc.tls" && row.key != "enabled") ||
                      ((row.table == "dunning" || row.table == "retention") && row.only.empty());
    EXPECT_EQ(row.live, live) << key;
  }
}

}  // namespace
}  // namespace dunlin::config
