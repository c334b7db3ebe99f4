// Whether reports count what the jobs are, each once: judged from the store alone.
#include "engine/reports.hpp"

#include <map>
#include <set>

#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/report_reader.hpp"
#include "world.hpp"

namespace dunlin::simulation {

namespace keys = store::keys;

namespace {

using Tallies = std::map<keys::ReportKey, store::Tally>;

std::vector<std::uint64_t> held(store::Tally tally) {
  tally.ended.resize(store::kStates);
  std::vector<std::uint64_t> all = std::move(tally.ended);
  all.insert(all.end(), {tally.jobs, tally.submitted, tally.paid_before, tally.owing, tally.paid, tally.called});
  return all;
}

// Jobs that an appointment counts as soon as their row is known.
std::set<std::uint64_t> to_be_counted(store::Kv& kv) {
  std::set<std::uint64_t> jobs;
  const auto rows = kv.scan(store::Range{store::Family::calendar, {}, {}, 10'000'000});
  for (const store::Row& row : *rows) {
    const auto key = keys::parse_calendar(row.key);
    if (key && key->cause == store::Cause::report_due) jobs.insert(key->n);
  }
  return jobs;
}

std::string named(const keys::ReportKey& key) {
  return "day " + std::to_string(key.day) + " " + key.campaign + "/" + key.stage;
}

Tallies rows_of(store::Kv& kv) {
  Tallies said;
  std::string from;
  do {
    auto slice = store::reports(kv, from, {0, UINT32_MAX, std::nullopt}, 1000);
    for (store::ReportRow& row : slice->rows) said.emplace(row.key, std::move(row.tally));
    from = slice->last;
  } while (!from.empty());
  return said;
}

}  // namespace

store::Tally World::reported() {
  store::Tally sum;
  for (const auto& [key, tally] : rows_of(store_.kv())) engine::add_tally(sum, tally);
  return sum;
}

// Of jobs that retention has erased the row still tells: where any is gone it may count more.
std::string World::misreported() {
  Tallies counted;
  const std::set<std::uint64_t> waiting = to_be_counted(store_.kv());
  const auto rows = store_.kv().scan(keys::jobs(0, 10'000'000));
  store::Job job;
  std::uint64_t last = 0;
  bool all = true;
  for (const store::Row& row : *rows) {
    const auto key = keys::parse_job(row.key);
    if (key->part == keys::JobPart::job) {
      all = all && key->n == last + 1;
      last = key->n;
      if (auto read = store::decode<store::Job>(row.value)) job = *std::move(read);
      continue;
    }
    const auto state = store::decode<store::JobState>(row.value);
    if (!state) continue;
    if (engine::mark_of(job, *state) != state->report && !waiting.contains(key->n))
      return "job " + job.id + " is not counted as it is";
    if (state->report.day != 0) engine::add_mark(counted[{state->report.day, job.campaign, job.stage}], state->report);
  }
  for (const auto& [key, tally] : rows_of(store_.kv())) {
    const auto found = counted.find(key);
    const auto most = held(tally), least = held(found == counted.end() ? store::Tally{} : found->second);
    for (std::size_t i = 0; i < most.size(); ++i) {
      if (most[i] < least[i] || (all && most[i] != least[i])) return named(key) + " counts other jobs than it has";
    }
    if (found != counted.end()) counted.erase(found);
  }
  return !all || counted.empty() ? "" : named(counted.begin()->first) + " is missing";
}

}  // namespace dunlin::simulation
