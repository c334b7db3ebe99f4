// Receipts that are parked: they came before the response with their id, and wait for it. What no flag calls a receipt
// waits beside them, and is a person's message where no response makes a receipt of it. A row stays until what it holds
// was told.
#include <algorithm>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/message_id.hpp>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;

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

// Of segments that share one id each has its own: what comes after the outcome waits for the answer to the next.
void Engine::apply_early(JobAt& at, std::uint32_t segment, std::vector<store::ParkedReceipt> receipts) {
  const bool next = any(at.state, store::SegmentState::claimed);
  bool outcome = false;
  store::Parked left;
  for (store::ParkedReceipt& receipt : receipts) {
    if (!outcome || !next) {
      apply_receipt(at, segment, receipt);
      outcome = outcome || receipt.outcome != store::State::submitted;
      continue;
    }
    receipt.pdu.clear();  // that it is one is known by now
    park(at.state.smsc, receipt, left);
    left.receipts.push_back(std::move(receipt));
  }
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
  const store::ParkedReceipt& first = parked->receipts.front();
  smpp::Receipt named;
  named.flagged = true;
  named.message_id = first.message_id;
  named.text_message_id = first.text_message_id;
  const ReceiptPlace place = place_receipt(appointment.smsc, named, first.source);
  const Loaded<bool> answered = names_answered(appointment.smsc, first);
  Loaded<JobAt> at = place.sent ? load_job(place.sent->n) : Loaded<JobAt>{true, std::nullopt};
  if (!place.known || !answered.known || !at.known) return Handled::no;
  if (at.row && place.sent->segment < at.row->state.segments.size()) {  // repeated before all segments were answered
    for (const store::ParkedReceipt& receipt : parked->receipts) apply_receipt(*at.row, place.sent->segment, receipt);
    save(*at.row);
  } else {
    for (const store::ParkedReceipt& receipt : parked->receipts) unmatched(appointment.smsc, receipt);
    if (!*answered.row) ids_differ(appointment.smsc);
  }
  unpark(appointment.smsc, key, parked->receipts.front());
  return Handled::yes;
}

// A row of the last run. When what no flag calls a receipt was on its way to being told, its appointment is gone
// already.
void Engine::restore_parked(const store::Row& row) {
  const std::optional<keys::MessageKey> key = keys::parse_message(row.key);
  const Result<store::Parked> parked = store::decode<store::Parked>(row.value);
  parked_.insert(row.key);
  if (!key || !parked || parked->receipts.empty()) return;
  ++counters_.receipts[key->smsc].parked;
  const store::ParkedReceipt& first = parked->receipts.front();
  parked_at_.emplace(at_smsc(key->smsc, first.source), row.key);
  if (!first.text_message_id.empty())
    parked_by_text_.emplace(keys::parked(key->smsc, smpp::fold(first.text_message_id)).key, row.key);
  if (std::ranges::any_of(parked->receipts, [](const auto& each) { return each.pdu.empty(); })) return;
  unflagged_.try_emplace(row.key);
  appoint(first.received_at + kParkedFor, 0, {store::Cause::parked_due, key->smsc, key->message_id});
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
  const store::ParkedReceipt first = unflagged.row.receipts.front();
  const std::string smsc = keys::parse_message(key.key)->smsc;
  // A person is told once what an SMSC has said again.
  std::erase_if(unflagged.row.receipts, [&](const store::ParkedReceipt& each) { return each.pdu == first.pdu; });
  for (Inbound& each : unflagged.behind) add(LinkEvent{std::move(each)});
  if (unflagged.row.receipts.empty()) return unpark(smsc, key, first);
  rows_.put_record(key, unflagged.row);
  unflagged = {};
  const store::Appointment next{store::Cause::parked_due, smsc, keys::parse_message(key.key)->message_id};
  add(Due{keys::calendar(now_.wall, 0, next).key, 0, next});
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
  if (!there && unflagged_.size() >= kUnflaggedMax) {
    ++counters_.receipts[event.smsc].taken_as_replies;
    return false;
  }
  smpp::Pdu pdu = *event.pdu;
  pdu.sequence_number = 1;  // of a repetition it is another
  Octets octets;
  if (!smpp::encode(pdu, octets)) return false;
  told.pdu = text_of(octets);
  unflagged_.try_emplace(key.key);
  return true;
}

}  // namespace dunlin::engine
