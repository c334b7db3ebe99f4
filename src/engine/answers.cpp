// Answers to people who wrote: what is set for their intent, and what a clerk writes. Each is a job of the engine's
// own, so that it is durable, paced, followed to its receipt and explained as any other.
//
// Exempt from caps and payments, and from the holds that replies lay. What a clerk writes, and the one confirmation of
// a STOP, is kept by no hold at all. An automatic answer goes at any hour: its reader wrote just now. A block stops all
// but the confirmation.
#include <algorithm>
#include <dunlin/base/check.hpp>

#include "base/hex.hpp"
#include "dunning/replies.hpp"
#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/reply.hpp"
#include "engine/segments.hpp"
#include "store/keyed_hash.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;

namespace {

// A confirmation later than that is none (47 CFR 64.1200(a)(12)); other answers are read as such for a little longer.
constexpr std::chrono::minutes kConfirmWithin{5}, kAnswerWithin{15};
constexpr std::chrono::hours kDay{24};
// The same words to the same number, so soon again: a clerk's tool that missed the answer.
constexpr std::chrono::minutes kSameAnswerWithin{10};

// Nobody else can have given it: that takes the store's own key.
std::string answer_id(const std::string& secret, const std::string& of) {
  return "answer:" + hex_of(octets_of(store::keyed_hash(secret, of)).first(12));
}

}  // namespace

// The number's row must be known. Errors: as check_job's.
Result<std::string> Engine::make_answer(const AnswerJob& answer) {
  store::Job job;
  job.id = answer.id.empty() ? answer_id(secret_, "answer " + std::to_string(next_n_)) : answer.id;
  job.to = answer.number;
  job.text = answer.text;
  job.kind = store::Kind::news;
  job.priority = store::Priority::high;
  job.expires = answer.expires;
  if (answer.about != nullptr) {
    job.account = answer.about->account;
    job.invoice = answer.about->invoice;
    job.sender = answer.about->sender;
    job.locale = answer.about->locale;
    if (answer.about->purpose == store::Purpose::collection)
      job.purpose = store::Purpose::collection;  // its hours are a clerk's
    job.time_zone = answer.about->time_zone;
  }
  store::JobState state;
  state.answer = answer.kind;
  const Result<std::string> country = read_recipient(job, settings_.dunning);
  if (!country) return tl::unexpected(country.error());
  state.country = *country;
  if (Result<void> good = check_job(job, settings_, routes_); !good) return tl::unexpected(good.error());
  Standing facts = standing(next_n_, job, state);
  if (!facts.known) {  // rows of the account were not needed until now: the answer goes without it
    job.account.clear();
    job.invoice.clear();
    facts = standing(next_n_, job, state);
  }
  std::string id = job.id;
  accept(std::move(job), std::move(state), facts);
  return id;
}

// Never to ourselves, nor more than so many a day; help once. The confirmations of STOPs are counted by themselves.
bool Engine::may_answer(const Reply& reply, const store::Person& person) const {
  using dunning::Intent;
  const Intent intent = reply.meaning.intent;
  const bool is_set = settings_.replies.rules != nullptr && settings_.replies.rules->answers().has(intent);
  if (!is_set || !reply.heard || reply.partial || !reply.has_jobs || draining_ || !room_) return false;
  const std::string digits = digits_of(reply.number);
  const bool ourselves =
      digits == digits_of(reply.to) ||
      std::ranges::any_of(settings_.smscs, [&](const SmscSettings& smsc) { return digits_of(smsc.source) == digits; });
  if (!is_e164(reply.number) || ourselves) return false;
  if ((intent == Intent::opt_out || intent == Intent::opt_in) && !reply.changed) return false;
  if (intent != Intent::opt_out && person.status == store::ConsentStatus::blocked) return false;
  if (intent == Intent::pay_now && (reply.ambiguous || reply.other_link || !reply.answered))
    return false;                     // whose link?
  if (!reply.believed) return false;  // it would be told as agreed
  std::size_t today = 0;
  for (const store::SentAnswer& each : person.answers) {
    if (each.at + kDay <= now_.wall) continue;
    const bool confirmed = each.intent == dunning::row_of(Intent::opt_out).name;
    if (confirmed == (intent == Intent::opt_out)) ++today;
    if (intent == Intent::help && each.intent == dunning::name_of(reply.meaning)) return false;
  }
  return today < settings_.replies.answers_max;
}

// In the batch that tells the reply.
void Engine::answer_reply(const Reply& reply) {
  const store::Lookup<store::Person> known = person_of(reply.number);
  DUNLIN_CHECK(!known.unknown());
  if (!may_answer(reply, known ? *known : store::Person{})) return;
  const JobAt* about = reply.answered ? &reply.sent[*reply.answered] : nullptr;
  const Standing facts = about != nullptr ? standing(*about) : Standing{};
  const bool pay_now = reply.meaning.intent == dunning::Intent::pay_now;
  if (pay_now && (about->job.pay_url.empty() || (facts.known && is_settled(*about, facts)))) return;
  const store::Job job = about == nullptr ? store::Job{} : facts.known ? newest_of(*about, facts) : about->job;
  dunning::TemplateCall call = debt_of(job, settings_.dunning);
  if (job.locale.empty()) call.locale = reply.meaning.language;
  const std::string date = reply.meaning.date ? dunning::to_string(*reply.meaning.date) : std::string{};
  const dunning::Param param{dunning::kAnswerDate, date};
  if (!date.empty()) call.params = {&param, 1};

  const bool confirms = reply.meaning.intent == dunning::Intent::opt_out;
  const std::string intent(dunning::name_of(reply.meaning));
  const auto text =
      settings_.replies.rules->answers().render(reply.meaning.intent, call, settings_.dunning.templates.get());
  Result<std::string> made = tl::unexpected(text ? Error{} : text.error());
  if (text) {
    made = make_answer(
        {reply.number, text->text, confirms ? store::AnswerKind::confirmation : store::AnswerKind::automatic,
         now_.wall + (confirms ? kConfirmWithin : kAnswerWithin), about == nullptr ? nullptr : &about->job});
  }
  ++counters_.answers[{intent, made.has_value()}];
  if (!made) return;
  const store::Lookup<store::Person> now = person_of(reply.number);
  store::Person person = now ? *now : store::Person{};
  std::erase_if(person.answers, [&](const store::SentAnswer& each) { return each.at + kDay <= now_.wall; });
  person.answers.push_back({now_.wall, intent});
  if (person.answers.size() > store::kAnswersMax) person.answers.erase(person.answers.begin());
  rows_.put_record(keys::person(reply.number), person);
}

// The id of a clerk's words, and the job that has it where they were sent already; none: rows are missing.
Engine::Loaded<Engine::ClerksAnswer> Engine::clerks_answer(const AnswerPerson& request) {
  const auto slot = now_.wall.time_since_epoch() / std::chrono::milliseconds{kSameAnswerWithin};
  ClerksAnswer answer;
  for (const auto each : {slot, slot - 1}) {
    const std::string id =
        answer_id(secret_, "clerk " + std::to_string(each) + " " + request.number + " " + request.text);
    const Loaded<std::uint64_t> n = load_number(id);
    if (!n.known) return {};
    const Loaded<JobAt> made = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
    if (!made.known) return {};
    const bool same = made.row && made.row->state.accepted_at + kSameAnswerWithin > now_.wall;
    const bool nobody_got_it =
        same && (fell_short(made.row->state.state) || made.row->state.state == store::State::cancelled);
    if (same && !nobody_got_it) return {true, ClerksAnswer{id, true}};
    if (each == slot && !n.row) answer.id = id;
  }
  return {true, answer};
}

Engine::Handled Engine::handle(AnswerPerson& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  if (!is_e164(request.number)) return refuse(not_e164("number"));
  const store::Lookup<store::Person> person = person_of(request.number);
  if (person.unknown()) return Handled::no;
  if (!person || !person->replied_at) return refuse({"not_found", "nobody has written from this number", "number"});
  if (person->status == store::ConsentStatus::blocked)
    return refuse({"conflict", "this number is blocked: no text goes there", "number"});
  const Loaded<ClerksAnswer> sent = clerks_answer(request);
  if (!sent.known) return Handled::no;
  if (sent.row->made) {
    promise([answer = std::move(request.answer), id = sent.row->id](Now) { answer(Answered{id}); });
    return Handled::yes;
  }
  if (draining_) return refuse({"unavailable", "the daemon is stopping", ""});
  if (!room_) return refuse({"no_room", "the disk of the store is nearly full", ""});
  std::string job;  // what they answered last, for its account and its sender
  for (const store::Hold& hold : person->holds) {
    if (!hold.job.empty()) job = hold.job;
  }
  Loaded<std::uint64_t> n = job.empty() ? Loaded<std::uint64_t>{true, std::nullopt} : load_number(job);
  if (!n.known) return Handled::no;
  Loaded<JobAt> about = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
  if (!about.known || (about.row && !standing(*about.row).known)) return Handled::no;
  const AnswerJob answer{request.number,
                         request.text,
                         store::AnswerKind::clerk,
                         now_.wall + settings_.dunning.expires_default,
                         about.row ? &about.row->job : nullptr,
                         sent.row->id};
  const Result<std::string> made = make_answer(answer);
  if (!made) return refuse(made.error());
  promise([answer = std::move(request.answer), id = *made](Now) { answer(Answered{id}); });
  return Handled::yes;
}

}  // namespace dunlin::engine
