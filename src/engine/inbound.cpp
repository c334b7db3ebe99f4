// What an SMSC hands us: receipts (receipts.cpp) and what people answer.
#include <algorithm>
#include <dunlin/smpp/dump.hpp>
#include <dunlin/text/decode.hpp>

#include "dunning/keywords.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"
#include "engine/render.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

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
Engine::Handled Engine::handle(Inbound& event) {
  std::optional<InboundMessage> message = inbound_message(event.pdu->body);
  if (!message) {
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  return message->receipt ? receive_receipt(event, *message) : receive_reply(event, *message);
}

namespace {

struct Reply {
  Inbound event;
  std::string number;  // E.164 with '+', or what the SMSC gave where that is no number
  std::string to;
  std::string text;
  std::vector<std::string> tlvs;  // that no specification lists
  dunning::Classified meaning;
  std::vector<JobAt> sent;  // jobs of that number that reached the SMSC, oldest first
};

constexpr std::size_t kRepliedJobsMax = 50;  // the newest that a reply is compared with
constexpr std::chrono::hours kAmbiguousWithin{24 * 7};

}  // namespace

Engine::Handled Engine::receive_reply(Inbound& event, const InboundMessage& message) {
  const SmscSettings* settings = smsc_named(event.smsc);
  const text::DefaultAlphabet alphabet = settings != nullptr ? settings->inbound_alphabet.value_or(settings->default_alphabet) : text::DefaultAlphabet::gsm7;

  auto reply = std::make_shared<Reply>();
  // A national form is not completed by guessing: the wrong person would be blocked.
  constexpr std::uint8_t kNational = 2;
  reply->number = message.source_ton != kNational && is_e164("+" + message.from) ? "+" + message.from : message.from;
  reply->to = message.to;
  reply->text = text::decode(message.user_data, message.data_coding, (message.esm_class & 0x40) != 0, alphabet).text;
  reply->meaning = dunning::classify_exact(reply->text);
  store::Lookup<store::Person> known = rows_.record<store::Person>(keys::person(reply->number));
  if (known.unknown()) return Handled::no;
  std::visit([&](const auto& body) { reply->tlvs = smpp::unlisted_tlvs(body.tlvs); }, event.pdu->body);
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

  // What it most likely answers is found in the number's own jobs; a STOP stops what of them is queued on the same
  // walk.
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, reply->number,
      [this, reply, stopped, opt_out](JobAt& at) {
        if (opt_out) stop_job(at, TransitionCause::blocked, "opted_out", *stopped);
        const State state = at.state.state;
        if (state == State::submitted || state == State::delivered || state == State::undelivered ||
            state == State::unknown || state == State::in_doubt || state == State::submitting) {
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
        const bool to_a_sender = std::any_of(reply->sent.begin(), reply->sent.end(),
                                             [&](const JobAt& at) { return sender_of(at) == reply->to; });
        for (auto at = reply->sent.rbegin(); at != reply->sent.rend(); ++at) {
          if (to_a_sender && sender_of(*at) != reply->to) continue;
          if (answered == nullptr) {
            answered = &*at;
          } else if (at->job.account != answered->job.account &&
                     answered->state.accepted_at - at->state.accepted_at < kAmbiguousWithin) {
            ambiguous = true;
          }
        }
        store::Event told;
        told.type = EventType::replied;
        told.from = reply->number;
        told.to = reply->to;
        told.text = reply->text;
        told.smsc = reply->event.smsc;
        told.tlvs = reply->tlvs;
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

// A handset that could not be reached is there again. What was sent to it is the SMSC's to deliver; upstream is told.
Engine::Handled Engine::handle(Available& event) {
  const bool international = event.ton != smpp::Ton::national && is_e164("+" + event.number);
  store::Event told;
  told.type = EventType::available;
  told.smsc = event.smsc;
  told.from = international ? "+" + event.number : event.number;
  constexpr std::array<std::string_view, 3> kStatuses{"available", "denied", "unavailable"};  // SMPP 3.4 §5.3.2.30
  if (event.ms_availability_status) {
    const std::size_t status = *event.ms_availability_status;
    told.reason = status < kStatuses.size() ? std::string(kStatuses[status]) : std::to_string(status);
  }
  tell(std::move(told));
  return Handled::yes;
}

}  // namespace dunlin::engine
