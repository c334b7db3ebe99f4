// A store that passes the points around its commits and the reads of a start.
#pragma once

#include <atomic>
#include <memory>

#include "mark.hpp"
#include "store/kv.hpp"

namespace dunlin::crash {

class MarkedKv final : public store::Kv {
 public:
  MarkedKv(std::unique_ptr<store::Kv> inner, Mark& mark) : inner_(std::move(inner)), mark_(mark) {}

  Result<std::vector<std::optional<std::string>>> get(std::span<const store::Key> keys) override {
    reading();
    return inner_->get(keys);
  }
  Result<std::vector<store::Row>> scan(const store::Range& range) override {
    reading();
    return inner_->scan(range);
  }
  Result<std::optional<store::Row>> last(store::Family family, std::string_view first,
                                         std::string_view before) override {
    reading();
    return inner_->last(family, first, before);
  }
  Result<void> commit(const store::Batch& batch, bool sync) override {
    committed_ = true;
    mark_.passing(Point::commit_due);
    auto done = inner_->commit(batch, sync);
    if (done) mark_.passing(Point::commit_done);
    return done;
  }
  Result<store::Usage> usage() override { return inner_->usage(); }

 private:
  void reading() {
    if (!committed_) mark_.passing(Point::start_read);
  }

  std::unique_ptr<store::Kv> inner_;
  Mark& mark_;
  std::atomic<bool> committed_ = false;
};

}  // namespace dunlin::crash
