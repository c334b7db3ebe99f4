// What is read and answered of jobs: one, many, what became of it, what it would do.
#include <array>

#include "api/bodies.hpp"
#include "api/schema.hpp"
#include "dunning/decide.hpp"

namespace dunlin::api {
namespace {

// One a field of store::Job, in its order.
constexpr Note kJobNotes[] = {
    {"id", "required, at most 128 octets of UTF-8; the idempotency key", true},
    {"to",
     "required: E.164 with `+`, or national where `default_country` is set; a number that can get SMS, by "
     "libphonenumber",
     true},
    {"text", "required: the text as it is to be read"},
    {"kind", "default `reminder`"},
    {"purpose",
     "default `billing` (own customers); `collection` for a third party; `marketing` needs a consent for it (a "
     "`referral` always is marketing)"},
    {"priority", "default `normal`; `high` passes a bulk campaign"},
    {"account", "whose debt it is: what a payment is matched to"},
    {"invoice", "which of the account's"},
    {"stage",
     "of the dunning; a second job of the same account, stage and due date is `blocked` (`duplicate`), unless the "
     "first ended without having been sent"},
    {"campaign", "a name to group by"},
    {"sender", "source address for this job"},
    {"locale", "BCP 47, like `pl` or `de-CH`"},
    {"amount", "exact decimal as a string, `\"120.50\"`, with no more digits than its currency has"},
    {"currency", "ISO 4217, one in use; the same as the invoice's"},
    {"fee", "exact decimal as a string"},
    {"due_date", "`2026-12-01`"},
    {"pay_url", "https, to a host of `link_hosts` where that is set; no shortener, nothing of the recipient in it"},
    {"ledger_as_of",
     "how old the upstream's knowledge is; older than `ledger_max_age` when it would be sent: held (`stale_ledger`)"},
    {"not_before", "not sent earlier"},
    {"expires", "not sent later; default as configured"},
    {"encoding",
     "`auto` (default, if the configuration has no other: the cheapest the SMSC takes), `gsm7`, `gsm7-national`, "
     "`latin1`, `ascii`, `ucs2`: [alphabets](alphabets.md)"},
    {"transliterate",
     "`safe` (default, if the configuration has no other: spaces and typographic signs become their GSM twins), "
     "`none`, `lossy`"},
    {"max_segments", "refused rather than sent longer; 0: no bound of its own"},
    {"in_doubt", "what to do when a crash or a lost link left it unanswered; default as configured"},
    {"template",
     "instead of `text`: the name of a [template](templates.md), chosen by `locale` and rendered when it is sent"},
    {"params", "of the template, by name: each that it needs, and no other"},
    {"time_zone",
     "IANA, like `Europe/Warsaw`; default from the number: where that may be in several, only times that suit them all "
     "([calendar](calendar.md))"},
    {"send_at_local", "`10:30` or `2026-12-01T10:30` in the recipient's zone: not sent earlier"},
    {"consent",
     "on what basis (required in it), from where and since when this person agreed to the job's purpose; kept with the "
     "number"},
    {"plan",
     "instead of `text` and `template`: the name of a [plan](plans.md), whose first step it becomes; it needs "
     "`account`"},
    {"escalate_after",
     "so long after it was submitted, if it is unpaid, unanswered and not held: event `escalated`, and a row of the "
     "[call list](people.md); needs `account`"},
    {"handoff",
     "where it can't be delivered: event `handoff` with this channel; `phone` also puts it on the call list"},
    {"hops", "how many channels had it before; `hops_max` of them, and it is `escalated` rather than handed on"},
};

constexpr Note kJobConsentNotes[] = {
    {"basis", "on what it rests", true}, {"source", "from where it is known"}, {"at", "since when"}};

constexpr auto kAccepted = std::to_array<Row>({
    {"id", "string", "the job's"},
    {"status", "accepted|duplicate", "`duplicate`: it was known, with the same content"},
});

constexpr auto kLineError = std::to_array<Row>({
    {"code", "string", "as of a problem"},
    {"detail", "string", "for people"},
    {"field?", "string", "the one at fault"},
});

constexpr auto kJobLine = std::to_array<Row>({
    {"id?", "string", "the job's, where it could be read"},
    {"line", "integer", "counted from 1"},
    {"status", "accepted|duplicate|rejected", "what became of it"},
    {"error?", "LineError", "why it was rejected"},
});

constexpr auto kLineCounts = std::to_array<Row>({
    {"accepted", "integer", "lines taken"},
    {"duplicate", "integer", "lines that were known"},
    {"rejected", "integer", "lines refused"},
});

constexpr Note kReceiptNotes[] = {{"at", "when it came"},
                                  {"text", "as it came; what is no printable ASCII is `\\xNN`"},
                                  {"tlvs", "those a receipt is read by"}};

constexpr auto kSegment = std::to_array<Row>({
    {"smsc", "string", "where it went"},
    {"message_id", "string", "as the SMSC gave it"},
    {"state", "SegmentState", "how it stands"},
    {"error", "string", "the command_status, or the receipt's `err`"},
    {"receipts?", "[Receipt]", "the first and the newest three"},
});

constexpr Note kTransitionNotes[] = {{"time", "when"},
                                     {"state", "it became"},
                                     {"reason", "why"},
                                     {"rule", "which row of the rules decided it"},
                                     {"until", "of a deferral: decided again then"}};

constexpr auto kTold = std::to_array<Row>({
    {"name", "string", "of the job's field"},
    {"value", "string", "what it is now"},
    {"at", "time", "when it was said"},
    {"of", "job|account|invoice|payment", "what it was said of"},
});

constexpr auto kPdu = std::to_array<Row>({
    {"time", "time", "to the microsecond"},
    {"smsc?", "string", "the link; not where one link is asked about"},
    {"session", "integer", "of the link"},
    {"direction", "sent|received", "from our side"},
    {"command", "string", "its name in SMPP"},
    {"status", "string", "its command_status"},
    {"sequence", "integer", "sequence_number"},
    {"octets", "integer", "of the whole PDU"},
    {"segment?", "integer", "of the job, from 1"},
    {"unread?", "string", "why its fields are not shown"},
    {"fields", "[string]", "numbers masked, texts left out"},
});

constexpr auto kJobShown = std::to_array<Row>({
    {"id", "string", "the job's"},
    {"state", "State", "how it stands"},
    {"reason?", "string", "why"},
    {"to", "string", "the number; empty where its person was forgotten"},
    {"kind", "Kind", ""},
    {"account?", "string", ""},
    {"invoice?", "string", ""},
    {"campaign?", "string", ""},
    {"stage?", "string", ""},
    {"plan?", "string", "whose step it is"},
    {"attempts", "integer", "submits that were answered with an error that allows another"},
    {"next_attempt?", "time", ""},
    {"accepted_at", "time", ""},
    {"expires", "time", "not sent later"},
    {"segments", "[Segment]", "none before it was first handed over"},
    {"history", "[Transition]", "oldest first"},
    {"newest?", "[Told]", "what was said since it was submitted, of each name the newest"},
    {"texts_erased?", "true", "retention has taken its texts"},
    {"pdus", "[Pdu]", "what the flight recorders still hold of it, at most 256"},
});

constexpr auto kJobNow = std::to_array<Row>({
    {"id", "string", "the job's"},
    {"state", "State", "how it stands now"},
});

constexpr auto kShownGate = std::to_array<Row>({
    {"gate", "Gate", "what was asked"},
    {"verdict", "pass|wait|hold|block|cancel|expire", "what it would answer by itself"},
    {"reason?", "string", ""},
    {"until?", "time", "it is asked again then"},
    {"until_local?", "string", "the same on the recipient's clock"},
    {"rule?", "string", "which row of the rules"},
    {"detail?", "string", "what was found"},
    {"source?", "string", "where that is written"},
});

constexpr auto kPreview = std::to_array<Row>({
    {"at", "time", "as of then"},
    {"at_local?", "string", "on the recipient's clock"},
    {"decision", "send|wait|hold|block|cancel|expire", "of the first gate that does not let it pass"},
    {"reason?", "string", ""},
    {"gate?", "Gate", "which one that is"},
    {"until?", "time", ""},
    {"until_local?", "string", ""},
    {"text", "string", "what would be read"},
    {"encoding", "string", ""},
    {"segments", "integer", ""},
    {"smsc", "string", "the first of its route that can carry it"},
    {"shift_tables", "[string]", "those its segments name"},
    {"parts", "[string]", "the text of each segment"},
    {"locale?", "string", "the template's"},
    {"country?", "string", "of the number, ISO 3166"},
    {"time_zone?", "string", ""},
    {"earliest?", "time", "when it could leave, if nothing but the time changes"},
    {"earliest_local?", "string", ""},
    {"waits_for?", "string", "what it waits for first"},
    {"rule?", "string", "which row of the rules"},
    {"blocked", "[string]", "all that would end it"},
    {"replaced", "[string]", "a line for each character that does not leave as it was given"},
    {"gates", "[ShownGate]", "all of them, in the order in which they are asked"},
});

constexpr auto kExplainedStep = std::to_array<Row>({
    {"time", "time", ""},
    {"local?", "string", "on the recipient's clock"},
    {"state", "State", ""},
    {"reason?", "string", ""},
    {"until?", "time", ""},
    {"until_local?", "string", ""},
    {"rule?", "string", "which row of the rules"},
    {"source?", "string", "where that is written now"},
});

constexpr auto kExplainedWhose = std::to_array<Row>({
    {"id", "string", "the job's"},
    {"state", "State", ""},
    {"reason?", "string", ""},
    {"to?", "string", ""},
    {"kind", "Kind", ""},
    {"purpose", "Purpose", ""},
    {"account?", "string", ""},
    {"invoice?", "string", ""},
    {"stage?", "string", ""},
    {"campaign?", "string", ""},
    {"sent", "boolean", "some of it was handed over"},
});

constexpr auto kExplainedSegment = std::to_array<Row>({
    {"smsc", "string", ""},
    {"message_id?", "string", ""},
    {"state", "SegmentState", ""},
    {"error?", "string", ""},
    {"receipt_at?", "time", "when its newest receipt came"},
});

constexpr auto kExplainedJob = std::to_array<Row>({
    {"...", "ExplainedWhose", ""},
    {"amount?", "string", ""},
    {"currency?", "string", ""},
    {"due_date?", "string", ""},
    {"time_zone?", "string", ""},
    {"expires", "time", ""},
    {"attempts", "integer", ""},
    {"history", "[ExplainedStep]", "oldest first"},
    {"decided?", "ExplainedStep", "when it was last decided that it may leave"},
    {"segments", "[ExplainedSegment]", ""},
    {"text?", "string", "what was sent, as long as that is kept"},
    {"next?", "Preview", "of what was not sent: each gate"},
});

constexpr auto kNextStep = std::to_array<Row>({
    {"decision", "send|wait|hold|block|cancel|expire", ""},
    {"reason?", "string", ""},
    {"gate?", "Gate", ""},
    {"until?", "time", ""},
    {"until_local?", "string", ""},
    {"rule?", "string", ""},
    {"earliest?", "time", ""},
    {"earliest_local?", "string", ""},
});

constexpr auto kExplainedBriefly = std::to_array<Row>({
    {"...", "ExplainedWhose", ""},
    {"time?", "time", "of its newest step"},
    {"local?", "string", ""},
    {"next?", "NextStep", "of what was not sent"},
});

void add_problem(std::vector<Schema>& all) {
  static constexpr auto kProblem = std::to_array<Row>({
      {"type", "string", "`urn:dunlin:problem:` and the code"},
      {"title", "string", "the code in words"},
      {"status", "integer", "of HTTP"},
      {"detail?", "string", "for people"},
      {"code", "string", "for programs"},
      {"field?", "string", "the one at fault, or the parameter"},
      {"oldest?", "integer", "of `gone`: the first event that is kept"},
      {"state?", "State", "of `too_late`: how the job stands"},
      {"id?", "string", "of an import: its campaign; as are the rest"},
      {"accepted?", "integer", ""},
      {"duplicate?", "integer", ""},
      {"rejected?", "integer", ""},
      {"dry_run?", "true", ""},
      {"rows?", "integer", ""},
      {"bad?", "[BadRow]", ""},
      {"bad_more?", "integer", ""},
  });
  static constexpr auto kBadRow = std::to_array<Row>({
      {"line", "integer", "in the file, whose header is line 1"},
      {"column?", "string", "of the file"},
      {"code", "string", "as of a problem"},
      {"detail", "string", "for people"},
  });
  add_object(all, "BadRow", "A row of a file that can't be taken", kBadRow);
  add_object(all, "Problem", "Why a call was refused (RFC 9457)", kProblem);
}

void add_words_of_jobs(std::vector<Schema>& all) {
  add_words<store::Kind>(all, "What a text is about");
  add_words<store::Purpose>(all, "On whose behalf");
  add_words<store::Priority>(all, "Which queue");
  add_words<store::Handoff>(all, "Another channel");
  add_words<store::InDoubtPolicy>(all, "What to do with what was left unanswered");
  add_words<store::State>(all, "How a job stands; what is final stays");
  add_words<store::SegmentState>(all, "How a segment of it stands");
  std::string gates = "intake|state|text|route";
  for (std::size_t i = 0; i < dunning::kGates; ++i) gates.append("|").append(to_string(static_cast<dunning::Gate>(i)));
  add_type(all, "Gate", "What a job has to pass", std::move(gates));
  add_type(all, "Params", "A template's parameters: strings, numbers, true and false", "{any}");
}

}  // namespace

void add_job_schemas(std::vector<Schema>& all) {
  add_words_of_jobs(all);
  add_problem(all);
  add_record<store::JobConsent>(all, "JobConsent", "A person's consent, as a job brings it", Way::read,
                                kJobConsentNotes);
  add_record<store::Job>(all, "Job", "A job, as it is submitted", Way::read, kJobNotes);
  add_object(all, "Accepted", "A job was taken", kAccepted);
  add_object(all, "LineError", "Why a line was refused", kLineError);
  add_object(all, "JobLine", "What became of a line", kJobLine);
  add_object(all, "LineCounts", "What became of all lines", kLineCounts);
  add_type(all, "JobAnswers", "A line each, and with `answer=refused` the counts at last", "JobLine|LineCounts");
  add_record<store::KeptReceipt>(all, "Receipt", "A receipt of a segment", Way::written, kReceiptNotes);
  add_object(all, "Segment", "A segment of a job", kSegment);
  add_record<store::Transition>(all, "Transition", "A step of a job", Way::written, kTransitionNotes);
  add_object(all, "Told", "What was said of a job since it was submitted", kTold);
  add_object(all, "Pdu", "A PDU that passed on a link", kPdu);
  add_object(all, "JobShown", "A job and what became of it", kJobShown);
  add_object(all, "JobNow", "A job's state", kJobNow);
  add_body<JobBody>(all, "JobChange", "What is said of a job since");
  add_body<ResolveBody>(all, "Resolution", "What a person decides of a job in doubt");
  add_object(all, "ShownGate", "What a gate says of a job", kShownGate);
  add_object(all, "Preview", "What a job would send, and when", kPreview);
  add_object(all, "ExplainedStep", "A step of a job, on both clocks", kExplainedStep);
  add_object(all, "ExplainedWhose", "Which job", kExplainedWhose);
  add_object(all, "ExplainedSegment", "A segment of it", kExplainedSegment);
  add_object(all, "ExplainedJob", "A job with all of its evidence", kExplainedJob);
  add_object(all, "NextStep", "What would be decided of it", kNextStep);
  add_object(all, "ExplainedBriefly", "A job in a line", kExplainedBriefly);
}

}  // namespace dunlin::api
