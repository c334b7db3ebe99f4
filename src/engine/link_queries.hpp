// What a link has to ask with query_sm (SMPP 3.4 §4.8): a few a second, and while submits wait at most one among twenty
// requests. Every query is answered once, here or by the SMSC. One that says it knows no query_sm (invalid_command_id,
// or a generic_nack), or that lets several in a row go unanswered, is asked no more until it is bound anew.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/links.hpp"
#include "session/window.hpp"

namespace dunlin::engine {

class Queries {
 public:
  static constexpr std::size_t kWaitingMax = 1000;          // beyond: answered at once, "too_many"
  static constexpr std::uint32_t kUnansweredMax = 10;       // at a time, in a window of any size
  static constexpr std::chrono::milliseconds kSpacing{50};  // at least, between two
  static constexpr std::uint32_t kSubmitsBetween = 19;      // at least, between two while more submits wait
  static constexpr std::uint32_t kIgnoredMax = 3;           // in a row unanswered at response_timeout: asked no more
  static constexpr std::chrono::minutes kAgeMax{5};         // waiting longer: answered "too_late", nobody waits for it
  // At most a quarter of one session's window, so that submits always have places; 0 where the window is a single one.
  static std::uint32_t unanswered_max(std::uint32_t window);

  static bool asked(session::Tag tag) { return (tag.id & kMark) != 0; }

  std::vector<QueryAnswered> add(const std::string& smsc, Query query);  // those that can't be asked
  bool waiting() const { return !waiting_.empty(); }
  bool room(std::uint32_t window) const { return unanswered_.size() < unanswered_max(window); }
  Steady next() const { return next_at_; }                                // when the spacing allows one
  bool turn() const { return waiting() && submits_ >= kSubmitsBetween; }  // also where submits wait
  void submitted() { submits_ = std::min(submits_ + 1, kSubmitsBetween); }
  std::vector<QueryAnswered> expire(const std::string& smsc,
                                    Steady now);  // of what waits; age counts from the first call
  Steady expires() const;                         // the next of them
  // The next, with its tag, as sent at `now`.
  struct Asking {
    smpp::QuerySm query;
    session::Tag tag;
  };
  Asking take(Steady now);
  // An answer, whatever it is; first: it is the one that tells that the SMSC knows no query_sm.
  QueryAnswered answered(const std::string& smsc, session::Tag tag, const smpp::Pdu& response, bool& first_refusal);
  QueryAnswered unanswered(const std::string& smsc, session::Tag tag);  // its session is gone, or it was never sent
  // No answer in response_timeout; last: it is the one that tells that none will come.
  QueryAnswered ignored(const std::string& smsc, session::Tag tag, bool& last);
  std::vector<QueryAnswered> give_up(const std::string& smsc, std::string_view why);  // of what waits
  void bound();
  std::uint64_t sent() const { return sent_; }

 private:
  static constexpr std::uint64_t kMark = 1ULL << 63;  // no tag of the outbox has it
  QueryAnswered settle(const std::string& smsc, session::Tag tag);

  struct Waiting {
    Query query;
    std::optional<Steady> since;
  };
  std::deque<Waiting> waiting_;
  std::unordered_map<std::uint64_t, Query> unanswered_;
  std::uint64_t sent_ = 0;
  Steady next_at_{};
  std::uint32_t submits_ = 0;  // handed over since the last query, as far as it matters
  std::uint32_t ignored_ = 0;  // in a row
  std::string_view given_up_;  // why it is asked no more
};

}  // namespace dunlin::engine
