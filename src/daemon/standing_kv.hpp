// The store as the API's readers see it while the real one may be closed and opened anew underneath: a Kv that stays.
#pragma once

#include <shared_mutex>

#include "store/kv.hpp"

namespace dunlin::daemon {

class StandingKv final : public store::Kv {
 public:
  // Any thread. Waits until every read under way has ended, so afterwards nobody uses the old one. nullptr: reads
  // answer "unavailable".
  void stand_for(store::Kv* kv);

  [[nodiscard]] Result<std::vector<std::optional<std::string>>> get(std::span<const store::Key> keys) override;
  [[nodiscard]] Result<std::vector<store::Row>> scan(const store::Range& range) override;
  [[nodiscard]] Result<std::optional<store::Row>> last(store::Family family, std::string_view first,
                                                       std::string_view before) override;
  // Refused: what is durable goes through a turn.
  [[nodiscard]] Result<void> commit(const store::Batch& batch, bool sync) override;
  [[nodiscard]] Result<store::Usage> usage() override;

 private:
  template <class Read>
  auto reading(Read read) -> decltype(read(std::declval<store::Kv&>()));

  std::shared_mutex mutex_;
  store::Kv* kv_ = nullptr;
};

}  // namespace dunlin::daemon
