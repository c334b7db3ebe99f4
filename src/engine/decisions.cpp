// What is known of a job at the last moment, what is decided from it, and what of the decision is remembered: texts
// that caps count, stages that were taken.
#include <algorithm>

#include "engine/ageing.hpp"
#include "engine/call_list.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::State;

namespace {

bool has_stage(const store::Job& job, const std::string& due_date) {
  return !job.account.empty() && !job.stage.empty() && !due_date.empty();
}

// They wrote: what is set for texts that come by themselves does not apply.
void answers_a_person(store::AnswerKind kind, dunning::Facts& facts) {
  facts.capped_until.reset();
  facts.exempt_from_block = kind == store::AnswerKind::confirmation;
  if (kind == store::AnswerKind::clerk) return;
  facts.closed.reset();
  facts.open_by = kRuleAnswer;
}

}  // namespace

const store::PurposeConsent* consent_for(const store::Person& person, store::Purpose purpose) {
  const std::string_view name = store::name_of(purpose);
  const auto found = std::find_if(person.purposes.begin(), person.purposes.end(),
                                  [&](const store::PurposeConsent& each) { return each.purpose == name; });
  return found == person.purposes.end() ? nullptr : &*found;
}

dunning::Facts facts_of(const JobAt& at, const Standing& standing, const DunningSettings& dunning,
                        dunning::Calendar& calendar, std::chrono::milliseconds least, Wall now, bool sender_stopped) {
  const store::Job& job = newest_of(at, standing);
  const store::Purpose purpose = purpose_of(job);
  const store::PurposeConsent* consent = consent_for(standing.person, purpose);
  const store::ConsentStatus for_purpose = consent == nullptr ? store::ConsentStatus::unset : consent->status;
  dunning::Facts facts;
  facts.now = now;
  facts.exempt_from_payments = exempt_from_payments(job.kind);
  facts.campaign_cancelled = standing.campaign_cancelled;
  facts.paid = is_settled(at, standing);
  facts.number_blocked = standing.person.status == store::ConsentStatus::blocked ||
                         for_purpose == store::ConsentStatus::blocked || sender_stopped;
  facts.answered = at.state.plan.silent && standing.person.replied_at &&
                   *standing.person.replied_at > at.state.plan.before_at.value_or(at.state.accepted_at);
  facts.held = held_by(standing, at.state.answer, now);
  facts.expires_at = at.state.expires_at;
  const bool old =
      dunning.ledger_max_age.count() > 0 && job.ledger_as_of && *job.ledger_as_of + dunning.ledger_max_age < now;
  facts.ledger_stale = !facts.exempt_from_payments && (old || standing.newest.text_outdated);
  facts.stage_taken = standing.stage && *standing.stage != at.n;
  if (counts_towards_caps(job.kind) && !was_sent(at.state)) {  // the rest of a message is no further one
    facts.capped_until = dunning::capped_until(standing.person.recent, dunning.cap_number, now);
    const std::optional<Wall> of_account = dunning::capped_until(standing.account.recent, dunning.cap_account, now);
    if (of_account && (!facts.capped_until || *of_account > *facts.capped_until)) facts.capped_until = of_account;
  }
  facts.needs_consent = purpose == store::Purpose::marketing;
  facts.has_consent = for_purpose == store::ConsentStatus::allowed;
  facts.not_before = at.state.not_before ? at.state.not_before : job.not_before;
  const Window window = window_at(calendar, place_of(job, at.state.country, calendar.rules()), purpose, now, least);
  facts.closed = window.closed;
  facts.open_by = window.rule;
  if (at.state.answer != store::AnswerKind::none) answers_a_person(at.state.answer, facts);
  return facts;
}

// Asks for all of it at once, so that one fetch brings what is missing.
Standing Engine::standing(std::uint64_t n, const store::Job& job, const store::JobState& state,
                          std::optional<Wall> when) {
  Standing standing;
  store::Lookup<store::Person> person = person_of(job.to);
  standing.known = !person.unknown();
  if (person) standing.person = std::move(*person);
  const store::Campaign* campaign = job.campaign.empty() ? nullptr : campaign_of(job.campaign);
  standing.known = standing.known && (campaign != nullptr || job.campaign.empty());
  standing.campaign_cancelled = campaign != nullptr && campaign->cancelled;
  if (job.account.empty()) {
    standing.newest = newest(n, job, state, standing.account, standing.invoice);
    return standing;
  }
  store::Lookup<store::Account> account = rows_.record<store::Account>(keys::account(job.account));
  standing.known = standing.known && !account.unknown();
  if (account) standing.account = std::move(*account);
  if (!job.invoice.empty()) {
    store::Lookup<store::Account> invoice = rows_.record<store::Account>(keys::account(job.account, job.invoice));
    standing.known = standing.known && !invoice.unknown();
    if (invoice) standing.invoice = std::move(*invoice);
  }
  const Wall before = when.value_or(now_.wall) - settings_.dunning.paid_remembered;
  forget_aged(standing.account, told_as(n, state), before);
  forget_aged(standing.invoice, told_as(n, state), before);
  standing.newest = newest(n, job, state, standing.account, standing.invoice);
  const std::string& due_date = standing.newest.job ? standing.newest.job->due_date : job.due_date;
  if (!has_stage(job, due_date)) return standing;
  const std::optional<std::string>* stage = rows_.get(keys::stage(job.account, job.stage, due_date));
  standing.known = standing.known && stage != nullptr;
  if (stage != nullptr && *stage) standing.stage = keys::parse_number(**stage);
  return standing;
}

dunning::Facts Engine::facts_of(const JobAt& at, const Standing& standing, const SmscSettings* smsc) {
  const std::chrono::milliseconds least = smsc == nullptr ? std::chrono::milliseconds{0} : smsc->validity_min;
  return engine::facts_of(at, standing, settings_.dunning, calendar_, least, now_.wall,
                          sender_stopped(at, standing.person, smsc));
}

// For a job that is `ready` and in no queue: either it may leave now, or this was the end of that.
Engine::Verdict Engine::settle_as(JobAt& at, const dunning::Decision& decision) {
  const std::string reason(decision.reason);
  switch (decision.action) {
    case dunning::Action::send: return Verdict::send;
    case dunning::Action::wait: defer(at, *decision.until, reason, decision.rule); break;
    case dunning::Action::hold: hold(at, decision.until, reason); break;
    case dunning::Action::block: transition(at, TransitionCause::blocked, reason, decision.rule); break;
    case dunning::Action::cancel:
      transition(at, reason == dunning::kReasonPaid ? TransitionCause::paid : TransitionCause::cancelled, reason);
      break;
    case dunning::Action::expire: transition(at, TransitionCause::expired, reason); break;
  }
  return Verdict::settled;
}

void Engine::defer(JobAt& at, Wall until, const std::string& reason, std::string_view rule) {
  at.state.next_attempt = until;
  transition(at, TransitionCause::deferred, reason, rule);
  appoint(until, at.n, {store::Cause::due, {}, {}});
}

// Nobody appoints its end: who ends the hold, or brings the news, releases what waited for it.
void Engine::hold(JobAt& at, std::optional<Wall> until, const std::string& reason) {
  at.state.next_attempt = until;
  transition(at, TransitionCause::held, reason);
}

Result<const store::Job*> Engine::composed(const JobAt& at, const Standing& standing, store::Job& written) const {
  const store::Job& job = newest_of(at, standing);
  if (job.template_name.empty()) return &job;
  if (!at.state.text.empty() && goes_on(at.state)) {
    written = job;
    written.text = at.state.text;
    return &written;
  }
  Result<Composed> text = compose(job, settings_.dunning);
  if (!text) return tl::unexpected(text.error());
  written = job;
  written.text = std::move(text->text);
  written.locale = std::move(text->locale);
  return &written;
}

// It is about to be claimed, all of its rows known.
void Engine::begin(JobAt& at, const Standing& standing) {
  if (!was_sent(at.state)) count(at);
  if (goes_on(at.state)) return;
  at.state.told = told_by(newest_of(at, standing));
  take_stage(at, newest_of(at, standing).due_date);
}

bool Engine::counted_known(const JobAt& at) {
  const bool person = !person_of(at.job.to).unknown();
  const bool account = at.job.account.empty() || rows_.get(keys::account(at.job.account)) != nullptr;
  return person && account;
}

void Engine::count(JobAt& at) {
  if (!counts_towards_caps(at.job.kind) || at.state.answer != store::AnswerKind::none) return;
  const DunningSettings& dunning = settings_.dunning;
  if (!dunning.cap_number.empty()) {
    const store::Key key = keys::person(at.job.to);
    store::Lookup<store::Person> known = person_of(at.job.to);
    store::Person person = known ? std::move(*known) : store::Person{};
    dunning::count_begun(person.recent, dunning.cap_number, now_.wall);
    rows_.put_record(key, person);
    at.state.counted_at = now_.wall;
  }
  if (!dunning.cap_account.empty() && !at.job.account.empty()) {
    const store::Key key = keys::account(at.job.account);
    store::Lookup<store::Account> known = rows_.record<store::Account>(key);
    store::Account account = known ? std::move(*known) : store::Account{};
    dunning::count_begun(account.recent, dunning.cap_account, now_.wall);
    rows_.put_record(key, account);
    at.state.counted_at = now_.wall;
  }
}

namespace {

template <class Row>
void uncount(store::Rows& rows, const store::Key& key, Wall counted) {
  store::Lookup<Row> known = rows.record<Row>(key);
  if (!known) return;
  const auto found = std::find(known->recent.begin(), known->recent.end(), counted);
  if (found == known->recent.end()) return;
  known->recent.erase(found);
  rows.put_record(key, *known);
}

}  // namespace

// After each change of its state: what was counted when it was claimed counts for good once something of it has left,
// and not at all when nothing did. The same of its stage, once it has ended.
void Engine::settle_counts(JobAt& at) {
  const State state = at.state.state;
  if (at.state.counted_at && state != State::submitting) {
    if (!was_sent(at.state)) {
      uncount<store::Person>(rows_, keys::person(at.job.to), *at.state.counted_at);
      if (!at.job.account.empty()) uncount<store::Account>(rows_, keys::account(at.job.account), *at.state.counted_at);
    }
    at.state.counted_at.reset();
  }
  if (store::is_final(state) && !was_sent(at.state)) free_stage(at);
  if (state != State::submitting && !was_sent(at.state)) {  // it was let go, and did not go
    at.state.decided_at.reset();
    at.state.decided_rule.clear();
  }
}

void Engine::take_stage(JobAt& at, const std::string& due_date) {
  if (at.state.stage_due == due_date && !due_date.empty()) return;
  free_stage(at);
  if (!has_stage(at.job, due_date)) return;
  rows_.put(keys::stage(at.job.account, at.job.stage, due_date), keys::number(at.n));
  at.state.stage_due = due_date;
}

void Engine::free_stage(JobAt& at) {
  if (at.state.stage_due.empty()) return;
  rows_.erase(keys::stage(at.job.account, at.job.stage, at.state.stage_due));
  at.state.stage_due.clear();
}

}  // namespace dunlin::engine
