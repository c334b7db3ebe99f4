// The seam to the disk: ordered families of octet strings, read by key or range, written by whole batches. kv::Rocks is
// the one that lasts; kv::Memory is for tests and simulation, and its crash() forgets what was not synced.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dunlin::store {

// Column families. The numbers are part of the format: a retired one is never used again. A store of a program that
// knew fewer of them gets those behind its own when it is opened.
enum class Family : std::uint8_t {
  meta = 0,
  ids = 1,
  jobs = 2,
  queue = 3,
  calendar = 4,
  inflight = 5,
  sent = 6,
  parked = 7,
  people = 8,
  accounts = 9,
  by_account = 10,
  by_number = 11,
  by_campaign = 12,
  stages = 13,
  campaigns = 14,
  events = 15,
  consumers = 16,
  parts = 17,
  references = 18,
  conversations = 19,
  calls = 20,
  reports = 21,
};
inline constexpr std::size_t kFamilies = 22;
std::string_view family_name(Family family);  // "meta", "ids", … in the order above

struct Key {
  Family family;
  std::string key;
  auto operator<=>(const Key&) const = default;
};

struct Row {
  std::string key;
  std::string value;
  bool operator==(const Row&) const = default;
};

// Half-open: first <= key < last; an empty `last` means the family's end.
struct Range {
  Family family;
  std::string first;
  std::string last;
  std::size_t limit;  // rows at most
};

// One turn's writes, atomic, in the order they were made: the last write to a key wins. Keys and values lie in one
// block of memory, so a row costs no allocation of its own. There is no erasing of a range: RocksDB's range tombstones
// and its insertion hints corrupt a memtable together (facebook/rocksdb 5118, in Debian 12's 7.8).
class Batch {
 public:
  struct Write {
    Family family;
    bool erase;  // the row goes; value_size is 0
    std::uint32_t key_size;
    std::uint32_t value_size;
    std::size_t at;  // of the key; its value follows
  };

  void put(Family family, std::string_view key, std::string_view value) { add(family, key, value, false); }
  void put(const Key& key, std::string_view value) { add(key.family, key.key, value, false); }
  void erase(Family family, std::string_view key) { add(family, key, {}, true); }
  void erase(const Key& key) { add(key.family, key.key, {}, true); }

  const std::vector<Write>& writes() const { return writes_; }
  std::string_view key(const Write& write) const { return std::string_view(octets_).substr(write.at, write.key_size); }
  std::string_view value(const Write& write) const {
    return std::string_view(octets_).substr(write.at + write.key_size, write.value_size);
  }
  bool empty() const { return writes_.empty(); }
  std::size_t octets() const { return octets_.size(); }  // of all keys and values
  void clear() {
    writes_.clear();
    octets_.clear();
  }
  void reserve(std::size_t writes, std::size_t octets) {
    writes_.reserve(writes);
    octets_.reserve(octets);
  }

 private:
  void add(Family family, std::string_view key, std::string_view value, bool erase) {
    writes_.push_back({family, erase, static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()),
                       octets_.size()});
    octets_.append(key).append(value);
  }
  std::vector<Write> writes_;
  std::string octets_;
};

struct Usage {
  std::uint64_t store_bytes = 0;  // on disk
  std::uint64_t free_bytes = 0;   // left on that file system
};

class Kv {
 public:
  virtual ~Kv() = default;
  // One answer a key, in their order; nullopt: no such row. Errors: "store_corrupt", "store_io".
  [[nodiscard]] virtual Result<std::vector<std::optional<std::string>>> get(std::span<const Key> keys) = 0;
  // Rows of the range in ascending key order, at most range.limit.
  [[nodiscard]] virtual Result<std::vector<Row>> scan(const Range& range) = 0;
  // The row of the greatest key below `before` and not below `first`; an empty `before` means the family's end.
  [[nodiscard]] virtual Result<std::optional<Row>> last(Family family, std::string_view first,
                                                        std::string_view before) = 0;
  // Atomic; with `sync` it returns after the batch would survive a power cut. After an error its outcome is unknown:
  // reopen. Errors: "store_full", "store_io".
  [[nodiscard]] virtual Result<void> commit(const Batch& batch, bool sync) = 0;
  [[nodiscard]] virtual Result<Usage> usage() = 0;
};

}  // namespace dunlin::store
