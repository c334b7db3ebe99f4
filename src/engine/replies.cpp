// What people answer: which of our messages it is about, what it means, and that a STOP is obeyed before it is
// answered.
#include <algorithm>
#include <dunlin/smpp/dump.hpp>
#include <dunlin/base/check.hpp>
#include <dunlin/text/decode.hpp>

#include "dunning/replies.hpp"
#include "dunning/reply_text.hpp"
#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/hours.hpp"
#include "engine/inbound_message.hpp"
#include "engine/newest.hpp"
#include "engine/parts.hpp"
#include "engine/reply.hpp"
#include "engine/reports.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

namespace {

constexpr std::size_t kRepliedJobsMax = 50;  // the newest that a reply is compared with
constexpr std::chrono::hours kAmbiguousWithin{24 * 7};

std::string job_of(const Reply& reply) { return reply.answered ? reply.sent[*reply.answered].job.id : std::string{}; }

bool was_sent_before(const JobAt& one, const JobAt& other) {
  return std::pair(sent_at(one.state), one.n) < std::pair(sent_at(other.state), other.n);
}

// In the order they left, which need not be that in which they were accepted.
void keep_sent(std::vector<JobAt>& sent, const JobAt& at) {
  sent.insert(std::upper_bound(sent.begin(), sent.end(), at, was_sent_before), at);
  if (sent.size() > kRepliedJobsMax) sent.erase(sent.begin());
}

std::string hold_reason(dunning::Intent intent) { return "reply:" + std::string(dunning::row_of(intent).name); }

bool reached_the_smsc(State state) {
  return state == State::submitted || state == State::delivered || state == State::undelivered ||
         state == State::unknown || state == State::in_doubt || state == State::submitting;
}

}  // namespace

std::string reply_number(std::string_view digits, std::uint8_t source_ton, const DunningSettings& dunning) {
  constexpr std::uint8_t kNational = 2;
  const std::string number = "+" + std::string(digits);
  if (!dunning.default_country.empty()) {
    store::Job international, national;
    international.to = number;
    national.to = digits;
    const Result<std::string> as_it_is = read_recipient(international, dunning);
    const bool no_number = !as_it_is && as_it_is.error().code == "bad_number";
    if ((source_ton == kNational || no_number) && read_recipient(national, dunning)) return national.to;
  }
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
  reply->number = reply_number(message.from, message.source_ton, settings_.dunning);
  reply->to = message.to;
  std::visit([&](const auto& body) { reply->tlvs = smpp::unlisted_tlvs(body.tlvs); }, event.pdu->body);
  reply->text = decoded.text;
  reply->message_class = message_class_of(decoded);
  // What waits elsewhere is the network's word, not the person's; 8-bit data is nobody's.
  reply->heard = decoded.readable && !decoded.waiting;
  if (reply->heard) reply->meaning = understood().classify(reply->text);
  const auto kept = std::make_shared<Inbound>(event);
  reply->told = [this, kept](std::vector<HandedUpTo> wait) {
    answer_inbound(*kept, smpp::CommandStatus::ok, std::move(wait));
  };
  return take_reply(reply);
}

const dunning::Replies& Engine::understood() const {
  static const dunning::Replies built_in;
  return settings_.replies.rules != nullptr ? *settings_.replies.rules : built_in;
}

// A STOP and a START are what they are whatever was answered, so they are obeyed first.
Engine::Handled Engine::take_reply(const std::shared_ptr<Reply>& reply) {
  store::Lookup<store::Person> known = person_of(reply->number);
  if (known.unknown()) return Handled::no;

  const bool opt_out = reply->meaning.intent == dunning::Intent::opt_out;
  if (opt_out && !reply->to_a_sender && settings_.dunning.optout_scope == OptOutScope::sender) return find_stopped_sender(reply);
  // A block is lifted by a START alone, which is built in: no phrase of a file does it.
  const bool opt_in = reply->meaning.intent == dunning::Intent::opt_in && reply->meaning.line == 0;
  store::Person person = known ? *known : store::Person{};
  const std::string word(reply->meaning.rule);
  const store::Person before = person;
  const bool of_its_sender = opt_out && reply->to_a_sender.value_or(false) && stop_sender(reply->number, person, reply->to, word);
  reply->stopped = of_its_sender || (opt_out && person.status != store::ConsentStatus::blocked);
  if (of_its_sender) {
    // what comes from other senders goes on
  } else if (opt_out && (person.status != store::ConsentStatus::blocked || !person.stopped)) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::blocked, {}, "reply", word}, true);
  } else if (opt_in && person.status == store::ConsentStatus::blocked && person.stopped) {
    change_consent(reply->number, person, {now_.wall, store::ConsentStatus::allowed, {}, "reply", word}, true);
  }
  if (opt_in) start_sender(reply->number, person, reply->to, word);
  reply->changed = person.status != before.status || person.stopped_senders != before.stopped_senders;

  // What it most likely answers is found in the number's own jobs; a STOP stops what of them is queued on the same
  // walk.
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, reply->number,
      [this, reply, stopped, opt_out, opt_in, of_its_sender](JobAt& at) {
        reply->has_jobs = true;
        const bool confirms = at.state.answer == store::AnswerKind::confirmation;  // of the STOP before this one
        if (confirms && opt_in) stop_job(at, TransitionCause::cancelled, std::string(kReasonOptedIn), *stopped);
        if (opt_out && !confirms && (!of_its_sender || is_from(at, reply->to, nullptr))) stop_job(at, TransitionCause::blocked, "opted_out", *stopped);
        if (!reached_the_smsc(at.state.state) || at.state.answer != store::AnswerKind::none) return;
        keep_sent(reply->sent, at);
      },
      [this, reply, stopped] {
        match_reply(*reply);
        understand(*reply);
        heard_from(*reply);
        hold_for(reply, stopped);
      });
  sweeps_.back().person = reply->number;
  return Handled::yes;
}

// Whether it was sent to a sender that this person had texts from. Not where replies come in elsewhere, or the SMSC writes a
// destination of its own: such a STOP is about all of them.
Engine::Handled Engine::find_stopped_sender(const std::shared_ptr<Reply>& reply) {
  const auto is_to = [reply](const std::string& sender) { return !sender.empty() && digits_of(sender) == reply->to; };
  reply->to_a_sender = std::ranges::any_of(settings_.smscs, [&](const SmscSettings& smsc) { return is_to(smsc.source); });
  if (*reply->to_a_sender) return take_reply(reply);
  sweep(
      store::Family::by_number, reply->number,
      [reply, is_to](JobAt& at) { reply->to_a_sender = *reply->to_a_sender || is_to(at.job.sender); },
      [this, reply] { DUNLIN_CHECK(take_reply(reply) == Handled::yes); });
  sweeps_.back().person = reply->number;
  return Handled::yes;
}

void Engine::match_reply(Reply& reply) const {
  const auto sender_of = [this](const JobAt& at) {
    const SmscSettings* smsc = smsc_named(at.state.smsc);
    return digits_of(!at.job.sender.empty() ? at.job.sender : smsc != nullptr ? smsc->source : std::string{});
  };
  const bool to_a_sender =
      std::any_of(reply.sent.begin(), reply.sent.end(), [&](const JobAt& at) { return sender_of(at) == reply.to; });
  for (std::size_t i = reply.sent.size(); i-- > 0;) {
    const JobAt& at = reply.sent[i];
    if (to_a_sender && sender_of(at) != reply.to) continue;
    if (!reply.answered) {
      reply.answered = i;
      continue;
    }
    const JobAt& answered = reply.sent[*reply.answered];
    if (sent_at(answered.state) - sent_at(at.state) >= kAmbiguousWithin) break;
    reply.ambiguous = reply.ambiguous || at.job.account != answered.job.account;
    const bool asks = !exempt_from_payments(at.job.kind);
    reply.other_link = reply.other_link || (asks && at.job.invoice != answered.job.invoice &&
                                            at.job.pay_url != answered.job.pay_url);
  }
}

// Again, as an answer to what it answers: in that language, on that day there. Half a message is not read twice.
void Engine::understand(Reply& reply) {
  const bool stands =
      reply.meaning.intent == dunning::Intent::opt_out || reply.meaning.intent == dunning::Intent::opt_in;
  if (!reply.heard || reply.partial || stands) return;
  dunning::ReplyContext context{settings_.dunning.default_locale, {}};
  const dunning::TimeZone* zone = nullptr;
  if (reply.answered) {
    const JobAt& at = reply.sent[*reply.answered];
    if (!at.job.locale.empty()) context.locale = at.job.locale;
    zone = zone_of(at.job, at.state.country);
  }
  reply.zone = zone;
  const dunning::LocalTime local =
      zone != nullptr ? zone->local(now_.wall) : dunning::LocalTime{now_.wall.time_since_epoch()};
  context.today = std::chrono::floor<std::chrono::days>(local);
  reply.meaning = understood().classify(reply.text, context);
}

std::optional<Engine::ReplyHold> Engine::hold_of(const Reply& reply) const {
  const dunning::Classified& meaning = reply.meaning;
  const ReplySettings& settings = settings_.replies;
  const std::string reason = hold_reason(meaning.intent);
  const auto for_a_person = [&] {
    return settings.hold_ttl.count() > 0 ? std::optional<Wall>(now_.wall + settings.hold_ttl) : std::nullopt;
  };
  switch (dunning::row_of(meaning.intent).effect) {
    case dunning::Effect::blocks:
    case dunning::Effect::goes_on: return std::nullopt;
    case dunning::Effect::holds:
      if (meaning.intent == dunning::Intent::wrong_number)
        return ReplyHold{reason, std::nullopt};  // time makes nobody the right one
      return ReplyHold{reason, for_a_person()};
    case dunning::Effect::holds_for_a_term: break;
  }
  if (meaning.intent == dunning::Intent::paid) return ReplyHold{reason, now_.wall + settings.paid_hold};
  if (!meaning.date) return ReplyHold{reason, now_.wall + settings.promise_hold};
  // To the end of that day where the person is. A day that lies too far ahead is no promise but a question.
  const dunning::LocalTime day_after{meaning.date->time_since_epoch() + std::chrono::days{1}};
  const Wall ends = reply.zone != nullptr ? reply.zone->first_at(day_after) : Wall{day_after.time_since_epoch()};
  if (ends - std::chrono::days{1} > now_.wall + settings.promise_max)
    return ReplyHold{hold_reason(dunning::Intent::unclear), for_a_person()};
  return ReplyHold{reason, ends + settings.promise_grace};
}

// What was not recognised as harmless holds what would go to the number next, before the reply is answered. One hold an
// intent: who says it again is held as long as the longest of them. Not for a term that was believed once: saying it
// again puts nothing off, or it would for ever.
void Engine::hold_for(const std::shared_ptr<Reply>& reply, const std::shared_ptr<Stopped>& stopped) {
  const auto finish = [this, reply, stopped] {
    tell_reply(*reply);  // in the batch that answers it
    answer_reply(*reply);
    reply->told(std::move(stopped->wait));
  };
  const std::optional<ReplyHold> wanted = hold_of(*reply);
  if (settings_.replies.rules == nullptr || !reply->heard || !reply->has_jobs || !wanted) return finish();
  const std::string& reason = wanted->reason;
  const bool for_a_term = dunning::row_of(reply->meaning.intent).effect == dunning::Effect::holds_for_a_term &&
                          reason == hold_reason(reply->meaning.intent);
  if (reply->meaning.intent == dunning::Intent::promise) reply->believed = for_a_term;
  const HoldOwner owner{true, reply->number};
  HoldRow row = hold_row(owner);
  std::vector<store::Hold>& holds = *row.holds();
  const auto same =
      std::find_if(holds.begin(), holds.end(), [&](const store::Hold& each) { return each.reason == reason; });
  store::Hold hold;
  if (same != holds.end()) {
    const bool longer = same->until && (!wanted->until || *wanted->until > *same->until);
    if (!longer) return finish();
    if (for_a_term && lies(*same, now_.wall)) {
      reply->believed = reply->meaning.intent != dunning::Intent::promise;
      return finish();
    }
    same->until = wanted->until;
    same->released = false;
    if (reply->answered) same->job = job_of(*reply);
    if (same->until) appoint(*same->until, 0, {store::Cause::hold_due, {}, same->id});
    tell_hold(EventType::held, owner, *same);
    hold = *same;
  } else if (holds.size() < store::kHoldsMax) {
    hold = lay_hold(owner, holds, reason, wanted->until, job_of(*reply));
    reply->wrong = reply->meaning.intent == dunning::Intent::wrong_number;
    if (reply->answered && reply->wrong) canary_hears(reply->sent[*reply->answered], false);
  } else {
    return finish();  // so many hold it already
  }
  put_hold_row(owner, row);
  sweep(
      store::Family::by_number, reply->number,
      [this, stopped, hold](JobAt& at) { hold_queued(at, hold, stopped->wait); }, finish);
  sweeps_.back().person = reply->number;
}

// Somebody is there: whatever was sent before is not unanswered any more.
void Engine::heard_from(const Reply& reply) {
  if (!reply.heard || !reply.has_jobs) return;
  const store::Lookup<store::Person> known = person_of(reply.number);
  DUNLIN_CHECK(!known.unknown());
  store::Person person = known ? *known : store::Person{};
  person.replied_at = now_.wall;
  rows_.put_record(keys::person(reply.number), person);
  const bool call = reply.meaning.intent == dunning::Intent::call_me || reply.meaning.intent == dunning::Intent::hardship;
  if (!call || !reply.answered) return;
  const JobAt& about = reply.sent[*reply.answered];
  appoint(now_.wall, about.n, {store::Cause::escalation_due, {}, std::string(dunning::name_of(reply.meaning))});
}

void Engine::tell_reply(const Reply& reply) {
  store::Event told;
  told.type = EventType::replied;
  told.from = reply.number;
  told.to = reply.to;
  told.text = dunning::mask_cards(reply.text);
  told.smsc = reply.smsc;
  told.intent = std::string(dunning::name_of(reply.meaning));
  told.language = reply.meaning.language;
  told.rule = reply.meaning.rule;
  if (reply.meaning.date) told.date = dunning::to_string(*reply.meaning.date);
  if (reply.meaning.needs_person) told.reason = "needs_person";
  told.ambiguous = reply.ambiguous;
  told.partial = reply.partial;
  told.message_class = reply.message_class;
  told.tlvs = reply.tlvs;
  if (reply.answered) {
    const JobAt& answered = reply.sent[*reply.answered];
    told.job = answered.job.id;
    told.account = answered.job.account;
    told.invoice = answered.job.invoice;
    told.campaign = answered.job.campaign;
    if (reply.stopped) canary_hears(answered, true);
  }
  ++counters_.replies[{told.intent, told.language}];
  store::Heard heard{now_.wall,     told.text, told.intent,     told.language, told.rule,
                     told.date,     told.job,  told.to,         told.ambiguous, told.partial,
                     reply.meaning.needs_person};
  tell(std::move(told));
  if (!reply.heard) return;
  rows_.blind_put(keys::conversation(reply.number, last_event_), store::encode(heard));
  if (!reply.answered) return;
  const std::string count = to_string(ReplyCount{heard.intent, reply.stopped, reply.wrong}, last_event_);
  appoint(now_.wall, reply.sent[*reply.answered].n, {store::Cause::report_due, {}, count});
}

}  // namespace dunlin::engine
