// What people answer: which of our messages it is about, what it means, and that a STOP is obeyed before it is
// answered.
#include <algorithm>
#include <dunlin/smpp/dump.hpp>
#include <dunlin/text/decode.hpp>

#include "dunning/keywords.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"
#include "engine/parts.hpp"
#include "engine/reply.hpp"
#include "engine/segments.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

namespace {

constexpr std::size_t kRepliedJobsMax = 50;  // the newest that a reply is compared with
constexpr std::chrono::hours kAmbiguousWithin{24 * 7};

bool reached_the_smsc(State state) {
  return state == State::submitted || state == State::delivered || state == State::undelivered ||
         state == State::unknown || state == State::in_doubt || state == State::submitting;
}

}  // namespace

// A national form is not completed by guessing: the wrong person would be blocked.
std::string reply_number(std::string_view digits, std::uint8_t source_ton) {
  constexpr std::uint8_t kNational = 2;
  std::string number = "+" + std::string(digits);
  return source_ton != kNational && is_e164(number) ? number : std::string(digits);
}

text::DefaultAlphabet Engine::inbound_alphabet(const std::string& smsc) const {
  const SmscSettings* settings = smsc_named(smsc);
  return settings != nullptr ? settings->inbound_alphabet.value_or(settings->default_alphabet)
                             : text::DefaultAlphabet::gsm7;
}

Engine::Handled Engine::receive_reply(Inbound& event, const InboundMessage& message) {
  const bool udhi = (message.esm_class & smpp::esm_class::kUdhi) != 0;
  const text::Decoded decoded =
      text::decode(message.user_data, message.data_coding, udhi, inbound_alphabet(event.smsc));
  if (const auto part = part_of(event.pdu->body, message.user_data, decoded)) return receive_part(event, message, *part);

  auto reply = std::make_shared<Reply>();
  reply->smsc = event.smsc;
  reply->number = reply_number(message.from, message.source_ton);
  reply->to = message.to;
  std::visit([&](const auto& body) { reply->tlvs = smpp::unlisted_tlvs(body.tlvs); }, event.pdu->body);
  reply->text = decoded.text;
  reply->message_class = message_class_of(decoded);
  // What waits elsewhere is the network's word, not the person's; 8-bit data is nobody's.
  if (decoded.readable && !decoded.waiting) reply->meaning = dunning::classify_exact(reply->text);
  const auto kept = std::make_shared<Inbound>(event);
  reply->told = [this, kept](std::vector<HandedUpTo> wait) {
    answer_inbound(*kept, smpp::CommandStatus::ok, std::move(wait));
  };
  return take_reply(reply);
}

Engine::Handled Engine::take_reply(const std::shared_ptr<Reply>& reply) {
  store::Lookup<store::Person> known = person_of(reply->number);
  if (known.unknown()) return Handled::no;

  const bool opt_out = reply->meaning.intent == dunning::kIntentOptOut;
  const bool opt_in = reply->meaning.intent == dunning::kIntentOptIn;
  store::Person person = known ? *known : store::Person{};
  const std::string word(reply->meaning.keyword);
  const bool of_its_sender = opt_out && stop_sender(reply->number, person, reply->to, word);
  if (of_its_sender) {
    // what comes from other senders goes on
  } else if (opt_out && (person.status != store::ConsentStatus::blocked || !person.stopped)) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::blocked, {}, "reply", word}, true);
  } else if (opt_in && person.status == store::ConsentStatus::blocked && person.stopped) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::allowed, {}, "reply", word}, true);
  }
  if (opt_in) start_sender(reply->number, person, reply->to, word);

  // What it most likely answers is found in the number's own jobs; a STOP stops what of them is queued on the same
  // walk.
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, reply->number,
      [this, reply, stopped, opt_out, of_its_sender](JobAt& at) {
        if (opt_out && (!of_its_sender || is_from(at, reply->to, nullptr))) stop_job(at, TransitionCause::blocked, "opted_out", *stopped);
        if (!reached_the_smsc(at.state.state)) return;
        reply->sent.push_back(at);
        if (reply->sent.size() > kRepliedJobsMax) reply->sent.erase(reply->sent.begin());
      },
      [this, reply, stopped] {
        tell_reply(*reply);
        reply->told(std::move(stopped->wait));
      });
  return Handled::yes;
}

void Engine::tell_reply(const Reply& reply) {
  const auto sender_of = [this](const JobAt& at) {
    const SmscSettings* smsc = smsc_named(at.state.smsc);
    return digits_of(!at.job.sender.empty() ? at.job.sender : smsc != nullptr ? smsc->source : std::string{});
  };
  const JobAt* answered = nullptr;
  bool ambiguous = false;
  const bool to_a_sender =
      std::any_of(reply.sent.begin(), reply.sent.end(), [&](const JobAt& at) { return sender_of(at) == reply.to; });
  for (auto at = reply.sent.rbegin(); at != reply.sent.rend(); ++at) {
    if (to_a_sender && sender_of(*at) != reply.to) continue;
    if (answered == nullptr) {
      answered = &*at;
    } else if (at->job.account != answered->job.account &&
               answered->state.accepted_at - at->state.accepted_at < kAmbiguousWithin) {
      ambiguous = true;
    }
  }
  store::Event told;
  told.type = EventType::replied;
  told.from = reply.number;
  told.to = reply.to;
  told.text = reply.text;
  told.smsc = reply.smsc;
  told.intent = std::string(reply.meaning.intent);
  told.language = std::string(reply.meaning.language);
  told.ambiguous = ambiguous;
  told.partial = reply.partial;
  told.message_class = reply.message_class;
  told.tlvs = reply.tlvs;
  if (answered != nullptr) {
    told.job = answered->job.id;
    told.account = answered->job.account;
    told.invoice = answered->job.invoice;
    told.campaign = answered->job.campaign;
  }
  tell(std::move(told));
  ++counters_.replies[{std::string(reply.meaning.intent), std::string(reply.meaning.language)}];
}

}  // namespace dunlin::engine
