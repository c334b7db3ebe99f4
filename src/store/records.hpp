// What the store remembers, as plain structs with one field list each. store/codec.hpp writes them as octets
// (docs/formats.md); api/ fills the first of them from JSON by the same list. A field is only ever appended to a list:
// an older row reads as if it were empty.
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
                                            field("consent", &Job::consent)};
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
  std::optional<Wall> counted_at;  // what caps count of it, while that may still be taken back: not one segment was kept
  std::string stage_due;           // the due date under which `stages` has it; empty: it does not
  std::string country;             // of its number, ISO 3166
  std::string content;  // once its texts are erased: the keyed hash of what was submitted, so that it is known again
  std::optional<Wall> decided_at;  // when it was last decided that it may leave
  std::string decided_rule;        // and by which row of the calendar; empty: none was asked

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
                                            field("decided_rule", &JobState::decided_rule)};
  bool operator==(const JobState&) const = default;
};
// A job that an older program began has no reference and was sent with the low octet of its n.
inline constexpr std::size_t kKeptReceiptsMax =
    4;  // of a segment; beyond: the second oldest goes (the first and the newest stay)
inline constexpr std::size_t kHistoryMax = 64;  // beyond: the second oldest goes (the acceptance stays)

enum class EventType : std::uint8_t {
  accepted,
  scheduled,
  held,
  released,
  retrying,
  submitted,
  delivered,
  undelivered,
  expired,
  rejected,
  failed,
  cancelled,
  blocked,
  in_doubt,
  unknown,
  replied,
  opted_out,
  opted_in,
  paid,
  reversed,
  escalated,
  handoff,
  number_bad,
  receipt_unmatched,
  receipt_late,  // a job that ended as `unknown` for want of a receipt has got one after all
  available,
};
inline constexpr std::size_t kEventTypes = 26;

// seq is the row's key, 8 octets big endian.
struct Event {
  Wall time{};
  EventType type = EventType::accepted;
  std::string job;
  std::string account;
  std::string invoice;
  std::string campaign;
  std::optional<State> state;
  std::string reason;
  std::string smsc;
  std::string message_id;
  std::string from;  // of a reply or an opt-out: the person's number
  std::string text;
  std::string intent;
  std::string language;
  bool ambiguous = false;
  std::string to;                 // of a reply: the address of ours it was sent to
  bool partial = false;           // of a reply: parts of it never came
  std::string message_class;      // of a reply: "flash", "voicemail", …; empty: an ordinary one
  std::vector<std::string> tlvs;  // of a reply: those the specification does not know, "0x1403 31323334"
  std::optional<Wall> until;      // `scheduled`: decided again then; of a hold: its end
  std::string rule{};               // which row of the rules decided it
  std::string number;             // of what is about a person and no job: "number_bad", a hold
  std::string hold;               // the id of the hold that was laid or released
  std::string amount, currency;   // of a payment
  std::string date;               // of a reply: the day its promise names, "2026-12-01"
  static constexpr auto fields = std::tuple{field("time", &Event::time),
                                            field("type", &Event::type),
                                            field("job", &Event::job),
                                            field("account", &Event::account),
                                            field("invoice", &Event::invoice),
                                            field("campaign", &Event::campaign),
                                            field("state", &Event::state),
                                            field("reason", &Event::reason),
                                            field("smsc", &Event::smsc),
                                            field("message_id", &Event::message_id),
                                            field("from", &Event::from),
                                            field("text", &Event::text),
                                            field("intent", &Event::intent),
                                            field("language", &Event::language),
                                            field("ambiguous", &Event::ambiguous),
                                            field("to", &Event::to),
                                            field("partial", &Event::partial),
                                            field("message_class", &Event::message_class),
                                            field("tlvs", &Event::tlvs),
                                            field("until", &Event::until),
                                            field("rule", &Event::rule),
                                            field("number", &Event::number),
                                            field("hold", &Event::hold),
                                            field("amount", &Event::amount),
                                            field("currency", &Event::currency),
                                            field("date", &Event::date)};
  bool operator==(const Event&) const = default;
};

// sent: (smsc, folded message id) → which segment of which job. A stray's (keys::stray) has no message_id, and as its
// segment kStrayOne, or kStrayMany where other jobs' strays came before it.
struct Sent {
  std::uint64_t n = 0;
  std::uint32_t segment = 0;
  std::string message_id;   // raw
  std::string destination;  // digits of the destination: a receipt must agree
  Wall until{};             // a stray's: receipts of it, or of those before it, may come until then
  static constexpr auto fields =
      std::tuple{field("n", &Sent::n), field("segment", &Sent::segment), field("message_id", &Sent::message_id),
                 field("destination", &Sent::destination), field("until", &Sent::until)};
  bool operator==(const Sent&) const = default;
};
inline constexpr std::uint32_t kStrayOne = 0, kStrayMany = 1;

// A receipt that came before its response. parked: (smsc, folded message id) → the receipts that wait, at most
// kParkedPerIdMax.
struct ParkedReceipt {
  Wall received_at{};
  std::string message_id;            // raw, as the receipt names it
  std::string source;                // digits of the receipt's source_addr: our destination
  State outcome = State::submitted;  // what the receipt says; `submitted` for an intermediate one
  std::string stat;
  std::string error;
  std::string text, tlvs;       // as a KeptReceipt has them
  std::string text_message_id;  // raw, where the text names another id than the TLV does
  std::string pdu;              // whole, of what may be a person's message: no flag says that it is a receipt
  static constexpr auto fields = std::tuple{field("received_at", &ParkedReceipt::received_at),
                                            field("message_id", &ParkedReceipt::message_id),
                                            field("source", &ParkedReceipt::source),
                                            field("outcome", &ParkedReceipt::outcome),
                                            field("stat", &ParkedReceipt::stat),
                                            field("error", &ParkedReceipt::error),
                                            field("text", &ParkedReceipt::text),
                                            field("tlvs", &ParkedReceipt::tlvs),
                                            field("text_message_id", &ParkedReceipt::text_message_id),
                                            field("pdu", &ParkedReceipt::pdu)};
  bool operator==(const ParkedReceipt&) const = default;
};
struct Parked {
  std::vector<ParkedReceipt> receipts;
  static constexpr auto fields = std::tuple{field("receipts", &Parked::receipts)};
  bool operator==(const Parked&) const = default;
};
inline constexpr std::size_t kParkedPerIdMax = 8;  // beyond: the newest is told as an event at once

// A part of a message that waits for the others.
struct HeldPart {
  std::uint32_t number = 0;  // 1 to the message's total
  std::uint32_t esm_class = 0;
  std::uint32_t data_coding = 0;
  std::string octets;  // user data as it came, with its header
  static constexpr auto fields =
      std::tuple{field("number", &HeldPart::number), field("esm_class", &HeldPart::esm_class),
                 field("data_coding", &HeldPart::data_coding), field("octets", &HeldPart::octets)};
  bool operator==(const HeldPart&) const = default;
};

// parts: (smsc, source, destination, width, reference, total) → the parts that came, and after the message was told
// what they were, so that a repeated one is known.
struct HeldMessage {
  Wall first_at{};
  Wall until{};  // then what is there is told, or what was told is forgotten
  std::uint32_t source_ton = 0;
  bool told = false;            // the parts' octets are their checksums
  std::vector<HeldPart> parts;  // by number, at most 255, each of at most kHeldPartOctetsMax
  static constexpr auto fields =
      std::tuple{field("first_at", &HeldMessage::first_at), field("until", &HeldMessage::until),
                 field("source_ton", &HeldMessage::source_ton), field("told", &HeldMessage::told),
                 field("parts", &HeldMessage::parts)};
  bool operator==(const HeldMessage&) const = default;
};
inline constexpr std::size_t kHeldPartOctetsMax = 512;  // beyond: no part of a text message; told by itself

// A concatenation reference that a job's segments bear.
struct TakenReference {
  std::uint32_t reference = 0;
  std::uint64_t n = 0;
  Wall until{};  // the SMSC delivers nothing of it after this
  static constexpr auto fields = std::tuple{field("reference", &TakenReference::reference),
                                            field("n", &TakenReference::n), field("until", &TakenReference::until)};
  bool operator==(const TakenReference&) const = default;
};

// references: number → the references in use to it, whichever SMSC they went to: the handset joins by them.
struct References {
  std::uint32_t last = 0;             // the newest: the next is looked for behind it
  std::vector<TakenReference> taken;  // at most kReferencesMax
  static constexpr auto fields = std::tuple{field("last", &References::last), field("taken", &References::taken)};
  bool operator==(const References&) const = default;
};
inline constexpr std::size_t kReferencesMax = 255;  // beyond: further long messages to that number wait

enum class ConsentStatus : std::uint8_t { unset, allowed, blocked };

struct ConsentChange {
  Wall at{};
  ConsentStatus status = ConsentStatus::unset;
  std::string purpose;
  std::string source;  // "reply", "api", …
  std::string reason;  // the word that did it, or the override's reason
  std::string sender{};  // of ours, where it is about that one alone
  static constexpr auto fields =
      std::tuple{field("at", &ConsentChange::at),           field("status", &ConsentChange::status),
                 field("purpose", &ConsentChange::purpose), field("source", &ConsentChange::source),
                 field("reason", &ConsentChange::reason),   field("sender", &ConsentChange::sender)};
  bool operator==(const ConsentChange&) const = default;
};

// Of one purpose, beside what stands for the whole number.
struct PurposeConsent {
  std::string purpose;
  ConsentStatus status = ConsentStatus::unset;
  std::string basis;
  std::string source;
  Wall at{};
  static constexpr auto fields =
      std::tuple{field("purpose", &PurposeConsent::purpose), field("status", &PurposeConsent::status),
                 field("basis", &PurposeConsent::basis), field("source", &PurposeConsent::source),
                 field("at", &PurposeConsent::at)};
  bool operator==(const PurposeConsent&) const = default;
};

// A sender of ours that a person has stopped, where a STOP is about its sender alone (`optout_scope`).
struct StoppedSender {
  std::string sender;  // as the STOP was addressed
  Wall at{};
  static constexpr auto fields = std::tuple{field("sender", &StoppedSender::sender), field("at", &StoppedSender::at)};
  bool operator==(const StoppedSender&) const = default;
};
inline constexpr std::size_t kStoppedSendersMax = 32;  // beyond: the whole number is blocked

// Until it is released or over, nothing automated goes to whom it holds.
struct Hold {
  std::string id;
  std::string reason;
  Wall at{};
  std::optional<Wall> until;
  static constexpr auto fields = std::tuple{field("id", &Hold::id), field("reason", &Hold::reason),
                                            field("at", &Hold::at), field("until", &Hold::until)};
  bool operator==(const Hold&) const = default;
};
inline constexpr std::size_t kHoldsMax = 16;    // of a number or an account; beyond: refused
inline constexpr std::size_t kRecentMax = 128;  // texts that count towards a cap; beyond: the oldest goes

// people: number → what stands between us and texting it.
struct Person {
  ConsentStatus status = ConsentStatus::unset;
  bool stopped = false;  // the block came from the person's own STOP
  std::string purpose;
  std::string source;
  Wall at{};
  std::vector<ConsentChange> history;    // the newest kConsentHistoryMax
  std::vector<PurposeConsent> purposes;  // at most one a purpose
  std::vector<Hold> holds;
  std::vector<Wall> recent;       // when automated texts were begun, oldest first: what caps count
  std::uint32_t failures = 0;     // texts to it in a row that failed for good
  std::optional<Wall> bad_since;  // it is told as bad
  std::string bad_reason;
  std::vector<StoppedSender> stopped_senders;
  static constexpr auto fields = std::tuple{field("status", &Person::status),
                                            field("stopped", &Person::stopped),
                                            field("purpose", &Person::purpose),
                                            field("source", &Person::source),
                                            field("at", &Person::at),
                                            field("history", &Person::history),
                                            field("purposes", &Person::purposes),
                                            field("holds", &Person::holds),
                                            field("recent", &Person::recent),
                                            field("failures", &Person::failures),
                                            field("bad_since", &Person::bad_since),
                                            field("bad_reason", &Person::bad_reason),
                                            field("stopped_senders", &Person::stopped_senders)};
  bool operator==(const Person&) const = default;
};
inline constexpr std::size_t kConsentHistoryMax = 100;

// A payment of a part of what is owed. Its account's own row has it, also where it is for one invoice.
struct PartPayment {
  std::string id;
  std::string invoice;  // empty: for all of the account
  std::string amount, currency;
  Wall at{};                  // as told
  Wall told_at{};             // an amount that was told later knows of it
  std::uint64_t below_n = 0;  // jobs with a smaller n were accepted before it
  static constexpr auto fields =
      std::tuple{field("id", &PartPayment::id),           field("invoice", &PartPayment::invoice),
                 field("amount", &PartPayment::amount),   field("currency", &PartPayment::currency),
                 field("at", &PartPayment::at),           field("told_at", &PartPayment::told_at),
                 field("below_n", &PartPayment::below_n)};
  bool operator==(const PartPayment&) const = default;
};
inline constexpr std::size_t kPartPaymentsMax = 64;  // of an account; beyond: refused

// accounts: account, or account + invoice → the newest payment that covers it.
struct Account {
  std::optional<Wall> paid_at;           // as told
  std::optional<Wall> paid_told_at;      // when we were told: covers what was accepted before
  std::uint64_t paid_below_n = 0;        // jobs with a smaller n were accepted before it
  std::vector<std::string> payment_ids;  // the newest kPaymentIdsMax, for idempotency
  std::vector<Hold> holds;
  std::vector<Wall> recent;     // as a person's
  std::vector<Change> changes;  // what upstream has said since jobs were submitted
  std::vector<PartPayment> parts;
  std::string currency;  // an invoice's: of the first amount that named it
  static constexpr auto fields = std::tuple{field("paid_at", &Account::paid_at),
                                            field("paid_told_at", &Account::paid_told_at),
                                            field("paid_below_n", &Account::paid_below_n),
                                            field("payment_ids", &Account::payment_ids),
                                            field("holds", &Account::holds),
                                            field("recent", &Account::recent),
                                            field("changes", &Account::changes),
                                            field("parts", &Account::parts),
                                            field("currency", &Account::currency)};
  bool operator==(const Account&) const = default;
};
inline constexpr std::size_t kPaymentIdsMax = 64;

enum class Cause : std::uint8_t {
  due,
  retry,
  expiry,
  in_doubt_due,
  parked_due,
  parts_due,
  receipt_due,   // the receipt should have come: the job ends
  query_due,     // the same, and query_sm was asked
  receipt_late,  // not even a late receipt comes any more: what would place it is forgotten
  stray_due,     // the same of a stray; smsc: whose, message_id: its destination
  hold_due,      // message_id: the hold that ends
  forget_due,    // message_id: whom to forget, begun and not finished
};

// calendar: (time, n) → what to look at then.
struct Appointment {
  Cause cause = Cause::due;
  std::string smsc;        // parked_due, parts_due: whose
  std::string message_id;  // parked_due: which, folded; parts_due: the key of `parts` behind the SMSC's name; hold_due,
                           // forget_due: above
  static constexpr auto fields = std::tuple{field("cause", &Appointment::cause), field("smsc", &Appointment::smsc),
                                            field("message_id", &Appointment::message_id)};
  bool operator==(const Appointment&) const = default;
};

// meta "engine": written with every batch, so that a start reads neither jobs nor events.
struct EngineMark {
  std::uint64_t next_n = 1;
  std::uint64_t last_event = 0;
  std::vector<std::uint64_t> jobs_by_state;
  static constexpr auto fields =
      std::tuple{field("next_n", &EngineMark::next_n), field("last_event", &EngineMark::last_event),
                 field("jobs_by_state", &EngineMark::jobs_by_state)};
  bool operator==(const EngineMark&) const = default;
};

// meta "retention": where the walk over what is old goes on.
struct RetentionMark {
  std::uint64_t n = 0;      // jobs
  std::string stage;        // a key of `stages`; empty: the jobs' turn
  std::uint64_t event = 0;  // texts of events before it are erased
  static constexpr auto fields =
      std::tuple{field("n", &RetentionMark::n), field("stage", &RetentionMark::stage),
                 field("event", &RetentionMark::event)};
  bool operator==(const RetentionMark&) const = default;
};

struct Campaign {
  bool paused = false;
  bool cancelled = false;
  static constexpr auto fields =
      std::tuple{field("paused", &Campaign::paused), field("cancelled", &Campaign::cancelled)};
  bool operator==(const Campaign&) const = default;
};

struct Consumer {
  std::uint64_t acked = 0;
  static constexpr auto fields = std::tuple{field("acked", &Consumer::acked)};
  bool operator==(const Consumer&) const = default;
};

}  // namespace dunlin::store
