// Promise: of a reply in parts each part that was answered is told once. Where they came before the wait for them was
// over, they are told together; what is told without all of them is marked as partial.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

// Part `part` of `total` of the reply `whole`, as the simulated SMSC writes it: the event's text tells which parts it
// is of.
std::string text_of_part(std::uint32_t whole, std::uint32_t part, std::uint32_t total);

class Replies final : public Checker {
 public:
  explicit Replies(const Terms& terms) : Checker("replies"), wait_(terms.parts_wait) {}
  void see(const Fact& fact, const Now& now) override;

 private:
  struct Whole {
    std::string number;  // whose
    std::uint32_t total = 0;
    std::set<std::uint32_t> answered;
    std::map<std::uint32_t, int> told;  // part → how often
    int events = 0;
    Wall first{}, last{};  // when any part of it was sent or answered
    bool jumped = false;   // the wall clock did, since
  };
  void read(const store::Event& event);
  void judge(std::uint32_t number, const Whole& whole);

  std::chrono::milliseconds wait_;
  std::optional<std::chrono::milliseconds> ahead_;  // wall clock of steady
  std::map<std::uint32_t, Whole> wholes_;
};

}  // namespace dunlin::simulation
