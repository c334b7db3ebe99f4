// What was said of accounts, as those who said it know it: which jobs an answered request covers, and what is owed now.
// Where two of them crossed on their way nobody can say, and nothing is said. A second opinion on engine/newest.cpp,
// written from docs/api.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

// Exact: in the currency's smallest unit.
std::int64_t units_of(std::string_view amount);

class Accounts {
 public:
  void see(const Fact& fact, const Now& now);

  struct Owed {
    bool clear = true;  // false: requests crossed
    std::int64_t amount = 0;
    std::string due_date;
    std::optional<Wall> ledger_as_of;
    bool own_word = false;  // the job itself was changed: its literal text is its sender's business
    bool told = false;      // somebody told an amount, or paid a part
  };
  Owed owed(JobNumber job) const;
  const store::Job* content(JobNumber job) const;

 private:
  struct Said {
    const Operation* op;
    std::uint64_t asked;         // the fact's number, the first time
    std::uint64_t answered = 0;  // the last time; 0: open
    std::uint32_t askings = 1, answers = 0;
    Wall asked_at{}, answered_at{};
    bool done = false;  // an answer said so
    bool failed = false;
    // Its answer is known, and no second asking of it is under way.
    bool over() const { return answers >= askings; }
  };
  struct Job {
    const store::Job* content = nullptr;
    std::uint64_t asked = 0, accepted = 0;
  };
  enum class Covers : std::uint8_t { no, yes, unclear };
  static Covers knows_less(const std::optional<Wall>& known, const Said& said);
  static Covers covers(const Said& said, const Job& job);
  static std::string account_of(const Operation& op, const std::map<JobNumber, Job>& jobs);

  std::uint64_t facts_ = 0;
  std::chrono::milliseconds ahead_{0};  // the wall clock, of the steady one
  bool jumped_ = false;                 // from then on nobody knows which of two moments came first
  std::map<JobNumber, Job> jobs_;
  std::map<std::string, std::vector<Said>> said_;  // by account, in order: one waits for the other
};

}  // namespace dunlin::simulation
