// kv::Memory: the store of tests and simulation. A commit without sync is visible at once and forgotten by crash(); so
// is one whose fault says so. Behaves as kv::Rocks does towards its callers: after a failed commit every later one
// fails until reopen().
//
// One thread at a time, or several: every call takes one lock.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "store/kv.hpp"

namespace dunlin::store::kv {

class Memory : public Kv {
 public:
  [[nodiscard]] Result<std::vector<std::optional<std::string>>> get(std::span<const Key> keys) override;
  [[nodiscard]] Result<std::vector<Row>> scan(const Range& range) override;
  [[nodiscard]] Result<std::optional<Row>> last(Family family, std::string_view first,
                                                std::string_view before) override;
  [[nodiscard]] Result<void> commit(const Batch& batch, bool sync) override;
  [[nodiscard]] Result<Usage> usage() override;

  // A power cut: everything since the last synced commit is gone. The store is then as after reopen().
  void crash();
  // The process ended and came back: what was visible is still there, a latched failure is gone.
  void reopen();

  // Faults. `applied` says whether a batch whose commit fails is on disk nevertheless: both happen, and the caller
  // can't know. Commits are counted from 1, since construction.
  void fail_commit(std::uint64_t nth, bool applied, std::string code = "store_io");
  void fail_reads(bool failing);  // get, scan and last answer "store_io"
  void set_full(bool full);       // every commit answers "store_full" and nothing of it is applied
  void set_usage(Usage usage);
  std::uint64_t commits() const;  // tried so far
  std::uint64_t rows(Family family) const;

 private:
  using Rows = std::map<std::string, std::string, std::less<>>;
  using Families = std::array<Rows, kFamilies>;
  struct Fault {
    bool applied;
    std::string code;
  };
  static void apply(const Batch& batch, Families& families);
  void forget_failure();

  mutable std::mutex mutex_;
  Families visible_;
  Families durable_;             // as of the last synced commit
  std::vector<Batch> unsynced_;  // what visible_ has on top of durable_
  std::map<std::uint64_t, Fault> faults_;
  std::optional<Error> failed_;
  std::uint64_t commits_ = 0;
  bool reads_fail_ = false;
  bool full_ = false;
  Usage usage_{0, std::uint64_t{1} << 40};
};

}  // namespace dunlin::store::kv
