// SMPP times, absolute, relative, and the dates receipts carry.
#include <dunlin/smpp/time.hpp>

#include <gtest/gtest.h>

namespace dunlin::smpp {
namespace {

using namespace std::chrono;

Wall at(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0, int millisecond = 0) {
  return Wall(sys_days(year_month_day{year(y), month(m), day(d)}) + hours(hour) + minutes(minute) + seconds(second) +
              milliseconds(millisecond));
}

TEST(Time, AbsoluteIsReadWithItsDistanceFromUtc) {
  EXPECT_EQ(std::get<Wall>(*parse_time("261122190530700+")), at(2026, 11, 22, 19, 5, 30, 700));
  EXPECT_EQ(std::get<Wall>(*parse_time("261122190530008+")), at(2026, 11, 22, 17, 5, 30));
  EXPECT_EQ(std::get<Wall>(*parse_time("261231233000020-")), at(2027, 1, 1, 4, 30));
  EXPECT_EQ(std::get<Wall>(*parse_time("700101000000000+")), at(1970, 1, 1));
  EXPECT_EQ(std::get<Wall>(*parse_time("240229000000000+")), at(2024, 2, 29));
}

TEST(Time, WhatCantBeIsRefused) {
  for (const auto* text :
       {"", "2611221905", "261122190530700", "261122190530700Z", "26112219053070x+", "261322190530700+",
        "260230190530700+", "261122240000000+", "261122006000000+", "261122000060000+", "261122190530749+",
        "2611221905307000+", "001300000000000R", "000032000000000R", "000000240000000R", "000000006000000R"}) {
    EXPECT_EQ(parse_time(text).error().code, "bad_time") << text;
  }
}

TEST(Time, FormatsWhatItReads) {
  for (const auto wall : {at(1970, 1, 1), at(2026, 11, 22, 19, 5, 30, 700), at(2069, 12, 31, 23, 59, 59, 900)}) {
    const auto text = format_absolute(wall);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->size(), 16U);
    EXPECT_EQ(std::get<Wall>(*parse_time(*text)), wall);
  }
  EXPECT_EQ(*format_absolute(at(2026, 11, 22, 19, 5, 30, 799)), "261122190530700+");
  EXPECT_EQ(format_absolute(at(1969, 12, 31)).error().code, "bad_time");
  EXPECT_EQ(format_absolute(at(2070, 1, 1)).error().code, "bad_time");
}

TEST(Time, RelativeGivesItsDurationBack) {
  EXPECT_EQ(*format_relative(hours(24 * 7)), "000007000000000R");
  EXPECT_EQ(*format_relative(hours(24 * 31) + seconds(1)), "000031000001000R");
  EXPECT_EQ(*format_relative(hours(24 * 32)), "000102000000000R");
  for (const std::int64_t duration :
       {0LL, 59LL, 86'399LL, 86'400LL * 31, 86'400LL * 364 + 7, 86'400LL * 365, 86'400LL * 36'499 + 86'399}) {
    const auto text = format_relative(seconds(duration));
    ASSERT_TRUE(text) << duration;
    EXPECT_EQ(approximate(std::get<RelativeTime>(*parse_time(*text))), seconds(duration)) << *text;
  }
  EXPECT_FALSE(format_relative(seconds(-1)));
  EXPECT_FALSE(format_relative(hours(24 * 36'500)));
}

TEST(Date, OfReceiptsInEveryWidth) {
  EXPECT_EQ(*parse_date("1506201641"), at(2015, 6, 20, 16, 41));
  EXPECT_EQ(*parse_date("150620164159"), at(2015, 6, 20, 16, 41, 59));
  EXPECT_EQ(*parse_date("201506201641"), at(2015, 6, 20, 16, 41));
  EXPECT_EQ(*parse_date("20150620164159"), at(2015, 6, 20, 16, 41, 59));
  EXPECT_EQ(*parse_date("261122190530"), at(2026, 11, 22, 19, 5, 30));
  EXPECT_EQ(*parse_date("202611221905"), at(2026, 11, 22, 19, 5));
  EXPECT_EQ(*parse_date("180711070003912+"), at(2018, 7, 11, 4, 0, 3, 900));
  for (const auto* text :
       {"", "0000000000", "000000000000", "15062016", "1506xx1641", "000007000000000R", "99999999999999"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace dunlin::smpp
