#include "daemon/logging.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/formatter.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

namespace dunlin::daemon {
namespace {

std::string line(LineStyle style, spdlog::level::level_enum level, std::string_view words) {
  const spdlog::log_clock::time_point time{std::chrono::milliseconds(1'795'370'998'123)};
  const spdlog::details::log_msg message(time, spdlog::source_loc{}, "dunlind", level,
                                         spdlog::string_view_t(words.data(), words.size()));
  spdlog::memory_buf_t into;
  line_formatter(style)->format(message, into);
  return fmt::to_string(into);
}

TEST(Log, WritesLinesForPeople) {
  EXPECT_EQ(line({}, spdlog::level::info, "alpha is bound"), "2026-11-22T18:09:58.123Z info  alpha is bound\n");
  EXPECT_EQ(line({}, spdlog::level::err, "a\nb"), "2026-11-22T18:09:58.123Z error a\\x0ab\n");
}

TEST(Log, LeavesTheTimeToTheJournalAndTellsItThePriority) {
  const LineStyle style{.journal = true};
  EXPECT_EQ(line(style, spdlog::level::debug, "x"), "<7>x\n");
  EXPECT_EQ(line(style, spdlog::level::info, "x"), "<6>x\n");
  EXPECT_EQ(line(style, spdlog::level::warn, "x"), "<4>x\n");
  EXPECT_EQ(line(style, spdlog::level::err, "x"), "<3>x\n");
}

TEST(Log, WritesOneJsonObjectALine) {
  const auto object = nlohmann::json::parse(
      line({.format = config::LogFormat::json}, spdlog::level::warn, "said \"no\" \xff to +48601234567"));
  EXPECT_EQ(object.at("time"), "2026-11-22T18:09:58.123Z");
  EXPECT_EQ(object.at("level"), "warn");
  EXPECT_EQ(object.at("message"), "said \"no\" \xEF\xBF\xBD to +48*******67");
}

TEST(Log, MasksNumbersUnlessToldOtherwise) {
  EXPECT_NE(line({.redact = true}, spdlog::level::info, "+48601234567").find("+48*******67"), std::string::npos);
  EXPECT_NE(line({.redact = false}, spdlog::level::info, "+48601234567").find("+48601234567"), std::string::npos);
}

TEST(Log, KnowsTheJournalByItsDeviceAndInode) {
  struct stat found {};
  ASSERT_EQ(::fstat(0, &found), 0);
  EXPECT_TRUE(is_journal(fmt::format("{}:{}", found.st_dev, found.st_ino).c_str(), 0));
  EXPECT_FALSE(is_journal("1:2", 0));
  EXPECT_FALSE(is_journal(nullptr, 0));
}

}  // namespace
}  // namespace dunlin::daemon
