// Campaigns: imports, whose rows wait until the file is whole; pauses, cancels and approvals, which are one row each,
// whatever the campaign's size. What follows for its jobs is walked through in slices (campaign_walks.cpp).
#include <algorithm>
#include <dunlin/base/check.hpp>
#include <numeric>

#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Campaign;
using store::CampaignStage;
using store::CampaignWalk;
using store::Canary;
using store::State;

namespace {

constexpr std::string_view kByClerk = "clerk";

// So many more rows, and no other person has to approve of them: a large file in small pieces is a large file. None:
// nobody ever has to.
std::optional<std::uint64_t> rows_free(const Campaign& row, const CampaignSettings& settings) {
  const std::uint64_t above = settings.approve_above;
  return above > 0 ? std::optional(above - std::min(above, row.rows)) : std::nullopt;
}

std::uint64_t count_of(const Campaign& row, State state) {
  const auto index = static_cast<std::size_t>(state);
  return index < row.by_state.size() ? row.by_state[index] : 0;
}

std::uint64_t jobs_of(const Campaign& row) {
  return std::accumulate(row.by_state.begin(), row.by_state.end(), std::uint64_t{0});
}

// Rows of an import that is not whole are nothing yet.
bool any_open(const Campaign& row) {
  const bool rows_count = row.stage != CampaignStage::importing && row.stage != CampaignStage::discarding;
  for (std::size_t index = 0; index < row.by_state.size(); ++index) {
    const auto state = static_cast<State>(index);
    if (!store::is_final(state) && row.by_state[index] > 0 && (rows_count || state != State::importing)) return true;
  }
  return false;
}

bool canary_under_way(const Campaign& row) { return row.canary == Canary::sending || row.canary == Canary::waiting; }

// Nothing of it may be claimed now.
bool is_closed(const Campaign& row) {
  const bool all_claimed =
      row.canary == Canary::sending && row.canary_claimed + row.canary_submitted >= row.canary_size;
  return row.paused || row.canary == Canary::waiting || all_claimed;
}

CampaignCounts counts_of(const Campaign& row) {
  const auto one = [](bool is) { return std::uint64_t{is ? 1U : 0U}; };
  const bool by_canary = row.paused && row.canary == Canary::tripped;
  return {one(row.paused && !by_canary),
          one(by_canary),
          one(canary_under_way(row)),
          one(row.stage == CampaignStage::importing),
          one(row.stage == CampaignStage::approval),
          one(row.walk != CampaignWalk::none)};
}

void count_up(CampaignCounts& all, const CampaignCounts& one, int sign) {
  for (const auto member : {&CampaignCounts::paused, &CampaignCounts::by_canary, &CampaignCounts::canary,
                            &CampaignCounts::importing, &CampaignCounts::approval, &CampaignCounts::under_way}) {
    all.*member += sign > 0 ? one.*member : 0 - one.*member;
  }
}

Result<void> check_campaign_name(const std::string& name) {
  constexpr char kSecondControls = '\xC2';  // U+0080 to U+009F in UTF-8: this, and an octet up to 9F
  bool control = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto next = static_cast<unsigned char>(i + 1 < name.size() ? name[i + 1] : 0xFF);
    control =
        control || (name[i] >= 0 && name[i] < ' ') || name[i] == 0x7F || (name[i] == kSecondControls && next < 0xA0);
  }
  if (!name.empty() && name.size() <= kNameOctetsMax && !control) return {};
  return failure("bad_value", "a campaign's id has 1 to 128 octets, and no control character", "id");
}

}  // namespace

Engine::CampaignNow* Engine::campaign_now(const std::string& name) {
  if (const auto found = campaigns_.find(name); found != campaigns_.end()) return &found->second;
  store::Lookup<Campaign> known = rows_.record<Campaign>(keys::campaign(name));
  if (known.unknown()) return nullptr;
  CampaignNow now;
  now.there = static_cast<bool>(known);
  if (known) now.row = std::move(*known);
  return &campaigns_.emplace(name, std::move(now)).first->second;
}

const Campaign* Engine::campaign_of(const std::string& name) {
  const CampaignNow* now = campaign_now(name);
  return now == nullptr ? nullptr : &now->row;
}

Campaign& Engine::change_campaign(const std::string& name) {
  CampaignNow* now = campaign_now(name);
  DUNLIN_CHECK(now != nullptr);
  now->dirty = now->there = true;
  if (!now->row.created_at) now->row.created_at = now_.wall;
  return now->row;
}

// At the end of a turn.
void Engine::write_campaigns() {
  for (auto& [name, now] : campaigns_) {
    if (!now.dirty) continue;
    finish_campaign(name, now.row);
    const bool idle = (now.row.stage == CampaignStage::open || now.row.stage == CampaignStage::running) &&
                      now.row.walk == CampaignWalk::none;
    const bool gone = now.erased && idle && jobs_of(now.row) == 0 && !now.row.paused;
    if (gone) {
      rows_.erase(keys::campaign(name));
    } else {
      rows_.put_record(keys::campaign(name), now.row);
    }
    note_campaign(name, now.row, !gone);
  }
  campaigns_.clear();
}

// What a start has to know of it.
void Engine::note_campaign(const std::string& name, const Campaign& row, bool there) {
  const bool waits = row.stage != CampaignStage::open && row.stage != CampaignStage::running;
  const bool busy = there && (row.paused || canary_under_way(row) || waits || row.walk != CampaignWalk::none);
  open_lanes_of(name, row);
  if (busy) {
    if (!busy_campaigns_.contains(name)) rows_.blind_put(keys::busy_campaign(name), {});
    note_busy(name, row);
  } else if (const auto before = busy_campaigns_.find(name); before != busy_campaigns_.end()) {
    count_up(counters_.campaigns, before->second, -1);
    busy_campaigns_.erase(before);
    rows_.blind_erase(keys::busy_campaign(name));
    walks_.erase(name);
  }
}

void Engine::note_busy(const std::string& name, const Campaign& row) {
  CampaignCounts& counted = busy_campaigns_[name];
  count_up(counters_.campaigns, counted, -1);
  counted = counts_of(row);
  count_up(counters_.campaigns, counted, 1);
  if (row.walk == CampaignWalk::none) {
    walks_.erase(name);
  } else {
    walks_.insert(name);
  }
}

void Engine::open_lanes_of(const std::string& name, const Campaign& row) {
  if (is_closed(row)) {
    lanes_.close(name);
  } else {
    lanes_.reopen(name);
  }
}

void Engine::tell_campaign(const std::string& name, std::string reason) {
  store::Event event;
  event.type = store::EventType::campaign;
  event.campaign = name;
  event.reason = std::move(reason);
  tell(std::move(event));
}

// Jobs that an older program accepted were not counted: they don't make others fewer.
void Engine::count_in_campaign(const JobAt& at, std::optional<State> from, std::optional<State> to) {
  if (at.job.campaign.empty()) return;
  Campaign& row = change_campaign(at.job.campaign);
  row.by_state.resize(store::kStates);
  if (from && count_of(row, *from) > 0) --row.by_state[static_cast<std::size_t>(*from)];
  if (to) ++row.by_state[static_cast<std::size_t>(*to)];
  if (to != State::submitted || from == State::submitted) return;
  ++row.submitted;
  if (!row.first_submitted_at) row.first_submitted_at = now_.wall;
  row.last_submitted_at = now_.wall;
}

void Engine::finish_campaign(const std::string& name, Campaign& row) {
  if (any_open(row)) row.finished_at.reset();
  const bool over = !any_open(row) && row.walk == CampaignWalk::none && row.stage == CampaignStage::running;
  if (!over || row.finished_at) return;
  if (canary_under_way(row)) row.canary = Canary::passed;
  row.finished_at = now_.wall;
  tell_campaign(name, "finished");
}

// What is claimed anywhere and was not handed over is taken back: it is little, and what may leave is claimed again at
// once. Until the kernel has what is returned, octets of it may still be on their way there.
std::vector<HandedUpTo> Engine::silence() {
  std::vector<HandedUpTo> wait;
  for (const SmscSettings& smsc : settings_.smscs) {
    take_back(smsc.name);
    std::vector<HandedUpTo> unsent = links_.unsent(smsc.name);
    std::move(unsent.begin(), unsent.end(), std::back_inserter(wait));
  }
  return wait;
}

namespace {

// Why no import of it can begin now.
std::optional<Error> why_no_import(const Campaign& row, bool with_canary) {
  const auto conflict = [](const char* why) { return Error{"conflict", why, "id"}; };
  if (row.stage == CampaignStage::importing) return conflict("it is being imported");
  if (row.stage == CampaignStage::approval) return conflict("what was imported before waits for its approval");
  if (row.cancelled) return conflict("it was cancelled");
  if (row.walk != CampaignWalk::none) return Error{"busy", "what was asked of it before is not done yet", "id"};
  if (!with_canary || !canary_under_way(row)) return std::nullopt;
  return Error{"busy",
               "its first messages, the canary, are still looked at: more rows with a canary of their own come when "
               "that is over",
               "canary"};
}

}  // namespace

Engine::Handled Engine::handle(OpenCampaign& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  if (Result<void> good = check_campaign_name(request.name); !good) return refuse(good.error());
  const Campaign* known = campaign_of(request.name);
  if (known == nullptr) return Handled::no;
  if (draining_) return refuse({"unavailable", "the daemon is stopping", ""});
  if (!room_)
    return refuse({"no_room", "the disk of the store is nearly full: nothing is imported until there is room", ""});
  const std::uint32_t canary = request.canary.value_or(settings_.campaigns.canary);
  if (std::optional<Error> why = why_no_import(*known, canary > 0)) return refuse(std::move(*why));
  if (busy_campaigns_.size() >= kBusyCampaignsMax && !busy_campaigns_.contains(request.name)) {
    return refuse(
        {"too_many",
         "at most " + std::to_string(kBusyCampaignsMax) + " campaigns are imported, paused or waited for at once",
         "id"});
  }
  CampaignOpened opened{0, {}, canary};
  opened.rows_free = rows_free(*known, settings_.campaigns);
  if (request.only_asks) {
    promise([answer = std::move(request.answer), opened](Now) { answer(opened); });
    return Handled::yes;
  }
  Campaign& row = change_campaign(request.name);
  row.stage = CampaignStage::importing;
  row.imported_by = request.uid;
  row.approved_by.reset();
  row.template_name = request.template_name;
  row.import_from = next_n_;
  row.canary_next = canary;
  opened.import = ++last_import_;
  imports_[opened.import] = request.name;
  promise([answer = std::move(request.answer), opened](Now) { answer(opened); });
  return Handled::yes;
}

// What an id that is known means to an import that is not over, or to whoever meets it. None: what it means otherwise.
Engine::Loaded<std::optional<Error>> Engine::import_of(std::uint64_t n, const SubmitJob& request) {
  const store::Lookup<store::Job> job = rows_.record<store::Job>(keys::job(n));
  const store::Lookup<store::JobState> state = rows_.record<store::JobState>(keys::job_state(n));
  if (job.unknown() || state.unknown()) return {};
  const std::optional<Error> none;
  if (!job || !state || state->state != State::importing) return {true, none};
  const Campaign* campaign = campaign_of(job->campaign);
  if (campaign == nullptr) return {};
  const bool waits = campaign->stage == CampaignStage::importing || campaign->stage == CampaignStage::discarding;
  if (!waits) return {true, none};
  const auto own = imports_.find(request.importing);
  if (campaign->stage == CampaignStage::importing && own != imports_.end() && own->second == job->campaign) {
    return {true, Error{"duplicate_id", "a row before it has this id", "id"}};
  }
  return {true, Error{"busy", "this id is a row's of an import that is not over", "id"}};
}

Engine::Handled Engine::handle(CloseCampaign& request) {
  const auto import = imports_.find(request.import);
  if (import == imports_.end() || import->second != request.name) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("import_over", "this import is over", "id")); });
    return Handled::yes;
  }
  if (campaign_of(request.name) == nullptr) return Handled::no;
  Campaign& row = change_campaign(request.name);
  imports_.erase(import);
  const std::uint64_t rows = request.discard ? 0 : count_of(row, State::importing);
  const std::optional<std::uint64_t> free = rows_free(row, settings_.campaigns);
  const bool needs_approval = free && rows > *free;
  row.rows += rows;
  if (request.discard) {
    row.stage = CampaignStage::discarding;
    start_walk(request.name, CampaignWalk::discard, row.import_from);
  } else if (needs_approval) {
    row.stage = CampaignStage::approval;
    tell_campaign(request.name, "waiting for approval");
  } else {
    row.stage = CampaignStage::running;
    if (rows > 0) begin_canary(row);
    start_walk(request.name, CampaignWalk::release, row.import_from);
    tell_campaign(request.name, "imported");
  }
  promise([answer = std::move(request.answer), stage = row.stage, rows](Now) { answer(CampaignClosed{stage, rows}); });
  return Handled::yes;
}

namespace {

// Why an order can't be given now.
std::optional<Error> why_not(const Campaign& row, const ChangeCampaign& request) {
  const auto conflict = [](const char* why) { return Error{"conflict", why, "id"}; };
  const bool rows_wait = row.stage == CampaignStage::importing || row.stage == CampaignStage::discarding;
  switch (request.order) {
    case CampaignOrder::pause:
    case CampaignOrder::resume: return row.cancelled ? std::optional(conflict("it was cancelled")) : std::nullopt;
    case CampaignOrder::cancel:
      return rows_wait ? std::optional(conflict("its import is not over: that is ended by who imports it"))
                       : std::nullopt;
    case CampaignOrder::approve:
      if (row.stage != CampaignStage::approval) return conflict("it does not wait for an approval");
      if (row.imported_by == request.uid)
        return Error{"same_person", "another person than the one who imported it approves of it", "id"};
      return std::nullopt;
    case CampaignOrder::resend_failed:
      if (row.cancelled) return conflict("it was cancelled");
      if (row.stage != CampaignStage::open && row.stage != CampaignStage::running)
        return conflict("its import is not over, or waits for its approval");
      if (row.walk != CampaignWalk::none && row.walk != CampaignWalk::resend)
        return Error{"busy", "what was asked of it before is not done yet", "id"};
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Engine::Handled Engine::handle(ChangeCampaign& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  const CampaignNow* known = campaign_now(request.name);
  if (known == nullptr) return Handled::no;
  if (!known->there) return refuse({"not_found", "no campaign has this id", "id"});
  if (std::optional<Error> why = why_not(known->row, request)) return refuse(std::move(*why));
  const bool more = request.order == CampaignOrder::pause ||
                    request.order == CampaignOrder::resend_failed;  // a cancel is never refused
  if (more && busy_campaigns_.size() >= kBusyCampaignsMax && !busy_campaigns_.contains(request.name)) {
    return refuse(
        {"too_many",
         "at most " + std::to_string(kBusyCampaignsMax) + " campaigns are imported, paused or waited for at once",
         "id"});
  }
  if (request.order == CampaignOrder::resend_failed && draining_)
    return refuse({"unavailable", "the daemon is stopping", ""});
  Campaign& row = change_campaign(request.name);
  std::vector<HandedUpTo> wait;
  switch (request.order) {
    case CampaignOrder::pause:
      if (!row.paused) {
        row.paused = true;
        row.paused_reason = kByClerk;
        tell_campaign(request.name, "paused: " + row.paused_reason);
      }
      open_lanes_of(request.name, row);
      wait = silence();  // also where it was paused before: who said so may not have its answer yet
      break;
    case CampaignOrder::resume:
      if (row.paused) tell_campaign(request.name, "resumed");
      row.paused = false;
      row.paused_reason.clear();
      if (row.canary == Canary::tripped) row.canary = Canary::none;
      open_lanes_of(request.name, row);
      break;
    case CampaignOrder::cancel:
      if (!row.cancelled) {
        row.cancelled = true;
        row.paused = false;  // what comes back to its queue is cancelled there
        row.paused_reason.clear();
        row.canary = Canary::none;
        row.stage = row.rows > 0 ? CampaignStage::running : CampaignStage::open;
        start_walk(request.name, CampaignWalk::cancel, 0);
        tell_campaign(request.name, "cancelled");
        open_lanes_of(request.name, row);
      }
      wait = silence();
      break;
    case CampaignOrder::approve:
      row.approved_by = request.uid;
      row.stage = CampaignStage::running;
      begin_canary(row);
      start_walk(request.name, CampaignWalk::release, row.import_from);
      tell_campaign(request.name, "approved");
      break;
    case CampaignOrder::resend_failed:
      sending_again_[request.name].answers.push_back(std::move(request.answer));
      if (row.walk == CampaignWalk::none) start_walk(request.name, CampaignWalk::resend, 0);
      return Handled::yes;
  }
  promise([answer = std::move(request.answer),
           changed = CampaignChanged{row.stage, row.paused, row.cancelled, 0, 0}](Now) { answer(changed); },
          std::move(wait));
  return Handled::yes;
}

Result<void> Engine::restore_campaigns(store::Kv& kv) {
  last_import_ = static_cast<std::uint64_t>(now_.wall.time_since_epoch().count());  // not those of a gateway before it
  for (store::Range range = keys::busy_campaigns(1000);;) {
    Result<std::vector<store::Row>> rows = kv.scan(range);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<std::string> names;
    std::vector<store::Key> wanted;
    for (const store::Row& row : *rows) {
      if (std::optional<std::string> name = keys::parse_busy_campaign(row.key)) {
        wanted.push_back(keys::campaign(*name));
        names.push_back(*std::move(name));
      }
    }
    Result<std::vector<std::optional<std::string>>> values = kv.get(wanted);
    if (!values) return tl::unexpected(values.error());
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!(*values)[i]) continue;
      Result<Campaign> row = store::decode<Campaign>(*(*values)[i]);
      if (!row) return tl::unexpected(row.error());
      rows_.learn(wanted[i], (*values)[i]);
      note_busy(names[i], *row);
      open_lanes_of(names[i], *row);
      if (row->stage != CampaignStage::importing) continue;
      // Whoever brought its rows is gone. The first turn writes it.
      Campaign& left = change_campaign(names[i]);
      left.stage = CampaignStage::discarding;
      start_walk(names[i], CampaignWalk::discard, left.import_from);
    }
    if (rows->size() < range.limit) return {};
    range = keys::resume(range, rows->back().key);
  }
}

}  // namespace dunlin::engine
