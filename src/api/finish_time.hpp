// When a campaign would be through: its rows in groups that share SMSCs and hours, served by what those SMSCs take,
// whichever routes lead there, in slots of a quarter of an hour. What it does not know of its own, whether a group may
// be texted at a time, it asks for, a sample job at a time. Pure. Nothing else is taken to be sent meanwhile.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/records.hpp"

namespace dunlin::api {

class FinishTime {
 public:
  static constexpr std::chrono::minutes kSlot{15};
  static constexpr std::chrono::days kFurthest{31};     // beyond: not told
  static constexpr std::size_t kGroupsMax = 256;        // beyond: a row counts to a group of its SMSCs
  static constexpr std::size_t kQuestionsMax = 20'000;  // beyond: not told

  explicit FinishTime(Wall now) : now_(now), slot_(now) {}

  // A row that could leave at `from` by any of `smscs` (none: nothing limits it), where the hours are those of `where`
  // (its zone, country, kind).
  struct Row {
    const store::Job* job;
    std::vector<std::string> smscs;
    std::string where;
    Wall from;
    std::optional<Wall> expires;
    std::uint64_t segments = 1;
  };
  void add(const Row& row);
  // Segments a second that an SMSC takes; 0: no limit is known. Of each of smscs(), before the first question.
  void set_rate(const std::string& smsc, double segments_per_second);
  std::vector<std::string> smscs() const;

  // May this job leave at that time, else when? `earliest` in answer(): nullopt, never. Null: it is known.
  struct Question {
    const store::Job& job;
    Wall at;
  };
  std::optional<Question> next();
  void answer(std::optional<Wall> earliest);

  // Once next() has no more questions.
  std::optional<Wall> first() const { return first_; }    // nullopt: no row is sent
  std::optional<Wall> finish() const { return finish_; }  // nullopt: nor the last, or not within kFurthest
  std::uint64_t expire() const { return expire_; }        // rows that end before it is their turn

 private:
  struct Group {
    store::Job sample;
    std::vector<std::string> smscs;
    Wall open_from;   // it may leave then, and as far as is known until the slot ends
    Wall asked_for;   // the slot's begin for which that is known
    double left = 0;  // segments
    std::uint64_t rows = 0;
    std::uint64_t segments = 0;
  };
  void serve_slot();
  void serve(Group& group, std::map<std::string, Wall>& busy_until);
  void go_on();
  Wall slot_end() const { return slot_ + kSlot; }

  Wall now_, slot_;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t> by_key_;
  std::map<std::string, double> rates_;  // by SMSC
  std::optional<std::size_t> asked_;
  std::size_t questions_ = 0;
  bool over_ = false;
  std::optional<Wall> first_, finish_;
  std::uint64_t expire_ = 0;
};

}  // namespace dunlin::api
