#include "run.hpp"

#include <cstdio>
#include <deque>
#include <map>
#include <utility>

#include "lawbook.hpp"
#include "store/enum_names.hpp"
#include "world.hpp"

namespace dunlin::simulation {
namespace {

std::string line(const Now& now, const std::string& text) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.steady.time_since_epoch()).count() - 3'600'000'000;
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%12.6f  ", static_cast<double>(micros) / 1e6);
  return stamp + text;
}

std::string in_store(const store::JobView& view) {
  std::string text =
      "in the store: " + view.job.id + " is " + std::string(store::name_of(view.state.state)) + " " + view.state.reason;
  for (const store::Segment& segment : view.state.segments) {
    text += "; " + std::string(store::name_of(segment.state)) + " " + segment.message_id +
            (segment.error.empty() ? "" : " " + segment.error);
  }
  return text;
}

}  // namespace

namespace {

Outcome run(const Scenario& scenario, std::uint64_t steps, const Watcher& watch, const Noter& note) {
  Checkers checkers = all_checkers(scenario.terms());
  Outcome outcome;
  World world(
      scenario,
      [&](const Fact& fact, const Now& now) {
        if (watch) watch(fact, now);
        for (const auto& checker : checkers) {
          checker->see(fact, now);
          if (!checker->finding()) continue;
          outcome.finding = checker->finding();
          return true;
        }
        return false;
      },
      note);
  world.run(steps);
  outcome.simulated = world.simulated();
  return outcome;
}

void add_up(const Fact& fact, const std::map<std::string_view, std::string_view>& homes, YearSum& sum) {
  std::visit(Overloaded{
                 [&](const Asked& asked) { ++sum.asked[std::string(name_of(asked.operation->op))]; },
                 [&](const Began&) { ++sum.lives; },
                 [&](const Reloaded&) { ++sum.reloads; },
                 [&](const HandedOver& handed) {
                   ++sum.submits;
                   const auto home = homes.find(handed.number);
                   if (home != homes.end()) ++sum.countries[std::string(home->second)];
                 },
                 [&](const EventRead& read) {
                   if (read.again) return;
                   using enum store::EventType;
                   const store::EventType type = read.event.type;
                   const bool reason = type == scheduled || type == blocked || type == cancelled;
                   ++sum.events[std::string(store::name_of(type)) + (reason ? " " + read.event.reason : "")];
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace

Outcome run_seed(std::uint64_t seed, std::uint64_t steps, const Watcher& watch, const Noter& note) {
  return run(Scenario(seed), steps, watch, note);
}

Outcome run_year(const YearWanted& wanted, YearSum& sum, const Watcher& watch, const Noter& note) {
  const Scenario scenario = Scenario::of_year(wanted);
  std::map<std::string_view, std::string_view> homes;
  for (const Person& person : people(scenario.numbers)) homes[person.number] = person.country;
  return run(
      scenario, 0,
      [&](const Fact& fact, const Now& now) {
        add_up(fact, homes, sum);
        if (watch) watch(fact, now);
      },
      note);
}

Outcome run_month(const MonthWanted& wanted, const Watcher& watch, const Noter& note) {
  return run(Scenario::of_month(wanted), 0, watch, note);
}

std::vector<std::string> history(std::uint64_t seed, std::uint64_t steps, JobNumber job, std::size_t lines_max,
                                 bool everything) {
  std::deque<std::string> lines;
  const auto add = [&](std::string text) {
    lines.push_back(std::move(text));
    if (lines.size() > lines_max) lines.pop_front();
  };
  std::map<std::pair<ConnectionNumber, std::uint32_t>, JobNumber> sequences;
  const auto watch = [&](const Fact& fact, const Now& now) {
    if (const auto* handed = std::get_if<HandedOver>(&fact))
      sequences[{handed->connection, handed->sequence}] = handed->job;
    bool wanted = everything;
    if (const auto* given = std::get_if<GivenAnswer>(&fact)) {
      const auto found = sequences.find({given->connection, given->sequence});
      wanted = wanted || (found != sequences.end() && found->second == job);
    } else if (!std::holds_alternative<Bounds>(fact) && !std::holds_alternative<Rest>(fact)) {
      const JobNumber about = job_of(fact);
      wanted = wanted || about == job || about == kNoJob;
    }
    if (wanted) add(line(now, describe(fact)));
    if (const auto* finished = std::get_if<Finished>(&fact)) {
      for (const store::JobView& view : finished->jobs) {
        if (everything || job_number(view.job.id) == job) add(line(now, in_store(view)));
      }
    }
  };
  const auto note = [&](const std::string& text, const Now& now) { add(line(now, "(" + text + ")")); };
  run_seed(seed, steps, watch, note);
  return {lines.begin(), lines.end()};
}

}  // namespace dunlin::simulation
