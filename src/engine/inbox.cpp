// What replies hold, for the people who read them: a row of each such hold in the order they were laid, and what is
// decided of it. What was written is in `conversations`, where retention and forgetting find it.
#include <algorithm>
#include <charconv>
#include <dunlin/base/check.hpp>

#include "dunning/calendar.hpp"
#include "dunning/countries.hpp"
#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/hours.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::State;

namespace {

constexpr std::string_view kReply = "reply:";
constexpr std::chrono::days kPromiseMost{366};

keys::InboxClass class_of(std::string_view reason) {
  return reason == "reply:paid" || reason == "reply:promise" ? keys::InboxClass::term : keys::InboxClass::waiting;
}

std::uint64_t number_of(const store::Hold& hold) {
  std::uint64_t seq = 0;
  std::from_chars(hold.id.data() + 1, hold.id.data() + hold.id.size(), seq);
  return seq;
}

}  // namespace

void Engine::inbox_row(const std::string& number, const store::Hold& hold, bool lies) {
  if (!hold.reason.starts_with(kReply)) return;
  const keys::InboxClass kind = class_of(hold.reason);
  std::uint64_t& count = inbox_[static_cast<std::size_t>(kind)];
  store::Key key = keys::inbox(kind, number_of(hold));
  if (lies) {
    if (count++ == 0 && kind == keys::InboxClass::waiting) inbox_oldest_ = hold.at;
    rows_.blind_put(std::move(key), keys::inbox_value({hold.at, number}));
  } else {
    count -= std::min<std::uint64_t>(count, 1);
    rows_.blind_erase(std::move(key));
    if (kind == keys::InboxClass::waiting) inbox_changed_ = true;
  }
}

// Which is the oldest now.
void Engine::read_inbox() {
  if (!inbox_changed_ || inbox_reading_) return;
  inbox_changed_ = false;
  inbox_reading_ = true;
  want_range(keys::inbox_range(keys::InboxClass::waiting, 0, 1), [this](const std::vector<store::Row>& rows) {
    inbox_reading_ = false;
    const auto first = rows.empty() ? std::nullopt : keys::parse_inbox_value(rows.front().value);
    inbox_oldest_ = first ? std::optional<Wall>(first->at) : std::nullopt;
  });
}

const dunning::TimeZone* Engine::zone_of(const store::Job& job, const std::string& country) const {
  const dunning::CalendarRules& rules = calendar_.rules();
  const auto zones = rules.zones->all_of(place_of(job, country, rules).zones);
  return zones.empty() ? nullptr : zones.front();
}

// The moment the day after begins where the person is.
static Wall end_of(dunning::Date day, const dunning::TimeZone* zone) {
  const dunning::LocalTime next{day.time_since_epoch() + std::chrono::days{1}};
  return zone != nullptr ? zone->first_at(next) : Wall{next.time_since_epoch()};
}

// Whether anybody is there under its number; then it comes again.
void Engine::ask_who_is_there(ChangeInbox& request) {
  auto kept = std::make_shared<ChangeInbox>(std::move(request));
  const auto again = [this, kept](bool seen) {
    kept->seen = seen;
    add(std::make_unique<Request>(std::move(*kept)));
  };
  want_range(keys::by_number_range(kept->number, 0, 1), [this, kept, again](const std::vector<store::Row>& jobs) {
    if (!jobs.empty()) return again(true);
    want_range(keys::conversation_range(kept->number, 0, 1),
               [again](const std::vector<store::Row>& heard) { again(!heard.empty()); });
  });
}

Engine::Handled Engine::handle(ChangeInbox& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  if (!is_e164(request.number)) return refuse(not_e164("number"));
  const HoldOwner owner{true, request.number};
  HoldRow row = hold_row(owner);
  if (!row.person) return Handled::no;
  std::vector<store::Hold> before;
  for (const store::Hold& hold : row.person->holds) {
    if (lies(hold, now_.wall) && hold.reason.starts_with(kReply)) before.push_back(hold);
  }
  for (const store::Hold& hold : before) {
    if (rows_.get(keys::hold(hold.id)) == nullptr) return Handled::no;
  }
  const bool lays = request.order == InboxOrder::promise || request.order == InboxOrder::dispute;
  if (!lays && before.empty()) return refuse({"not_found", "no reply holds this number", "number"});

  const bool wrote = row.person->replied_at || !before.empty();
  if (lays && !wrote && !request.seen) {
    ask_who_is_there(request);
    return Handled::yes;
  }
  if (request.seen == false)
    return refuse({"not_found", "nobody has written from this number, and no job is there for it", "number"});

  store::Hold laid;
  if (request.order == InboxOrder::promise) {
    store::Job job;
    job.to = request.number;
    const Result<std::string> country = read_recipient(job, settings_.dunning);
    const dunning::TimeZone* zone = zone_of(job, country.value_or(std::string{}));
    const std::optional<dunning::Date> day = dunning::date_of(request.date);
    if (!day) return refuse({"bad_date", "a date such as 2026-12-01 is expected", "date"});
    laid.until = end_of(*day, zone) + settings_.replies.promise_grace;
    if (end_of(*day, zone) <= now_.wall || *laid.until > now_.wall + kPromiseMost)
      return refuse({"bad_date", "a promise is of today or a day to come, at most a year ahead", "date"});
  }
  std::string job;  // the newest that was answered
  for (const store::Hold& hold : before) {
    if (!hold.job.empty()) job = hold.job;
  }

  struct Changing {
    std::size_t left = 1;
    std::vector<HandedUpTo> wait;
    InboxChanged result;
    Answer<InboxChanged> answer;
    std::string job;  // the newest that was sent there
  };
  auto changing = std::make_shared<Changing>();
  changing->answer = std::move(request.answer);
  changing->result.released = before.size();
  const auto done = [this, changing] {
    if (--changing->left > 0) return;
    promise([changing](Now) { changing->answer(changing->result); }, std::move(changing->wait));
  };
  if (lays) {
    if (row.person->holds.size() >= store::kHoldsMax)
      return refuse({"too_many", "at most " + std::to_string(store::kHoldsMax) + " holds lie on one number", "number"});
    const char* reason = request.order == InboxOrder::promise ? "reply:promise" : "reply:dispute";
    laid = lay_hold(owner, row.person->holds, reason, laid.until, job);
    put_hold_row(owner, row);
    changing->result.hold = laid;
    ++changing->left;
    sweep(
        store::Family::by_number, request.number,
        [this, changing, laid](JobAt& at) {
          const bool sent = at.state.state >= State::submitted && at.state.decided_at;
          if (sent && at.state.answer == store::AnswerKind::none) changing->job = at.job.id;
          hold_queued(at, laid, changing->wait);
        },
        [this, changing, done, owner, laid] {  // whoever phones has the promise without a reply
          HoldRow now = hold_row(owner);
          DUNLIN_CHECK(now.person.has_value());
          const auto own = std::ranges::find(now.person->holds, laid.id, &store::Hold::id);
          if (own != now.person->holds.end() && own->job.empty() && !changing->job.empty()) {
            own->job = changing->job;
            put_hold_row(owner, now);
          }
          done();
        });
    sweeps_.back().person = request.number;
  }
  const auto wrong = std::ranges::find(before, "reply:wrong_number", &store::Hold::reason);
  if (request.order == InboxOrder::wrong && wrong != before.end() && row.person->bad_reason != kWhyWrongNumber) {
    store::Event event;
    event.job = wrong->job;
    set_bad(request.number, *row.person, std::string(kWhyWrongNumber), std::move(event));
    put_hold_row(owner, row);
  }
  // The new one lies before the old ones go, so nothing leaves in between.
  for (const store::Hold& hold : before) {
    ++changing->left;
    const Handled handled = end_hold(hold.id, false, [done](bool) { done(); });
    DUNLIN_CHECK(handled == Handled::yes);
  }
  done();
  return Handled::yes;
}

}  // namespace dunlin::engine
