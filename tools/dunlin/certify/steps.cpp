// What the script does next, phase by phase.
#include <algorithm>
#include <utility>

#include "certify/line.hpp"

namespace dunlin::certify {
namespace {

constexpr std::chrono::milliseconds kRest{
    1000};  // before a rate or a burst is tried: what was saved up or used up is even
constexpr std::chrono::seconds kThrottlePause{1};
constexpr std::chrono::seconds kLinger{1};     // for receipts sent twice, before the end
constexpr std::chrono::seconds kCloseWait{5};  // for the unbinds

}  // namespace

namespace {

template <class Step>
void count(const Submit& sent, Step& step) {
  if (!sent.answered_at) return;
  if (sent.accepted()) {
    ++step.accepted;
  } else if (smpp::status_class(sent.status) == smpp::StatusClass::throttle) {
    ++step.throttled;
  } else {
    ++step.refused;
  }
}

}  // namespace

template <class Step>
void Course::count_answers(Step& step) {
  for (auto at = step_from_; at < observed_.submits.size(); ++at) count(observed_.submits[at], step);
}

void Course::step(Steady now) {
  if (std::exchange(stepping_, true)) return;
  for (Phase before = Phase::done; phase_ != before && phase_ != Phase::done;) {
    before = phase_;
    waiting_ = false;
    switch (phase_) {
      case Phase::binding:
      case Phase::done: break;
      case Phase::texts: step_texts(now); break;
      case Phase::receipts: step_receipts(now); break;
      case Phase::rates: step_rates(now); break;
      case Phase::bursts: step_bursts(now); break;
      case Phase::binds: step_binds(now); break;
      case Phase::ending: end_when_closed(); break;
    }
  }
  stepping_ = false;
  if (phase_ == Phase::ending && now >= due_) {
    for (const auto& [id, line] : lines_) drop(*line);
    end_when_closed();
  }
}

void Course::enter(Phase phase, Steady now) {
  phase_ = phase;
  due_ = now;
  step_from_ = observed_.submits.size();
  switch (phase) {
    case Phase::receipts:
      due_ = now + plan_.receipts_wait;
      progress_("waiting for receipts");
      break;
    case Phase::rates:
      if (plan_.rate_cap > 0) due_ = now + kRest;
      break;
    case Phase::bursts: {
      if (plan_.rate_cap > 0) due_ = now + kRest;
      const bool throttled = rate_throttled(observed_) > 0;
      burst_ = first_burst(plan_);
      if (throttled) burst_ = std::min(burst_, std::max(rate_passed(observed_), 1U));
      break;
    }
    case Phase::binds:
      if (plan_.binds > 0) {
        observed_.binds = BindProbe{plan_.binds, static_cast<std::uint32_t>(lines_.size()), {}};
        progress_("trying " + std::to_string(plan_.binds) + " binds");
      }
      break;
    case Phase::ending:
      settle_held(true);
      observed_.counters = sender_->esme.counters();
      due_ = now + kCloseWait;
      for (const auto& [id, line] : lines_) {
        if (line->over) continue;
        if (line->bound) {
          line->esme.unbind(now);
          listen(*line, now);
        } else {
          drop(*line);
        }
      }
      break;
    case Phase::binding:
    case Phase::texts:
    case Phase::done: break;
  }
}

bool Course::waits_for_answers() {
  waiting_ = awaits_answers();
  return waiting_;
}

// One PDU unanswered at a time; a throttled one again, after a pause that grows.
void Course::step_texts(Steady now) {
  if (waits_for_answers() || now < due_) return;
  if (part_ > 0 && part_ <= parts_.size()) {
    auto& last = observed_.submits.back();
    const bool throttled = last.answered_at && smpp::status_class(last.status) == smpp::StatusClass::throttle;
    if (throttled && last.sent_again) return send_part(now);
    if (throttled && tries_ < kTriesMax && left() > 0) {
      last.sent_again = true;
      --part_;
      due_ = now + kThrottlePause * tries_;
      return;
    }
    tries_ = 0;
  }
  if (part_ < parts_.size()) return send_part(now);
  if (!next_text(now)) return enter(Phase::receipts, now);
}

void Course::send_part(Steady now) {
  Submit what;
  what.text = text_ - 1;
  what.part = static_cast<std::uint32_t>(part_) + 1;
  what.parts = static_cast<std::uint32_t>(parts_.size());
  ++tries_;
  if (!submit(parts_[part_++], std::move(what), now)) return enter(Phase::receipts, now);
  due_ = now + text_pause(plan_);
  waits_for_answers();
}

// Lays the parts of the next text ready that can be sent here; false: there is none.
bool Course::next_text(Steady now) {
  const bool tlvs = sender_->esme.version() >= smpp::interface_version::k34;
  parts_.clear();
  part_ = 0;
  while (text_ < texts_.size()) {
    const auto& text = texts_[text_];
    const auto index = text_++;
    const bool needs_tlvs =
        text.is_long && (text.how == engine::LongMessages::sar || text.how == engine::LongMessages::payload);
    auto pdus = render(text, index, plan_);
    if ((needs_tlvs && !tlvs) || !pdus || pdus->size() > left()) continue;
    progress_("text " + std::to_string(index + 1) + " of " + std::to_string(texts_.size()) + ": " + text.name);
    parts_ = *std::move(pdus);
    send_part(now);
    return true;
  }
  return false;
}

bool Course::all_receipts_in() const {
  std::set<std::size_t> waiting;
  for (std::size_t index = 0; index < observed_.submits.size(); ++index) {
    if (observed_.submits[index].text != kNoText && observed_.submits[index].accepted()) waiting.insert(index);
  }
  for (const auto& seen : observed_.receipts) {
    if (!seen.receipt.intermediate) waiting.erase(seen.submit);
  }
  return waiting.empty();
}

void Course::step_receipts(Steady now) {
  const bool hears = plan_.smsc.bind != engine::BindMode::transmitter;
  if (hears && !all_receipts_in() && now < due_) return;
  enter(Phase::rates, now);
}

void Course::step_rates(Steady now) {
  if (now < due_) return;
  if (!rating_) return start_rate(now);
  auto& step = observed_.rates.back();
  const bool throttled =
      std::any_of(observed_.submits.begin() + static_cast<std::ptrdiff_t>(step_from_), observed_.submits.end(),
                  [](const Submit& sent) { return sent.answered_at && !sent.accepted(); });
  if (!throttled && step.sent < step.rate * kStepSeconds && left() > 0) {
    if (sender_->esme.room() > 0 && submit(rate_probe(plan_, ++probes_), {}, now)) ++step.sent;
    due_ = now + gap(step.rate);
    return;
  }
  if (waits_for_answers()) return;
  count_answers(step);
  rating_ = false;
  due_ = now + kRest;
}

void Course::start_rate(Steady now) {
  const auto rate = next_rate(plan_, rate_passed(observed_), rate_throttled(observed_), observed_.rates.size());
  const bool refused = !observed_.rates.empty() && observed_.rates.back().refused > 0;
  if (rate == 0 || refused || left() < rate * kStepSeconds) return enter(Phase::bursts, now);
  progress_("trying " + std::to_string(rate) + " a second");
  observed_.rates.push_back({.rate = rate});
  step_from_ = observed_.submits.size();
  rating_ = true;
  due_ = now;
}

void Course::step_bursts(Steady now) {
  if (waits_for_answers() || now < due_) return;
  if (!observed_.bursts.empty() && step_from_ < observed_.submits.size()) {
    auto& step = observed_.bursts.back();
    count_answers(step);
    step_from_ = observed_.submits.size();
    burst_ = step.accepted == step.at_once ? 0 : step.at_once / 2;
    due_ = now + kRest;
    return;
  }
  if (burst_ < 2 || left() < burst_) return enter(Phase::binds, now);
  progress_(std::to_string(burst_) + " at once");
  observed_.bursts.push_back({.at_once = burst_});
  for (std::uint32_t count = 0; count < burst_; ++count) submit(rate_probe(plan_, ++probes_), {}, now);
  if (step_from_ == observed_.submits.size()) enter(Phase::binds, now);  // nothing can be sent any more
}

void Course::step_binds(Steady now) {
  if (now < due_) return;
  if (!std::exchange(lingered_, true)) {
    due_ = now + kLinger;
    return;
  }
  if (!observed_.binds) return finish({}, now);
  auto& probe = *observed_.binds;
  waiting_ = std::ranges::any_of(lines_, [](const auto& row) { return !row.second->bound && !row.second->over; });
  if (waiting_) return;
  if (probe.bound < probe.asked && probe.refused.empty()) {
    open(sender_->kind, true, now);
    waiting_ = true;
    return;
  }
  finish({}, now);
}

void Course::end_when_closed() {
  if (std::ranges::any_of(lines_, [](const auto& row) { return !row.second->over; })) return;
  phase_ = Phase::done;
  due_ = kNever;
}

}  // namespace dunlin::certify
