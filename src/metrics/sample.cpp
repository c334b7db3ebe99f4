#include "metrics/sample.hpp"

#include <array>

namespace dunlin::metrics {

namespace {

constexpr std::array<double, 12> kNoBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};

LinkSample copy_of(const engine::LinkStatus& link) {
  LinkSample sample{link, link.response_seconds != nullptr ? *link.response_seconds : Histogram<12>{kNoBounds}};
  sample.status.response_seconds = nullptr;
  return sample;
}

}  // namespace

Sample copy_of(const engine::GatewayStatus& status, const std::vector<engine::LinkStatus>& links,
               const engine::Counters& counters) {
  Sample sample;
  sample.status = status;
  sample.counters = counters;
  sample.links.reserve(links.size());
  for (const auto& link : links) sample.links.push_back(copy_of(link));
  return sample;
}

}  // namespace dunlin::metrics
