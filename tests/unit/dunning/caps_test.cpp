#include "dunning/caps.hpp"

#include <gtest/gtest.h>

namespace dunlin::dunning {
namespace {

constexpr Wall kNow{1'800'000'000s};
constexpr std::chrono::hours kDay{24};

std::vector<Cap> caps(std::initializer_list<std::string_view> written) {
  std::vector<Cap> all;
  for (const std::string_view each : written) all.push_back(parse_cap(each).value());
  return all;
}

TEST(Caps, AreReadAndWrittenAlike) {
  for (const char* written : {"1/24h", "2/7d", "128/90s"}) {
    const Result<Cap> cap = parse_cap(written);
    ASSERT_TRUE(cap) << written;
    EXPECT_EQ(parse_cap(to_string(*cap)).value(), *cap);
  }
  EXPECT_EQ(parse_cap("2/7d").value(), (Cap{2, 7 * kDay}));
}

TEST(Caps, RefuseWhatIsNone) {
  for (const char* written :
       {"", "2", "/7d", "2/", "0/7d", "129/7d", "-1/7d", "2/7", "2/0s", "2 /7d", "x/7d", "2/7d/1"}) {
    const Result<Cap> cap = parse_cap(written);
    ASSERT_FALSE(cap) << written;
    EXPECT_EQ(cap.error().code, "bad_cap");
  }
}

TEST(Caps, OpenWhenTheOldestThatCountsHasGone) {
  std::vector<Wall> begun;
  const auto two_a_week = caps({"1/24h", "2/7d"});
  EXPECT_FALSE(capped_until(begun, two_a_week, kNow));
  count_begun(begun, two_a_week, kNow);
  EXPECT_EQ(capped_until(begun, two_a_week, kNow), kNow + kDay);
  EXPECT_EQ(capped_until(begun, two_a_week, kNow + kDay - 1ms), kNow + kDay);
  EXPECT_FALSE(capped_until(begun, two_a_week, kNow + kDay));
  count_begun(begun, two_a_week, kNow + kDay);
  EXPECT_EQ(capped_until(begun, two_a_week, kNow + kDay), kNow + 7 * kDay) << "the longest of them";
  EXPECT_FALSE(capped_until(begun, two_a_week, kNow + 7 * kDay));
}

TEST(Caps, NeverLetMoreThroughInAnySlidingWhile) {
  const auto all = caps({"1/24h", "2/7d", "4/30d"});
  std::vector<Wall> begun, sent;
  for (Wall now = kNow; now < kNow + 120 * kDay; now += std::chrono::minutes{97}) {
    if (capped_until(begun, all, now)) continue;
    count_begun(begun, all, now);
    sent.push_back(now);
  }
  EXPECT_GE(sent.size(), 13u);
  for (const Cap& cap : all) {
    for (std::size_t i = cap.texts; i < sent.size(); ++i) EXPECT_GE(sent[i] - sent[i - cap.texts], cap.within);
  }
  EXPECT_LE(begun.size(), 4u) << "what no cap counts is forgotten";
}

TEST(Caps, KeepNoMoreThanTheirBound) {
  const auto wide = caps({"128/30d"});
  std::vector<Wall> begun;
  for (int i = 0; i < 300; ++i) count_begun(begun, wide, kNow + std::chrono::seconds{i});
  EXPECT_EQ(begun.size(), kCapTextsMax);
  EXPECT_EQ(begun.back(), kNow + 299s);
}

TEST(Caps, AClockSetBackKeepsTheirOrder) {
  const auto one = caps({"1/24h"});
  std::vector<Wall> begun;
  count_begun(begun, one, kNow);
  count_begun(begun, one, kNow - 1h);
  EXPECT_TRUE(std::is_sorted(begun.begin(), begun.end()));
  EXPECT_EQ(capped_until(begun, one, kNow - 1h), kNow + kDay);
}

}  // namespace
}  // namespace dunlin::dunning
