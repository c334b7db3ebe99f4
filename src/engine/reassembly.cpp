// Replies in parts. Each part is on disk before it is answered, so that the rest may come over any session, in any
// order, after any restart. A message is told once: whole when its parts are all there, else as partial when
// `parts_wait` has passed since the first. What was told is remembered as long again, so that a part that is sent again
// is known.
//
// A row of `parts` changes from parts to what is remembered in the batch that tells the message: a crash between leaves
// either. Until then what else comes under the same key (another message with the same reference) waits, unanswered.
#include <algorithm>

#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"
#include "engine/parts.hpp"
#include "engine/reply.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;

namespace {

// A STOP is one also where the rest was lost, or it stood in a part of its own. Only then: half a message lifts no
// block.
dunning::Classified meaning_of(const PartsText& text, const dunning::Replies& replies) {
  const dunning::Classified whole = replies.classify(text.without_marks);
  if (!text.partial || whole.intent == dunning::Intent::opt_out) return whole;
  for (const std::string& part : text.alone) {
    const dunning::Classified alone = replies.classify(part);
    if (alone.intent == dunning::Intent::opt_out) return alone;
  }
  return {};
}

}  // namespace

Engine::Handled Engine::receive_part(Inbound& event, const InboundMessage& message, const PartOf& part) {
  const keys::PartsKey of{event.smsc, message.from, message.to, part.kind, part.reference, part.total};
  const std::string rest = keys::parts_rest(of);
  const store::Key key = keys::parts(of);
  HeldIndex& index = held_[event.smsc];
  HeldIndex::Entry* entry = index.find(rest);
  store::HeldMessage held;
  if (entry != nullptr) {
    store::Lookup<store::HeldMessage> row = rows_.record<store::HeldMessage>(key);
    if (row.unknown()) return Handled::no;
    if (row.absent()) entry = nullptr;
    if (row) held = std::move(*row);
  }
  store::HeldPart arrived{part.number, message.esm_class, message.data_coding, std::string(text_of(message.user_data))};
  const Known known = look_for(held, arrived);
  const auto answer = [&] {
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  };
  if (entry != nullptr && entry->telling) {  // also a part that it has: until it is told, nothing is promised
    behind_[key.key].push_back(std::move(event));
    return Handled::yes;
  }
  if (known == Known::same) return answer();
  if (entry != nullptr && !held.told &&
      known == Known::other) {  // a new message under an old one's reference: that one gets no more parts
    if (tell_held(event.smsc, rest, held, nullptr) == Handled::no) return Handled::no;
    behind_[key.key].push_back(std::move(event));
    return Handled::yes;
  }
  if (entry == nullptr || held.told) {
    if (make_room(event.smsc, index) == Handled::no) return Handled::no;
    held = {};
    held.first_at = now_.wall;
    held.until = now_.wall + settings_.dunning.parts_wait;
    held.source_ton = message.source_ton;
    index.put(rest, held.until, false);
    appoint(held.until, 0, {store::Cause::parts_due, event.smsc, rest});
  }
  insert(held, std::move(arrived));
  if (held.parts.size() == part.total) {
    // Rows that telling it needs may be missing: then this part is tried again, and nothing of it was written.
    return tell_held(event.smsc, rest, held, &event);
  }
  rows_.put_record(key, held);
  return answer();
}

// One more is going to wait.
Engine::Handled Engine::make_room(const std::string& smsc, HeldIndex& index) {
  const std::optional<std::string> oldest = index.oldest_waiting();
  if (!oldest) return Handled::yes;
  store::Lookup<store::HeldMessage> row = rows_.record<store::HeldMessage>(keys::parts(smsc, *oldest));
  if (row.unknown()) return Handled::no;
  if (row) return tell_held(smsc, *oldest, *row, nullptr);
  index.erase(*oldest);
  return Handled::yes;
}

// `last` is the part that made it whole, answered when it is told; it is stored with the others first.
Engine::Handled Engine::tell_held(const std::string& smsc, const std::string& rest, const store::HeldMessage& held,
                                  Inbound* last) {
  const store::Key key = keys::parts(smsc, rest);
  const std::optional<keys::PartsKey> of = keys::parse_parts(key.key);
  if (!of) return Handled::yes;
  const PartsText text = joined_text(held.parts, of->total, inbound_alphabet(smsc));
  auto reply = std::make_shared<Reply>();
  reply->smsc = smsc;
  reply->number = reply_number(of->source, static_cast<std::uint8_t>(held.source_ton), settings_.dunning);
  reply->to = of->destination;
  reply->text = text.text;
  reply->partial = text.partial;
  reply->message_class = text.message_class;
  reply->heard = text.readable;
  if (text.readable) reply->meaning = meaning_of(text, understood());
  const auto answered = last != nullptr ? std::make_shared<Inbound>(*last) : nullptr;
  reply->told = [this, smsc, rest, held, answered](std::vector<HandedUpTo> wait) {
    held_was_told(smsc, rest, held, wait);
    if (answered) answer_inbound(*answered, smpp::CommandStatus::ok, std::move(wait));
  };
  if (take_reply(reply) == Handled::no) return Handled::no;
  rows_.put_record(key, held);
  if (HeldIndex::Entry* entry = held_[smsc].find(rest)) entry->telling = true;
  return Handled::yes;
}

// Its row is what is remembered of it; but what came behind it is answered no earlier than its last part: a repeated
// part of a STOP, too, says that nothing leaves any more.
void Engine::held_was_told(const std::string& smsc, const std::string& rest, const store::HeldMessage& held,
                           std::vector<HandedUpTo> wait) {
  HeldIndex& index = held_[smsc];
  const store::Key key = keys::parts(smsc, rest);
  if (const std::optional<std::string> oldest = index.oldest_told()) {
    rows_.erase(keys::parts(smsc, *oldest));
    index.erase(*oldest);
  }
  const Wall until = now_.wall + settings_.dunning.parts_wait;
  rows_.put_record(key, told(held, until));
  index.put(rest, until, true);
  appoint(until, 0, {store::Cause::parts_due, smsc, rest});
  if (wait.empty()) return let_in_what_is_behind(key.key);
  index.find(rest)->telling = true;
  promise(
      [this, smsc, rest, place = key.key](Now) {
        if (HeldIndex::Entry* entry = held_[smsc].find(rest)) entry->telling = false;
        let_in_what_is_behind(place);
      },
      std::move(wait));
}

void Engine::let_in_what_is_behind(const std::string& key) {
  const auto behind = behind_.find(key);
  if (behind == behind_.end()) return;
  for (Inbound& each : behind->second) add(LinkEvent{std::move(each)});
  behind_.erase(behind);
}

// The wait for parts is over, or what was told need not be remembered any more.
Engine::Handled Engine::parts_due(const store::Appointment& appointment) {
  HeldIndex& index = held_[appointment.smsc];
  HeldIndex::Entry* entry = index.find(appointment.message_id);
  if (entry == nullptr || entry->telling || entry->until > now_.wall) return Handled::yes;
  const store::Key key = keys::parts(appointment.smsc, appointment.message_id);
  if (!entry->told) {
    store::Lookup<store::HeldMessage> row = rows_.record<store::HeldMessage>(key);
    if (row.unknown()) return Handled::no;
    if (row) return tell_held(appointment.smsc, appointment.message_id, *row, nullptr);
  }
  rows_.erase(key);
  index.erase(appointment.message_id);
  return Handled::yes;
}

std::size_t Engine::parts_held(const std::string& smsc) const {
  const auto index = held_.find(smsc);
  return index == held_.end() ? 0 : index->second.waiting();
}

void Engine::restore_held(const store::Row& row) {
  const std::optional<keys::PartsKey> of = keys::parse_parts(row.key);
  const Result<store::HeldMessage> held = store::decode<store::HeldMessage>(row.value);
  if (!of || !held) {
    corrupt_ = Error{"store_corrupt", "a row of messages in parts can't be read", "parts"};
    return;
  }
  const std::string rest = keys::parts_rest(*of);
  // The last run ended before it was told: whole, or when the wait for its parts was over and the appointment gone.
  const bool whole = !held->told && held->parts.size() == of->total;
  held_[of->smsc].put(rest, whole ? now_.wall : held->until, held->told);
  const store::Appointment appointment{store::Cause::parts_due, of->smsc, rest};
  if (whole) add(Due{keys::calendar(now_.wall, 0, appointment).key, 0, appointment});
  if (!whole && !held->told) appoint(held->until, 0, appointment);
}

}  // namespace dunlin::engine
