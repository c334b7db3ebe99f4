// What the store remembers of a job: as it was submitted, and what changes as it lives. As store/records.hpp says of
// all records, a field is only ever appended to a list.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace dunlin::store {

// Every enum of a record is stored by its number; names are in enum_names.hpp, once.
enum class Kind : std::uint8_t {
  welcome,
  reminder,
  due,
  overdue,
  returned,
  final_notice,
  receipt,
  arrangement,
  news,
  referral
};
enum class Purpose : std::uint8_t { billing, collection, marketing };
enum class Priority : std::uint8_t { high, normal, low };  // in the order of the queue's keys
enum class Handoff : std::uint8_t { email, letter, phone };
enum class InDoubtPolicy : std::uint8_t { resend, hold };
enum class State : std::uint8_t {
  importing,
  scheduled,
  held,
  ready,
  submitting,
  submitted,
  in_doubt,  // open
  delivered,
  undelivered,
  expired,
  rejected,
  failed,
  cancelled,
  blocked,
  unknown,  // final
};
inline constexpr std::size_t kStates = 15;
constexpr bool is_final(State state) { return state >= State::delivered; }

// A parameter of a template, or a value that replaced a job's own.
struct Param {
  std::string name;
  std::string value;  // as it was given: numbers and amounts are exact
  static constexpr auto fields = std::tuple{field("name", &Param::name), field("value", &Param::value)};
  bool operator==(const Param&) const = default;
};

// What a job says of its recipient's consent. Without a basis: nothing.
struct JobConsent {
  std::string basis;
  std::string source;
  std::optional<Wall> at;
  static constexpr auto fields = std::tuple{field("basis", &JobConsent::basis), field("source", &JobConsent::source),
                                            field("at", &JobConsent::at)};
  bool operator==(const JobConsent&) const = default;
};

// A job as it was submitted: never changed by the engine, and what makes a second submission of the same id a duplicate
// or a conflict.
struct Job {
  std::string id;    // 1 to 128 bytes of UTF-8
  std::string to;    // E.164 with '+'
  std::string text;  // literal
  Kind kind = Kind::reminder;
  Purpose purpose = Purpose::billing;
  Priority priority = Priority::normal;
  std::string account;
  std::string invoice;
  std::string stage;
  std::string campaign;
  std::string sender;
  std::string locale;
  std::string amount;    // exact decimal, as given
  std::string currency;  // ISO 4217
  std::string fee;
  std::string due_date;  // 2026-12-01
  std::string pay_url;
  std::optional<Wall> ledger_as_of;
  std::optional<Wall> not_before;
  std::optional<Wall> expires;
  std::string encoding;            // "", or one of text::encodings()
  std::string transliterate;       // "", or one of text::transliterations()
  std::uint32_t segments_max = 0;  // 0: no bound of its own
  std::optional<InDoubtPolicy> in_doubt;
  std::string template_name;  // instead of `text`
  std::vector<Param> params;  // in the order they were given, each name once
  std::string time_zone;      // IANA
  std::string send_at_local;  // "10:30" or "2026-12-01T10:30", in the recipient's zone
  JobConsent consent;
  std::string plan;                                         // whose steps it begins, or is one of
  std::optional<std::chrono::milliseconds> escalate_after;  // after it was submitted: unpaid and unanswered by then
  std::optional<Handoff> handoff;                           // who takes over where a text does not do it
  std::uint32_t hops = 0;                                   // channels that had it before

  static constexpr auto fields = std::tuple{field("id", &Job::id),
                                            field("to", &Job::to),
                                            field("text", &Job::text),
                                            field("kind", &Job::kind),
                                            field("purpose", &Job::purpose),
                                            field("priority", &Job::priority),
                                            field("account", &Job::account),
                                            field("invoice", &Job::invoice),
                                            field("stage", &Job::stage),
                                            field("campaign", &Job::campaign),
                                            field("sender", &Job::sender),
                                            field("locale", &Job::locale),
                                            field("amount", &Job::amount),
                                            field("currency", &Job::currency),
                                            field("fee", &Job::fee),
                                            field("due_date", &Job::due_date),
                                            field("pay_url", &Job::pay_url),
                                            field("ledger_as_of", &Job::ledger_as_of),
                                            field("not_before", &Job::not_before),
                                            field("expires", &Job::expires),
                                            field("encoding", &Job::encoding),
                                            field("transliterate", &Job::transliterate),
                                            field("max_segments", &Job::segments_max),
                                            field("in_doubt", &Job::in_doubt),
                                            field("template", &Job::template_name),
                                            field("params", &Job::params),
                                            field("time_zone", &Job::time_zone),
                                            field("send_at_local", &Job::send_at_local),
                                            field("consent", &Job::consent),
                                            field("plan", &Job::plan),
                                            field("escalate_after", &Job::escalate_after),
                                            field("handoff", &Job::handoff),
                                            field("hops", &Job::hops)};
  bool operator==(const Job&) const = default;
};

enum class SegmentState : std::uint8_t {
  waiting,
  claimed,
  submitted,
  delivered,
  undelivered,
  expired,
  rejected,
  unknown,
  in_doubt
};

// A receipt as it came, for people who look. Its text may echo the beginning of ours: it is a person's text and is kept
// no longer than that.
struct KeptReceipt {
  Wall at{};
  std::string text;  // what is no printable ASCII as \xNN; at most kKeptTextMax, cut at its end
  std::string
      tlvs;  // "receipted_message_id=38601fa message_state=2": those a receipt is read by, also at most kKeptTextMax
  static constexpr auto fields =
      std::tuple{field("at", &KeptReceipt::at), field("text", &KeptReceipt::text), field("tlvs", &KeptReceipt::tlvs)};
  bool operator==(const KeptReceipt&) const = default;
};
inline constexpr std::size_t kKeptTextMax = 512;

struct Segment {
  SegmentState state = SegmentState::waiting;
  std::string message_id;             // as the SMSC gave it, never altered
  std::string error;                  // the command_status or the receipt's err field, as text
  std::vector<KeptReceipt> receipts;  // in the order they came, at most kKeptReceiptsMax
  static constexpr auto fields = std::tuple{field("state", &Segment::state), field("message_id", &Segment::message_id),
                                            field("error", &Segment::error), field("receipts", &Segment::receipts)};
  bool operator==(const Segment&) const = default;
};

struct Transition {
  Wall time{};
  State state = State::ready;
  std::string reason;
  std::string rule{};           // which row of the rules decided it: "NL collection 2024-04-01"; empty: none did
  std::optional<Wall> until{};  // of a deferral: decided again then
  static constexpr auto fields = std::tuple{field("time", &Transition::time), field("state", &Transition::state),
                                            field("reason", &Transition::reason), field("rule", &Transition::rule),
                                            field("until", &Transition::until)};
  bool operator==(const Transition&) const = default;
};

// A value that replaces one that jobs were submitted with. Of the newest of a name only that one is kept.
struct Change {
  std::string name;  // of the job's field ("amount", "due_date"), or "params.NAME"
  std::string value;
  Wall at{};
  std::uint64_t below_n = 0;  // an account's: the jobs with a smaller n were accepted before it
  static constexpr auto fields = std::tuple{field("name", &Change::name), field("value", &Change::value),
                                            field("at", &Change::at), field("below_n", &Change::below_n)};
  bool operator==(const Change&) const = default;
};
inline constexpr std::size_t kChangesMax = 64;  // beyond: refused

// Where a job of a plan stands in its chain. In the job's own row its step has filled in template, kind, stage, fee and
// params.
struct PlanMark {
  std::uint64_t root_n = 0;            // of a step but the first: n of the first; payments and news of all see it under that
  std::uint64_t next_n = 0;            // the job of the step that follows; 0: none yet
  std::string content;                 // of the first: the keyed hash of what was submitted, so that it is known again
  std::optional<std::string> own_fee;  // the fee that was submitted, where the step tells another
  std::uint32_t step_params = 0;       // the last so many params are the step's
  std::string before;                  // the step that was taken before it, and when; of the first: empty
  std::optional<Wall> before_at;
  bool silent = false;     // it is sent only while no reply has come since
  std::string handed;      // the hand-over that was taken after it, and when
  std::optional<Wall> handed_at;
  std::string awaited;     // the one that is to come, and when
  std::optional<Wall> awaited_at;
  bool over = false;       // nothing follows it any more
  static constexpr auto fields = std::tuple{field("root_n", &PlanMark::root_n),
                                            field("next_n", &PlanMark::next_n),
                                            field("content", &PlanMark::content),
                                            field("own_fee", &PlanMark::own_fee),
                                            field("step_params", &PlanMark::step_params),
                                            field("before", &PlanMark::before),
                                            field("before_at", &PlanMark::before_at),
                                            field("silent", &PlanMark::silent),
                                            field("handed", &PlanMark::handed),
                                            field("handed_at", &PlanMark::handed_at),
                                            field("awaited", &PlanMark::awaited),
                                            field("awaited_at", &PlanMark::awaited_at),
                                            field("over", &PlanMark::over)};
  bool operator==(const PlanMark&) const = default;
};

// A job that the engine made for somebody who wrote: an answer that is set, the one that confirms a STOP, what a clerk wrote.
enum class AnswerKind : std::uint8_t { none, automatic, confirmation, clerk };

// Why somebody is to be phoned: "unpaid, silent", "call_me", …
struct CallReason {
  Wall at{};
  std::string reason;
  static constexpr auto fields = std::tuple{field("at", &CallReason::at), field("reason", &CallReason::reason)};
  bool operator==(const CallReason&) const = default;
};
inline constexpr std::size_t kCallReasonsMax = 8;  // of a job; beyond: the second oldest goes

// What reports count of a job, and in which row: taken back there when it becomes otherwise (Tally).
struct ReportMark {
  std::uint32_t day = 0;         // of that row: days since 1970, in UTC; 0: it is counted in none
  bool submitted = false;        // it once was
  std::optional<State> ended{};  // how, while it has
  bool paid_before = false;
  bool owing = false;
  bool paid = false;
  bool called = false;
  std::uint32_t segments = 0;  // of its segments as they are now, those that were counted
  // Not counted itself: a payment in time covers it, and that one's id, where it has one.
  bool covered = false;
  std::string covered_by{};
  static constexpr auto fields =
      std::tuple{field("day", &ReportMark::day),         field("submitted", &ReportMark::submitted),
                 field("ended", &ReportMark::ended),     field("paid_before", &ReportMark::paid_before),
                 field("owing", &ReportMark::owing),     field("paid", &ReportMark::paid),
                 field("called", &ReportMark::called),   field("segments", &ReportMark::segments),
                 field("covered", &ReportMark::covered), field("covered_by", &ReportMark::covered_by)};
  bool operator==(const ReportMark&) const = default;
};

// What changes as a job lives. A row of its own beside the job's, so that a transition does not write the text again.
struct JobState {
  State state = State::ready;
  std::string reason;
  std::string route;  // the queue it is kept in
  std::string smsc;   // where its segments went or are going: all to one
  Wall accepted_at{};
  Wall expires_at{};
  std::optional<Wall> next_attempt;
  std::uint32_t attempts = 0;   // submits answered with an error that allows another try
  bool resent = false;          // the one resend after a doubt was used
  bool retry_later = false;     // a segment under way was refused for a while
  std::uint32_t reference = 0;  // of a text of several parts, what holds them together; 0: none was chosen (below)
  std::uint32_t carried =
      0;  // which octets its segments were begun with, as a checksum; 0: of one segment, or not begun
  std::string
      stopped;  // why no further segment may leave while some are under way: "paid", "opted_out"; empty: not stopped
  std::vector<Segment> segments;    // empty until first claimed
  std::vector<Transition> history;  // the newest kHistoryMax
  std::vector<Change> changes;      // what PATCH has replaced
  std::string text;  // of a template: what was rendered when it was last claimed; what has begun ends with these octets
  std::string locale;              // the template's that rendered it
  std::optional<Wall> not_before;  // instead of the job's: PATCH, or its send_at_local
  std::optional<Wall>
      counted_at;         // what caps count of it, while that may still be taken back: not one segment was kept
  std::string stage_due;  // the due date under which `stages` has it; empty: it does not
  std::string country;    // of its number, ISO 3166
  std::string content;    // once its texts are erased: the keyed hash of what was submitted, so that it is known again
  std::optional<Wall> decided_at;  // when it was last decided that it may leave
  std::string decided_rule;        // and by which row of the calendar; empty: none was asked
  std::uint32_t canary = 0;        // it is of its campaign's canary, of that round; 0: of none
  std::uint32_t told = 0;          // what it said of the debt when it was last claimed, as a checksum; 0: not claimed
  AnswerKind answer = AnswerKind::none;
  std::vector<CallReason> calls;  // why its person is, or was, to be phoned, oldest first
  bool on_call_list = false;      // and nobody has said that it was done
  PlanMark plan;
  ReportMark report;
  bool untold = false;  // nobody was told of its end, since nothing was owed

  static constexpr auto fields = std::tuple{field("state", &JobState::state),
                                            field("reason", &JobState::reason),
                                            field("route", &JobState::route),
                                            field("smsc", &JobState::smsc),
                                            field("accepted_at", &JobState::accepted_at),
                                            field("expires_at", &JobState::expires_at),
                                            field("next_attempt", &JobState::next_attempt),
                                            field("attempts", &JobState::attempts),
                                            field("resent", &JobState::resent),
                                            field("stopped", &JobState::stopped),
                                            field("segments", &JobState::segments),
                                            field("history", &JobState::history),
                                            field("retry_later", &JobState::retry_later),
                                            field("reference", &JobState::reference),
                                            field("carried", &JobState::carried),
                                            field("changes", &JobState::changes),
                                            field("text", &JobState::text),
                                            field("locale", &JobState::locale),
                                            field("not_before", &JobState::not_before),
                                            field("counted_at", &JobState::counted_at),
                                            field("stage_due", &JobState::stage_due),
                                            field("country", &JobState::country),
                                            field("content", &JobState::content),
                                            field("decided_at", &JobState::decided_at),
                                            field("decided_rule", &JobState::decided_rule),
                                            field("canary", &JobState::canary),
                                            field("told", &JobState::told),
                                            field("answer", &JobState::answer),
                                            field("calls", &JobState::calls),
                                            field("on_call_list", &JobState::on_call_list),
                                            field("plan", &JobState::plan),
                                            field("report", &JobState::report),
                                            field("untold", &JobState::untold)};
  bool operator==(const JobState&) const = default;
};
// A job that an older program began has no reference and was sent with the low octet of its n.
inline constexpr std::size_t kKeptReceiptsMax =
    4;  // of a segment; beyond: the second oldest goes (the first and the newest stay)
inline constexpr std::size_t kHistoryMax = 64;  // beyond: the second oldest goes (the acceptance stays)

}  // namespace dunlin::store
