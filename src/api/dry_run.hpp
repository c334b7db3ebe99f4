// What a campaign would do, summed up over its rows as the engine previews them. Nothing is stored. Memory is bounded
// by the sums: they grow with reasons, languages and routes, not with rows; and by kIdsMax.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/finish_time.hpp"
#include "dunning/money.hpp"
#include "engine/preview.hpp"

namespace dunlin::api {

// Ids of rows, by 8 octets of each: whether one was there before. Beyond kIdsMax none is remembered, and none found.
class SeenIds {
 public:
  static constexpr std::size_t kIdsMax = 2'000'000;  // 32 MiB at the most
  bool first_time(std::string_view id);              // false: it was there
  bool full() const { return count_ >= kIdsMax; }

 private:
  std::vector<std::uint64_t> slots_;  // open addressing, at most half full; 0: free
  std::size_t count_ = 0;
};

class DryRun {
 public:
  static constexpr std::size_t kNamesMax = 64;  // reasons, languages, routes told by name; the others are "other"

  explicit DryRun(Wall now) : finish_(now) {}

  // False: a row before it has this id.
  bool first_time(std::string_view id) { return ids_.first_time(id); }
  void add(std::uint64_t line, const store::Job& job, const engine::Preview& preview);

  FinishTime& finish() { return finish_; }
  std::uint64_t known() const { return known_; }  // rows whose job is there already

  // Appends members to a JSON object of which something stands there already: `,"rows":…`.
  void append_members(std::string& out) const;

 private:
  using Counts = std::map<std::string, std::uint64_t>;
  struct Text {
    std::uint64_t line = 0;
    std::string language, text, encoding;
    std::size_t segments = 0;
  };
  struct RouteSum {
    std::uint64_t rows = 0, segments = 0;
    std::string price, currency;
  };
  static void count(Counts& counts, const std::string& name);
  void add_text(std::uint64_t line, const engine::Preview& preview);

  std::uint64_t go_now_ = 0, known_ = 0, outside_hours_ = 0, segments_ = 0, plans_ = 0;
  Counts later_, blocked_, languages_, encodings_, by_segments_;
  std::map<std::string, RouteSum> routes_;
  Text longest_;
  std::map<std::string, Text> samples_;  // the first of each language
  SeenIds ids_;
  FinishTime finish_;
};

}  // namespace dunlin::api
