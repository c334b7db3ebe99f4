// The catalogue, walked: every row speaks, is named as Prometheus wants it, and is what docs/metrics.md says.
#include "metrics/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "full_sample.hpp"

namespace dunlin::metrics {
namespace {

using prometheus::MetricType;

const prometheus::MetricFamily& family(const std::vector<prometheus::MetricFamily>& families, std::string_view name) {
  for (const auto& candidate : families) {
    if (candidate.name == name) return candidate;
  }
  throw std::runtime_error("no family " + std::string(name));
}

std::map<std::string, double> by_last_label(const prometheus::MetricFamily& family) {
  std::map<std::string, double> values;
  for (const auto& metric : family.metric) {
    values[metric.label.back().value] = family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

TEST(Catalogue, has_every_metric_of_the_contract) {
  const std::map<std::string, std::vector<std::string>> contract{
      {"dunlin_jobs", {"state"}},
      {"dunlin_jobs_accepted_total", {}},
      {"dunlin_erased_total", {"what"}},
      {"dunlin_blocked_total", {"reason"}},
      {"dunlin_oldest_ready_seconds", {}},
      {"dunlin_link_up", {"smsc"}},
      {"dunlin_sessions_bound", {"smsc"}},
      {"dunlin_window_in_flight", {"smsc"}},
      {"dunlin_window_size", {"smsc"}},
      {"dunlin_rate_limit", {"smsc"}},
      {"dunlin_limited_by", {"smsc", "cause"}},
      {"dunlin_submits_total", {"smsc", "status"}},
      {"dunlin_submit_response_seconds", {"smsc"}},
      {"dunlin_throttled_total", {"smsc"}},
      {"dunlin_reconnects_total", {"smsc"}},
      {"dunlin_receipts_total", {"smsc", "state"}},
      {"dunlin_receipts_unmatched_total", {"smsc"}},
      {"dunlin_receipts_parked", {"smsc"}},
      {"dunlin_delivery_seconds", {"smsc"}},
      {"dunlin_replies_total", {"intent", "language"}},
      {"dunlin_commit_seconds", {}},
      {"dunlin_turn_inputs", {}},
      {"dunlin_store_bytes", {}},
      {"dunlin_in_doubt_jobs", {}},
      {"dunlin_consumer_lag_events", {"consumer"}},
      {"dunlin_build_info", {"version"}},
  };
  std::map<std::string, std::vector<std::string>> ours;
  for (const auto& metric : catalogue()) {
    const auto labels = metric.label_names();
    ours[std::string(metric.name)] = {labels.begin(), labels.end()};
  }
  for (const auto& row : contract) EXPECT_THAT(ours, testing::Contains(row));
}

TEST(Catalogue, every_row_follows_the_conventions) {
  std::set<std::string_view> names;
  for (const auto& metric : catalogue()) {
    SCOPED_TRACE(metric.name);
    EXPECT_TRUE(names.insert(metric.name).second);
    EXPECT_TRUE(std::regex_match(std::string(metric.name), std::regex("dunlin_[a-z][a-z_]*[a-z]")));
    EXPECT_EQ(metric.type == MetricType::Counter, metric.name.ends_with("_total"));
    EXPECT_TRUE(metric.help.ends_with('.'));
    for (const auto label : metric.label_names())
      EXPECT_TRUE(std::regex_match(std::string(label), std::regex("[a-z]+")));
  }
}

TEST(Catalogue, every_row_speaks_in_a_full_sample) {
  const auto families = render(full_sample());
  ASSERT_EQ(families.size(), catalogue().size());
  for (std::size_t i = 0; i < families.size(); ++i) {
    SCOPED_TRACE(families[i].name);
    EXPECT_EQ(families[i].name, catalogue()[i].name);
    EXPECT_EQ(families[i].help, catalogue()[i].help);
    EXPECT_FALSE(families[i].metric.empty());
    std::set<std::vector<prometheus::ClientMetric::Label>> series;
    for (const auto& metric : families[i].metric) {
      EXPECT_EQ(metric.label.size(), catalogue()[i].label_names().size());
      EXPECT_TRUE(series.insert(metric.label).second) << "the same series twice";
    }
  }
}

TEST(Catalogue, an_empty_sample_renders_every_family) {
  const auto families = render(Sample{});
  ASSERT_EQ(families.size(), catalogue().size());
  EXPECT_TRUE(family(families, "dunlin_replies_total").metric.empty());
}

TEST(Catalogue, statuses_outside_the_table_are_counted_together) {
  const auto families = render(full_sample());
  EXPECT_THAT(by_last_label(family(families, "dunlin_submits_total")),
              testing::UnorderedElementsAre(testing::Pair("ESME_ROK", 10), testing::Pair("ESME_RTHROTTLED", 4),
                                            testing::Pair("other", 3)));
}

TEST(Catalogue, says_what_limits_a_link_and_what_does_not) {
  const auto causes = by_last_label(family(render(full_sample()), "dunlin_limited_by"));
  EXPECT_EQ(causes.size(), engine::kLimits);
  double sum = 0;
  for (const auto& [cause, value] : causes) sum += value;
  EXPECT_EQ(causes.at("rate"), 1);
  EXPECT_EQ(sum, 1);
}

TEST(Catalogue, jobs_by_state_and_in_doubt_agree) {
  const auto families = render(full_sample());
  const auto jobs = by_last_label(family(families, "dunlin_jobs"));
  EXPECT_EQ(jobs.size(), store::kStates);
  EXPECT_EQ(jobs.at("in_doubt"), 106);
  EXPECT_EQ(family(families, "dunlin_in_doubt_jobs").metric.front().gauge.value, 106);
}

TEST(Catalogue, a_consumer_lags_by_what_it_did_not_acknowledge) {
  auto sample = full_sample();
  sample.counters.consumer_acked["ahead"] = 99;  // acknowledged before old events went: no negative lag
  EXPECT_THAT(by_last_label(family(render(sample), "dunlin_consumer_lag_events")),
              testing::UnorderedElementsAre(testing::Pair("billing", 30), testing::Pair("ahead", 0)));
}

TEST(Catalogue, buckets_are_cumulative_and_end_at_infinity) {
  const auto families = render(full_sample());
  const auto& histogram = family(families, "dunlin_submit_response_seconds").metric.front().histogram;
  EXPECT_EQ(histogram.sample_count, 3);
  EXPECT_DOUBLE_EQ(histogram.sample_sum, 60.004);
  ASSERT_EQ(histogram.bucket.size(), 13);
  EXPECT_EQ(histogram.bucket[0].cumulative_count, 1);
  EXPECT_EQ(histogram.bucket[1].cumulative_count, 1);
  EXPECT_EQ(histogram.bucket[2].cumulative_count, 2);
  EXPECT_EQ(histogram.bucket[11].cumulative_count, 2);
  EXPECT_EQ(histogram.bucket[12].cumulative_count, 3);
  EXPECT_TRUE(std::isinf(histogram.bucket[12].upper_bound));
}

TEST(Sample, keeps_no_pointer_into_the_links) {
  const auto sample = full_sample();
  EXPECT_EQ(sample.links.front().status.response_seconds, nullptr);
  EXPECT_EQ(sample.links.front().response_seconds.count(), 3);
}

TEST(Reference, is_what_docs_metrics_md_says) {
  const std::string generated = std::string(DUNLIN_BINARY_DIR) + "/metrics.md";
  std::ofstream(generated) << reference();
  std::ifstream file(std::string(DUNLIN_SOURCE_DIR) + "/docs/metrics.md");
  std::stringstream written;
  written << file.rdbuf();
  EXPECT_EQ(written.str(), reference()) << "the catalogue changed: cp " << generated << " docs/metrics.md";
}

}  // namespace
}  // namespace dunlin::metrics
