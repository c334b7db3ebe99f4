// What is read and answered of people and accounts: payments, consents, holds, replies, calls, events.
#include <array>

#include "api/bodies.hpp"
#include "api/schema.hpp"
#include "dunning/replies.hpp"

namespace dunlin::api {
namespace {

constexpr auto kPaymentCounts = std::to_array<Row>({
    {"cancelled", "integer", ""},
    {"under_way", "integer", ""},
    {"sent", "integer", ""},
    {"released?", "integer", ""},
});
constexpr auto kPaymentResult = std::to_array<Row>({
    {"cancelled", "[string]", "ids of jobs that will not be sent"},
    {"under_way", "[string]", "of which something was handed over and unanswered: nothing further follows"},
    {"sent", "[string]", "that had been sent"},
    {"released?", "[string]", "of a reversal: that go on"},
    {"counts", "PaymentCounts", "of all; the lists have at most 1000 each"},
});
constexpr auto kAccountChanged = std::to_array<Row>({
    {"account", "string", ""},
    {"invoice?", "string", ""},
    {"jobs", "integer", "how many it is about now"},
    {"hold?", "string", "the id of the hold that was laid"},
});

constexpr auto kHold = std::to_array<Row>({
    {"id", "string", "to release it by"},
    {"account?", "string", ""},
    {"number?", "string", ""},
    {"reason", "string", ""},
    {"at", "time", ""},
    {"until?", "time", "it ends by itself then"},
});
constexpr auto kHolds = std::to_array<Row>({{"holds", "[Hold]", ""}});
constexpr auto kReleased = std::to_array<Row>({{"id", "string", "the hold's"}, {"released", "true", ""}});

constexpr Note kConsentChangeNotes[] = {{"at", "when it was said"},
                                        {"status", "what stood from then on"},
                                        {"purpose", "what it was about; without it: all of them"},
                                        {"source", "`reply`, `api`, …"},
                                        {"reason", "the word that did it, or the override's reason"},
                                        {"sender", "of ours, where it is about that one alone"}};
constexpr Note kPurposeNotes[] = {{"purpose", ""},
                                  {"status", "what stands for it"},
                                  {"basis", "on what it rests"},
                                  {"source", "from where it is known"},
                                  {"at", "since when"}};
constexpr Note kStoppedSenderNotes[] = {{"sender", "as the STOP was addressed"}, {"at", ""}};
constexpr Note kPersonHoldNotes[] = {{"id", "to release it by"},
                                     {"reason", ""},
                                     {"at", ""},
                                     {"until", "it ends by itself then"},
                                     {"job", "of a reply's: the job that it answers"},
                                     {"released", "it was ended before its time"}};
constexpr auto kConsent = std::to_array<Row>({
    {"number", "string", ""},
    {"status", "ConsentStatus", "for every purpose"},
    {"purpose?", "string", ""},
    {"source", "string", ""},
    {"at?", "time", ""},
    {"stopped?", "true", "the block came from the person's own STOP"},
    {"history", "[ConsentChange]", "oldest first, the newest 100"},
    {"purposes?", "[PurposeConsent]", "what stands for one beside that"},
    {"stopped_senders?", "[StoppedSender]", ""},
    {"holds?", "[PersonHold]", ""},
    {"bad_since?", "time", "texts do not reach it since"},
    {"bad_reason?", "string", ""},
    {"failures?", "integer", "in a row"},
});

constexpr auto kForgotten = std::to_array<Row>({
    {"forgotten", "true", ""},
    {"jobs", "integer", "that it was erased from"},
    {"events", "integer", "the same"},
});
constexpr auto kBadNumber = std::to_array<Row>({
    {"number", "string", ""},
    {"since", "time", ""},
    {"reason", "string", ""},
    {"failures", "integer", "in a row"},
});
constexpr auto kCleared = std::to_array<Row>({{"number", "string", ""}, {"cleared", "true", ""}});

constexpr auto kInboxItem = std::to_array<Row>({
    {"number", "string", ""},
    {"intent", "Intent", "of the reply that holds it"},
    {"since", "time", ""},
    {"until?", "time", "it ends by itself then"},
    {"hold", "string", "its id"},
    {"text?", "string", "what they wrote, card numbers masked; as long as it is kept"},
    {"language?", "string", ""},
    {"date?", "string", "of a promise"},
    {"ambiguous?", "true", "it may be about another job"},
    {"needs_person?", "true", "it speaks of a death, an insolvency or a lawyer"},
    {"job?", "string", "what it most likely answers"},
    {"account?", "string", ""},
    {"invoice?", "string", ""},
    {"campaign?", "string", ""},
});
constexpr auto kInbox = std::to_array<Row>({
    {"items", "[InboxItem]", "oldest first"},
    {"next?", "integer", "`after` of the next page"},
});
constexpr auto kSaidByThem = std::to_array<Row>({
    {"time", "time", ""},
    {"from", "them", ""},
    {"text", "string", "card numbers masked; empty once it was erased"},
    {"intent", "string", ""},
    {"language?", "string", ""},
    {"rule?", "string", "which phrase decided"},
    {"date?", "string", "of a promise"},
    {"job?", "string", "what it most likely answers"},
    {"to?", "string", "the address of ours it was sent to"},
    {"ambiguous?", "true", ""},
    {"partial?", "true", "parts of it never came"},
    {"needs_person?", "true", ""},
});
constexpr auto kSaidByUs = std::to_array<Row>({
    {"time", "time", ""},
    {"from", "us", ""},
    {"text", "string", ""},
    {"job", "string", ""},
    {"state", "State", ""},
    {"kind", "Kind", ""},
    {"account?", "string", ""},
    {"invoice?", "string", ""},
    {"answer?", "AnswerKind", "it answers what they wrote"},
});
constexpr auto kHeldBy = std::to_array<Row>({
    {"id", "string", ""},
    {"reason", "string", ""},
    {"at", "time", ""},
    {"until?", "time", ""},
    {"job?", "string", ""},
});
constexpr auto kConversation = std::to_array<Row>({
    {"number", "string", ""},
    {"status", "ConsentStatus", ""},
    {"holds", "[HeldBy]", ""},
    {"conversation", "[SaidByThem|SaidByUs]", "in the order of time, the newest 50 in each direction"},
});
constexpr auto kInboxChanged = std::to_array<Row>({
    {"number", "string", ""},
    {"released", "integer", "holds"},
    {"hold?", "string", "the id of the one in their place"},
    {"until?", "time", "its end"},
});
constexpr auto kInboxBlocked = std::to_array<Row>({
    {"number", "string", ""},
    {"status", "blocked", ""},
    {"released", "integer", "holds"},
});

constexpr auto kCallRow = std::to_array<Row>({
    {"number", "string", ""},
    {"account?", "string", ""},
    {"invoice?", "string", ""},
    {"amount?", "string", "the newest"},
    {"currency?", "string", ""},
    {"due_date?", "string", ""},
    {"reason?", "string", "why"},
    {"since?", "time", ""},
    {"state", "State", "of the last text"},
    {"language?", "string", ""},
    {"campaign?", "string", ""},
    {"job", "string", ""},
});
constexpr auto kCallList = std::to_array<Row>({{"calls", "[Call]", ""}});
constexpr auto kCallDone = std::to_array<Row>({{"id", "string", "the job's"}, {"done", "true", ""}});

constexpr auto kPart = std::to_array<Row>({
    {"id", "string", "the payment's"},
    {"invoice?", "string", ""},
    {"amount", "string", ""},
    {"currency", "string", ""},
    {"at", "time", ""},
    {"told_at", "time", ""},
});
constexpr auto kChange = std::to_array<Row>({
    {"name", "string", "of a job's field"},
    {"value", "string", "what it is now"},
    {"at", "time", ""},
});
constexpr auto kAccountHold = std::to_array<Row>({
    {"id", "string", ""},
    {"reason", "string", ""},
    {"at", "time", ""},
    {"until?", "time", ""},
});
constexpr auto kInvoice = std::to_array<Row>({
    {"invoice", "string", ""},
    {"paid_at?", "time", ""},
    {"told_at?", "time", ""},
    {"currency?", "string", ""},
    {"changes?", "[Change]", ""},
});
constexpr auto kAccount = std::to_array<Row>({
    {"paid_at?", "time", ""},
    {"told_at?", "time", "when that was said"},
    {"parts", "[Part]", "payments of a part"},
    {"holds", "[AccountHold]", ""},
    {"changes?", "[Change]", "what upstream has said since"},
    {"recent", "[time]", "the texts that caps count"},
    {"invoices", "[Invoice]", "at most 100"},
});
constexpr auto kOfJob =
    std::to_array<Row>({{"now", "time", ""}, {"at", "time", "as of then"}, {"job", "ExplainedJob", ""}});
constexpr auto kOfAccount = std::to_array<Row>({
    {"now", "time", ""},
    {"at", "time", "as of then"},
    {"account", "string", ""},
    {"known", "Account", ""},
    {"jobs", "[ExplainedBriefly]", "newest first, at most 20"},
    {"more", "boolean", "there are more"},
});
constexpr auto kOfNumber = std::to_array<Row>({
    {"now", "time", ""},
    {"at", "time", "as of then"},
    {"number", "string", ""},
    {"known", "Consent", ""},
    {"recent", "[time]", "the texts that caps count"},
    {"jobs", "[ExplainedBriefly]", "newest first, at most 20"},
    {"more", "boolean", "there are more"},
});

// One a field of store::Event, in its order.
constexpr Note kEventNotes[] = {
    {"time", "when it happened"},
    {"type", "what happened; a later version may tell more types"},
    {"job", "the id of the job it is about"},
    {"account", "the job's, or whose payment it is"},
    {"invoice", "the same"},
    {"campaign", "the job's, or what was done to one"},
    {"state", "of the job, from then on"},
    {"reason", "why"},
    {"smsc", "where it came from or went"},
    {"message_id", "as the SMSC gave it"},
    {"from", "of what came: the person's number"},
    {"text", "of a reply"},
    {"intent", "of a reply: what it means"},
    {"language", "of a reply"},
    {"ambiguous", "of a reply: it may be about another job"},
    {"to", "of a reply: the address of ours it was sent to"},
    {"partial", "of a reply: parts of it never came"},
    {"message_class", "of a reply that is no ordinary text: `flash`, `voicemail`, …"},
    {"tlvs", "of a reply: those the specification does not know, `0x1403 31323334`"},
    {"until", "of a deferral: decided again then; of a hold: its end"},
    {"rule", "which row of the rules decided it"},
    {"number", "of what is about a person and no job"},
    {"hold", "the id of the hold that was laid or released"},
    {"amount", "of a payment of a part"},
    {"currency", "the same"},
    {"date", "of a reply: the day its promise names"},
    {"channel", "of a hand-off: who takes over"},
    {"hops", "of a hand-off: how many channels had it by then"},
};
constexpr auto kAcked = std::to_array<Row>({{"consumer", "string", ""}, {"acked", "integer", "up to this event"}});

void add_explained(std::vector<Schema>& all) {
  add_object(all, "Part", "A payment of a part", kPart);
  add_object(all, "Change", "A value that replaces one that jobs were submitted with", kChange);
  add_object(all, "AccountHold", "A hold of an account", kAccountHold);
  add_object(all, "Invoice", "What is known of an invoice", kInvoice);
  add_object(all, "Account", "What is known of an account", kAccount);
  add_object(all, "ExplanationOfJob", "Why a job was sent or not", kOfJob);
  add_object(all, "ExplanationOfAccount", "What is known of an account, and its newest jobs", kOfAccount);
  add_object(all, "ExplanationOfNumber", "What is known of a number, and its newest jobs", kOfNumber);
  add_type(all, "Explanation", "Of a job, an account or a number",
           "ExplanationOfJob|ExplanationOfAccount|ExplanationOfNumber");
}

void add_inbox(std::vector<Schema>& all) {
  add_words<store::AnswerKind>(all, "A job that was made for somebody who wrote");
  add_object(all, "InboxItem", "A reply that holds what comes by itself", kInboxItem);
  add_object(all, "Inbox", "A page of them", kInbox);
  add_object(all, "SaidByThem", "What a person wrote", kSaidByThem);
  add_object(all, "SaidByUs", "What we sent", kSaidByUs);
  add_object(all, "HeldBy", "A hold of a number", kHeldBy);
  add_object(all, "Conversation", "What was said in both directions", kConversation);
  add_body<TextBody>(all, "ClerksText", "A clerk's answer");
  add_body<DateBody>(all, "Promise", "The day of a promise");
  add_object(all, "InboxChanged", "What a person decided of a number's replies", kInboxChanged);
  add_object(all, "InboxBlocked", "The number is blocked", kInboxBlocked);
}

}  // namespace

void add_people_schemas(std::vector<Schema>& all) {
  add_words<store::ConsentStatus>(all, "Whether texts are allowed; `unset`: nobody has said anything");
  add_words<store::EventType>(all, "What happened");
  std::string intents;
  for (const dunning::IntentRow& row : dunning::intents()) intents.append(intents.empty() ? "" : "|").append(row.name);
  add_type(all, "Intent", "What a reply means", std::move(intents));
  add_body<PaymentBody>(all, "Payment", "Somebody has paid, or it was taken back");
  add_object(all, "PaymentCounts", "How many jobs", kPaymentCounts);
  add_object(all, "PaymentResult", "What a payment did", kPaymentResult);
  add_body<AccountBody>(all, "AccountChange", "What is said of an account since");
  add_object(all, "AccountChanged", "How many jobs that is about", kAccountChanged);
  add_body<HoldBody>(all, "NewHold", "Whom to hold, and why");
  add_object(all, "Hold", "Nothing automated goes there while it lasts", kHold);
  add_object(all, "Holds", "Those of an account or a number", kHolds);
  add_object(all, "HoldReleased", "It was released", kReleased);
  add_body<ConsentBody>(all, "NewConsent", "What a person has agreed to, or not");
  add_record<store::ConsentChange>(all, "ConsentChange", "What was said of it once", Way::written, kConsentChangeNotes);
  add_record<store::PurposeConsent>(all, "PurposeConsent", "Of one purpose", Way::written, kPurposeNotes);
  add_record<store::StoppedSender>(all, "StoppedSender", "A sender of ours that the person has stopped", Way::written,
                                   kStoppedSenderNotes);
  add_record<store::Hold>(all, "PersonHold", "A hold of a number", Way::written, kPersonHoldNotes);
  add_object(all, "Consent", "What stands between us and texting a number", kConsent);
  add_body<NumberBody>(all, "Number", "A number");
  add_object(all, "Forgotten", "A person was erased", kForgotten);
  add_object(all, "BadNumber", "A number that texts do not reach", kBadNumber);
  add_object(all, "BadNumberCleared", "It is off that list", kCleared);
  add_inbox(all);
  add_object(all, "Call", "Whom to phone, and why", kCallRow);
  add_object(all, "CallList", "Each person once for an account and an invoice", kCallList);
  add_object(all, "CallDone", "It is off the list", kCallDone);
  add_explained(all);
  add_record<store::Event>(all, "Event", "What happened, once", Way::written, kEventNotes);
  static constexpr Member kSeq{"seq", "integer", "from 1, without gaps", true};
  all.back().members.insert(all.back().members.begin(), kSeq);
  add_body<AckBody>(all, "Ack", "How far a consumer has read");
  add_object(all, "Acked", "It is remembered", kAcked);
}

}  // namespace dunlin::api
