// Delivery receipts: joined to what they are about, or told as unmatched. Until that is known: parked.cpp,
// settle_doubt.cpp.
#include <algorithm>
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::SegmentState;
using store::State;

namespace {

std::string error_of(const store::ParkedReceipt& receipt) {
  return receipt.error.empty() ? receipt.stat : receipt.stat + " " + receipt.error;
}

SegmentState segment_state(State outcome) {
  switch (outcome) {
    case State::delivered: return SegmentState::delivered;
    case State::undelivered: return SegmentState::undelivered;
    case State::expired: return SegmentState::expired;
    case State::rejected: return SegmentState::rejected;
    default: return SegmentState::unknown;
  }
}

void keep(store::Segment& segment, const store::ParkedReceipt& receipt) {
  segment.receipts.push_back({receipt.received_at, receipt.text, receipt.tlvs});
  if (segment.receipts.size() > store::kKeptReceiptsMax) segment.receipts.erase(segment.receipts.begin() + 1);
}

// Some SMSCs give every segment of a message the same id, and a receipt for each: the first without an outcome is
// meant.
std::uint32_t waiting_twin(const store::JobState& state, std::uint32_t segment) {
  if (state.segments.size() == 1 || state.segments[segment].message_id.empty()) return segment;
  const std::string id = smpp::fold(state.segments[segment].message_id);
  for (std::uint32_t i = 0; i < state.segments.size(); ++i) {
    if (!has_outcome(state.segments[i].state) && smpp::fold(state.segments[i].message_id) == id) return i;
  }
  return segment;
}

}  // namespace

const Dialect& Engine::dialect(const std::string& smsc) {
  const SmscSettings* settings = smsc_named(smsc);
  const MessageIdForm configured = settings != nullptr ? settings->message_id : MessageIdForm::automatic;
  const auto found = dialects_.try_emplace(smsc, configured).first;
  if (found->second.configured() != configured) found->second = Dialect(configured);
  return found->second;
}

// What it was is on disk with what follows from it. The log names each form once a run, whatever an SMSC of many
// machines mixes.
void Engine::learn_form(const std::string& smsc, MessageIdForm form) {
  const MessageIdForm before = dialect(smsc).form();
  if (!dialects_.at(smsc).found(form)) return;
  rows_.blind_put(keys::dialect(smsc), keys::number(static_cast<std::uint64_t>(form)));
  std::uint32_t& told = dialects_told_[smsc];
  const std::uint32_t bit = 1U << static_cast<unsigned>(form);
  if ((std::exchange(told, told | bit) & bit) != 0) return;
  const std::string sentence = "smsc " + smsc + ": its receipts name messages " + std::string(to_string(form));
  const bool first = before == MessageIdForm::automatic;
  notes_.push_back({first ? Severity::info : Severity::warning,
                    first ? sentence : sentence + " now, and no longer " + std::string(to_string(before))});
}

// Of a form that was learned one look is enough; before that all are tried, so that only what is of one alone teaches.
Engine::ReceiptPlace Engine::place_receipt(const std::string& smsc, const smpp::Receipt& receipt,
                                           const std::string& destination) {
  const Dialect& spoken = dialect(smsc);
  const bool sure = spoken.form() != MessageIdForm::automatic;
  bool unknown = false;
  for (const std::string* id : {&receipt.message_id, &receipt.text_message_id}) {
    if (id->empty() || (id == &receipt.text_message_id && *id == receipt.message_id)) continue;
    ReceiptPlace place{true, std::nullopt, std::nullopt};
    std::vector<std::string> tried;
    for (const MessageIdForm form : spoken.forms()) {
      const std::optional<std::string> key = as_responses_name(form, *id);
      if (!key) continue;
      const bool again = std::find(tried.begin(), tried.end(), *key) != tried.end();
      tried.push_back(*key);
      if (again) {  // one digit is the same in every base
        if (place.sent) place.form.reset();
        continue;
      }
      const store::Lookup<store::Sent> sent = rows_.record<store::Sent>(keys::sent(smsc, *key));
      if (sent.unknown() && sure && form == spoken.form()) return {};
      unknown = unknown || sent.unknown();
      const bool ours = sent && (destination.empty() ? receipt.flagged : same_number(sent->destination, destination));
      if (!ours) continue;
      if (place.sent) {
        place.form.reset();
        continue;
      }
      place.sent = *sent;
      place.form = form;
      if (sure && form == spoken.form()) return place;
    }
    if (unknown) return {};
    if (place.sent) return place;
  }
  return {true, std::nullopt, std::nullopt};
}

void Engine::unmatched(const std::string& smsc, const store::ParkedReceipt& receipt) {
  ++counters_.receipts[smsc].unmatched;
  store::Event event;
  event.type = EventType::receipt_unmatched;
  event.smsc = smsc;
  event.message_id = receipt.message_id;
  event.from = receipt.source;
  event.reason = receipt.stat;
  tell(std::move(event));
}

Engine::Handled Engine::receive_receipt(Inbound& event, const InboundMessage& message) {
  const smpp::Receipt& receipt = *message.receipt;
  const ReceiptPlace place = place_receipt(event.smsc, receipt, message.from);
  if (!place.known) return Handled::no;
  store::ParkedReceipt told;
  told.received_at = now_.wall;
  told.message_id = receipt.message_id;
  told.source = message.from;
  told.outcome = state_of(smpp::outcome(receipt));
  told.stat =
      receipt.stat.empty() && receipt.message_state ? std::string(smpp::stat_of(*receipt.message_state)) : receipt.stat;
  told.error = receipt.err.empty() ? receipt.network_error : receipt.err;
  told.text = message.printable_text;
  told.tlvs = message.printable_tlvs;
  if (receipt.text_message_id != receipt.message_id) told.text_message_id = receipt.text_message_id;
  if (place.sent) {
    Loaded<JobAt> at = load_job(place.sent->n);
    if (!at.known) return Handled::no;
    if (place.form) learn_form(event.smsc, *place.form);
    ids_match(event.smsc);
    if (at.row && place.sent->segment < at.row->state.segments.size()) {
      apply_receipt(*at.row, place.sent->segment, told);
      save(*at.row);
    }
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  const store::Key key = keys::parked(event.smsc, smpp::fold(receipt.message_id));
  const auto known = unflagged_.find(key.key);
  if (known != unflagged_.end() && known->second.telling != 0) {
    known->second.behind.push_back(std::move(event));
    return Handled::yes;
  }
  // An unflagged one is a receipt only if its id is one we wait for, or are about to: people do write "id: …".
  const bool unflagged = !receipt.flagged && receipt.message_id == receipt.text_message_id;
  if (unflagged && !under_way_.contains(std::hash<std::string>{}(at_smsc(event.smsc, message.from)))) {
    return receive_reply(event, message);
  }
  if (!unflagged) {
    const Doubt doubt = settle_doubt(event.smsc, told.source, &told);
    if (doubt == Doubt::missing_rows) return Handled::no;
    if (doubt == Doubt::settled) {
      answer_inbound(event, smpp::CommandStatus::ok);
      return Handled::yes;
    }
  }
  store::Parked parked;
  if (parked_.contains(key.key)) {
    store::Lookup<store::Parked> row = rows_.record<store::Parked>(key);
    if (row.unknown()) return Handled::no;
    if (row) parked = std::move(*row);
  }
  if (unflagged && !mark_unflagged(event, told, parked)) return receive_reply(event, message);
  if (!unflagged) unflagged_.erase(key.key);  // then what else came under that id is a receipt as well
  park(event.smsc, told, std::move(parked));  // also one like another: of segments that share an id each has its own
  answer_inbound(event, smpp::CommandStatus::ok);
  return Handled::yes;
}

// Every receipt is kept; the first final one of a segment stands. One that comes after the job ended for want of it is
// told.
void Engine::apply_receipt(JobAt& at, std::uint32_t segment, const store::ParkedReceipt& receipt) {
  LinkReceipts& counted = counters_.receipts[at.state.smsc];
  const bool intermediate = receipt.outcome == State::submitted;
  ++counted.by_state[std::string(intermediate ? "intermediate" : store::name_of(receipt.outcome))];
  store::Segment& each = at.state.segments[waiting_twin(at.state, segment)];
  keep(each, receipt);
  const bool late = ended_without_receipt(each);
  if (intermediate || (has_outcome(each.state) && !late)) return;
  each.state = segment_state(receipt.outcome);
  each.error = each.state == SegmentState::delivered ? std::string{} : error_of(receipt);
  if (late) {
    ++counted.late;
    store::Event event = event_of(EventType::receipt_late, at.job);
    event.state = at.state.state;
    event.reason = error_of(receipt);
    event.smsc = at.state.smsc;
    event.message_id = each.message_id;
    tell(std::move(event));
    return;
  }
  counted.delivery_seconds.observe(std::chrono::duration<double>(receipt.received_at - submitted_at(at.state)).count());
  if (at.state.state == State::in_doubt && !any(at.state, SegmentState::in_doubt) &&
      !any(at.state, SegmentState::waiting)) {
    transition(at, TransitionCause::submitted, "receipt");
  }
  fold(at);
}

}  // namespace dunlin::engine
