// What an examination of a store found. Numbers of people are masked; texts are never in it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/kv.hpp"
#include "store/records.hpp"

namespace dunlin::doctor {

enum class Weight : std::uint8_t {
  damage,  // something was lost, can't be read, or contradicts the rest
  note,    // the store goes on without a person: what a power cut tore, a row that outlived its reason
};

inline constexpr std::size_t kExamplesMax = 5;  // of a finding; the rest is counted

struct Finding {
  Weight weight = Weight::damage;
  std::string place;  // a file, or a family
  std::string what;
  std::uint64_t count = 0;
  std::vector<std::string> examples;  // the first kExamplesMax: keys, octets, error texts
};

class Findings {
 public:
  void add(Weight weight, std::string_view place, std::string_view what, std::string example);
  const std::vector<Finding>& all() const { return all_; }
  bool damaged() const;

 private:
  std::vector<Finding> all_;
};

struct Report {
  std::string path;
  std::uint32_t format = 0;
  std::uint64_t tables = 0;                            // files of rows
  std::uint64_t tables_sound = 0;                      // whose every checksum is right
  std::uint64_t logs = 0;                              // live write-ahead logs
  std::uint64_t last_write = 0;                        // the newest that can be read
  std::uint64_t acknowledged = 0;                      // the newest known to be acknowledged; 0: not known
  bool rows_readable = false;                          // the rest is about rows, and empty without them
  std::array<std::uint64_t, store::kFamilies> rows{};  // read, by family
  std::array<std::uint64_t, store::kStates> jobs{};    // by state
  std::uint64_t first_event = 0;                       // 0: none
  std::uint64_t last_event = 0;
  Findings findings;
  bool sound() const { return !findings.damaged(); }
};

// "+48******800": the last three digits tell people apart who know them.
std::string masked(std::string_view number);
// A key as its family means it, numbers masked; octets that are no text as hexadecimal.
std::string key_text(store::Family family, std::string_view key);

}  // namespace dunlin::doctor
