// What a dry run sums up.
#include "api/dry_run.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dunlin::api {
namespace {

constexpr Wall kNow{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + std::chrono::hours{12}};

engine::Preview preview(const std::string& text, const std::string& locale = "de") {
  engine::Preview shown;
  shown.at = kNow;
  shown.earliest = kNow;
  shown.text = text;
  shown.locale = locale;
  shown.encoding = "gsm7";
  shown.segments = 1;
  shown.route = "eu";
  shown.price = "0.0745";
  shown.currency = "EUR";
  shown.carriers = {"alpha"};
  return shown;
}

nlohmann::json told(const DryRun& run) {
  std::string text = "{\"id\":\"x\"";
  run.append_members(text);
  return nlohmann::json::parse(text + "}", nullptr, false);
}

TEST(DryRun, OfNoRows) {
  const auto json = told(DryRun(kNow));
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["now"], 0);
  EXPECT_EQ(json["segments"], 0);
  EXPECT_TRUE(json["routes"].empty());
  EXPECT_TRUE(json["cost"].empty());
  EXPECT_FALSE(json.contains("longest"));
  EXPECT_FALSE(json.contains("first"));
}

TEST(DryRun, CountsWhatWouldBecomeOfEachRow) {
  DryRun run(kNow);
  run.add(2, {}, preview("one"));
  engine::Preview later = preview("zwei \"Zitate\"");
  later.earliest = kNow + std::chrono::hours{20};
  later.waits_for = "quiet_hours";
  later.segments = 3;
  later.gates.push_back({});
  later.gates.back().gate = "calendar";
  later.gates.back().action = dunning::Action::wait;
  run.add(3, {}, later);
  engine::Preview never = preview("opted out", "pl");
  never.earliest.reset();
  never.blocked = {"opted_out", "paid"};
  run.add(4, {}, never);
  engine::Preview known = preview("again");
  known.known = true;
  run.add(5, {}, known);
  store::Job own;
  own.locale = "fr";
  engine::Preview text = preview("libre", "");
  text.encoding = "ucs2";
  run.add(6, own, text);
  while (run.finish().next()) run.finish().answer(kNow);
  const auto json = told(run);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["now"], 2);
  EXPECT_EQ(json["known"], 1);
  EXPECT_EQ(json["later"], (nlohmann::json{{"quiet_hours", 1}}));
  EXPECT_EQ(json["blocked"], (nlohmann::json{{"opted_out", 1}}));
  EXPECT_EQ(json["outside_hours"], 1);
  EXPECT_EQ(json["languages"], (nlohmann::json{{"de", 2}, {"pl", 1}, {"fr", 1}}));
  EXPECT_EQ(json["encodings"], (nlohmann::json{{"gsm7", 2}, {"ucs2", 1}})) << "of what would go";
  EXPECT_EQ(json["segments"], 5) << "what does not go costs nothing";
  EXPECT_EQ(json["by_segments"], (nlohmann::json{{"1", 2}, {"3", 1}}));
  EXPECT_EQ(json["routes"][0], (nlohmann::json{{"route", "eu"},
                                               {"rows", 3},
                                               {"segments", 5},
                                               {"price", "0.0745"},
                                               {"currency", "EUR"},
                                               {"cost", "0.3725"}}));
  EXPECT_EQ(json["cost"], (nlohmann::json{{"EUR", "0.3725"}}));
  EXPECT_EQ(json["longest"]["line"], 3);
  EXPECT_EQ(json["longest"]["text"], "zwei \"Zitate\"");
  ASSERT_EQ(json["samples"].size(), 3u);
  EXPECT_EQ(json["samples"][0]["text"], "libre");
  EXPECT_EQ(json["samples"][1]["language"], "de");
  EXPECT_EQ(json["samples"][1]["line"], 2) << "the first of its language";
  EXPECT_EQ(json["finish"], "2026-12-02T08:00:00Z");
}

TEST(DryRun, CostsOfTwoCurrenciesAreTwoSumsAndNoPriceIsNoCost) {
  DryRun run(kNow);
  for (int i = 0; i < 3; ++i) run.add(2, {}, preview("x"));
  engine::Preview polish = preview("y");
  polish.route = "pl";
  polish.price = "0.5";
  polish.currency = "PLN";
  run.add(3, {}, polish);
  engine::Preview free = preview("z");
  free.route = "other";
  free.price.clear();
  free.currency.clear();
  run.add(4, {}, free);
  const auto json = told(run);
  EXPECT_EQ(json["cost"], (nlohmann::json{{"EUR", "0.2235"}, {"PLN", "0.5"}}));
  ASSERT_EQ(json["routes"].size(), 3u);
  EXPECT_FALSE(json["routes"][1].contains("cost"));
}

TEST(DryRun, NamesAreBounded) {
  DryRun run(kNow);
  for (std::size_t i = 0; i < 3 * DryRun::kNamesMax; ++i) {
    engine::Preview shown = preview("x", "l" + std::to_string(i));
    shown.route = "r" + std::to_string(i);
    run.add(i, {}, shown);
  }
  const auto json = told(run);
  EXPECT_EQ(json["languages"].size(), DryRun::kNamesMax + 1);
  EXPECT_EQ(json["languages"]["other"], 2 * DryRun::kNamesMax);
  EXPECT_EQ(json["samples"].size(), DryRun::kNamesMax);
  EXPECT_EQ(json["routes"].size(), DryRun::kNamesMax + 1);
}

TEST(SeenIds, RemembersEachAndGrows) {
  SeenIds seen;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50'000; ++i) ASSERT_EQ(seen.first_time("nov/" + std::to_string(i)), round == 0) << i;
  }
  EXPECT_FALSE(seen.full());
}

}  // namespace
}  // namespace dunlin::api
