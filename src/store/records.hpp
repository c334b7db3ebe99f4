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

#include "store/campaign_records.hpp"
#include "store/job_records.hpp"
#include "store/people_records.hpp"
#include "store/report_records.hpp"

namespace dunlin::store {

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
  campaign,  // what was done to one, in `reason`
};
inline constexpr std::size_t kEventTypes = 27;

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
  std::optional<Handoff> channel;  // of a hand-off: who takes over
  std::uint32_t hops = 0;          // and how many channels had it by then
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
                                            field("date", &Event::date),
                                            field("channel", &Event::channel),
                                            field("hops", &Event::hops)};
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
  canary_due,    // message_id: the campaign whose first messages were waited for
  escalation_due,  // it was submitted so long ago: is it paid, or answered?
  plan_due,        // something happened to a step of a plan, or a hand-over is due: what follows?
  handoff_due,     // it has reached nobody: does another channel take over?
  report_due,      // reports have not counted all of the job; message_id: the reply that they have not, or nothing
};

// calendar: (time, n) → what to look at then.
struct Appointment {
  Cause cause = Cause::due;
  std::string smsc;        // parked_due, parts_due: whose
  std::string message_id;  // parked_due: which, folded; parts_due: the key of `parts` behind the SMSC's name; hold_due,
                           // forget_due, canary_due, report_due: above
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
  std::string stage;        // a key of `stages`; empty: not their turn
  std::uint64_t event = 0;  // texts of events before it are erased
  std::string person;       // a key of `people`, the same
  std::string account;      // a key of `accounts`, the same
  std::string conversation;  // a key of `conversations`; where all four are empty it is the jobs' turn
  static constexpr auto fields =
      std::tuple{field("n", &RetentionMark::n), field("stage", &RetentionMark::stage),
                 field("event", &RetentionMark::event), field("person", &RetentionMark::person),
                 field("account", &RetentionMark::account),
                 field("conversation", &RetentionMark::conversation)};
  bool operator==(const RetentionMark&) const = default;
};

struct Consumer {
  std::uint64_t acked = 0;
  static constexpr auto fields = std::tuple{field("acked", &Consumer::acked)};
  bool operator==(const Consumer&) const = default;
};

}  // namespace dunlin::store
