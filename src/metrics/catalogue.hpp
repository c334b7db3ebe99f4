// Every metric Dunlin exposes, a row each: what it is called, what it counts, and how it is read out of a sample. The
// scrape, the tests and docs/metrics.md walk this list; nothing else names a metric.
#pragma once

#include <prometheus/metric_family.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/sample.hpp"

namespace dunlin::metrics {

// Writes the series of one family, in the order of the row's labels.
class Series {
 public:
  Series(prometheus::MetricFamily& family, std::span<const std::string_view> labels)
      : family_(family), labels_(labels) {}
  void value(double value, std::initializer_list<std::string_view> label_values = {});
  template <std::size_t N>
  void histogram(const Histogram<N>& histogram, std::initializer_list<std::string_view> label_values = {}) {
    this->histogram(histogram.bounds(), histogram.counts(), histogram.sum(), histogram.count(), label_values);
  }

 private:
  prometheus::ClientMetric& add(std::initializer_list<std::string_view> label_values);
  void histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum, std::uint64_t count,
                 std::initializer_list<std::string_view> label_values);

  prometheus::MetricFamily& family_;
  std::span<const std::string_view> labels_;
};

struct Metric {
  std::string_view name;
  prometheus::MetricType type;
  std::array<std::string_view, 2> labels;  // empty ones are none
  std::string_view help;                   // one sentence: what it counts, and in which unit
  void (*read)(const Sample& sample, Series& series);

  std::span<const std::string_view> label_names() const;
};

std::span<const Metric> catalogue();
std::string_view type_name(prometheus::MetricType type);

// All families of a sample, in the catalogue's order. A family without a series (no reply yet) is there with its help
// and no samples.
std::vector<prometheus::MetricFamily> render(const Sample& sample);

// docs/metrics.md, whole.
std::string reference();

}  // namespace dunlin::metrics
