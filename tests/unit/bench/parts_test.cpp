// The parts of dunlin-bench that its figures rest on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "events.hpp"
#include "figures.hpp"
#include "jobs.hpp"
#include "measures.hpp"

namespace dunlin::bench {
namespace {

constexpr std::int64_t kNoon = 1795348800;  // 2026-11-22T12:00:00Z

TEST(Jobs, LinesAreJobs) {
  const Jobs jobs({.prefix = "run1", .account_share = 0.5});
  int accounts = 0;
  for (std::size_t index = 0; index < 200; ++index) {
    std::string line;
    jobs.append_line(line, index);
    ASSERT_EQ(line.back(), '\n');
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["id"], jobs.id(index));
    EXPECT_EQ(json["to"].get<std::string>().size(), 12U);
    EXPECT_TRUE(json["to"].get<std::string>().starts_with("+4860"));
    EXPECT_EQ(jobs.index_of(json["id"].get<std::string>()), index);
    EXPECT_EQ(jobs.index_in_text(json["text"].get<std::string>()), index);
    accounts += json.contains("account") ? 1 : 0;
  }
  EXPECT_EQ(accounts, 100);
}

TEST(Jobs, IdsOfOtherRunsAreNotOurs) {
  const Jobs jobs({.prefix = "run1"});
  EXPECT_FALSE(jobs.index_of("run2-00000001"));
  EXPECT_FALSE(jobs.index_of("run1-0000001x"));
  EXPECT_FALSE(jobs.index_of("run1-1"));
  EXPECT_FALSE(jobs.index_of(""));
}

TEST(Times, AreRead) {
  EXPECT_EQ(parse_micros("2026-11-22T12:00:00Z"), kNoon * 1'000'000);
  EXPECT_EQ(parse_micros("2026-11-22T12:00:00.000001Z"), kNoon * 1'000'000 + 1);
  EXPECT_EQ(parse_millis("2026-11-22T12:00:01.250Z"), kNoon * 1000 + 1250);
  EXPECT_EQ(parse_micros("2026-11-23T12:00:00.5Z"), (kNoon + 86400) * 1'000'000 + 500'000);
  EXPECT_EQ(parse_micros(""), 0);
  EXPECT_EQ(parse_micros("yesterday"), 0);
}

std::string event(const std::string& type, const std::string& id, const std::string& time) {
  return R"({"seq":1,"time":"2026-11-22T12:00:)" + time + R"(Z","type":")" + type + R"(","job":")" + id + "\"}\n";
}

TEST(Tracker, FollowsJobsThroughPiecesOfAnySize) {
  const Jobs jobs({.prefix = "run1"});
  const std::string stream = event("accepted", jobs.id(0), "00.000") + "\n" + event("accepted", jobs.id(1), "00.001") +
                             event("accepted", "another-00000001", "00.001") +
                             event("submitted", jobs.id(0), "00.010") + event("delivered", jobs.id(0), "01.000") +
                             event("submitted", jobs.id(1), "00.020") + event("undelivered", jobs.id(1), "02.000");
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    Tracker tracker(jobs, 2);
    for (std::size_t at = 0; at < stream.size(); at += size) tracker.take(std::string_view(stream).substr(at, size));
    ASSERT_TRUE(tracker.complete()) << size;
    ASSERT_EQ(tracker.accepted(), 2U);
    ASSERT_EQ(tracker.submitted(), 2U);
    ASSERT_EQ(tracker.by_state()[0], 1U);
    ASSERT_EQ(tracker.by_state()[1], 1U);
    ASSERT_EQ(tracker.duplicates(), 0U);
    ASSERT_EQ(tracker.times()[0].submitted - tracker.times()[0].accepted, 10);
    ASSERT_EQ(tracker.times()[1].final - tracker.times()[1].submitted, 1980);
  }
}

TEST(Tracker, CountsWhatHappensTwice) {
  const Jobs jobs({.prefix = "run1"});
  Tracker tracker(jobs, 2);
  tracker.take(event("submitted", jobs.id(0), "00.000") + event("submitted", jobs.id(0), "00.001") +
               event("delivered", jobs.id(0), "00.002") + event("undelivered", jobs.id(0), "00.003"));
  EXPECT_EQ(tracker.duplicates(), 2U);
  EXPECT_EQ(tracker.finished(), 1U);
  EXPECT_FALSE(tracker.complete());
  tracker.add_refused(1);
  EXPECT_TRUE(tracker.complete());
}

TEST(Figures, PercentilesAreValuesThatOccurred) {
  std::vector<double> values;
  for (int i = 1; i <= 100; ++i) values.push_back(i);
  EXPECT_EQ(percentile(values, 0.5), 50);
  EXPECT_EQ(percentile(values, 0.99), 99);
  EXPECT_EQ(percentile(values, 1), 100);
  EXPECT_EQ(percentile({7}, 0.01), 7);
}

class JournalFile {
 public:
  explicit JournalFile(const std::string& text)
      : path_(testing::TempDir() + "dunlin_bench_" + std::to_string(::getpid())) {
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
  ~JournalFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string journal_line(const std::string& time) { return R"({"time":"2026-11-22T12:00:)" + time + "Z\"}\n"; }

TEST(Rate, FindsTheFullestSlidingSecond) {
  // Three within one second across the turn of the clock's second, though no second of the clock has more than two.
  const JournalFile journal(journal_line("00.100000") + journal_line("00.900000") + journal_line("01.000000") +
                            journal_line("01.899999") + journal_line("02.900000") + R"({"time":"2026-11-22T12:)");
  Figures figures;
  ASSERT_TRUE(measure_rate(journal.path(), figures).has_value());
  testing::internal::CaptureStdout();
  figures.print(true);
  const auto json = nlohmann::json::parse(testing::internal::GetCapturedStdout());
  EXPECT_EQ(json["submits"], 5);
  EXPECT_EQ(json["most_in_a_sliding_second_submits"], 3);
  EXPECT_NEAR(json["sustained_submits_s"].get<double>(), 4 / 2.8, 0.001);
}

TEST(Rate, SaysWhenThereIsNothingToMeasure) {
  Figures figures;
  EXPECT_FALSE(measure_rate("/nonexistent/journal", figures).has_value());
  const JournalFile journal(journal_line("00.100000"));
  EXPECT_FALSE(measure_rate(journal.path(), figures).has_value());
}

}  // namespace
}  // namespace dunlin::bench
