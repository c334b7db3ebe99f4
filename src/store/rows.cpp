#include "store/rows.hpp"

#include <algorithm>
#include <deque>
#include <dunlin/base/check.hpp>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace dunlin::store {
namespace {

struct KeyView {
  Family family;
  std::string_view key;
};
KeyView view(const Key& key) { return {key.family, key.key}; }
KeyView view(KeyView key) { return key; }

struct Hash {
  using is_transparent = void;
  template <class K>
  std::size_t operator()(const K& key) const {
    const KeyView seen = view(key);
    return std::hash<std::string_view>{}(seen.key) ^ (static_cast<std::size_t>(seen.family) * 0x9E3779B97F4A7C15U);
  }
};
struct Equal {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    const KeyView left = view(a);
    const KeyView right = view(b);
    return left.family == right.family && left.key == right.key;
  }
};

// Of a row on disk, once every batch taken so far is committed.
enum class OnDisk : std::uint8_t { unknown, absent, present };

struct Entry {
  std::optional<std::string> value;
  const Key* key = nullptr;  // the map's own
  Entry* newer = nullptr;    // towards the most recently used
  Entry* older = nullptr;
  std::uint64_t used = 0;     // the turn it was last read, learned or written in
  std::uint64_t written = 0;  // the turn of its last write; 0: never written since it was learned
  OnDisk on_disk = OnDisk::unknown;
};

// What malloc really gives for a string that does not fit inside itself.
std::size_t heap_octets(const std::string& text) {
  constexpr std::size_t kInside = 15;
  return text.capacity() <= kInside ? 0 : (text.capacity() + 1 + 8 + 15) / 16 * 16;
}
constexpr std::size_t kNodeOctets =
    sizeof(std::pair<const Key, Entry>) + 2 * sizeof(void*) + 16;  // hash node, its bucket, malloc's own

std::size_t octets_of(const Entry& entry) {
  return kNodeOctets + heap_octets(entry.key->key) + (entry.value ? heap_octets(*entry.value) : 0);
}

// A row that is not on disk before this batch and that no read of this object ever asks for.
struct Inserted {
  Key key;
  std::optional<std::string> value;  // nullopt: erased again, nothing remains
};

}  // namespace

struct Rows::Impl {
  explicit Impl(std::size_t max) : octets_max(max) {}

  Entry& touch(Entry& entry) {
    entry.used = turn;
    if (newest != &entry) {
      unlink(entry);
      link(entry);
    }
    return entry;
  }
  void link(Entry& entry) {
    entry.older = newest;
    entry.newer = nullptr;
    (newest != nullptr ? newest->newer : oldest) = &entry;
    newest = &entry;
  }
  void unlink(Entry& entry) {
    (entry.newer != nullptr ? entry.newer->older : newest) = entry.older;
    (entry.older != nullptr ? entry.older->newer : oldest) = entry.newer;
  }
  // A row just placed in the map.
  Entry& begin(std::pair<const Key, Entry>& place) {
    Entry& entry = place.second;
    entry.key = &place.first;
    entry.used = turn;
    link(entry);
    octets += octets_of(entry);
    return entry;
  }
  void set(Entry& entry, std::optional<std::string> value) {
    octets -= octets_of(entry);
    entry.value = std::move(value);
    octets += octets_of(entry);
  }
  bool dirty(const Entry& entry) const { return entry.written == turn; }

  // The entry of a key about to be written, known or not.
  Entry& entry_to_write(Key key) {
    const auto [place, fresh] = entries.try_emplace(std::move(key));
    Entry& entry = fresh ? begin(*place) : touch(place->second);
    if (!dirty(entry)) {
      entry.written = turn;
      written.push_back(&entry);
    }
    return entry;
  }

  Inserted* inserted_in_this_turn(const Key& key) {
    if (inserted_index.empty()) return nullptr;
    const auto found = inserted_index.find(key);
    return found == inserted_index.end() ? nullptr : found->second;
  }

  // Oldest first, as far as the bound asks and nothing still needed goes. Entries are in the order of their last use,
  // so the first one used in this turn or the last ends it; one that waits for its commit is passed over.
  void evict() {
    Entry* entry = oldest;
    while (octets > octets_max && entry != nullptr && entry->used + 1 < turn) {
      Entry* next = entry->newer;
      if (entry->written <= committed) {
        octets -= octets_of(*entry);
        unlink(*entry);
        entries.erase(entries.find(*entry->key));
      }
      entry = next;
    }
  }

  std::size_t octets_max;
  std::size_t octets = 0;
  std::uint64_t turn = 1;
  std::uint64_t committed = 0;
  std::unordered_map<Key, Entry, Hash, Equal> entries;
  Entry* newest = nullptr;
  Entry* oldest = nullptr;
  std::vector<Entry*> written;    // of this turn
  Batch batch;                    // of this turn's blind writes, but for:
  std::deque<Inserted> inserted;  // in their order; never moved while inserted_index sees their keys
  std::unordered_map<KeyView, Inserted*, Hash, Equal> inserted_index;
  std::vector<Key> wanted;
  std::unordered_set<Key, Hash, Equal> wanted_set;  // and what was taken of it and is not learned yet
  std::optional<Error> corrupt;
};

Rows::Rows(std::size_t octets_max) : impl_(std::make_unique<Impl>(octets_max)) {}
Rows::~Rows() = default;

const std::optional<std::string>* Rows::get(Family family, std::string_view key) {
  const KeyView asked{family, key};
  if (const auto found = impl_->entries.find(asked); found != impl_->entries.end()) {
    return &impl_->touch(found->second).value;
  }
  if (!impl_->wanted_set.contains(asked)) {
    impl_->wanted.push_back({family, std::string(key)});
    impl_->wanted_set.insert(impl_->wanted.back());
  }
  return nullptr;
}

bool Rows::known(const Key& key) const { return impl_->entries.contains(key); }

void Rows::put(Key key, std::string value) { impl_->set(impl_->entry_to_write(std::move(key)), std::move(value)); }

void Rows::insert(Key key, std::string value) {
  Entry& entry = impl_->entry_to_write(std::move(key));
  if (entry.on_disk == OnDisk::unknown) entry.on_disk = OnDisk::absent;
  impl_->set(entry, std::move(value));
}

void Rows::erase(Key key) { impl_->set(impl_->entry_to_write(std::move(key)), std::nullopt); }

void Rows::blind_put(const Key& key, std::string value) {
  if (Inserted* inserted = impl_->inserted_in_this_turn(key)) {
    inserted->value = std::move(value);
  } else {
    impl_->batch.put(key, value);
  }
}

void Rows::blind_insert(Key key, std::string value) {
  if (Inserted* inserted = impl_->inserted_in_this_turn(key)) {
    inserted->value = std::move(value);
    return;
  }
  Inserted& fresh = impl_->inserted.emplace_back(Inserted{std::move(key), std::move(value)});
  impl_->inserted_index.emplace(view(fresh.key), &fresh);
}

// A row erased earlier in this batch, then inserted, then erased again stays erased: the first erase is in the batch
// already.
void Rows::blind_erase(const Key& key) {
  if (Inserted* inserted = impl_->inserted_in_this_turn(key)) {
    inserted->value.reset();
  } else {
    impl_->batch.erase(key);
  }
}

std::vector<Key> Rows::take_wanted() { return std::exchange(impl_->wanted, {}); }

bool Rows::wants_any() const { return !impl_->wanted.empty(); }

void Rows::learn(const Key& key, std::optional<std::string> value) {
  impl_->wanted_set.erase(key);
  const auto [place, fresh] = impl_->entries.try_emplace(key);
  if (!fresh) return;
  Entry& entry = impl_->begin(*place);
  entry.on_disk = value ? OnDisk::present : OnDisk::absent;
  impl_->set(entry, std::move(value));
  impl_->evict();
}

std::uint64_t Rows::turn() const { return impl_->turn; }

Batch Rows::take_batch() {
  Batch batch = std::exchange(impl_->batch, {});
  for (Entry* entry : impl_->written) {
    if (entry->value) {
      batch.put(*entry->key, *entry->value);
    } else if (entry->on_disk != OnDisk::absent) {
      batch.erase(*entry->key);
    }
    entry->on_disk = entry->value ? OnDisk::present : OnDisk::absent;
  }
  impl_->written.clear();
  for (const Inserted& inserted : impl_->inserted) {
    if (inserted.value) batch.put(inserted.key, *inserted.value);
  }
  impl_->inserted_index.clear();
  impl_->inserted.clear();
  ++impl_->turn;
  return batch;
}

bool Rows::batch_empty() const { return impl_->written.empty() && impl_->inserted.empty() && impl_->batch.empty(); }

void Rows::committed(std::uint64_t turn) {
  DUNLIN_CHECK(turn < impl_->turn);
  impl_->committed = std::max(impl_->committed, turn);
  impl_->evict();
}

const std::optional<Error>& Rows::corrupt() const { return impl_->corrupt; }

std::size_t Rows::octets() const { return impl_->octets; }
std::size_t Rows::size() const { return impl_->entries.size(); }

void Rows::note_corrupt(Family family, const Error& error) {
  if (impl_->corrupt) return;
  impl_->corrupt = error;
  impl_->corrupt->where = std::string(family_name(family)) + ": " + error.where;
}

}  // namespace dunlin::store
