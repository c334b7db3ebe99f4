// A STOP that is about its sender alone (`optout_scope = "sender"`): what comes from other senders of ours goes on.
//
// Which sender a job has is certain where it names one, or once an SMSC is chosen. Before that, a job that every SMSC
// of its route would send from the stopped one is stopped at once; any other is decided when its SMSC is.
#include <algorithm>

#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;

namespace {

bool same_sender(std::string_view ours, std::string_view stopped) { return digits_of(ours) == digits_of(stopped); }

void note(store::Person& person, store::ConsentChange change) {
  person.history.push_back(std::move(change));
  if (person.history.size() > store::kConsentHistoryMax) person.history.erase(person.history.begin());
}

store::Event told(EventType type, const std::string& number, const std::string& sender, const std::string& word) {
  store::Event event;
  event.type = type;
  event.from = number;
  event.to = sender;
  event.reason = word;
  return event;
}

}  // namespace

// False: the STOP is about the whole number.
bool Engine::stop_sender(const std::string& number, store::Person& person, const std::string& sender,
                         const std::string& word) {
  if (settings_.dunning.optout_scope != OptOutScope::sender || sender.empty()) return false;
  if (person.status == store::ConsentStatus::blocked) return false;
  const bool known = std::ranges::any_of(
      person.stopped_senders, [&](const store::StoppedSender& each) { return same_sender(each.sender, sender); });
  if (known) return true;
  if (person.stopped_senders.size() >= store::kStoppedSendersMax) return false;
  person.stopped_senders.push_back({sender, now_.wall});
  note(person, {now_.wall, store::ConsentStatus::blocked, {}, "reply", word, sender});
  rows_.put_record(keys::person(number), person);
  tell(told(EventType::opted_out, number, sender, word));
  return true;
}

// Also after the scope was changed: a START lifts what its sender was stopped for.
bool Engine::start_sender(const std::string& number, store::Person& person, const std::string& sender,
                          const std::string& word) {
  const std::size_t lifted = std::erase_if(person.stopped_senders, [&](const store::StoppedSender& each) {
    return settings_.dunning.optout_scope == OptOutScope::number || same_sender(each.sender, sender);
  });
  if (lifted == 0) return false;
  note(person, {now_.wall, store::ConsentStatus::allowed, {}, "reply", word, sender});
  rows_.put_record(keys::person(number), person);
  tell(told(EventType::opted_in, number, sender, word));
  return true;
}

// `smsc`: where it would leave now; null: where it has begun, or not chosen yet.
bool Engine::is_from(const JobAt& at, const std::string& sender, const SmscSettings* smsc) const {
  if (!at.job.sender.empty()) return same_sender(at.job.sender, sender);
  const bool chosen = has_begun(at.state) || at.state.state >= store::State::submitting;
  if (smsc == nullptr && chosen) smsc = smsc_named(at.state.smsc);
  if (smsc != nullptr) return same_sender(smsc->source, sender);
  const RouteSettings* route = routes_.find(at.job.to);
  return route != nullptr && std::ranges::all_of(route->smsc, [&](const std::string& name) {
           const SmscSettings* each = smsc_named(name);
           return each != nullptr && same_sender(each->source, sender);
         });
}

bool Engine::sender_stopped(const JobAt& at, const store::Person& person, const SmscSettings* smsc) const {
  return std::ranges::any_of(person.stopped_senders,
                             [&](const store::StoppedSender& each) { return is_from(at, each.sender, smsc); });
}

}  // namespace dunlin::engine
