#include "daemon/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/version.hpp"

namespace dunlin::daemon {
namespace {

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "dunlind");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(Options, TakeAFileAndCheck) {
  const auto parsed = parse({"--config", "d.toml", "--check"});
  ASSERT_TRUE(parsed.options.has_value());
  EXPECT_EQ(parsed.options->config, "d.toml");
  EXPECT_TRUE(parsed.options->check);
  EXPECT_FALSE(parse({"--config=d.toml"}).options->check);
}

TEST(Options, SayVersionAndHelpOnStandardOutput) {
  const auto version = parse({"--version"});
  EXPECT_FALSE(version.options.has_value());
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, "dunlind " + std::string(kVersion) + "\n");
  const auto help = parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, testing::AllOf(testing::HasSubstr("--config"), testing::HasSubstr("SIGHUP")));
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{}, {"--config"}, {"--config", "d.toml", "--chekc"}, {"d.toml"}}) {
    const auto parsed = parse(words);
    EXPECT_FALSE(parsed.options.has_value());
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_FALSE(parsed.err.empty());
    EXPECT_TRUE(parsed.out.empty());
  }
}

}  // namespace
}  // namespace dunlin::daemon
