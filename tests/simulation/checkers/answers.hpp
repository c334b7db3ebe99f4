// Promise: nobody is answered by itself but for what they just wrote; a STOP once, within five minutes or not at all;
// and nobody more than so often a day.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "../checker.hpp"

namespace dunlin::simulation {

class Answers final : public Checker {
 public:
  Answers() : Checker("answers") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  static constexpr std::chrono::minutes kWithin{15}, kConfirmWithin{5}, kSlack{1};
  static constexpr std::size_t kDayMost = 4;  // answers_max, and a confirmation
  struct Person {
    Wall wrote{};                 // what is known to have come, the last time
    std::optional<Wall> stopped;  // by their last word
    std::set<std::string> since;  // answers since then
    std::map<std::string, Wall> answers;
  };
  void hand_over(const AnswerHandedOver& fact, const Now& now);

  std::map<std::string, Person> people_;  // by number
};

}  // namespace dunlin::simulation
