// Holds: until one is released or over, nothing automated goes to whom it holds. What is queued and claimed is taken
// back before the hold is answered; what comes later is held when it is decided.
#include <algorithm>
#include <dunlin/base/check.hpp>

#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

// What is claimed of it and not handed over goes back to the queue, to be decided again there.
void Engine::take_back_job(JobAt& at, std::vector<HandedUpTo>& wait) {
  Links::TakenBack taken = links_.take_back(at.state.smsc, at.n);
  for (const std::uint32_t segment : taken.taken) claim_withdrawn(at, segment);
  std::move(taken.wait.begin(), taken.wait.end(), std::back_inserter(wait));
  settle(at);
  save(at);
}

void Engine::release_job(JobAt& at, const std::string& reason) {
  at.state.next_attempt.reset();
  transition(at, TransitionCause::released, reason);
  ready_again(at);
  save(at);
}

void Engine::tell_hold(EventType type, const HoldOwner& owner, const store::Hold& hold) {
  store::Event event;
  event.type = type;
  (owner.is_number ? event.number : event.account) = owner.name;
  event.hold = hold.id;
  event.reason = hold.reason;
  event.until = hold.until;
  tell(std::move(event));
}

std::vector<store::Hold>* Engine::HoldRow::holds() {
  return person ? &person->holds : account ? &account->holds : nullptr;
}

Engine::HoldRow Engine::hold_row(const HoldOwner& owner) {
  HoldRow row;
  if (owner.is_number) {
    store::Lookup<store::Person> known = person_of(owner.name);
    if (!known.unknown()) row.person = known ? std::move(*known) : store::Person{};
  } else {
    store::Lookup<store::Account> known = rows_.record<store::Account>(keys::account(owner.name));
    if (!known.unknown()) row.account = known ? std::move(*known) : store::Account{};
  }
  return row;
}

void Engine::put_hold_row(const HoldOwner& owner, const HoldRow& row) {
  if (row.person) rows_.put_record(keys::person(owner.name), *row.person);
  if (row.account) rows_.put_record(keys::account(owner.name), *row.account);
}

store::Hold Engine::lay_hold(const HoldOwner& owner, std::vector<store::Hold>& holds, std::string reason,
                             std::optional<Wall> until, std::string job) {
  // Its id has the number of the event that tells it.
  store::Hold hold{"h" + std::to_string(last_event_ + 1), std::move(reason), now_.wall, until, std::move(job), false};
  holds.push_back(hold);
  rows_.put(keys::hold(hold.id), keys::hold_owner(owner));
  if (until) appoint(*until, 0, {store::Cause::hold_due, {}, hold.id});
  tell_hold(EventType::held, owner, hold);
  if (owner.is_number) inbox_row(owner.name, hold, true);
  return hold;
}

// Asked for again, by a client that missed the answer, it is the one that lies.
Result<store::Hold> Engine::hold_once(const HoldOwner& owner, std::vector<store::Hold>& holds,
                                      const std::string& reason, std::optional<Wall> until) {
  if (Result<void> good = check_hold(owner, reason, until, now_.wall); !good) return tl::unexpected(good.error());
  const auto same = std::ranges::find_if(
      holds, [&](const store::Hold& each) { return each.reason == reason && each.until == until && !each.released; });
  if (same != holds.end()) return *same;
  if (holds.size() >= store::kHoldsMax) {
    return failure("too_many", "at most " + std::to_string(store::kHoldsMax) + " holds lie on one account or number",
                   "reason");
  }
  return lay_hold(owner, holds, reason, until);
}

Engine::Handled Engine::handle(PutHold& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  const HoldOwner owner{!request.number.empty(), request.number.empty() ? request.account : request.number};
  if (request.account.empty() == request.number.empty())
    return refuse({"bad_value", "a hold is of an account or of a number", "account"});
  if (owner.is_number && !is_e164(owner.name)) return refuse(not_e164("number"));
  HoldRow row = hold_row(owner);
  if (row.holds() == nullptr) return Handled::no;
  const std::size_t before = row.holds()->size();
  const Result<store::Hold> laid = hold_once(owner, *row.holds(), request.reason, request.until);
  if (!laid) return refuse(laid.error());
  if (row.holds()->size() > before) put_hold_row(owner, row);
  const store::Hold hold = *laid;
  auto wait = std::make_shared<std::vector<HandedUpTo>>();
  sweep(
      owner.is_number ? store::Family::by_number : store::Family::by_account, owner.name,
      [this, wait, hold](JobAt& at) { hold_queued(at, hold, *wait); },
      [this, wait, hold, answer = std::move(request.answer)] {
        promise([answer, hold](Now) { answer(hold); }, std::move(*wait));
      });
  return Handled::yes;
}

void Engine::hold_queued(JobAt& at, const store::Hold& laid, std::vector<HandedUpTo>& wait) {
  if (!keeps(laid, at.state.answer)) return;
  if (at.state.state == State::submitting) return take_back_job(at, wait);
  if (at.state.state != State::ready) return;
  dequeue(at);
  hold(at, laid.until, laid.reason);
  save(at);
}

// `over`: only if its time has come. False: rows are missing.
Engine::Handled Engine::end_hold(const std::string& id, bool over, std::function<void(bool)> finish) {
  const std::optional<std::string>* index = rows_.get(keys::hold(id));
  if (index == nullptr) return Handled::no;
  const std::optional<HoldOwner> owner = *index ? keys::parse_hold_owner(**index) : std::nullopt;
  if (!owner) {
    finish(false);
    return Handled::yes;
  }
  HoldRow row = hold_row(*owner);
  std::vector<store::Hold>* holds = row.holds();
  if (holds == nullptr) return Handled::no;
  const auto found = std::find_if(holds->begin(), holds->end(), [&](const store::Hold& each) { return each.id == id; });
  if (found == holds->end() || (over && (!found->until || *found->until > now_.wall))) {
    finish(false);
    return Handled::yes;
  }
  // It is over from now on, but lies there until all that it held is released: a power cut between leaves the
  // appointment.
  const store::Hold hold = *found;
  if (!found->until || *found->until > now_.wall) {
    found->until = now_.wall;
    found->released = !over;
    put_hold_row(*owner, row);
    appoint(now_.wall, 0, {store::Cause::hold_due, {}, id});
  }
  const store::Hold ending = *found;
  sweep(
      owner->is_number ? store::Family::by_number : store::Family::by_account, owner->name,
      [this, hold, ending](JobAt& at) {
        if (!at.state.plan.awaited.empty()) wake_plan(at);
        if (at.state.state == State::held && at.state.reason == hold.reason) release_job(at, hold.reason);
        hold_ended(at, ending);
      },
      [this, owner = *owner, hold, finish = std::move(finish)] {
        HoldRow now = hold_row(owner);
        std::vector<store::Hold>* left = now.holds();
        DUNLIN_CHECK(left != nullptr);
        const auto ended =
            std::find_if(left->begin(), left->end(), [&](const store::Hold& each) { return each.id == hold.id; });
        if (ended != left->end() && ended->until &&
            *ended->until <= now_.wall) {  // not ended twice, nor held anew meanwhile
          left->erase(ended);
          put_hold_row(owner, now);
          rows_.erase(keys::hold(hold.id));
          if (owner.is_number) inbox_row(owner.name, hold, false);
          tell_hold(EventType::released, owner, hold);
        }
        finish(true);
      });
  (owner->is_number ? sweeps_.back().person : sweeps_.back().account) = owner->name;
  return Handled::yes;
}

Engine::Handled Engine::handle(ReleaseHold& request) {
  return end_hold(request.id, false, [this, answer = request.answer](bool found) {
    promise([answer, found](Now) {
      if (found) {
        answer(HoldReleased{});
      } else {
        answer(failure("not_found", "no hold has this id: it was released, or is over", "id"));
      }
    });
  });
}

}  // namespace dunlin::engine
