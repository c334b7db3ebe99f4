#include "base/duration.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/version.hpp"

namespace dunlin {
namespace {

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("250ms").value(), std::chrono::milliseconds(250));
  EXPECT_EQ(parse_duration("30s").value(), std::chrono::seconds(30));
  EXPECT_EQ(parse_duration("5m").value(), std::chrono::minutes(5));
  EXPECT_EQ(parse_duration("48h").value(), std::chrono::hours(48));
  EXPECT_EQ(parse_duration("7d").value(), std::chrono::hours(7 * 24));
  EXPECT_EQ(parse_duration("0s").value(), std::chrono::seconds(0));
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const char* text : {"", "s", "30", "30 s", " 30s", "30s ", "-1s", "+1s", "1.5h", "1h30m", "30sec", "30S",
                           "0x10s", "36526d", "99999999999999999999ms", "18446744073709551615d"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, "bad_duration") << text;
  }
}

TEST(Duration, IsWrittenInTheGreatestExactUnitAndReadBack) {
  EXPECT_EQ(format_duration(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(format_duration(std::chrono::seconds(120)), "2m");
  EXPECT_EQ(format_duration(std::chrono::hours(72)), "3d");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(1500)), "1500ms");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(0)), "0s");
  for (const std::int64_t value : {1LL, 999LL, 1000LL, 59'999LL, 60'000LL, 3'600'000LL, 86'400'000LL, 86'400'001LL}) {
    EXPECT_EQ(parse_duration(format_duration(std::chrono::milliseconds(value))).value().count(), value);
  }
  EXPECT_EQ(parse_duration(format_duration(kDurationMax)).value(), kDurationMax);
}

TEST(Size, ReadsEveryUnitAndRefusesTheRest) {
  EXPECT_EQ(parse_size("7B").value(), 7u);
  EXPECT_EQ(parse_size("3KiB").value(), 3072u);
  EXPECT_EQ(parse_size("512MiB").value(), 512ULL << 20);
  EXPECT_EQ(parse_size("2GiB").value(), 2ULL << 30);
  EXPECT_EQ(parse_size("1TiB").value(), 1ULL << 40);
  for (const char* text : {"", "512", "512 MiB", "512MB", "512mib", "-1B", "0.5GiB", "9999999999TiB"}) {
    const auto parsed = parse_size(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, "bad_size") << text;
  }
  for (const std::uint64_t value : {0ULL, 1ULL, 1023ULL, 1024ULL, 512ULL << 20, (1ULL << 40) + 1}) {
    EXPECT_EQ(parse_size(format_size(value)).value(), value);
  }
}

TEST(Version, IsThreeNumbers) { EXPECT_EQ(std::count(kVersion.begin(), kVersion.end(), '.'), 2); }

}  // namespace
}  // namespace dunlin
