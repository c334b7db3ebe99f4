#include "engine/reports.hpp"

#include <algorithm>

#include "dunning/decide.hpp"
#include "dunning/money.hpp"
#include "engine/call_list.hpp"
#include "engine/engine.hpp"
#include "engine/newest.hpp"
#include "engine/references.hpp"
#include "engine/segments.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::ReportMark;
using store::SegmentState;
using store::State;
using store::Tally;

namespace {

constexpr std::string_view kStopped = "stopped", kWrong = "wrong";
constexpr std::chrono::hours kForgetPeriod{1};
constexpr std::size_t kForgetSlice = 1000;

// That an SMSC took, by its own word. Of what ended without a receipt it has said so, too.
std::uint32_t taken_segments(const store::JobState& state) {
  const auto taken = [](const store::Segment& each) {
    switch (each.state) {
      case SegmentState::waiting:
      case SegmentState::claimed:
      case SegmentState::in_doubt: return false;
      case SegmentState::rejected: return !each.message_id.empty();  // by a receipt, not by its answer
      case SegmentState::submitted:
      case SegmentState::delivered:
      case SegmentState::undelivered:
      case SegmentState::expired:
      case SegmentState::unknown: return true;
    }
    return false;
  };
  return static_cast<std::uint32_t>(std::ranges::count_if(state.segments, taken));
}

std::uint32_t counted_on(const store::JobState& state, bool submitted) {
  const std::optional<Wall> first = first_submitted_at(state);
  if (submitted && first) return day_of(*first);
  return day_of(state.history.empty() ? state.accepted_at : state.history.back().time);
}

std::uint64_t& ended_as(Tally& tally, State state) {
  tally.ended.resize(store::kStates);
  return tally.ended[static_cast<std::size_t>(state)];
}

void take_one(std::uint64_t& count) { count -= count > 0 ? 1 : 0; }

template <class Change>
void change_by(Tally& tally, const ReportMark& mark, Change change) {
  change(tally.jobs);
  if (mark.submitted) change(tally.submitted);
  if (mark.ended) change(ended_as(tally, *mark.ended));
  if (mark.paid_before) change(tally.paid_before);
  if (mark.owing) change(tally.owing);
  if (mark.paid) change(tally.paid);
  if (mark.called) change(tally.called);
}

void add_cost(Tally& tally, const store::Cost& cost) {
  const auto known = std::ranges::lower_bound(tally.costs, cost.currency, {}, &store::Cost::currency);
  if (known == tally.costs.end() || known->currency != cost.currency) {
    tally.costs.insert(known, cost);
    return;
  }
  known->units += cost.units;
  known->decimals = std::max(known->decimals, cost.decimals);
}

void add_intent(Tally& tally, std::string_view intent, std::uint64_t count) {
  const auto known = std::ranges::find(tally.replies, intent, &store::IntentCount::intent);
  if (known == tally.replies.end()) {
    tally.replies.push_back({std::string(intent), count});
  } else {
    known->count += count;
  }
}

}  // namespace

std::uint32_t day_of(Wall at) {
  const auto days = std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(days, 0));
}

ReportMark mark_of(const store::Job& job, const store::JobState& state) {
  ReportMark mark = state.report;
  mark.submitted = mark.submitted || first_submitted_at(state);
  const std::uint32_t taken = taken_segments(state);
  const bool over = store::is_final(state.state);
  if (!mark.submitted && !over) {  // what was never submitted and goes on again is counted when it is
    mark = {};
    mark.segments = std::min(state.report.segments, taken);
    return mark;
  }
  if (mark.day == 0) mark.day = counted_on(state, mark.submitted);
  mark.ended = over ? std::optional(state.state) : std::nullopt;
  mark.paid_before =
      state.state == State::cancelled && state.reason == dunning::kReasonPaid && !mark.submitted && !was_sent(state);
  mark.owing = mark.owing || (mark.submitted && !job.account.empty() && !exempt_from_payments(job.kind));
  mark.paid = mark.owing && mark.covered;
  mark.called = mark.called || !state.calls.empty();
  mark.segments = taken;
  return mark;
}

bool follows_the_text(const store::JobState& state, Wall paid_at) {
  const Wall sent = submitted_at(state);
  return paid_at >= sent && paid_at <= sent + kPaidWithin;
}

void add_mark(Tally& tally, const ReportMark& mark) {
  change_by(tally, mark, [](std::uint64_t& count) { ++count; });
}
void take_mark(Tally& tally, const ReportMark& mark) { change_by(tally, mark, take_one); }

void add_segments(Tally& tally, std::uint32_t segments, const RouteSettings* route) {
  tally.segments += segments;
  const Result<dunning::Amount> price =
      dunning::parse_amount(route == nullptr ? std::string_view{} : std::string_view(route->price));
  if (!price) {
    tally.segments_unpriced += segments;
    return;
  }
  add_cost(tally, {route->currency, static_cast<std::uint64_t>(price->units) * segments, price->decimals});
}

std::string to_string(const ReplyCount& reply, std::uint64_t event) {
  std::string named = std::to_string(event) + " " + reply.intent;
  if (reply.stopped) named.append(" ").append(kStopped);
  if (reply.wrong) named.append(" ").append(kWrong);
  return named;
}

ReplyCount parse_reply_count(std::string_view named) {
  const auto next = [&named] {
    const std::string_view word = named.substr(0, named.find(' '));
    named.remove_prefix(std::min(named.size(), word.size() + 1));
    return word;
  };
  next();
  ReplyCount reply{std::string(next()), false, false};
  while (!named.empty()) {
    const std::string_view word = next();
    reply.stopped = reply.stopped || word == kStopped;
    reply.wrong = reply.wrong || word == kWrong;
  }
  return reply;
}

void add_reply(Tally& tally, const ReplyCount& reply) {
  add_intent(tally, reply.intent, 1);
  if (reply.stopped) ++tally.opt_outs;
  if (reply.wrong) ++tally.wrong_numbers;
}

void add_tally(Tally& into, const Tally& from) {
  into.jobs += from.jobs;
  into.submitted += from.submitted;
  if (into.ended.size() < from.ended.size()) into.ended.resize(from.ended.size());
  for (std::size_t i = 0; i < from.ended.size(); ++i) into.ended[i] += from.ended[i];
  into.paid_before += from.paid_before;
  into.owing += from.owing;
  into.paid += from.paid;
  into.called += from.called;
  for (const store::IntentCount& each : from.replies) add_intent(into, each.intent, each.count);
  into.opt_outs += from.opt_outs;
  into.wrong_numbers += from.wrong_numbers;
  into.segments += from.segments;
  into.segments_unpriced += from.segments_unpriced;
  for (const store::Cost& each : from.costs) add_cost(into, each);
}

// Null: the row is not known yet, and now wanted.
Engine::TallyNow* Engine::tally_now(const keys::ReportKey& key) {
  if (const auto found = tallies_.find(key); found != tallies_.end()) return &found->second;
  store::Lookup<Tally> known = rows_.record<Tally>(keys::report(key));
  if (known.unknown()) return nullptr;
  TallyNow now;
  now.there = static_cast<bool>(known);
  if (known) now.row = std::move(*known);
  return &tallies_.emplace(key, std::move(now)).first->second;
}

// What is about to be claimed is counted soon.
void Engine::want_tally(const JobAt& at) {
  if (at.state.report.day == 0) static_cast<void>(tally_now({day_of(now_.wall), at.job.campaign, at.job.stage}));
}

// Before the job is saved. Where its row is not known its mark stays as it is, and an appointment of the same batch
// counts it when it is; but that segments are gone, for it is sent again, is noted at once: it may have been taken
// again by then, and those are others. A row that is gone was older than it is to be kept, and stays gone.
void Engine::count_in_report(JobAt& at) {
  ReportMark& mark = at.state.report;
  ReportMark now = mark_of(at.job, at.state);
  if (now == mark) return;
  if (const std::uint32_t day = now.day != 0 ? now.day : mark.day; day != 0) {
    TallyNow* tally = tally_now({day, at.job.campaign, at.job.stage});
    if (tally == nullptr) {
      mark.segments = std::min(mark.segments, now.segments);
      return appoint(now_.wall, at.n, {store::Cause::report_due, {}, {}});
    }
    if (mark.day == 0 || tally->there) {
      tally->dirty = tally->there = true;
      if (mark.day != 0) take_mark(tally->row, mark);
      if (now.day != 0) add_mark(tally->row, now);
      if (now.day != 0 && now.segments > mark.segments)
        add_segments(tally->row, now.segments - mark.segments, routes_.named(at.state.route));
    }
  }
  mark = std::move(now);
}

// `reply`: as to_string() of a ReplyCount names it; empty: the job itself was not counted.
Engine::Handled Engine::report_due(JobAt& at, const std::string& reply) {
  const ReportMark& mark = at.state.report;
  const ReportMark now = mark_of(at.job, at.state);
  const std::uint32_t counted = now.day != 0 ? now.day : mark.day;
  TallyNow* tally = tally_now({counted != 0 ? counted : day_of(now_.wall), at.job.campaign, at.job.stage});
  if (tally == nullptr) return Handled::no;
  if (reply.empty()) {
    if (now != mark) save(at);
  } else if (mark.day == 0 || tally->there) {
    tally->dirty = tally->there = true;
    add_reply(tally->row, parse_reply_count(reply));
  }
  return Handled::yes;
}

// Of the whole, or of what was left; `id`: the payment's.
void Engine::note_payment(JobAt& at, Wall paid_at, const std::string& id) {
  ReportMark& mark = at.state.report;
  const bool late = mark.covered || !mark_of(at.job, at.state).submitted || !follows_the_text(at.state, paid_at);
  if (late) return;
  mark.covered = true;
  mark.covered_by = id;
  save(at);
}

namespace {

bool paid_whole_in_time(const store::Account& row, const store::JobState& state) {
  return std::ranges::any_of(row.payments,
                             [&](const store::WholePayment& each) { return follows_the_text(state, each.at); });
}

// The part that leaves nothing follows the text: those made so far leave something where it was sent, and nothing at
// the end of its time.
bool paid_in_parts_in_time(const JobAt& at, const Standing& facts) {
  const auto settled_by = [&](Wall last) {
    store::Account known = facts.account;
    std::erase_if(known.parts, [last](const store::PartPayment& part) { return part.at > last; });
    return newest(at.n, at.job, at.state, known, facts.invoice).settled;
  };
  const Wall sent = submitted_at(at.state);
  return settled_by(sent + kPaidWithin) && !settled_by(sent - Wall::duration{1});
}

}  // namespace

// `id`: what was taken back; empty: all of it. Another payment may cover it still.
void Engine::note_reversal(JobAt& at, const std::string& id) {
  ReportMark& mark = at.state.report;
  if (!mark.covered) return;
  const Standing facts = standing(at);
  // What covered it may be a part that leaves something now.
  const bool by_part =
      std::ranges::find(facts.account.parts, mark.covered_by, &store::PartPayment::id) != facts.account.parts.end();
  const bool still = (mark.covered_by != id && !by_part) || paid_whole_in_time(facts.account, at.state) ||
                     paid_whole_in_time(facts.invoice, at.state) || paid_in_parts_in_time(at, facts);
  if (still && is_settled(at, facts)) return;
  mark.covered = false;
  mark.covered_by.clear();
  save(at);
}

// At the end of a turn.
void Engine::write_reports() {
  for (auto& [key, now] : tallies_) {
    if (now.dirty) rows_.put_record(keys::report(key), now.row);
  }
  tallies_.clear();
}

// As old as jobs may become.
void Engine::forget_old_reports() {
  if (reports_reading_ || now_.wall < next_reports_ || now_.steady < suspended_until_) return;
  reports_reading_ = true;
  next_reports_ = now_.wall + kForgetPeriod;
  want_range(keys::reports_before(day_of(now_.wall - settings_.retention.jobs), kForgetSlice),
             [this](const std::vector<store::Row>& rows) {
               reports_reading_ = false;
               for (const store::Row& row : rows) rows_.erase(store::Family::reports, row.key);
               if (rows.size() == kForgetSlice) next_reports_ = now_.wall;
             });
}

}  // namespace dunlin::engine
