#include "engine/link_history.hpp"

#include <utility>

namespace dunlin::engine {

void BindHistory::failed(session::BindKind kind, const std::string& why, Wall at) {
  if (!records_.empty()) {
    BindRecord& last = records_.front();
    if (!last.bound && last.kind == kind && last.why == why) {
      ++last.times;
      last.ended = at;
      return;
    }
  }
  BindRecord record;
  record.kind = kind;
  record.at = at;
  record.ended = at;
  record.why = why;
  add(std::move(record));
}

void BindHistory::ended(BindRecord record, const std::string& why, Wall at, std::chrono::milliseconds lasted) {
  record.ended = at;
  record.lasted = lasted;
  record.why = why;
  add(std::move(record));
}

void BindHistory::add(BindRecord record) {
  records_.push_front(std::move(record));
  if (records_.size() > kBindRecordsMax) records_.pop_back();
}

}  // namespace dunlin::engine
