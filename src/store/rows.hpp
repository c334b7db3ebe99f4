// What a turn sees of the store: rows read before it, its own writes on top, and the batch it leaves.
//
//   turn     get() answers from what is known; a key that isn't is noted as wanted, and the caller postpones that
//   input.
//            Writes are seen by later reads of the same and of following turns at once.
//   after    take_batch() → commit, take_wanted() → fetch, both in one job of the store's thread
//   then     committed(turn), learn(key, value)…, next turn
//
// Bound: octets_max over everything kept, the rows' heap and bookkeeping included. Beyond it the least recently used
// go, except rows written by a batch that is not committed yet and rows used or learned in this turn or the one before,
// so that what a postponed input waits for can't be lost before it runs. Eviction happens in learn() and committed()
// only: a pointer from get() holds until then or until its key is written.
//
// One thread. About 100 ns a call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/codec.hpp"
#include "store/kv.hpp"

namespace dunlin::store {

// What is known of a record: nothing yet (the key is now wanted), that there is none, or the record itself. A row that
// does not decode reads as absent and is told by Rows::corrupt(), which the turn must look at before its batch is
// committed.
template <class R>
class Lookup {
 public:
  static Lookup not_known() { return Lookup(true, std::nullopt); }
  static Lookup none() { return Lookup(false, std::nullopt); }
  static Lookup of(R record) { return Lookup(false, std::move(record)); }
  bool unknown() const { return unknown_; }
  bool absent() const { return !unknown_ && !record_; }
  explicit operator bool() const { return record_.has_value(); }
  R& operator*() { return *record_; }
  const R& operator*() const { return *record_; }
  R* operator->() { return &*record_; }
  const R* operator->() const { return &*record_; }

 private:
  Lookup(bool unknown, std::optional<R> record) : unknown_(unknown), record_(std::move(record)) {}
  bool unknown_;
  std::optional<R> record_;
};

class Rows {
 public:
  explicit Rows(std::size_t octets_max);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // nullptr: not known yet, and now wanted. Otherwise the row; nullopt inside: there is none.
  const std::optional<std::string>* get(Family family, std::string_view key);
  const std::optional<std::string>* get(const Key& key) { return get(key.family, key.key); }
  template <class R>
  Lookup<R> record(Family family, std::string_view key) {
    const std::optional<std::string>* row = get(family, key);
    if (row == nullptr) return Lookup<R>::not_known();
    if (!*row) return Lookup<R>::none();
    Result<R> decoded = decode<R>(**row);
    if (decoded) return Lookup<R>::of(*std::move(decoded));
    note_corrupt(family, decoded.error());
    return Lookup<R>::none();
  }
  template <class R>
  Lookup<R> record(const Key& key) {
    return record<R>(key.family, key.key);
  }
  // Known (or known absent) without asking for it.
  bool known(const Key& key) const;

  // Writes whose rows are read again: kept in the cache. Of a put and an erase of a key known to be absent on disk,
  // nothing remains.
  void put(Key key, std::string value);
  void put(Family family, std::string key, std::string value) { put(Key{family, std::move(key)}, std::move(value)); }
  void erase(Key key);
  void erase(Family family, std::string key) { erase(Key{family, std::move(key)}); }
  template <Record R>
  void put_record(Key key, const R& record) {
    put(std::move(key), encode(record));
  }
  // put() of a key that the caller knows to have no row on disk (a new n, a new seq).
  void insert(Key key, std::string value);

  // Writes of rows that no turn reads by key (queue, calendar, inflight, by_…, events): not kept. Never mixed with the
  // others on one key.
  void blind_put(const Key& key, std::string value);
  void blind_erase(const Key& key);
  // blind_put() where no such row is on disk: a blind_erase() of it in the same turn leaves nothing of both.
  void blind_insert(Key key, std::string value);

  // Keys wanted since the last take, in the order they were first asked for; none a second time before it is learned: whoever
  // takes them brings them all.
  std::vector<Key> take_wanted();
  bool wants_any() const;
  // What a fetch found. A key already known keeps what is known: it may have been written since.
  void learn(const Key& key, std::optional<std::string> value);

  // The number of the batch being built: what take_batch() will give away next, from 1.
  std::uint64_t turn() const;
  Batch take_batch();
  bool batch_empty() const;
  // Every batch up to and including this one's is on disk.
  void committed(std::uint64_t turn);

  // The first row that did not decode: "store_corrupt" or "store_newer", `where` beginning with the family.
  const std::optional<Error>& corrupt() const;

  std::size_t octets() const;  // kept now, by the accounting the bound uses
  std::size_t size() const;    // rows kept now

 private:
  void note_corrupt(Family family, const Error& error);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::store
