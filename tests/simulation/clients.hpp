// The upstream: billing systems, clerks and operators. Each thing they want is asked for with the same ids until it is
// answered, whatever happens to the gateway meanwhile.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts.hpp"
#include "random.hpp"
#include "scenario.hpp"

namespace dunlin::simulation {

class World;

class Clients {
 public:
  Clients(World& world, std::uint64_t seed) : world_(world), random_(seed, 4) {}

  void begin();                  // wants things from here on
  void calm() { calm_ = true; }  // wants nothing new, and insists on the rest
  bool satisfied() const { return open_ == 0; }
  std::uint32_t jobs() const { return next_job_; }
  // A person settles a doubt; resumes links that are paused.
  void resolve(JobNumber job);
  void tidy(const std::vector<engine::LinkStatus>& links);
  void event_read(const store::Event& event);

 private:
  static constexpr JobNumber kBurstsUpTo = 200;  // beyond, jobs come one by one
  struct Want {
    Operation operation;
    bool answered = false;
    std::string key;  // what no two wants are about at a time; may be empty
  };
  void want_something();
  void plan_next();
  void submit_new();
  store::Job new_job();
  void want(Operation operation, std::string key);
  void ask(Want& want);
  void answered(Want& want, Answered answer);
  Operation on_job(Op op);
  template <class T>
  auto answer_to(Want& want);

  World& world_;
  Random random_;
  bool calm_ = false;
  JobNumber next_job_ = 0;
  std::uint32_t next_payment_ = 0;
  std::deque<Want> wants_;
  std::vector<Want*> submits_;
  std::size_t open_ = 0;
  std::set<std::string> busy_;  // keys of open wants
  std::vector<JobNumber> doubtful_;
};

}  // namespace dunlin::simulation
