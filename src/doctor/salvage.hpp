// What can be saved of a store, as NDJSON in a directory of its own, for a new store or for people:
//
//   consents.ndjson   who may be texted and who not: a body of PUT /v1/consents/{number} a line, with the number; first
//                     those for one purpose, then what stands for the whole number
//   holds.ndjson      whom to leave alone: a body of POST /v1/holds a line
//   payments.ndjson   what was paid, also in part: a body of POST /v1/payments a line
//   jobs.ndjson       jobs that are not paid and of which nothing was handed to an SMSC yet, as POST /v1/jobs takes
//   them under_way.ndjson  jobs that were handed over or paid, or may have been, with their state and segments: for a
//   person events.ndjson     every event that can be read
//
// A new store takes them in this order, so that a block or a payment is there before the job it stops.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "store/records.hpp"

namespace dunlin::doctor {

class Salvage {
 public:
  enum File : std::uint8_t { consents, holds, payments, jobs, under_way, events };
  static constexpr std::array<std::string_view, 6> kNames = {"consents.ndjson", "holds.ndjson",     "payments.ndjson",
                                                             "jobs.ndjson",     "under_way.ndjson", "events.ndjson"};

  // Makes the directory (0700: it gets numbers and texts), which must not exist. Errors: "salvage_exists",
  // "salvage_io".
  [[nodiscard]] static Result<Salvage> make(const std::filesystem::path& directory);

  // Not a paid one; with the newest that was said of it. What can't be told of it (its state is lost, or `unpaid` is
  // not certain) makes it one under way. Final ones are not kept: their events tell them.
  void job(const store::Job& job, const std::optional<store::JobState>& state, bool unpaid);
  // Nothing was there to be saved: the directory goes.
  void abandon();
  void person(std::string_view number, const store::Person& person);
  void account(std::string_view account, std::string_view invoice, const store::Account& row);
  void event(std::uint64_t seq, const store::Event& event);

  std::uint64_t lines(File file) const { return lines_[file]; }
  const std::filesystem::path& directory() const { return directory_; }
  // All of it written. Errors: "salvage_io".
  [[nodiscard]] Result<void> finish();

 private:
  explicit Salvage(std::filesystem::path directory) : directory_(std::move(directory)) {}
  void write(File file, std::string line);
  void hold(std::string_view kind, std::string_view owner, const store::Hold& hold);

  std::filesystem::path directory_;
  std::array<std::ofstream, 6> files_;
  std::array<std::uint64_t, 6> lines_{};
};

}  // namespace dunlin::doctor
