#include "month.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <map>
#include <set>

#include "lawbook.hpp"
#include "run.hpp"
#include "store/enum_names.hpp"
#include "year.hpp"

namespace dunlin::simulation {
namespace {

constexpr std::chrono::hours kPromptly{48};
// What the month is to show, of the accounts, in percent: DOMAIN's fifth product.
constexpr double kPromptAtLeast = 86, kPhonedAtLeast = 1, kPhonedAtMost = 6;

// One account, as it is seen from outside.
struct Account {
  std::optional<Wall> first_text, paid, paid_at;
  bool prompt = false;
  std::uint32_t texts = 0, after_payment = 0;
};

using Counts = std::map<std::string, std::uint64_t>;

// What reports are to say, as it is seen from outside.
struct Seen {
  std::map<std::string, Wall> submitted;                // by job: when it was told last
  std::map<std::string, std::set<std::string>> wrote;   // by intent: the numbers that were answered
  Counts replies;                                       // that were told of a job, by intent
  std::uint64_t handed = 0, taken = 0, unanswered = 0;  // segments: to the kernel; answered ok; left by a life's end
};

struct Sum {
  std::map<JobNumber, Account> accounts;
  Counts events, commands, replies, ends;
  std::uint64_t accepted = 0, jobs = 0, lives = 0, listed = 0, answers = 0, segments = 0;
  bool calm = false;
  Seen seen;
  store::Tally reported;

  void see(const Fact& fact, const Now& now);
  void see(const HandedOver& handed, const Now& now);
  void see(const Answered& answered, const Now& now);
  void see(const EventRead& read);
};

void Sum::see(const HandedOver& handed, const Now& now) {
  Account& one = accounts[first_of(handed.job)];
  ++segments;
  ++seen.handed;
  if (one.paid) ++one.after_payment;
  if (handed.segment > 0) return;
  ++one.texts;
  if (!one.first_text) one.first_text = now.wall;
}

void Sum::see(const Answered& answered, const Now& now) {
  const Operation& op = *answered.operation;
  if (op.op != Op::payment || !answered.code.empty()) return;
  Account& one = accounts[static_cast<JobNumber>(std::stoul(op.account.substr(1)))];
  one.paid = now.wall;
  one.paid_at = op.paid_at;
  one.prompt = one.first_text && *one.paid < *one.first_text + kPromptly;
}

void Sum::see(const EventRead& read) {
  if (read.again) return;
  const store::Event& event = read.event;
  ++events[std::string(store::name_of(event.type))];
  if (event.type == store::EventType::accepted) ++accepted;
  if (event.type == store::EventType::submitted && job_number(event.job) == kNoJob) ++answers;
  if (event.type == store::EventType::submitted) seen.submitted[event.job] = event.time;
  if (event.type != store::EventType::replied) return;
  ++replies[event.intent.empty() ? "?" : event.intent];
  if (!event.job.empty()) ++seen.replies[event.intent];
}

void Sum::see(const Fact& fact, const Now& now) {
  if (const auto* handed = std::get_if<HandedOver>(&fact)) return see(*handed, now);
  if (const auto* answered = std::get_if<Answered>(&fact)) return see(*answered, now);
  if (const auto* read = std::get_if<EventRead>(&fact)) return see(*read);
  if (std::holds_alternative<Began>(fact)) ++lives;
  if (std::holds_alternative<AnswerHandedOver>(fact)) ++seen.handed;
  if (const auto* given = std::get_if<GivenAnswer>(&fact); given != nullptr && given->status == smpp::CommandStatus::ok)
    ++seen.taken;
  if (const auto* ended = std::get_if<Ended>(&fact)) seen.unanswered += ended->inflight.size();
  if (const auto* done = std::get_if<DeliveryAnswered>(&fact);
      done != nullptr && done->status == smpp::CommandStatus::ok && !done->delivery->intent.empty())
    seen.wrote[done->delivery->intent].insert(done->delivery->number);
  if (std::holds_alternative<Calm>(fact)) calm = true;
  if (const auto* command = std::get_if<Commanded>(&fact); command != nullptr && !calm) {
    ++commands[command->command];
    if (command->command == "call-list") listed = command->rows;
  }
  if (const auto* finished = std::get_if<Finished>(&fact)) {
    jobs = finished->jobs.size();
    reported = finished->reported;
    for (const store::JobView& view : finished->jobs) ++ends[std::string(store::name_of(view.state.state))];
  }
}

struct Told {
  std::uint64_t accounts = 0, prompt = 0, paid = 0, texts = 0, after_payment = 0;
};

Told told_of(const Sum& sum) {
  Told told;
  for (const auto& [number, one] : sum.accounts) {
    ++told.accounts;
    told.prompt += one.prompt ? 1 : 0;
    told.paid += one.paid ? 1 : 0;
    told.texts += one.texts;
    told.after_payment += one.after_payment;
  }
  return told;
}

void print_history(const MonthWanted& wanted, JobNumber job, std::size_t lines_max) {
  std::deque<std::string> lines;
  run_month(wanted, [&](const Fact& fact, const Now& now) {
    if (first_of(job_of(fact)) != first_of(job)) return;
    lines.push_back(stamp(now) + describe(fact));
    if (lines.size() > lines_max) lines.pop_front();
  });
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

// Texts of an account that was paid within 48 hours of them.
std::uint64_t paid_in_time(const Sum& sum) {
  std::uint64_t texts = 0;
  for (const auto& [job, at] : sum.seen.submitted) {
    const auto account = sum.accounts.find(first_of(job_number(job)));
    const bool paid = account != sum.accounts.end() && account->second.paid_at;
    texts += paid && *account->second.paid_at >= at && *account->second.paid_at <= at + kPromptly ? 1 : 0;
  }
  return texts;
}

// What reports say otherwise than it was seen from outside; empty: nothing.
std::string misreported(const Sum& sum) {
  const Seen& seen = sum.seen;
  const store::Tally& said = sum.reported;
  Counts replies;
  for (const store::IntentCount& each : said.replies) replies[each.intent] = each.count;
  const auto numbers = [&](const char* intent) {
    const auto found = seen.wrote.find(intent);
    return found == seen.wrote.end() ? 0 : found->second.size();
  };
  for (const auto& [intent, who] : seen.wrote) {
    if (replies[intent] < who.size()) return "fewer replies of an intent than were written: " + intent;
  }
  if (replies != seen.replies) return "other replies than were told of jobs";
  if (said.opt_outs != numbers("opt_out")) return "other opt-outs than numbers that said STOP";
  if (said.wrong_numbers != numbers("wrong_number")) return "other wrong numbers than were told";
  if (said.jobs != sum.jobs) return "other jobs than there are";
  if (said.submitted != seen.submitted.size()) return "other texts than were told to be submitted";
  if (said.paid != paid_in_time(sum)) return "other texts than those that were paid within 48 hours";
  if (said.segments > seen.handed) return "more segments than were handed over";
  // What was answered when a life ended may not have been noted, and was sent again.
  if (said.segments + seen.unanswered < seen.taken) return "fewer segments than were taken";
  return {};
}

// What does not add up; empty: all does.
std::string amiss(const MonthWanted& wanted, const Sum& sum, const Told& told) {
  const double share = 100.0 / wanted.accounts;
  const double prompt = share * static_cast<double>(told.prompt), phoned = share * static_cast<double>(sum.listed);
  if (told.after_payment > 0) return "texts were sent after a payment";
  if (sum.accepted != sum.jobs) return "an event tells of each job that there is, once: they do not";
  const auto cleared = sum.commands.find("inbox clear");
  if (sum.answers == 0) return "nobody who wrote was answered";
  if (cleared == sum.commands.end() || cleared->second == 0) return "nothing that was written was looked at";
  if (const std::string what = misreported(sum); !what.empty()) return "reports say " + what;
  if (prompt < kPromptAtLeast) return "too few paid within 48 hours";
  if (phoned < kPhonedAtLeast || phoned > kPhonedAtMost) return "the call list has not the few per cent that are left";
  return {};
}

}  // namespace

int tell_month(const MonthWanted& wanted, std::size_t lines, bool trace) {
  const auto began = std::chrono::steady_clock::now();
  Sum sum;
  Noter note;
  if (trace)
    note = [](const std::string& text, const Now& now) { std::printf("%s(%s)\n", stamp(now).c_str(), text.c_str()); };
  const Outcome outcome = run_month(
      wanted,
      [&](const Fact& fact, const Now& now) {
        sum.see(fact, now);
        if (trace && !std::holds_alternative<Bounds>(fact))
          std::printf("%s%s\n", stamp(now).c_str(), describe(fact).c_str());
      },
      note);
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const Told told = told_of(sum);
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  print_counts("events", sum.events);
  print_counts("replies", sum.replies);
  std::printf("%llu of them answered by themselves\n", number(sum.answers));
  std::printf(
      "reports: %llu texts in %llu segments, %llu paid in time; seen: %llu texts in %llu segments (%llu taken, %llu "
      "left "
      "by a life's end), %llu paid in time\n",
      number(sum.reported.submitted), number(sum.reported.segments), number(sum.reported.paid),
      number(sum.seen.submitted.size()), number(sum.seen.handed), number(sum.seen.taken), number(sum.seen.unanswered),
      number(paid_in_time(sum)));
  print_counts("jobs at the end", sum.ends);
  std::uint64_t commands = 0;
  for (const auto& [name, count] : sum.commands) commands += count;
  print_counts("commands of the clerk", sum.commands);
  std::printf(
      "%u accounts: %llu texts in %llu segments; %llu paid, %llu (%.1f %%) within 48 hours of the first text; %llu "
      "texts after a payment\n",
      wanted.accounts, number(told.texts), number(sum.segments), number(told.paid), number(told.prompt),
      100.0 * static_cast<double>(told.prompt) / wanted.accounts, number(told.after_payment));
  std::printf(
      "%llu (%.1f %%) on the call list on the last working day; %llu commands of a clerk; the daemon began %llu "
      "times\n",
      number(sum.listed), 100.0 * static_cast<double>(sum.listed) / wanted.accounts, number(commands),
      number(sum.lives));
  std::printf("seed %llu: %.0f s, at most %ld MiB\n", number(wanted.seed), took, usage.ru_maxrss / 1024);
  if (outcome.finding) {
    const Finding& found = *outcome.finding;
    if (!trace && found.job != kNoJob) print_history(wanted, found.job, lines);
    std::printf("BROKEN: %s: %s%s\n", found.checker.c_str(), found.what.c_str(),
                found.job == kNoJob ? "" : (" (" + job_id(found.job) + ")").c_str());
    return 1;
  }
  if (const std::string what = amiss(wanted, sum, told); !what.empty()) {
    std::printf("AMISS: %s\n", what.c_str());
    return 1;
  }
  std::printf("all promises kept\n");
  return 0;
}

}  // namespace dunlin::simulation
