// Doubts that receipts settle, though no message id says which: the answers to the submits were lost.
#include <algorithm>
#include <dunlin/smpp/message_id.hpp>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::SegmentState;
using store::State;

// Strays are remembered for as long as their receipts may come. A job's own does no harm where it has one segment:
// whichever copy the receipt is of, the text arrived. Of several, two copies' receipts of one segment would stand for
// two.
Engine::Loaded<bool> Engine::stray_misleads(const std::string& smsc, const std::string& destination,
                                            const JobAt& doubted) {
  const store::Lookup<store::Sent> stray = rows_.record<store::Sent>(keys::stray(smsc, destination));
  if (stray.unknown()) return {};
  const bool own = stray && stray->n == doubted.n && stray->segment == store::kStrayOne;
  if (!stray || (own && doubted.state.segments.size() == 1)) return {true, false};
  return {true, now_.wall < stray->until};
}

// What names a message that was answered is of that one, and not of the one in doubt: of another number's where an SMSC
// whose ids are short uses them again, of another segment's where a receipt was repeated before all were answered.
Engine::Loaded<bool> Engine::names_answered(const std::string& smsc, const store::ParkedReceipt& receipt) {
  const Dialect& spoken = dialect(smsc);
  // Where ids are counted, one read in a form that is not the SMSC's is some other message's, too.
  const std::span<const MessageIdForm> forms =
      spoken.form() == MessageIdForm::automatic ? spoken.forms() : spoken.forms().first(1);
  for (const std::string* id : {&receipt.message_id, &receipt.text_message_id}) {
    if (id->empty()) continue;
    for (const MessageIdForm form : forms) {
      const std::optional<std::string> key = as_responses_name(form, *id);
      if (!key) continue;
      const store::Lookup<store::Sent> sent = rows_.record<store::Sent>(keys::sent(smsc, *key));
      if (sent.unknown()) return {};
      if (sent) return {true, true};
    }
  }
  return {true, false};
}

void Engine::ids_match(const std::string& smsc) {
  const auto found = strange_.find(smsc);
  if (found == strange_.end()) return;
  if (found->second >= kStrangeAfter) rows_.blind_erase(keys::strange(smsc));
  strange_.erase(found);
}

void Engine::ids_differ(const std::string& smsc) {
  std::uint32_t& in_a_row = strange_[smsc];
  if (in_a_row >= kStrangeAfter || ++in_a_row < kStrangeAfter) return;
  rows_.blind_put(keys::strange(smsc), {});
  notes_.push_back(
      {Severity::warning,
       "smsc " + smsc + ": its receipts name no messages of ours: they settle no job in doubt until one does"});
}

// The answers to its submits were lost. Which of several segments in doubt a receipt is about cannot be told, and the
// SMSC may not have taken them all: they are settled together, once there is a receipt for each.
Engine::Doubt Engine::settle_doubt(const std::string& smsc, const std::string& destination,
                                   const store::ParkedReceipt* newest) {
  const auto strange = strange_.find(smsc);
  if (strange != strange_.end() && strange->second >= kStrangeAfter) return Doubt::none;
  const std::string place = at_smsc(smsc, destination);
  auto found = doubts_.find(place);
  if (found == doubts_.end() || under_way_.contains(std::hash<std::string>{}(place))) return Doubt::none;
  const std::uint64_t n = found->second.front().first;
  if (std::any_of(found->second.begin(), found->second.end(), [n](const auto& each) { return each.first != n; }))
    return Doubt::none;
  Loaded<JobAt> at = load_job(n);
  if (!at.known) return Doubt::missing_rows;
  if (!at.row || at.row->state.state != State::in_doubt) return Doubt::none;
  JobAt& job = *at.row;
  const Loaded<bool> misleads = stray_misleads(smsc, place.substr(smsc.size() + 1), job);
  if (!misleads.known) return Doubt::missing_rows;
  if (*misleads.row) return Doubt::none;

  struct Evidence {
    std::optional<store::Key> parked;
    std::vector<store::ParkedReceipt> receipts;  // of one message
  };
  std::vector<Evidence> evidence;
  for (const store::Key& key : parked_at(smsc, destination)) {
    store::Lookup<store::Parked> parked = rows_.record<store::Parked>(key);
    if (parked.unknown()) return Doubt::missing_rows;
    if (!parked || parked->receipts.empty()) continue;
    const Loaded<bool> answered = names_answered(smsc, parked->receipts.front());
    if (!answered.known) return Doubt::missing_rows;
    if (!*answered.row) evidence.push_back({key, std::move(parked->receipts)});
  }
  if (newest != nullptr) {
    const Loaded<bool> answered = names_answered(smsc, *newest);
    if (!answered.known) return Doubt::missing_rows;
    if (*answered.row) return Doubt::none;
    const store::Key key = keys::parked(smsc, smpp::fold(newest->message_id));
    const auto same =
        std::find_if(evidence.begin(), evidence.end(), [&](const Evidence& each) { return each.parked == key; });
    if (same == evidence.end()) {
      evidence.push_back({std::nullopt, {*newest}});
    } else {
      same->receipts.push_back(*newest);
    }
  }
  const auto segments = found->second;
  if (evidence.size() < segments.size()) return Doubt::none;
  // Of more receipts than segments the first count; where the newest is not among them, it is parked as any other.
  const bool counts = newest == nullptr ||
                      std::any_of(evidence.begin(), evidence.begin() + static_cast<std::ptrdiff_t>(segments.size()),
                                  [&](const Evidence& each) { return each.receipts.back() == *newest; });
  if (std::any_of(segments.begin(), segments.end(),
                  [&](const auto& each) { return each.second >= job.state.segments.size(); }))
    return Doubt::none;
  doubts_.erase(found);
  for (std::size_t i = 0; i < segments.size(); ++i)
    accepted_by_smsc(job, segments[i].second, evidence[i].receipts.front().message_id);
  const bool open = std::any_of(job.state.segments.begin(), job.state.segments.end(),
                                [](const store::Segment& each) { return each.state == SegmentState::waiting; });
  if (!open) transition(job, TransitionCause::submitted, "receipt");
  for (std::size_t i = 0; i < segments.size(); ++i) {
    for (const store::ParkedReceipt& receipt : evidence[i].receipts) apply_receipt(job, segments[i].second, receipt);
    if (evidence[i].parked) unpark(smsc, *evidence[i].parked, evidence[i].receipts.front());
  }
  save(job);
  return counts ? Doubt::settled : Doubt::none;
}

}  // namespace dunlin::engine
