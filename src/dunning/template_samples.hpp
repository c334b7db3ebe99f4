// A call with made-up values, for those who look at a template without a job: as it usually is, and as long as it gets.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/template_entry.hpp"

namespace dunlin::dunning {

enum class Sample : std::uint8_t {
  typical,  // examples; no fee
  worst,    // each value as long as it may be, or as fields usually are at most; a fee
};

class SampleCall {
 public:
  // `formatters` are asked for the longest date; null: any will do.
  SampleCall(const Templates::Entry& entry, Sample sample, Formatters* formatters = nullptr);
  SampleCall(const SampleCall&) = delete;
  SampleCall& operator=(const SampleCall&) = delete;

  [[nodiscard]] TemplateCall call() const;
  // Of a plural or a select.
  void set(std::string_view name, std::string value);

 private:
  std::string value_of(const Argument& argument, Sample sample, Formatters* formatters) const;

  const Templates::Entry& entry_;
  std::string currency_;
  std::deque<std::pair<std::string, std::string>> fields_;  // name and value; a deque does not move them
  std::deque<std::pair<std::string, std::string>> values_;
  mutable std::vector<Param> params_;
};

// What a plural or a select may be, one of each form.
[[nodiscard]] std::vector<std::string> variants_of(const Parameter& parameter);

}  // namespace dunlin::dunning
