#include "daemon/standing_kv.hpp"

#include <mutex>

namespace dunlin::daemon {

void StandingKv::stand_for(store::Kv* kv) {
  const std::unique_lock lock(mutex_);
  kv_ = kv;
}

template <class Read>
auto StandingKv::reading(Read read) -> decltype(read(std::declval<store::Kv&>())) {
  const std::shared_lock lock(mutex_);
  if (kv_ == nullptr) return failure("unavailable", "the store is being opened anew");
  return read(*kv_);
}

Result<std::vector<std::optional<std::string>>> StandingKv::get(std::span<const store::Key> keys) {
  return reading([&](store::Kv& kv) { return kv.get(keys); });
}
Result<std::vector<store::Row>> StandingKv::scan(const store::Range& range) {
  return reading([&](store::Kv& kv) { return kv.scan(range); });
}
Result<std::optional<store::Row>> StandingKv::last(store::Family family, std::string_view first,
                                                   std::string_view before) {
  return reading([&](store::Kv& kv) { return kv.last(family, first, before); });
}
Result<void> StandingKv::commit(const store::Batch&, bool) {
  return failure("store_io", "this view of the store is for reading");
}
Result<store::Usage> StandingKv::usage() {
  return reading([](store::Kv& kv) { return kv.usage(); });
}

}  // namespace dunlin::daemon
