// What an SMSC hands us: receipts, joined to what they are about or parked until they can be; and what people answer.
#include <algorithm>
#include <array>
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <dunlin/text/decode.hpp>
#include <span>

#include "dunning/keywords.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/render.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::SegmentState;
using store::State;

namespace {

// deliver_sm and data_sm as one: who, to whom, what.
struct Message {
  std::string from, to;  // digits, no '+'
  std::uint8_t source_ton = 0;
  std::uint8_t esm_class = 0;
  std::uint8_t data_coding = 0;
  Octets user_data;
  std::optional<smpp::Receipt> receipt;
};

template <class Pdu>
Message message_of(const Pdu& pdu) {
  Message message;
  const auto digits = [](std::string_view address) {
    if (address.starts_with('+')) address.remove_prefix(1);
    if (address.starts_with("00")) address.remove_prefix(2);
    return std::string(address);
  };
  message.from = digits(pdu.source_addr.view());
  message.to = digits(pdu.destination_addr.view());
  message.source_ton = static_cast<std::uint8_t>(pdu.source_addr_ton);
  message.esm_class = pdu.esm_class;
  message.data_coding = pdu.data_coding;
  if (auto payload = pdu.tlvs.get(smpp::tlv::message_payload)) {
    const OctetView view = payload->view();
    message.user_data.assign(view.begin(), view.end());
  }
  if constexpr (requires { pdu.short_message; }) {
    const OctetView view = pdu.short_message.view();
    if (!view.empty()) message.user_data.assign(view.begin(), view.end());
  }
  message.receipt = smpp::parse_receipt(pdu);
  return message;
}

std::optional<Message> message_of(const smpp::Body& body) {
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&body)) return message_of(*deliver);
  if (const auto* data = std::get_if<smpp::DataSm>(&body)) return message_of(*data);
  return std::nullopt;
}

State state_of(smpp::Outcome outcome) {
  switch (outcome) {
    case smpp::Outcome::delivered: return State::delivered;
    case smpp::Outcome::undelivered: return State::undelivered;
    case smpp::Outcome::expired: return State::expired;
    case smpp::Outcome::rejected: return State::rejected;
    case smpp::Outcome::unknown: return State::unknown;
    case smpp::Outcome::intermediate: break;
  }
  return State::submitted;
}

// The key a receipt's id may be known by, the likeliest first; nothing where that way of reading it gives none (DESIGN "Receipts").
// A form is named by how the response's id becomes the receipt's, so it is undone here.
using Alias = std::optional<std::string> (*)(std::string_view id);
constexpr Alias kVerbatim = [](std::string_view id) { return std::optional(smpp::fold(id)); };
constexpr Alias kHexToDecimal = smpp::decimal_to_hex;
constexpr Alias kDecimalToHex = smpp::hex_to_decimal;

std::span<const Alias> aliases(MessageIdForm form) {
  static constexpr Alias kAll[] = {kVerbatim, kHexToDecimal, kDecimalToHex};
  switch (form) {
    case MessageIdForm::automatic: break;
    case MessageIdForm::verbatim: return std::span(kAll).subspan(0, 1);
    case MessageIdForm::hex_to_decimal: return std::span(kAll).subspan(1, 1);
    case MessageIdForm::decimal_to_hex: return std::span(kAll).subspan(2, 1);
  }
  return kAll;
}

}  // namespace

bool same_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  constexpr std::size_t kEnough = 7;
  const std::size_t common = std::min(a.size(), b.size());
  if (common < kEnough) return false;
  std::string_view shorter = a.size() < b.size() ? a : b;
  std::string_view longer = a.size() < b.size() ? b : a;
  if (shorter.starts_with('0')) shorter.remove_prefix(1);
  return shorter.size() >= kEnough && longer.ends_with(shorter);
}

void Engine::answer_inbound(const Inbound& event, smpp::CommandStatus status, std::vector<HandedUpTo> wait) {
  const bool data_sm = std::holds_alternative<smpp::DataSm>(event.pdu->body);
  promise(
      [this, session = event.session, sequence = event.sequence, status, data_sm](Now now) {
        smpp::Body body = smpp::DeliverSmResp{};
        if (data_sm) body = smpp::DataSmResp{};
        links_.respond(session, sequence, smpp::Pdu{status, sequence, std::move(body)}, now);
      },
      std::move(wait));
}

Engine::ReceiptPlace Engine::place_receipt(const std::string& smsc, const smpp::Receipt& receipt, const std::string& destination) {
  const SmscSettings* settings = smsc_named(smsc);
  const MessageIdForm form = settings != nullptr ? settings->message_id : MessageIdForm::automatic;
  for (const std::string* id : {&receipt.message_id, &receipt.text_message_id}) {
    if (id->empty() || (id == &receipt.text_message_id && *id == receipt.message_id)) continue;
    for (Alias alias : aliases(form)) {
      const std::optional<std::string> key = alias(*id);
      if (!key || key->empty()) continue;
      store::Lookup<store::Sent> sent = rows_.record<store::Sent>(keys::sent(smsc, *key));
      if (sent.unknown()) return {};
      if (sent && (destination.empty() || same_number(sent->destination, destination))) return {true, *sent};
    }
  }
  return {true, std::nullopt};
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

void Engine::unpark(const std::string& smsc, const store::Key& key, const std::string& source) {
  rows_.erase(key);
  parked_.erase(key.key);
  const auto [first, last] = parked_at_.equal_range(at_smsc(smsc, source));
  const auto found = std::find_if(first, last, [&](const auto& each) { return each.second == key.key; });
  if (found != last) parked_at_.erase(found);
  --counters_.receipts[smsc].parked;
}

std::vector<store::Key> Engine::parked_at(const std::string& smsc, const std::string& destination) const {
  std::vector<store::Key> keys;
  const auto [first, last] = parked_at_.equal_range(at_smsc(smsc, destination));
  for (auto each = first; each != last; ++each) keys.push_back({store::Family::parked, each->second});
  return keys;
}

// Strays are remembered for as long as their receipts may come. A job's own does no harm where it has one segment: whichever copy the receipt
// is of, the text arrived. Of several, two copies' receipts of one segment would stand for two.
Engine::Loaded<bool> Engine::stray_misleads(const std::string& smsc, const std::string& destination, const JobAt& doubted) {
  const store::Lookup<store::Sent> stray = rows_.record<store::Sent>(keys::stray(smsc, destination));
  if (stray.unknown()) return {};
  const bool own = stray && stray->n == doubted.n && stray->segment == store::kStrayOne;
  if (!stray || (own && doubted.state.segments.size() == 1)) return {true, false};
  const Loaded<JobAt> at = load_job(stray->n);
  if (!at.known) return {};
  const SmscSettings* settings = smsc_named(smsc);
  const auto receipts_come = settings != nullptr ? settings->receipt_timeout : SmscSettings{}.receipt_timeout;
  return {true, at.row && now_.wall < at.row->state.expires_at + receipts_come};
}

// The answers to its submits were lost. Which of several segments in doubt a receipt is about cannot be told, and the SMSC may not have taken
// them all: they are settled together, once there is a receipt for each.
Engine::Doubt Engine::settle_doubt(const std::string& smsc, const std::string& destination, const store::ParkedReceipt* newest) {
  const std::string place = at_smsc(smsc, destination);
  auto found = doubts_.find(place);
  if (found == doubts_.end() || under_way_.contains(std::hash<std::string>{}(place))) return Doubt::none;
  const std::uint64_t n = found->second.front().first;
  if (std::any_of(found->second.begin(), found->second.end(), [n](const auto& each) { return each.first != n; })) return Doubt::none;
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
    if (parked && !parked->receipts.empty()) evidence.push_back({key, std::move(parked->receipts)});
  }
  if (newest != nullptr) {
    const store::Key key = keys::parked(smsc, smpp::fold(newest->message_id));
    const auto same = std::find_if(evidence.begin(), evidence.end(), [&](const Evidence& each) { return each.parked == key; });
    if (same == evidence.end()) {
      evidence.push_back({std::nullopt, {*newest}});
    } else {
      same->receipts.push_back(*newest);
    }
  }
  const auto segments = found->second;
  if (evidence.size() < segments.size()) return Doubt::none;
  // Of more receipts than segments the first count; where the newest is not among them, it is parked as any other.
  const bool counts = newest == nullptr || std::any_of(evidence.begin(), evidence.begin() + static_cast<std::ptrdiff_t>(segments.size()),
                                                       [&](const Evidence& each) { return each.receipts.back() == *newest; });
  if (std::any_of(segments.begin(), segments.end(), [&](const auto& each) { return each.second >= job.state.segments.size(); })) return Doubt::none;
  doubts_.erase(found);
  for (std::size_t i = 0; i < segments.size(); ++i) accepted_by_smsc(job, segments[i].second, evidence[i].receipts.front().message_id);
  const bool open = std::any_of(job.state.segments.begin(), job.state.segments.end(), [](const store::Segment& each) { return each.state == SegmentState::waiting; });
  if (!open) transition(job, TransitionCause::submitted, "receipt");
  for (std::size_t i = 0; i < segments.size(); ++i) {
    for (const store::ParkedReceipt& receipt : evidence[i].receipts) apply_receipt(job, segments[i].second, receipt);
    if (evidence[i].parked) unpark(smsc, *evidence[i].parked, evidence[i].receipts.front().source);
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
    ++counters_.receipts[smsc].parked;
    appoint(now_.wall + kParkedFor, 0, {store::Cause::parked_due, smsc, folded});
  }
  parked.receipts.push_back(receipt);
  rows_.put_record(key, parked);
}

Engine::Handled Engine::handle(Inbound& event) {
  std::optional<Message> message = message_of(event.pdu->body);
  if (!message) {
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  if (!message->receipt) return receive_reply(event);
  const smpp::Receipt& receipt = *message->receipt;

  const ReceiptPlace place = place_receipt(event.smsc, receipt, message->from);
  if (!place.known) return Handled::no;
  store::ParkedReceipt told{now_.wall, receipt.message_id, message->from, state_of(smpp::outcome(receipt)), receipt.stat, receipt.err};
  if (place.sent) {
    Loaded<JobAt> at = load_job(place.sent->n);
    if (!at.known) return Handled::no;
    if (at.row && place.sent->segment < at.row->state.segments.size()) {
      apply_receipt(*at.row, place.sent->segment, told);
      save(*at.row);
    }
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  // An unflagged one is a receipt only if its id is one we wait for: people do write "id: …".
  if (!receipt.flagged && receipt.message_id == receipt.text_message_id) return receive_reply(event);

  const Doubt doubt = settle_doubt(event.smsc, told.source, &told);
  if (doubt == Doubt::missing_rows) return Handled::no;
  if (doubt == Doubt::settled) {
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  const store::Key key = keys::parked(event.smsc, smpp::fold(receipt.message_id));
  store::Parked parked;
  if (parked_.contains(key.key)) {
    store::Lookup<store::Parked> row = rows_.record<store::Parked>(key);
    if (row.unknown()) return Handled::no;
    if (row) parked = std::move(*row);
  }
  park(event.smsc, told, std::move(parked));
  answer_inbound(event, smpp::CommandStatus::ok);
  return Handled::yes;
}

namespace {

struct Reply {
  Inbound event;
  std::string number;  // E.164 with '+', or what the SMSC gave where that is no number
  std::string to;
  std::string text;
  dunning::Classified meaning;
  std::vector<JobAt> sent;  // jobs of that number that reached the SMSC, oldest first
};

constexpr std::size_t kRepliedJobsMax = 50;  // the newest that a reply is compared with
constexpr std::chrono::hours kAmbiguousWithin{24 * 7};

}  // namespace

Engine::Handled Engine::receive_reply(Inbound& event) {
  std::optional<Message> message = message_of(event.pdu->body);
  const SmscSettings* settings = smsc_named(event.smsc);
  const text::DefaultAlphabet alphabet = settings != nullptr ? settings->inbound_alphabet.value_or(settings->default_alphabet) : text::DefaultAlphabet::gsm7;

  auto reply = std::make_shared<Reply>();
  // A national form is not completed by guessing: the wrong person would be blocked.
  constexpr std::uint8_t kNational = 2;
  reply->number = message->source_ton != kNational && is_e164("+" + message->from) ? "+" + message->from : message->from;
  reply->to = message->to;
  reply->text = text::decode(message->user_data, message->data_coding, (message->esm_class & 0x40) != 0, alphabet).text;
  reply->meaning = dunning::classify_exact(reply->text);
  store::Lookup<store::Person> known = rows_.record<store::Person>(keys::person(reply->number));
  if (known.unknown()) return Handled::no;
  reply->event = std::move(event);

  const bool opt_out = reply->meaning.intent == dunning::kIntentOptOut;
  const bool opt_in = reply->meaning.intent == dunning::kIntentOptIn;
  store::Person person = known ? *known : store::Person{};
  const std::string word(reply->meaning.keyword);
  if (opt_out && (person.status != store::ConsentStatus::blocked || !person.stopped)) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::blocked, {}, "reply", word}, true);
  } else if (opt_in && person.status == store::ConsentStatus::blocked && person.stopped) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::allowed, {}, "reply", word}, true);
  }

  // What it most likely answers is found in the number's own jobs; a STOP stops what of them is queued on the same walk.
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, reply->number,
      [this, reply, stopped, opt_out](JobAt& at) {
        if (opt_out) stop_job(at, TransitionCause::blocked, "opted_out", *stopped);
        const State state = at.state.state;
        if (state == State::submitted || state == State::delivered || state == State::undelivered || state == State::unknown || state == State::in_doubt || state == State::submitting) {
          reply->sent.push_back(at);
          if (reply->sent.size() > kRepliedJobsMax) reply->sent.erase(reply->sent.begin());
        }
      },
      [this, reply, stopped] {
        const auto sender_of = [this](const JobAt& at) {
          const SmscSettings* smsc = smsc_named(at.state.smsc);
          std::string sender = !at.job.sender.empty() ? at.job.sender : smsc != nullptr ? smsc->source : std::string{};
          return sender.starts_with('+') ? sender.substr(1) : sender;
        };
        const JobAt* answered = nullptr;
        bool ambiguous = false;
        const bool to_a_sender = std::any_of(reply->sent.begin(), reply->sent.end(), [&](const JobAt& at) { return sender_of(at) == reply->to; });
        for (auto at = reply->sent.rbegin(); at != reply->sent.rend(); ++at) {
          if (to_a_sender && sender_of(*at) != reply->to) continue;
          if (answered == nullptr) {
            answered = &*at;
          } else if (at->job.account != answered->job.account && answered->state.accepted_at - at->state.accepted_at < kAmbiguousWithin) {
            ambiguous = true;
          }
        }
        store::Event told;
        told.type = EventType::replied;
        told.from = reply->number;
        told.to = reply->to;
        told.text = reply->text;
        told.smsc = reply->event.smsc;
        told.intent = std::string(reply->meaning.intent);
        told.language = std::string(reply->meaning.language);
        told.ambiguous = ambiguous;
        if (answered != nullptr) {
          told.job = answered->job.id;
          told.account = answered->job.account;
          told.invoice = answered->job.invoice;
          told.campaign = answered->job.campaign;
        }
        tell(std::move(told));
        ++counters_.replies[{std::string(reply->meaning.intent), std::string(reply->meaning.language)}];
        answer_inbound(reply->event, smpp::CommandStatus::ok, std::move(stopped->wait));
      });
  return Handled::yes;
}

}  // namespace dunlin::engine
