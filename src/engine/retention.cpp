// What is older than it is to be kept: texts of jobs that are over (`retention.texts`), such jobs as a whole
// (`retention.jobs`), texts of events (`retention.texts`); whole events go in schedule.cpp.
//
//   a round   walks all jobs in the order of n, then all stages, all people, all accounts, then what people wrote, a slice of rows at a time, then rests
//   a slice   what in it looks old is loaded and judged again in the turns that follow, so many in each
//   a mark    says where it goes on, so that restarts don't keep it among the first jobs
//
// A text leaves the keyed hash of what was submitted: until the job goes, too, a repetition is still a duplicate, and
// other content a conflict. A stage outlives its job, until its due date is as old as jobs may become: account, stage
// and due date are sent once. Of people and accounts goes what ageing.hpp says, and their rows when nothing is left.
#include "engine/retention.hpp"

#include <algorithm>
#include <cstdio>
#include <variant>

#include "engine/ageing.hpp"
#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "engine/segments.hpp"
#include "engine/texts.hpp"
#include "store/codec.hpp"
#include "store/content.hpp"
#include "store/keyed_hash.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Family;

namespace {

const std::string kFirst(1, '\0');  // before every key: their turn begins

// Of whom a row is; none: it is of somebody forgotten, or of no account.
std::optional<store::Range> first_job_of(const store::Key& key) {
  if (key.family == Family::people) {
    if (keys::is_forgotten(key.key)) return std::nullopt;
    return keys::by_number_range(key.key, 0, 1);
  }
  const std::optional<keys::AccountKey> account = keys::parse_account(key.key);
  return account ? std::optional(keys::by_account_range(account->account, 0, 1)) : std::nullopt;
}

Wall ended_at(const store::JobState& state) {
  return state.history.empty() ? state.accepted_at : state.history.back().time;
}

}  // namespace

Old how_old(const store::JobState& state, Wall now, const RetentionSettings& retention,
            std::chrono::milliseconds receipt_timeout) {
  const bool under_way = any(state, store::SegmentState::claimed);
  // What a payment has cancelled may come back until it expires.
  const bool may_come_back = state.state == store::State::cancelled && !was_sent(state) && now < state.expires_at;
  if (!store::is_final(state.state) || under_way || may_come_back) return Old::nothing;
  const Wall ended = ended_at(state);
  const Wall heard =
      std::max(ended, state.expires_at) + (state.smsc.empty() ? 0 * receipt_timeout : 2 * receipt_timeout);
  if (ended + retention.jobs <= now && heard <= now) return Old::job;
  return ended + retention.texts <= now ? Old::texts : Old::nothing;
}

std::chrono::milliseconds rest_of(const RetentionSettings& retention) {
  return std::clamp(std::min(retention.texts, retention.jobs) / 100, RetentionWalk::kRestLeast,
                    RetentionWalk::kRestMost);
}

std::string date_of(Wall at) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

void Engine::apply_retention() {
  if (now_.steady < suspended_until_) return;
  erase_texts_of_events();
  RetentionWalk& walk = retention_;
  if (!walk.items.empty()) {
    const auto turn_end =
        walk.items.begin() + static_cast<std::ptrdiff_t>(std::min(walk.items.size(), walk.kTurnItems));
    const auto left = std::remove_if(walk.items.begin(), turn_end, [this](const RetentionItem& item) {
      return apply_retention_to(item) == Handled::yes;
    });
    walk.items.erase(left, turn_end);
    if (walk.items.empty()) end_slice();
  }
  if (!walk.items.empty() || walk.reading || now_.steady < walk.next) return;
  walk.reading = true;
  walk.erased = false;
  walk.walked = false;
  if (!walk.at.conversation.empty()) {
    read_old_conversations();
  } else if (!walk.at.stage.empty()) {
    read_old_stages();
  } else if (!walk.at.person.empty()) {
    read_old_of<store::Person>(keys::people(walk.at.person, walk.kSliceRows), walk.at.person, &walk.at.account);
  } else if (!walk.at.account.empty()) {
    read_old_of<store::Account>(keys::accounts(walk.at.account, walk.kSliceRows), walk.at.account, &walk.at.conversation);
  } else {
    read_old_jobs();
  }
}

void Engine::read_old_jobs() {
  want_range(keys::jobs(retention_.at.n, RetentionWalk::kSliceRows), [this](const std::vector<store::Row>& rows) {
    RetentionWalk& walk = retention_;
    Result<store::Job> job = failure("store_corrupt", "a state without its job", "jobs");
    for (const store::Row& row : rows) {
      const std::optional<keys::JobKey> key = keys::parse_job(row.key);
      if (!key) continue;
      walk.at.n = key->n;
      if (key->part == keys::JobPart::job) {
        job = store::decode<store::Job>(row.value);
        continue;
      }
      walk.at.n = key->n + 1;
      const Result<store::JobState> state = store::decode<store::JobState>(row.value);
      if (!state || !job) continue;  // whoever reads it for its own sake tells of it
      const Old old = how_old(*state, now_.wall, settings_.retention, receipt_timeout(state->smsc));
      if (old == Old::job || (old == Old::texts && (has_texts(*job) || has_texts(*state))))
        walk.items.emplace_back(key->n);
    }
    if (rows.size() < RetentionWalk::kSliceRows) {
      walk.at.n = 0;
      walk.at.stage = kFirst;
    }
    if (walk.items.empty()) end_slice();
    walk.reading = false;
  });
}

void Engine::read_old_stages() {
  want_range(keys::stages(retention_.at.stage, RetentionWalk::kSliceRows), [this](const std::vector<store::Row>& rows) {
    RetentionWalk& walk = retention_;
    const std::string oldest = date_of(now_.wall - settings_.retention.jobs);
    for (const store::Row& row : rows) {
      walk.at.stage = row.key;
      const std::optional<keys::StageKey> key = keys::parse_stage(row.key);
      if (key && key->due_date < oldest) walk.items.emplace_back(OldStage{row.key});
    }
    if (rows.size() < RetentionWalk::kSliceRows) {
      walk.at.stage.clear();
      walk.at.person = kFirst;
    }
    if (walk.items.empty()) end_slice();
    walk.reading = false;
  });
}

// Which of their jobs are kept matters only to those that have something old.
template <class Row>
void Engine::read_old_of(store::Range range, std::string& place, std::string* next_place) {
  const Family family = range.family;
  want_range(std::move(range), [this, family, &place, next_place](const std::vector<store::Row>& rows) {
    RetentionWalk& walk = retention_;
    for (const store::Row& row : rows) {
      place = row.key;
      const Result<Row> read = store::decode<Row>(row.value);
      const std::optional<store::Range> jobs = first_job_of({family, row.key});
      if (!read || !jobs) continue;
      Row left = *read;
      drop_old(left, UINT64_MAX, settings_.dunning, now_.wall);
      if (left == *read && left != Row{}) continue;
      ++walk.asked;
      want_range(*jobs, [this, key = store::Key{family, row.key}](const std::vector<store::Row>& first) {
        const std::optional<keys::ByKey> job = first.empty() ? std::nullopt : keys::parse_by(first.front().key);
        retention_.items.emplace_back(OldRow{key, job ? job->n : UINT64_MAX});
        if (--retention_.asked == 0) retention_.reading = false;
      });
    }
    if (rows.size() < RetentionWalk::kSliceRows) {
      place.clear();
      if (next_place != nullptr) *next_place = kFirst;
      walk.walked = next_place == nullptr;
    }
    if (walk.asked > 0) return;
    end_slice();
    walk.reading = false;
  });
}

// What people wrote is a text, and goes as a whole: the event that told it is kept longer.
void Engine::read_old_conversations() {
  want_range(keys::conversations(retention_.at.conversation, RetentionWalk::kSliceRows),
             [this](const std::vector<store::Row>& rows) {
               RetentionWalk& walk = retention_;
               const Wall oldest = now_.wall - settings_.retention.texts;
               for (const store::Row& row : rows) {
                 walk.at.conversation = row.key;
                 const Result<store::Heard> heard = store::decode<store::Heard>(row.value);
                 if (!heard || heard->at >= oldest) continue;
                 rows_.blind_erase({Family::conversations, row.key});
                 walk.erased = true;
                 ++counters_.erased.texts;
               }
               walk.walked = rows.size() < RetentionWalk::kSliceRows;
               if (walk.walked) walk.at.conversation.clear();
               end_slice();
               walk.reading = false;
             });
}

// Whose first job was read before this one came has none, as far as the slice knows.
void Engine::joins(const JobAt& at) {
  RetentionWalk& walk = retention_;
  if (walk.asked == 0 && (walk.items.empty() || !std::holds_alternative<OldRow>(walk.items.front()))) return;
  walk.joined.insert(keys::person(at.job.to));
  if (at.job.account.empty()) return;
  walk.joined.insert(keys::account(at.job.account));
  if (!at.job.invoice.empty()) walk.joined.insert(keys::account(at.job.account, at.job.invoice));
}

void Engine::end_slice() {
  RetentionWalk& walk = retention_;
  walk.joined.clear();
  walk.next = now_.steady + (walk.walked ? rest_of(settings_.retention) : walk.erased ? walk.kBusyPause : walk.kPause);
  if (!walk.erased && ++walk.slices < walk.kMarkSlices) return;
  walk.slices = 0;
  rows_.blind_put(keys::retention(), store::encode(walk.at));
}

// No: rows are missing.
Engine::Handled Engine::apply_retention_to(const RetentionItem& item) {
  if (const OldStage* stage = std::get_if<OldStage>(&item)) return erase_stage(*stage);
  if (const OldRow* row = std::get_if<OldRow>(&item))
    return row->key.family == Family::people ? erase_old_of<store::Person>(*row) : erase_old_of<store::Account>(*row);
  Loaded<JobAt> at = load_job(std::get<std::uint64_t>(item));
  if (!at.known) return Handled::no;
  if (!at.row) return Handled::yes;
  const Old old = how_old(at.row->state, now_.wall, settings_.retention, receipt_timeout(at.row->state.smsc));
  if (old == Old::job) return erase_job(*at.row);
  if (old == Old::texts) erase_texts_of(*at.row);
  return Handled::yes;
}

void Engine::erase_texts_of(JobAt& at) {
  const bool of_job = has_texts(at.job);
  if (!of_job && !has_texts(at.state)) return;
  if (of_job) {
    at.state.content = store::keyed_hash(secret_, store::content_of(at.job));
    erase_texts(at.job);
    rows_.put_record(keys::job(at.n), at.job);
  }
  erase_texts(at.state);
  save(at);
  retention_.erased = true;
  ++counters_.erased.texts;
}

// All that finds it goes with it, so that nothing finds a job that is not there.
Engine::Handled Engine::erase_job(const JobAt& at) {
  const store::Key stray = keys::stray(at.state.smsc, digits_of(at.job.to));
  const store::Lookup<store::Sent> left = rows_.record<store::Sent>(stray);
  const bool referenced = at.state.reference != 0 && !at.job.to.empty();
  const bool known = !left.unknown() && (!referenced || rows_.get(keys::references(at.job.to)) != nullptr);
  if (!forget_sent(at) || !known) return Handled::no;
  if (left && left->n == at.n) rows_.erase(stray);
  if (referenced && !forget_reference(at)) return Handled::no;
  erase_rows_of(at);
  retention_.erased = true;
  ++counters_.erased.jobs;
  if (!at.job.campaign.empty()) campaign_now(at.job.campaign)->erased = true;  // unless it has others
  return Handled::yes;
}

void Engine::erase_rows_of(const JobAt& at) {
  if (at.state.on_call_list) call_row(at, false);
  rows_.erase(keys::id(at.job.id));
  rows_.erase(keys::job(at.n));
  rows_.erase(keys::job_state(at.n));
  if (!at.job.to.empty()) rows_.blind_erase(keys::by_number(at.job.to, at.n));
  if (!at.job.account.empty()) rows_.blind_erase(keys::by_account(at.job.account, at.n));
  if (!at.job.campaign.empty()) rows_.blind_erase(keys::by_campaign(at.job.campaign, at.n));
  --jobs_by_state_[static_cast<std::size_t>(at.state.state)];
  count_in_campaign(at, at.state.state, std::nullopt);
}

// A job that is still kept keeps its stage.
Engine::Handled Engine::erase_stage(const OldStage& stage) {
  const std::optional<std::string>* row = rows_.get(Family::stages, stage.key);
  if (row == nullptr) return Handled::no;
  const std::optional<std::uint64_t> n = *row ? keys::parse_number(**row) : std::nullopt;
  if (!n) return Handled::yes;
  const std::optional<std::string>* job = rows_.get(keys::job_state(*n));
  if (job == nullptr) return Handled::no;
  if (*job) return Handled::yes;
  rows_.erase(Family::stages, stage.key);
  retention_.erased = true;
  return Handled::yes;
}

template <class Row>
Engine::Handled Engine::erase_old_of(const OldRow& old) {
  store::Lookup<Row> row = rows_.record<Row>(old.key);
  if (row.unknown()) return Handled::no;
  if (!row || retention_.joined.contains(old.key)) return Handled::yes;
  Row left = *row;
  drop_old(left, old.first_n, settings_.dunning, now_.wall);
  if (left == Row{}) {
    rows_.erase(old.key);
  } else if (left != *row) {
    rows_.put_record(old.key, left);
  } else {
    return Handled::yes;
  }
  retention_.erased = true;
  return Handled::yes;
}

// In place, oldest first: events stay in order and without a gap.
void Engine::erase_texts_of_events() {
  RetentionWalk& walk = retention_;
  if (walk.reading_events || now_.steady < walk.next_events || first_event_ == 0 || !forgettings_.empty()) return;
  walk.reading_events = true;
  walk.next_events = now_.steady + walk.kEventPause;
  walk.at.event = std::max(walk.at.event, first_event_);
  want_range(keys::events(walk.at.event, RetentionWalk::kSliceRows),
             [this, &walk](const std::vector<store::Row>& rows) {
               walk.reading_events = false;
               if (!forgettings_.empty()) return;  // it rewrites the same rows: what was read may be older
               const Wall oldest = now_.wall - settings_.retention.texts;
               const std::uint64_t from = walk.at.event;
               for (const store::Row& row : rows) {
                 const std::optional<std::uint64_t> seq = keys::parse_event(row.key);
                 Result<store::Event> event = store::decode<store::Event>(row.value);
                 if (!seq || !event || event->time >= oldest) break;
                 walk.at.event = *seq + 1;
                 if (*seq < first_event_ || !has_texts(*event)) continue;  // gone meanwhile, or nothing is there
                 erase_texts(*event);
                 rows_.blind_put(keys::event(*seq), store::encode(*event));
                 ++counters_.erased.event_texts;
               }
               if (walk.at.event == from) return;
               rows_.blind_put(keys::retention(), store::encode(walk.at));
               if (rows.size() == RetentionWalk::kSliceRows) walk.next_events = now_.steady;
             });
}

// Whether a job that is known was given the same content.
Engine::Loaded<bool> Engine::was_submitted_as(std::uint64_t n, const store::Job& job) {
  const store::Lookup<store::Job> before = rows_.record<store::Job>(keys::job(n));
  const store::Lookup<store::JobState> state = rows_.record<store::JobState>(keys::job_state(n));
  if (before.unknown() || state.unknown()) return {};
  if (!before || !state) return {true, false};
  if (const std::string& content = state->plan.content; !content.empty())  // its row is that of the plan's first step
    return {true, content == store::keyed_hash(secret_, store::content_of(job))};
  if (state->content.empty()) return {true, *before == job};
  return {true, state->content == store::keyed_hash(secret_, store::content_of(job))};
}

}  // namespace dunlin::engine
