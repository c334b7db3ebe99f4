// Delivery receipts: joined to what they are about, parked until they can be, or told as unmatched.
#include <algorithm>
#include <dunlin/smpp/codec.hpp>
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

Engine::Early Engine::early_receipts(const std::string& smsc, const std::string& message_id,
                                     const std::string& destination) {
  Early early{true, {}, std::nullopt};
  if (parked_.empty() || message_id.empty()) return early;
  std::vector<std::string> tried;
  for (const MessageIdForm form : dialect(smsc).forms()) {
    const std::optional<std::string> id = as_receipts_name(form, message_id);
    if (!id) continue;
    const bool again = std::find(tried.begin(), tried.end(), *id) != tried.end();
    tried.push_back(*id);
    if (again && early.form && *id == as_receipts_name(*early.form, message_id)) early.form.reset();
    if (again || !early.receipts.empty()) continue;
    store::Key key = keys::parked(smsc, *id);
    if (!parked_.contains(key.key)) {
      const auto by_text = parked_by_text_.find(key.key);
      if (by_text == parked_by_text_.end()) continue;
      key.key = by_text->second;
    }
    const auto unflagged = unflagged_.find(key.key);
    if (unflagged != unflagged_.end() && unflagged->second.telling != 0) continue;
    store::Lookup<store::Parked> row = rows_.record<store::Parked>(key);
    if (row.unknown()) return {};
    if (!row || row->receipts.empty()) continue;
    const std::string& source = row->receipts.front().source;  // only a flagged one may lack it
    if (!source.empty() && !same_number(source, destination)) continue;
    early.receipts = std::move(row->receipts);
    early.form = form;
    unpark(smsc, key, early.receipts.front());
  }
  return early;
}

void Engine::unpark(const std::string& smsc, const store::Key& key, const store::ParkedReceipt& first) {
  rows_.erase(key);
  parked_.erase(key.key);
  unflagged_.erase(key.key);
  if (!first.text_message_id.empty()) {
    const auto by_text = parked_by_text_.find(keys::parked(smsc, smpp::fold(first.text_message_id)).key);
    if (by_text != parked_by_text_.end() && by_text->second == key.key) parked_by_text_.erase(by_text);
  }
  const auto [begin, end] = parked_at_.equal_range(at_smsc(smsc, first.source));
  const auto found = std::find_if(begin, end, [&](const auto& each) { return each.second == key.key; });
  if (found != end) parked_at_.erase(found);
  --counters_.receipts[smsc].parked;
}

// What is a receipt for sure.
std::vector<store::Key> Engine::parked_at(const std::string& smsc, const std::string& destination) const {
  std::vector<store::Key> keys;
  const auto [first, last] = parked_at_.equal_range(at_smsc(smsc, destination));
  for (auto each = first; each != last; ++each) {
    if (!unflagged_.contains(each->second)) keys.push_back({store::Family::parked, each->second});
  }
  return keys;
}

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

// SMSCs whose ids are short use them again: what names a message to another number is of one before it, and not of the
// one in doubt here.
Engine::Loaded<bool> Engine::names_another(const std::string& smsc, const store::ParkedReceipt& receipt) {
  for (const std::string* id : {&receipt.message_id, &receipt.text_message_id}) {
    if (id->empty()) continue;
    for (const MessageIdForm form : dialect(smsc).forms()) {
      const std::optional<std::string> key = as_responses_name(form, *id);
      if (!key) continue;
      const store::Lookup<store::Sent> sent = rows_.record<store::Sent>(keys::sent(smsc, *key));
      if (sent.unknown()) return {};
      if (sent && !receipt.source.empty() && !same_number(sent->destination, receipt.source)) return {true, true};
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
    const Loaded<bool> another = names_another(smsc, parked->receipts.front());
    if (!another.known) return Doubt::missing_rows;
    if (!*another.row) evidence.push_back({key, std::move(parked->receipts)});
  }
  if (newest != nullptr) {
    const Loaded<bool> another = names_another(smsc, *newest);
    if (!another.known) return Doubt::missing_rows;
    if (*another.row) return Doubt::none;
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

void Engine::park(const std::string& smsc, const store::ParkedReceipt& receipt, store::Parked parked) {
  const std::string folded = smpp::fold(receipt.message_id);
  const store::Key key = keys::parked(smsc, folded);
  if (parked.receipts.size() >= store::kParkedPerIdMax || parked_.size() >= kParkedMax || folded.empty()) {
    unmatched(smsc, receipt);
    return;
  }
  if (parked_.insert(key.key).second) {
    parked_at_.emplace(at_smsc(smsc, receipt.source), key.key);
    if (!receipt.text_message_id.empty())
      parked_by_text_.emplace(keys::parked(smsc, smpp::fold(receipt.text_message_id)).key, key.key);
    ++counters_.receipts[smsc].parked;
    appoint(now_.wall + kParkedFor, 0, {store::Cause::parked_due, smsc, folded});
  }
  parked.receipts.push_back(receipt);
  rows_.put_record(key, parked);
}

Engine::Handled Engine::parked_due(const store::Appointment& appointment) {
  const store::Key key = keys::parked(appointment.smsc, appointment.message_id);
  if (!parked_.contains(key.key)) return Handled::yes;
  store::Lookup<store::Parked> parked = rows_.record<store::Parked>(key);
  if (parked.unknown()) return Handled::no;
  if (!parked || parked->receipts.empty()) {
    unpark(appointment.smsc, key, {});
    return Handled::yes;
  }
  if (unflagged_.contains(key.key)) return tell_unflagged(appointment, key);
  for (const store::ParkedReceipt& receipt : parked->receipts) {
    if (settle_doubt(appointment.smsc, receipt.source, nullptr) == Doubt::missing_rows) return Handled::no;
    if (!parked_.contains(key.key)) return Handled::yes;  // it settled one
  }
  for (const store::ParkedReceipt& receipt : parked->receipts) unmatched(appointment.smsc, receipt);
  ids_differ(appointment.smsc);
  unpark(appointment.smsc, key, parked->receipts.front());
  return Handled::yes;
}

// No submit to that number is unanswered there any more: what is still parked is of none of them.
void Engine::release_unflagged(const std::string& place) {
  const auto [first, last] = parked_at_.equal_range(place);
  for (auto each = first; each != last; ++each) {
    const std::optional<keys::MessageKey> of = keys::parse_message(each->second);
    if (!of || !unflagged_.contains(each->second)) continue;
    const store::Appointment appointment{store::Cause::parked_due, of->smsc, of->message_id};
    add(Due{keys::calendar(now_.wall, 0, appointment).key, 0, appointment});
  }
}

// Its row stays until it is told, so that a crash between loses nothing; several under one key are told one by one.
Engine::Handled Engine::tell_unflagged(const store::Appointment& appointment, const store::Key& key) {
  Unflagged& unflagged = unflagged_[key.key];
  if (unflagged.telling != 0) return Handled::yes;
  store::Lookup<store::Parked> row = rows_.record<store::Parked>(key);
  if (row.unknown()) return Handled::no;
  const std::string& octets = row->receipts.front().pdu;
  smpp::Decoded decoded = smpp::decode(octets_of(octets));
  smpp::Pdu* pdu = std::get_if<smpp::Pdu>(&decoded);
  std::optional<InboundMessage> message = pdu == nullptr ? std::nullopt : inbound_message(pdu->body);
  if (!message) {  // no octets of ours
    corrupt_ = Error{"store_corrupt", "a message that was parked can't be read", "parked"};
    return Handled::yes;
  }
  if (++last_telling_ == 0) ++last_telling_;
  const std::uint32_t telling = last_telling_;
  telling_[telling] = key.key;
  unflagged.telling = telling;
  unflagged.row = std::move(*row);
  Inbound again{appointment.smsc, 0, telling, std::make_shared<const smpp::Pdu>(std::move(*pdu))};
  if (receive_reply(again, *message) == Handled::yes) return Handled::yes;
  telling_.erase(telling);
  unflagged.telling = 0;
  return Handled::no;
}

void Engine::unflagged_was_told(std::uint32_t telling) {
  const auto told = telling_.find(telling);
  if (told == telling_.end()) return;
  const store::Key key{store::Family::parked, told->second};
  telling_.erase(told);
  Unflagged& unflagged = unflagged_.at(key.key);
  const store::ParkedReceipt first = std::move(unflagged.row.receipts.front());
  const std::string smsc = keys::parse_message(key.key)->smsc;
  unflagged.row.receipts.erase(unflagged.row.receipts.begin());
  for (Inbound& each : unflagged.behind) add(LinkEvent{std::move(each)});
  if (unflagged.row.receipts.empty()) return unpark(smsc, key, first);
  rows_.put_record(key, unflagged.row);
  unflagged = {};
  const store::Appointment next{store::Cause::parked_due, smsc, keys::parse_message(key.key)->message_id};
  add(Due{keys::calendar(now_.wall, 0, next).key, 0, next});
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
  // Without its PDU it is kept as a receipt beside a flagged one of its id, and nothing can be told to be its repetition.
  const bool repeated = unflagged && !told.pdu.empty() && std::ranges::any_of(parked.receipts, [&](const store::ParkedReceipt& each) {
                          return each.pdu == told.pdu;
                        });
  if (!repeated) park(event.smsc, told, std::move(parked));
  answer_inbound(event, smpp::CommandStatus::ok);
  return Handled::yes;
}

// Of an unflagged one about to be parked with `parked`: marks it as such, where flagged ones of that id are not there
// already. False: it can't be, and is a person's message at once.
bool Engine::mark_unflagged(const Inbound& event, store::ParkedReceipt& told, const store::Parked& parked) {
  const std::string folded = smpp::fold(told.message_id);
  if (parked_.size() >= kParkedMax || parked.receipts.size() >= store::kParkedPerIdMax || folded.empty()) return false;
  if (!parked.receipts.empty() && parked.receipts.front().source != told.source) return false;
  const store::Key key = keys::parked(event.smsc, folded);
  const bool there = unflagged_.contains(key.key);
  if (!there && !parked.receipts.empty()) return true;
  if (!there && unflagged_.size() >= kUnflaggedMax) return false;
  smpp::Pdu pdu = *event.pdu;
  pdu.sequence_number = 1;  // of a repetition it is another
  Octets octets;
  if (!smpp::encode(pdu, octets)) return false;
  told.pdu = text_of(octets);
  unflagged_.try_emplace(key.key);
  return true;
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
