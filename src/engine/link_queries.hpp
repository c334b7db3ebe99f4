// What a link has to ask with query_sm (SMPP 3.4 §4.8): after all that wants to leave, a few a second. Every query is
// answered once, here or by the SMSC. One that says it knows no query_sm (invalid_command_id, or a generic_nack) is
// asked no more until it is bound anew.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/links.hpp"
#include "session/window.hpp"

namespace dunlin::engine {

class Queries {
 public:
  static constexpr std::size_t kWaitingMax = 1000;          // beyond: answered at once, "too_many"
  static constexpr std::size_t kUnansweredMax = 10;         // at a time
  static constexpr std::chrono::milliseconds kSpacing{50};  // at least, between two

  static bool asked(session::Tag tag) { return (tag.id & kMark) != 0; }

  std::vector<QueryAnswered> add(const std::string& smsc, Query query);  // those that can't be asked
  bool waiting() const { return !waiting_.empty(); }
  // Now, or when one may leave if something waits.
  bool may_ask(Steady now) const { return waiting() && unanswered_.size() < kUnansweredMax && now >= next_at_; }
  Steady next() const { return waiting() && unanswered_.size() < kUnansweredMax ? next_at_ : kNever; }
  // The next, with its tag, as sent at `now`.
  struct Asking {
    smpp::QuerySm query;
    session::Tag tag;
  };
  Asking take(Steady now);
  // An answer, whatever it is; first: it is the one that tells that the SMSC knows no query_sm.
  QueryAnswered answered(const std::string& smsc, session::Tag tag, const smpp::Pdu& response, bool& first_refusal);
  QueryAnswered unanswered(const std::string& smsc, session::Tag tag);
  std::vector<QueryAnswered> give_up(const std::string& smsc, std::string_view why);  // of what waits
  void bound() { supported_ = true; }
  std::uint64_t sent() const { return sent_; }

 private:
  static constexpr std::uint64_t kMark = 1ULL << 63;  // no tag of the outbox has it
  QueryAnswered settle(const std::string& smsc, session::Tag tag);

  std::deque<Query> waiting_;
  std::unordered_map<std::uint64_t, Query> unanswered_;
  std::uint64_t sent_ = 0;
  Steady next_at_{};
  bool supported_ = true;
};

}  // namespace dunlin::engine
