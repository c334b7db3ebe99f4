#include "store/memory.hpp"

#include <utility>

namespace dunlin::store::kv {
namespace {

Error read_fault() { return {"store_io", "the store can't be read", "memory"}; }

}  // namespace

Result<std::vector<std::optional<std::string>>> Memory::get(std::span<const Key> keys) {
  const std::lock_guard lock(mutex_);
  if (reads_fail_) return tl::unexpected<Error>(read_fault());
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const Key& key : keys) {
    const Rows& rows = visible_[static_cast<std::size_t>(key.family)];
    const auto found = rows.find(key.key);
    values.push_back(found == rows.end() ? std::nullopt : std::optional(found->second));
  }
  return values;
}

Result<std::vector<Row>> Memory::scan(const Range& range) {
  const std::lock_guard lock(mutex_);
  if (reads_fail_) return tl::unexpected<Error>(read_fault());
  const Rows& rows = visible_[static_cast<std::size_t>(range.family)];
  std::vector<Row> found;
  for (auto row = rows.lower_bound(range.first); row != rows.end() && found.size() < range.limit; ++row) {
    if (!range.last.empty() && row->first >= range.last) break;
    found.push_back({row->first, row->second});
  }
  return found;
}

Result<std::optional<Row>> Memory::last(Family family, std::string_view first, std::string_view before) {
  const std::lock_guard lock(mutex_);
  if (reads_fail_) return tl::unexpected<Error>(read_fault());
  const Rows& rows = visible_[static_cast<std::size_t>(family)];
  auto row = before.empty() ? rows.end() : rows.lower_bound(before);
  if (row == rows.begin()) return std::optional<Row>{};
  --row;
  if (row->first < first) return std::optional<Row>{};
  return std::optional<Row>{Row{row->first, row->second}};
}

void Memory::apply(const Batch& batch, Families& families) {
  for (const Batch::Write& write : batch.writes()) {
    Rows& rows = families[static_cast<std::size_t>(write.family)];
    if (write.erase) {
      rows.erase(std::string(batch.key(write)));
    } else {
      rows.insert_or_assign(std::string(batch.key(write)), std::string(batch.value(write)));
    }
  }
}

Result<void> Memory::commit(const Batch& batch, bool sync) {
  const std::lock_guard lock(mutex_);
  ++commits_;
  if (failed_) return tl::unexpected<Error>(*failed_);
  std::optional<Error> failure;
  bool applied = true;
  if (full_) {
    failure = Error{"store_full", "no space left", "memory"};
    applied = false;
  } else if (const auto fault = faults_.find(commits_); fault != faults_.end()) {
    failure = Error{fault->second.code, "the commit failed", "memory"};
    applied = fault->second.applied;
    faults_.erase(fault);
  }
  if (applied) {
    apply(batch, visible_);
    unsynced_.push_back(batch);
    if (sync) {
      for (const Batch& one : std::exchange(unsynced_, {})) apply(one, durable_);
    }
  }
  if (!failure) return {};
  failed_ = failure;
  return tl::unexpected<Error>(*failure);
}

Result<Usage> Memory::usage() {
  const std::lock_guard lock(mutex_);
  return usage_;
}

void Memory::crash() {
  const std::lock_guard lock(mutex_);
  if (!unsynced_.empty()) visible_ = durable_;
  unsynced_.clear();
  forget_failure();
}

void Memory::reopen() {
  const std::lock_guard lock(mutex_);
  forget_failure();
}

void Memory::forget_failure() { failed_.reset(); }

void Memory::fail_commit(std::uint64_t nth, bool applied, std::string code) {
  const std::lock_guard lock(mutex_);
  faults_[nth] = Fault{applied, std::move(code)};
}

void Memory::fail_reads(bool failing) {
  const std::lock_guard lock(mutex_);
  reads_fail_ = failing;
}

void Memory::set_full(bool full) {
  const std::lock_guard lock(mutex_);
  full_ = full;
}

void Memory::set_usage(Usage usage) {
  const std::lock_guard lock(mutex_);
  usage_ = usage;
}

std::uint64_t Memory::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

std::uint64_t Memory::rows(Family family) const {
  const std::lock_guard lock(mutex_);
  return visible_[static_cast<std::size_t>(family)].size();
}

}  // namespace dunlin::store::kv
