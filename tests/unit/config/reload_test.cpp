// What a running daemon takes over, and what it refuses by name.
#include <gtest/gtest.h>

#include <algorithm>

#include "config/configuration.hpp"
#include "config/schema.hpp"
#include "dunning/calendar.hpp"
#include "dunning/replies.hpp"
#include "unit/config/folder.hpp"

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
    const bool live =
        key == "log.level" || key == "smsc.throughput" || key == "smsc.window" || key == "store.min_free" ||
        key == "smsc.failback_after" || key == "route.price" || key == "route.currency" || (row.table == "smsc.tls" && row.key != "enabled") ||
        ((row.table == "dunning" || row.table == "campaigns" || row.table == "replies" || row.table == "retention") && row.only.empty());
    EXPECT_EQ(row.live, live) << key;
  }
}

// A changed countries.toml is a change although the path to it is not; one that is the same is none.
TEST(Reload, SeesThatTheCountriesChanged) {
  const Folder folder;
  const auto with = [&](const std::string& rule, const std::string& quiet = "") {
    folder.file("countries.toml", rule);
    auto read_back = read("[dunning]\n" + quiet, folder.path() / "d.toml");
    EXPECT_TRUE(read_back.has_value()) << to_string(read_back.error().front());
    return *read_back;
  };
  const std::string rule =
      "[[rule]]\nname = \"n\"\ncountry = \"NL\"\npurpose = [\"billing\"]\nhours = [\"mon-fri 10:00-12:00\"]\n"
      "from = 2020-01-01\nsource = \"s\"\n";
  const auto running = with("");
  EXPECT_TRUE(diff(running, with("")).empty());
  const auto fresh = with(rule);
  EXPECT_EQ(diff(running, fresh), (std::vector<Change>{{"dunning.countries", true}}));
  EXPECT_EQ(take_live(running, fresh).gateway.dunning.calendar->countries->rules().size(), 1u);
  // What is narrowed and what narrows come together: the calendar is one thing.
  const auto quiet = with("", "quiet_hours = \"20:00-08:00\"\n");
  EXPECT_EQ(diff(running, quiet),
            (std::vector<Change>{{"dunning.countries", true}, {"dunning.quiet_hours", true}}));
  EXPECT_TRUE(take_live(running, quiet).gateway.dunning.calendar->quiet.hours.has_value());
}

TEST(Reload, RefusesABadCountriesFileByItsOwnLine) {
  const Folder folder;
  const auto path = folder.file("countries.toml", "\n[[rule]]\nname = \"n\"\n");
  const auto read_back = read("", folder.path() / "d.toml");
  ASSERT_FALSE(read_back.has_value());
  EXPECT_EQ(read_back.error().front().where.rfind(path.string() + ":2: rule[1]", 0), 0u)
      << read_back.error().front().where;
}

TEST(Reload, SeesThatThePhrasesOfRepliesChanged) {
  const Folder folder;
  const auto with = [&](const std::string& phrases) {
    folder.file("replies.toml", phrases);
    auto read_back = read("", folder.path() / "d.toml");
    EXPECT_TRUE(read_back.has_value()) << to_string(read_back.error().front());
    return *read_back;
  };
  const auto running = with("[en]\npaid = [\"paid\"]\n");
  EXPECT_TRUE(diff(running, with("[en]\npaid = [\"paid\"]\n")).empty());
  const auto fresh = with("[en]\npaid = [\"settled\"]\n");
  EXPECT_EQ(diff(running, fresh), (std::vector<Change>{{"dunning.replies", true}}));
  const auto taken = take_live(running, fresh);
  EXPECT_EQ(taken.gateway.replies.rules->classify("settled").intent, dunning::Intent::paid);
  EXPECT_EQ(read("[dunning]\nreplies = \"\"\n", folder.path() / "d.toml")->gateway.replies.rules, nullptr);
}

TEST(Reload, RefusesPhrasesOfRepliesByTheirOwnLine) {
  const Folder folder;
  const std::vector<std::array<std::string, 3>> rows{
      {"[en]\n\npaid = [\n  \"paid\",\n  \"pa*\"]\n", ":5: en.paid", "bad_pattern"},
      {"[en]\npiad = [\"x\"]\n", ":2: en.piad", "unknown_key"},
      {"[en]\npaid = \"x\"\n", ":2: en.paid", "wrong_type"},
      {"[en]\npaid = [\"x\",\n 7]\n", ":3: en.paid", "wrong_type"},
      {"\nen = 7\n", ":2: en", "wrong_type"},
      {"[en]\nwords = 7\n", ":2: en.words", "wrong_type"},
      {"[en.dates]\n\"soon\" = \"some day\"\n", ":2: en.dates", "bad_value"},
      {"[en]\npaid = [\"x\"\n[fr]\n", ":3", "bad_toml"}};
  for (const auto& [text, where, code] : rows) {
    const auto path = folder.file("replies.toml", text);
    const auto read_back = read("", folder.path() / "d.toml");
    ASSERT_FALSE(read_back.has_value()) << text;
    EXPECT_EQ(read_back.error().front().where, path.string() + where) << text;
    EXPECT_EQ(read_back.error().front().code, code) << text;
  }
}

TEST(Reload, RefusesQuietHoursThatLeaveARuleNothing) {
  const Folder folder;
  folder.file("countries.toml",
              "[[rule]]\nname = \"mornings\"\ncountry = \"NL\"\npurpose = [\"billing\"]\nhours = [\"mon-fri 07:00-09:00\"]\n"
              "from = 2020-01-01\nsource = \"s\"\n");
  const auto read_back = read("[dunning]\nquiet_hours = \"19:00-09:00\"\n", folder.path() / "d.toml");
  ASSERT_FALSE(read_back.has_value());
  ASSERT_EQ(read_back.error().size(), 1u);
  const Error& error = read_back.error().front();
  EXPECT_EQ(error.code, "never_opens");
  EXPECT_EQ(error.where, (folder.path() / "d.toml").string() + ":2: dunning.quiet_hours");
  EXPECT_NE(error.detail.find("\"mornings\" holds (line 1"), std::string::npos) << error.detail;
}

TEST(Reload, RefusesAValidityMinThatNoWindowOfARuleHolds) {
  const Folder folder;
  folder.file("countries.toml",
              "[[rule]]\nname = \"twice a day\"\ncountry = \"NL\"\npurpose = [\"billing\"]\n"
              "hours = [\"mon-fri 09:00-11:00\", \"mon-fri 14:00-17:00\"]\nfrom = 2020-01-01\nsource = \"s\"\n");
  const auto with = [&](const std::string& least, const std::string& dunning = {}) {
    return read(
        "[[smsc]]\nname = \"alpha\"\nhost = \"h\"\nsystem_id = \"s\"\nvalidity_min = \"" + least + "\"\n" + dunning,
        folder.path() / "d.toml");
  };
  const auto long_one = with("4h");
  ASSERT_FALSE(long_one.has_value());
  ASSERT_EQ(long_one.error().size(), 1u);
  EXPECT_EQ(long_one.error().front().code, "never_opens");
  EXPECT_EQ(long_one.error().front().where, (folder.path() / "d.toml").string() + ":5: smsc.alpha.validity_min");
  EXPECT_NE(long_one.error().front().detail.find("\"twice a day\" holds (line 1"), std::string::npos);
  EXPECT_TRUE(with("3h").has_value());
  EXPECT_FALSE(with("3h", "[dunning]\nquiet_hours = \"16:00-08:00\"\n").has_value());
  const auto no_table = with("13h", "[dunning]\ncountries = \"\"\nquiet_hours = \"20:00-08:00\"\n");
  ASSERT_FALSE(no_table.has_value());
  EXPECT_EQ(no_table.error().front().code, "never_opens");
  EXPECT_TRUE(with("12h", "[dunning]\ncountries = \"\"\nquiet_hours = \"20:00-08:00\"\n").has_value());
}

TEST(CalendarWarnings, SayWhatIsSwitchedOffAndWhatEnds) {
  const Folder folder;
  const Wall now = std::chrono::sys_days{std::chrono::year{2027} / 12 / 1};
  const auto of = [&](const std::string& dunning) {
    const auto read_back = read("[dunning]\n" + dunning, folder.path() / "d.toml");
    EXPECT_TRUE(read_back.has_value());
    return calendar_warnings(*read_back, now);
  };
  EXPECT_EQ(of("").size(), 1u);  // the default file is not there
  EXPECT_EQ(of("quiet_days = [\"sunday\"]\n").size(), 1u);
  folder.file("countries.toml", "[holidays.NL]\nsource = \"s\"\ndays = { 2027-12-25 = \"x\" }\n");
  ASSERT_EQ(of("").size(), 1u);
  EXPECT_NE(of("")[0].find("NL"), std::string::npos);
  folder.file("countries.toml", "[holidays.NL]\nsource = \"s\"\ndays = { 2028-12-25 = \"x\" }\n");
  EXPECT_TRUE(of("").empty());
  EXPECT_EQ(of("countries = \"\"\n").size(), 1u);
}

}  // namespace
}  // namespace dunlin::config
