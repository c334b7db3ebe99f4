#include "doctor/rows.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "engine/newest.hpp"
#include "engine/reports.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::doctor {
namespace {

namespace keys = store::keys;
using store::Family;
using store::SegmentState;
using store::State;
using store::kv::Asked;

constexpr std::size_t kAskedAtOnce = 512;
constexpr std::size_t kCampaignsHeld = 100'000;  // whose counts are compared with their jobs; beyond: not
constexpr std::size_t kReportsHeld = 100'000;    // rows of reports that are compared with their jobs; beyond: not

class Rows {
 public:
  Rows(store::kv::RocksReading& reading, Report& report, Salvage* salvage)
      : reading_(reading), report_(report), salvage_(salvage) {}

  void run() {
    meta();
    jobs();
    ids();
    queue();
    calendar();
    inflight();
    messages();
    parts();
    people();
    indexes();
    conversations();
    events();
    rest();
    compare_counts();
  }

 private:
  using Each = std::function<void(std::string_view key, std::string_view value)>;
  using StateCounts = std::array<std::uint64_t, store::kStates>;

  void found(Weight weight, Family family, std::string_view what, std::string example) {
    report_.findings.add(weight, family_name(family), what, std::move(example));
  }
  void walk(Family family, const Each& each) {
    reading_.walk(
        family,
        [&](std::string_view key, std::string_view value) {
          ++report_.rows[static_cast<std::size_t>(family)];
          each(key, value);
          if (asked_.size() >= kAskedAtOnce) ask_all();
        },
        [&](const store::kv::Unreadable& lost) {
          found(Weight::damage, family, "rows can't be read",
                "after " + (lost.after.empty() ? "the beginning" : key_text(family, lost.after)) + ", before " +
                    (lost.before.empty() ? "the end" : key_text(family, lost.before)) + ": " + lost.why);
        });
    ask_all();
  }
  // The record of a row; what is wrong with it is told.
  template <class R>
  std::optional<R> record(Family family, std::string_view key, std::string_view value) {
    Result<R> decoded = store::decode<R>(value);
    if (decoded) return *std::move(decoded);
    found(Weight::damage, family, "a row is no " + std::string(store::record_name<R>()),
          key_text(family, key) + ": " + decoded.error().where + " " + decoded.error().detail);
    return std::nullopt;
  }
  void no_key(Family family, std::string_view key) {
    found(Weight::damage, family, "a key is not of its form", key_text(family, key));
  }

  // Asks for a row elsewhere; `judge` hears what is there unless nobody can tell.
  void ask(store::Key key, std::function<void(const std::optional<std::string>&)> judge) {
    asked_.push_back(std::move(key));
    judges_.push_back(std::move(judge));
  }
  void ask_all() {
    const std::vector<store::Key> asked = std::exchange(asked_, {});
    const auto judges = std::exchange(judges_, {});
    const std::vector<Asked> answers = reading_.get(asked);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].readable) judges[i](answers[i].value);
    }
  }
  void must_be_there(store::Key key, Family of, std::string_view what, std::string example) {
    ask(std::move(key), [this, of, what, example = std::move(example)](const std::optional<std::string>& value) {
      if (!value) found(Weight::damage, of, what, example);
    });
  }
  void job_must_be_there(std::uint64_t n, Family of, std::string_view key) {
    must_be_there(keys::job_state(n), of, "a row names a job that is not there", key_text(of, key));
  }

  void meta() {
    walk(Family::meta, [this](std::string_view key, std::string_view value) {
      if (key == keys::engine_mark().key) {
        mark_ = record<store::EngineMark>(Family::meta, key, value);
      } else if (const std::optional<keys::Lane> lane = keys::parse_low_mark(key)) {
        const std::optional<std::uint64_t> low = keys::parse_number(value);
        if (!low) return found(Weight::damage, Family::meta, "a low mark is no number", key_text(Family::meta, key));
        low_marks_.emplace(*lane, *low);
      }
    });
  }

  // With its newest values. What it owes is after the payments that were told, so it says that it knows of them: a new
  // store, where they come first, takes them off no second time.
  static store::Job as_it_is_now(std::uint64_t n, const store::Job& job, const store::JobState& state,
                                 const engine::Newest& newest, const store::Account& account,
                                 const store::Account& invoice) {
    store::Job now = newest.job.value_or(job);
    for (const engine::Told& each : engine::told_since(n, job, state, account, invoice)) {
      if (!now.ledger_as_of || *now.ledger_as_of < each.at) now.ledger_as_of = each.at;
    }
    if (state.not_before) {
      now.not_before = state.not_before;
      now.send_at_local.clear();
    }
    if (state.expires_at != Wall{}) now.expires = state.expires_at;
    now.plan.clear();  // what its step sends is in the job; what follows is upstream's to say
    return now;
  }

  // An empty one where there is none; nullopt: it can't be read.
  template <class R>
  std::optional<R> look_up(const store::Key& key) {
    const Asked found = reading_.get(std::span(&key, 1)).front();
    if (!found.readable) return std::nullopt;
    if (!found.value) return R{};
    Result<R> decoded = store::decode<R>(*found.value);
    return decoded ? std::optional<R>(*std::move(decoded)) : std::nullopt;
  }

  // Not what waits for its import, or for an approval, and nothing of a campaign that was paused or cancelled.
  bool may_leave(const store::Job& job, const std::optional<store::JobState>& state) {
    if (state && (state->state == State::importing || !state->stopped.empty())) return false;
    if (job.campaign.empty()) return true;
    const auto campaign = look_up<store::Campaign>(keys::campaign(job.campaign));
    return campaign && !campaign->paused && !campaign->cancelled;
  }

  // A job that its account's payment covers is left out: in a new store the payment would not be known to be the later.
  void save(std::uint64_t n, const store::Job& job, const std::optional<store::JobState>& state) {
    const auto row_of = [&](const std::string& of, const std::string& invoice) {
      return of.empty() ? store::Account{} : look_up<store::Account>(keys::account(job.account, invoice));
    };
    const std::optional<store::Account> known = row_of(job.account, {}), billed = row_of(job.invoice, job.invoice);
    const bool readable = known && billed;
    const store::Account account = known.value_or(store::Account{}), invoice = billed.value_or(store::Account{});
    if (!may_leave(job, state)) return salvage_->job(job, state, false);
    if (readable && engine::is_paid(account, invoice, state ? engine::told_as(n, *state) : n, job)) return;
    if (!readable || !state) return salvage_->job(job, state, readable);
    const engine::Newest newest = engine::newest(n, job, *state, account, invoice);
    if (newest.settled && !store::is_final(state->state)) return;
    salvage_->job(as_it_is_now(n, job, *state, newest, account, invoice), state, !newest.text_outdated);
  }

  // Both parts of a job lie side by side.
  void jobs() {
    std::optional<std::uint64_t> n;
    std::optional<store::Job> job;
    std::optional<store::JobState> state;
    bool has[2] = {false, false};
    const auto end_of_job = [&] {
      if (!n) return;
      if (!has[0]) found(Weight::damage, Family::jobs, "a state without its job", "n " + std::to_string(*n));
      if (!has[1]) found(Weight::damage, Family::jobs, "a job without its state", "n " + std::to_string(*n));
      if (state) ++report_.jobs[static_cast<std::size_t>(state->state)];
      if (job && salvage_ != nullptr) save(*n, *job, state);
      if (job) references(*n, *job, state);
      all_jobs_ = all_jobs_ && *n == newest_job_ + 1 && job && state;
      newest_job_ = *n;
    };
    walk(Family::jobs, [&](std::string_view key, std::string_view value) {
      const std::optional<keys::JobKey> parsed = keys::parse_job(key);
      if (!parsed) return no_key(Family::jobs, key);
      if (n != parsed->n) {
        end_of_job();
        job.reset();
        state.reset();
        has[0] = has[1] = false;
        n = parsed->n;
      }
      has[parsed->part == keys::JobPart::job ? 0 : 1] = true;
      if (parsed->part == keys::JobPart::job) {
        job = record<store::Job>(Family::jobs, key, value);
      } else {
        state = record<store::JobState>(Family::jobs, key, value);
      }
    });
    end_of_job();
    ask_all();
    all_jobs_ = all_jobs_ && mark_ && mark_->next_n == newest_job_ + 1;
  }
  // What a job in this state must have elsewhere, so that it is found, sent, and woken.
  void references(std::uint64_t n, const store::Job& job, const std::optional<store::JobState>& state) {
    const std::string name = "n " + std::to_string(n) + " (" + job.id + ")";
    ask(keys::id(job.id), [this, n, name](const std::optional<std::string>& value) {
      if (!value || keys::parse_number(*value) != n) {
        found(Weight::damage, Family::ids, "a job is not known by its id", name);
      }
    });
    if (!job.to.empty()) {  // else its person was forgotten
      must_be_there(keys::by_number(job.to, n), Family::by_number, "a job is missing: a STOP would not find it", name);
    }
    if (!job.account.empty()) {
      must_be_there(keys::by_account(job.account, n), Family::by_account,
                    "a job is missing: a payment would not find it", name);
    }
    if (!job.campaign.empty()) {
      must_be_there(keys::by_campaign(job.campaign, n), Family::by_campaign,
                    "a job is missing: its campaign would not find it", name);
    }
    if (!state) return;
    if (!job.campaign.empty() && (by_campaign_.size() < kCampaignsHeld || by_campaign_.contains(job.campaign))) {
      ++by_campaign_[job.campaign][static_cast<std::size_t>(state->state)];
    }
    counted(job, state->report);
    if (state->state == State::ready) {
      const keys::Lane lane{state->route, job.priority, job.campaign};
      must_be_there(keys::queue(lane, n), Family::queue, "a ready job is missing: it would never be sent", name);
    }
    if (state->state == State::scheduled) appointment(n, *state, {store::Cause::due, store::Cause::retry}, name);
    if (state->state == State::in_doubt && state->next_attempt) {
      appointment(n, *state, {store::Cause::in_doubt_due}, name);
    }
    if (state->state != State::submitting && state->state != State::in_doubt) return;
    for (std::uint32_t i = 0; i < state->segments.size(); ++i) {
      const SegmentState segment = state->segments[i].state;
      if (segment != SegmentState::claimed && segment != SegmentState::in_doubt) continue;
      must_be_there(keys::inflight(state->smsc, n, i), Family::inflight,
                    "a segment under way is missing: a restart would not know of it", name);
    }
  }
  // Where its report says that it counts it.
  void counted(const store::Job& job, const store::ReportMark& mark) {
    if (mark.day == 0) return;
    const keys::ReportKey key{mark.day, job.campaign, job.stage};
    if (marked_.size() >= kReportsHeld && !marked_.contains(key)) {
      all_jobs_ = false;
      return;
    }
    engine::add_mark(marked_[key], mark);
  }
  static std::vector<std::uint64_t> held_figures(store::Tally tally) {
    tally.ended.resize(store::kStates);
    std::vector<std::uint64_t> all = std::move(tally.ended);
    all.insert(all.end(), {tally.jobs, tally.submitted, tally.paid_before, tally.owing, tally.paid, tally.called});
    return all;
  }
  // A row may tell of jobs that retention has taken since.
  void report_row(std::string_view key, std::string_view value) {
    const std::optional<keys::ReportKey> row = keys::parse_report(key);
    if (!row) return no_key(Family::reports, key);
    if (first_report_.empty()) first_report_ = key;
    const auto tally = record<store::Tally>(Family::reports, key, value);
    const auto held = marked_.find(*row);
    const auto said = held_figures(tally.value_or(store::Tally{}));
    const auto have = held_figures(held == marked_.end() ? store::Tally{} : held->second);
    if (held != marked_.end()) marked_.erase(held);
    if (!tally) return;
    bool less = false, more = false;
    for (std::size_t i = 0; i < said.size(); ++i) {
      less = less || said[i] < have[i];
      more = more || said[i] > have[i];
    }
    const std::string name = key_text(Family::reports, key);
    if (less) found(Weight::damage, Family::reports, "a row counts less than the jobs that it has", name);
    if (more && all_jobs_) found(Weight::damage, Family::reports, "a row counts more than the jobs that it has", name);
  }
  // Retention takes rows in their order, also such as have jobs that ended late.
  void missing_reports() {
    for (const auto& [row, tally] : marked_) {
      const store::Key key = keys::report(row);
      const bool lost = !first_report_.empty() && first_report_ < key.key;
      found(lost ? Weight::damage : Weight::note, Family::reports,
            lost ? "a row that jobs are counted in is missing"
                 : "a row that jobs are counted in is gone: of its day none is kept",
            key_text(Family::reports, key.key));
    }
  }
  void appointment(std::uint64_t n, const store::JobState& state, std::vector<store::Cause> causes,
                   const std::string& name) {
    const auto missing = [this, name] {
      found(Weight::damage, Family::calendar, "a waiting job is missing: it would never wake", name);
    };
    if (!state.next_attempt) return missing();
    const auto found_any = std::make_shared<bool>(false);
    const auto left = std::make_shared<std::size_t>(causes.size());
    for (const store::Cause cause : causes) {
      ask(keys::calendar(*state.next_attempt, n, {cause, {}, {}}),
          [found_any, left, missing](const std::optional<std::string>& value) {
            *found_any = *found_any || value.has_value();
            if (--*left == 0 && !*found_any) missing();
          });
    }
  }

  void ids() {
    walk(Family::ids, [this](std::string_view key, std::string_view value) {
      const std::optional<std::uint64_t> n = keys::parse_number(value);
      if (!n) return found(Weight::damage, Family::ids, "an id without a number", key_text(Family::ids, key));
      ask(keys::job(*n), [this, id = std::string(key)](const std::optional<std::string>& row) {
        const Result<store::Job> job = row ? store::decode<store::Job>(*row) : failure("", "");
        if (!row || (job && job->id != id)) {
          found(Weight::damage, Family::ids, "an id names another job, or none", key_text(Family::ids, id));
        }
      });
    });
  }

  void queue() {
    walk(Family::queue, [this](std::string_view key, std::string_view) {
      const std::optional<keys::QueueKey> row = keys::parse_queue(key);
      if (!row) return no_key(Family::queue, key);
      if (const auto low = low_marks_.find(row->lane); low != low_marks_.end() && row->n < low->second) {
        found(Weight::damage, Family::queue, "a row lies below its lane's low mark: a restart would not find it",
              key_text(Family::queue, key));
      }
      ask(keys::job_state(row->n),
          [this, name = key_text(Family::queue, key)](const std::optional<std::string>& value) {
            if (!value) return found(Weight::damage, Family::queue, "a row names a job that is not there", name);
            const Result<store::JobState> state = store::decode<store::JobState>(*value);
            if (state && state->state != State::ready)
              found(Weight::note, Family::queue, "a row's job is not ready; it is passed over", name);
          });
    });
  }

  void calendar() {
    walk(Family::calendar, [this](std::string_view key, std::string_view value) {
      const std::optional<keys::CalendarKey> row = keys::parse_calendar(key);
      if (!row) return no_key(Family::calendar, key);
      static_cast<void>(record<store::Appointment>(Family::calendar, key, value));
      const bool of_a_job = row->cause != store::Cause::parked_due && row->cause != store::Cause::parts_due &&
                            row->cause != store::Cause::hold_due && row->cause != store::Cause::forget_due &&
                            row->cause != store::Cause::canary_due;
      if (!of_a_job) return;
      ask(keys::job_state(row->n),
          [this, name = key_text(Family::calendar, key)](const std::optional<std::string>& job) {
            if (!job) found(Weight::note, Family::calendar, "a row's job is gone; it is passed over", name);
          });
    });
  }

  void inflight() {
    walk(Family::inflight, [this](std::string_view key, std::string_view) {
      const std::optional<keys::InflightKey> row = keys::parse_inflight(key);
      if (!row) return no_key(Family::inflight, key);
      ask(keys::job_state(row->n),
          [this, row = *row, name = key_text(Family::inflight, key)](const std::optional<std::string>& value) {
            if (!value) return found(Weight::damage, Family::inflight, "a row names a job that is not there", name);
            const Result<store::JobState> state = store::decode<store::JobState>(*value);
            const bool under_way = state && row.segment < state->segments.size() &&
                                   (state->segments[row.segment].state == SegmentState::claimed ||
                                    state->segments[row.segment].state == SegmentState::in_doubt);
            if (state && !under_way)
              found(Weight::note, Family::inflight, "a row's segment is not under way any more", name);
          });
    });
  }

  void messages() {
    walk(Family::sent, [this](std::string_view key, std::string_view value) {
      if (!keys::parse_message(key)) return no_key(Family::sent, key);
      if (const auto sent = record<store::Sent>(Family::sent, key, value))
        job_must_be_there(sent->n, Family::sent, key);
    });
    walk(Family::parked, [this](std::string_view key, std::string_view value) {
      if (!keys::parse_message(key)) return no_key(Family::parked, key);
      static_cast<void>(record<store::Parked>(Family::parked, key, value));
    });
  }

  void parts() {
    walk(Family::parts, [this](std::string_view key, std::string_view value) {
      const auto message = keys::parse_parts(key);
      if (!message) return no_key(Family::parts, key);
      const auto held = record<store::HeldMessage>(Family::parts, key, value);
      if (!held) return;
      must_be_there(
          keys::calendar(held->until, 0, {store::Cause::parts_due, message->smsc, keys::parts_rest(*message)}),
          Family::calendar, "a message in parts is missing: it would wait for ever", key_text(Family::parts, key));
    });
    walk(Family::references, [this](std::string_view key, std::string_view value) {
      const auto references = record<store::References>(Family::references, key, value);
      if (!references) return;
      for (const store::TakenReference& taken : references->taken) job_must_be_there(taken.n, Family::references, key);
    });
  }

  void people() {
    walk(Family::people, [this](std::string_view key, std::string_view value) {
      const auto person = record<store::Person>(Family::people, key, value);
      if (!person) return;
      if (salvage_ != nullptr && !keys::is_forgotten(key)) salvage_->person(key, *person);
      if (keys::is_forgotten(key)) return;
      holds({true, std::string(key)}, person->holds);
      if (person->bad_since) {
        must_be_there(keys::bad(key), Family::meta, "a number is missing in the list of bad ones",
                      key_text(Family::people, key));
      }
    });
    walk(Family::accounts, [this](std::string_view key, std::string_view value) {
      const std::optional<keys::AccountKey> parsed = keys::parse_account(key);
      if (!parsed) return no_key(Family::accounts, key);
      const auto account = record<store::Account>(Family::accounts, key, value);
      if (account && salvage_ != nullptr) salvage_->account(parsed->account, parsed->invoice, *account);
      if (account) holds({false, parsed->account}, account->holds);
    });
  }

  // Each can be named, and ends by itself where it says so.
  void holds(const keys::HoldOwner& owner, const std::vector<store::Hold>& all) {
    for (const store::Hold& hold : all) {
      ask(keys::hold(hold.id), [this, owner, id = hold.id](const std::optional<std::string>& value) {
        const auto found_owner = value ? keys::parse_hold_owner(*value) : std::nullopt;
        if (found_owner != owner)
          found(Weight::damage, Family::meta, "a hold is missing: it could not be released", id);
      });
      if (!hold.until) continue;
      must_be_there(keys::calendar(*hold.until, 0, {store::Cause::hold_due, {}, hold.id}), Family::calendar,
                    "a hold is missing: it would never end", hold.id);
    }
  }

  void indexes() {
    for (const Family family : {Family::by_account, Family::by_number, Family::by_campaign, Family::calls}) {
      walk(family, [this, family](std::string_view key, std::string_view) {
        const std::optional<keys::ByKey> row = keys::parse_by(key);
        if (!row) return no_key(family, key);
        job_must_be_there(row->n, family, key);
      });
    }
    walk(Family::stages, [this](std::string_view key, std::string_view value) {
      const std::optional<std::uint64_t> n = keys::parse_number(value);
      if (!keys::parse_stage(key) || !n) return no_key(Family::stages, key);  // it may outlive its job (retention)
    });
  }

  void conversations() {
    walk(Family::conversations, [this](std::string_view key, std::string_view value) {
      if (!keys::parse_by(key)) return no_key(Family::conversations, key);
      static_cast<void>(record<store::Heard>(Family::conversations, key, value));
    });
  }

  void events() {
    walk(Family::events, [this](std::string_view key, std::string_view value) {
      const std::optional<std::uint64_t> seq = keys::parse_event(key);
      if (!seq) return no_key(Family::events, key);
      if (report_.first_event == 0) report_.first_event = *seq;
      if (report_.last_event != 0 && *seq != report_.last_event + 1) {
        found(Weight::damage, Family::events, "events are missing",
              std::to_string(report_.last_event + 1) + " to " + std::to_string(*seq - 1));
      }
      report_.last_event = *seq;
      const auto event = record<store::Event>(Family::events, key, value);
      if (event && salvage_ != nullptr) salvage_->event(*seq, *event);
    });
  }

  void rest() {
    walk(Family::campaigns, [this](std::string_view key, std::string_view value) {
      const auto campaign = record<store::Campaign>(Family::campaigns, key, value);
      const auto held = by_campaign_.find(std::string(key));
      if (campaign && held != by_campaign_.end()) compare_campaign(key, *campaign, held->second);
    });
    walk(Family::reports, [this](std::string_view key, std::string_view value) { report_row(key, value); });
    missing_reports();
    walk(Family::consumers, [this](std::string_view key, std::string_view value) {
      const auto consumer = record<store::Consumer>(Family::consumers, key, value);
      if (consumer && mark_ && consumer->acked > mark_->last_event) {
        found(Weight::damage, Family::consumers, "a consumer has acknowledged events that are not there",
              key_text(Family::consumers, key));
      }
    });
  }

  // Jobs are sent whatever it says: what it tells people is wrong.
  void compare_campaign(std::string_view key, const store::Campaign& campaign, const StateCounts& counted) {
    for (std::size_t state = 0; state < store::kStates; ++state) {
      const std::uint64_t said = state < campaign.by_state.size() ? campaign.by_state[state] : 0;
      if (said == counted[state]) continue;
      found(Weight::note, Family::campaigns, "a campaign does not count its jobs as they are",
            key_text(Family::campaigns, key) + ": " + std::string(name_of(static_cast<State>(state))) + " " +
                std::to_string(said) + " by its row, " + std::to_string(counted[state]) + " found");
    }
  }

  // The mark is in every batch: it knows how many there must be.
  void compare_counts() {
    const bool any = report_.rows[static_cast<std::size_t>(Family::jobs)] > 0 || report_.last_event > 0;
    if (!mark_) {
      if (any) found(Weight::damage, Family::meta, "the engine's mark is missing", {});
      return;
    }
    const auto differs = [this](std::string_view what, std::uint64_t said, std::uint64_t counted) {
      if (said == counted) return;
      found(Weight::damage, Family::meta, "the engine's mark and the rows differ",
            std::string(what) + ": " + std::to_string(said) + " by the mark, " + std::to_string(counted) + " found");
    };
    for (std::size_t state = 0; state < store::kStates; ++state) {
      const std::uint64_t said = state < mark_->jobs_by_state.size() ? mark_->jobs_by_state[state] : 0;
      differs("jobs " + std::string(name_of(static_cast<State>(state))), said, report_.jobs[state]);
    }
    if (report_.last_event > 0) differs("last event", mark_->last_event, report_.last_event);
    if (newest_job_ >= mark_->next_n) differs("newest job", mark_->next_n - 1, newest_job_);
  }

  store::kv::RocksReading& reading_;
  Report& report_;
  Salvage* salvage_;
  std::optional<store::EngineMark> mark_;
  std::map<keys::Lane, std::uint64_t> low_marks_;   // a lane each: routes, priorities and campaigns, not jobs
  std::map<std::string, StateCounts> by_campaign_;  // at most kCampaignsHeld
  std::map<keys::ReportKey, store::Tally> marked_;  // what their jobs say that they count
  std::string first_report_;                        // that there is
  std::uint64_t newest_job_ = 0;
  bool all_jobs_ = true;  // that there ever were, and their marks: retention has taken none
  std::vector<store::Key> asked_;
  std::vector<std::function<void(const std::optional<std::string>&)>> judges_;
};

}  // namespace

void examine_rows(store::kv::RocksReading& reading, Report& report, Salvage* salvage) {
  Rows(reading, report, salvage).run();
}

}  // namespace dunlin::doctor
