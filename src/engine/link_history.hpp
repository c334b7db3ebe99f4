// The last binds of one SMSC that ended, or never came to be, and why: at most kBindRecordsMax of them.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/links.hpp"

namespace dunlin::engine {

class BindHistory {
 public:
  // A bind never came to be. Failures of one kind and reason in a row are one record, so that a night of refused
  // connections does not push out what was before it.
  void failed(session::BindKind kind, const std::string& why, Wall at);
  // `record` tells of a bind that lived for `lasted`.
  void ended(BindRecord record, const std::string& why, Wall at, std::chrono::milliseconds lasted);
  const std::deque<BindRecord>& newest_first() const { return records_; }

 private:
  void add(BindRecord record);
  std::deque<BindRecord> records_;
};

}  // namespace dunlin::engine
