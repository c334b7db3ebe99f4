// Promise: no segment is submitted twice. What an SMSC accepted, or has not answered on a session that lives, is never
// handed over again. A job in doubt is, under `resend`, once; under `hold` never, unless a person says so each time.
// And a doubt is told as an event before anything of it is sent again.
#pragma once

#include <map>
#include <utility>

#include "../checker.hpp"

namespace dunlin::simulation {

class Once final : public Checker {
 public:
  explicit Once(const Terms& terms) : Checker("once"), in_doubt_(terms.in_doubt) {}
  void see(const Fact& fact, const Now& now) override;

 private:
  enum class Fate : std::uint8_t { fresh, open, refused, accepted, doubt };
  struct Segment {
    Fate fate = Fate::fresh;
    std::uint32_t again = 0;   // handed over once more out of a doubt
    std::uint64_t doubts = 0;  // of the job, told when it was last handed over
  };
  struct Job {
    bool resend = true;         // its policy
    std::uint32_t persons = 0;  // who said resend
    std::uint64_t doubts = 0;   // told as events
    std::map<std::uint32_t, Segment> segments;
  };
  using Under = std::pair<ConnectionNumber, std::uint32_t>;
  void hand_over(const HandedOver& fact);

  store::InDoubtPolicy in_doubt_;
  std::map<JobNumber, Job> jobs_;
  std::map<Under, std::pair<JobNumber, std::uint32_t>> open_;
};

}  // namespace dunlin::simulation
