#include "accounts.hpp"

#include <algorithm>

namespace dunlin::simulation {

std::int64_t units_of(std::string_view amount) {
  std::int64_t units = 0;
  for (const char c : amount) {
    if (c >= '0' && c <= '9') units = units * 10 + (c - '0');
  }
  return units;
}

namespace {

bool exempt(store::Kind kind) {
  return kind == store::Kind::receipt || kind == store::Kind::welcome || kind == store::Kind::news;
}

bool is_said(Op op) {
  return op == Op::part || op == Op::part_reversal || op == Op::change_job || op == Op::change_account;
}

// What a job's sender knew of, where it does not say: nothing that came after the day it was due.
std::optional<Wall> knowledge(const store::Job& job) {
  if (job.ledger_as_of || job.due_date.empty()) return job.ledger_as_of;
  const auto number = [&](std::size_t at, std::size_t digits) { return std::stoi(job.due_date.substr(at, digits)); };
  return Wall{std::chrono::sys_days{std::chrono::year{number(0, 4)} / number(5, 2) / number(8, 2)}};
}

}  // namespace

std::string Accounts::account_of(const Operation& op, const std::map<JobNumber, Job>& jobs) {
  if (op.op != Op::change_job) return op.account;
  const auto job = jobs.find(op.job);
  return job == jobs.end() || job->second.content->account.empty() ? job_id(op.job) : job->second.content->account;
}

void Accounts::see(const Fact& fact, const Now& now) {
  ++facts_;
  const auto ahead = now.wall.time_since_epoch() -
                     std::chrono::duration_cast<std::chrono::milliseconds>(now.steady.time_since_epoch());
  if (facts_ > 1 && (ahead > ahead_ + 2ms || ahead < ahead_ - 2ms)) jumped_ = true;
  ahead_ = ahead;
  if (const auto* asked = std::get_if<Asked>(&fact)) {
    const Operation& op = *asked->operation;
    if (op.op == Op::submit && jobs_[op.job].content == nullptr) jobs_[op.job] = {&op.content, facts_};
    if (!is_said(op.op)) return;
    std::vector<Said>& said = said_[account_of(op, jobs_)];
    const auto known = std::find_if(said.begin(), said.end(), [&](const Said& each) { return each.op == &op; });
    if (known == said.end()) {
      said.push_back({&op, facts_});
      said.back().asked_at = now.wall;
    } else {
      ++known->askings;
    }
  } else if (const auto* answered = std::get_if<Answered>(&fact)) {
    const Operation& op = *answered->operation;
    const bool later = answered->code == "no_room" || answered->code == "unavailable";
    if (op.op == Op::submit && answered->code.empty() && jobs_[op.job].accepted == 0) jobs_[op.job].accepted = facts_;
    if (!is_said(op.op)) return;
    for (Said& each : said_[account_of(op, jobs_)]) {
      if (each.op != &op) continue;
      ++each.answers;
      each.answered = facts_;
      each.answered_at = now.wall;
      each.done = each.done || answered->code.empty();
      each.failed = each.failed || (!answered->code.empty() && !later);
    }
  } else if (std::holds_alternative<Ended>(
                 fact)) {  // what was not answered is not done any more, unless it is asked again
    for (auto& [account, said] : said_) {
      for (Said& each : said) {
        if (each.done || each.failed) each.answers = each.askings;
      }
    }
  }
}

const store::Job* Accounts::content(JobNumber job) const {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : found->second.content;
}

// Whether the job is from before it was said; `no`: from after it.
Accounts::Covers Accounts::covers(const Said& said, const Job& job) {
  if (!said.over()) return Covers::unclear;
  if (!said.done) return said.askings > 1 ? Covers::unclear : Covers::no;
  if (said.failed) return Covers::unclear;
  if (job.accepted != 0 && job.accepted < said.asked) return Covers::yes;
  return job.asked > said.answered ? Covers::no : Covers::unclear;
}

Accounts::Covers Accounts::knows_less(const std::optional<Wall>& known, const Said& said) {
  if (!known || *known >= said.answered_at) return Covers::no;
  return *known < said.asked_at ? Covers::yes : Covers::unclear;
}

Accounts::Owed Accounts::owed(JobNumber number) const {
  Owed owed;
  const auto found = jobs_.find(number);
  if (found == jobs_.end()) return owed;
  const Job& job = found->second;
  const store::Job& content = *job.content;
  owed.amount = units_of(content.amount);
  owed.due_date = content.due_date;
  owed.ledger_as_of = content.ledger_as_of;
  owed.clear = !jumped_;
  const auto said = said_.find(content.account.empty() ? job_id(number) : content.account);
  if (said == said_.end()) return owed;
  std::vector<const Said*> parts;
  const Said* amount_said = nullptr;
  const Said* before = nullptr;
  for (const Said& each : said->second) {
    const Operation& op = *each.op;
    if (op.op == Op::change_job && op.job != number) continue;
    if (!op.invoice.empty() && op.invoice != content.invoice) continue;
    Covers about = covers(each, job);
    if (op.op == Op::part_reversal) {
      const bool undone = each.over() && each.done && !each.failed;
      if (!each.over() || each.failed) owed.clear = false;
      if (undone) std::erase_if(parts, [&](const Said* part) { return part->op->payment_id == op.payment_id; });
      owed.told = owed.told || undone;
      continue;
    }
    if (about == Covers::no && each.done && op.op == Op::change_account) about = knows_less(content.ledger_as_of, each);
    if (about == Covers::no && each.done && op.op == Op::part && amount_said == nullptr)
      about = knows_less(knowledge(content), each);
    if (about == Covers::no && each.done && op.op == Op::part && amount_said != nullptr) about = Covers::yes;
    if (about == Covers::unclear || (about == Covers::yes && before != nullptr && before->answered_at >= each.asked_at))
      owed.clear = false;
    if (about != Covers::yes) continue;
    before = &each;
    owed.told = true;
    if (op.op == Op::part) {
      parts.push_back(&each);
      continue;
    }
    owed.own_word = owed.own_word || op.op == Op::change_job;
    if (!op.due_date.empty()) owed.due_date = op.due_date;
    if (op.ledger_as_of) owed.ledger_as_of = op.ledger_as_of;
    if (op.amount.empty()) continue;
    owed.amount = units_of(op.amount);
    amount_said = &each;
    parts.clear();  // who tells what is owed knows what was paid
  }
  if (exempt(content.kind)) return owed;
  for (const Said* part : parts) owed.amount -= units_of(part->op->amount);
  return owed;
}

}  // namespace dunlin::simulation
