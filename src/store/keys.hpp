// The keys of every family, built and taken apart in one place; docs/formats.md has the grammar.
//
//   number  := 8 octets, big endian: rows lie in the order of their numbers      (segment: 4 octets)
//   time    := 8 octets, big endian, of milliseconds since 1970 with the sign bit flipped: in the order of time, also
//   before 1970 name    := length:varint octets: no name is a prefix of another, whatever octets they hold rest    :=
//   octets to the key's end
//
// A key that is not of its family's form parses as nullopt; nothing here fails or throws otherwise.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "store/kv.hpp"
#include "store/records.hpp"

namespace dunlin::store::keys {

inline constexpr std::uint32_t kFormat =
    1;  // of the whole store: what meta "format" says. A store with a greater one is refused

// The first string after all that begin with `prefix`; empty (the family's end) when there is none.
std::string after_prefix(std::string prefix);
// The least string greater than `key`: where a scan goes on after it.
std::string after(std::string key);
Range prefix_range(Family family, std::string prefix, std::size_t limit);
// Goes on behind the row `seen` of the same range.
Range resume(Range range, std::string seen);

// A number as a row's key or value (ids, low marks, meta): 8 octets, big endian.
std::string number(std::uint64_t n);
std::optional<std::uint64_t> parse_number(std::string_view octets);

// ids: job id → n.
Key id(std::string_view job_id);

// jobs: (n, part): the job, then what changes of it, side by side.
enum class JobPart : std::uint8_t { job = 0, state = 1 };
struct JobKey {
  std::uint64_t n = 0;
  JobPart part = JobPart::job;
  bool operator==(const JobKey&) const = default;
};
Key job(std::uint64_t n);
Key job_state(std::uint64_t n);
std::optional<JobKey> parse_job(std::string_view key);
Range jobs(std::uint64_t first_n, std::size_t limit);  // both parts count

// queue: (route, priority, lane, n) → nothing. The lane is a campaign's name, or empty.
struct Lane {
  std::string route;
  Priority priority = Priority::normal;
  std::string name;
  auto operator<=>(const Lane&) const = default;
};
struct QueueKey {
  Lane lane;
  std::uint64_t n = 0;
  bool operator==(const QueueKey&) const = default;
};
Key queue(const Lane& lane, std::uint64_t n);
std::optional<QueueKey> parse_queue(std::string_view key);
Range lane_range(const Lane& lane, std::uint64_t first_n, std::size_t limit);

// calendar: (time, n, cause[, smsc, message id]) → Appointment. The cause is in the key, so that two reasons to look at
// one job in the same millisecond are two rows; parked_due has no n and is told apart by what it names; stray_due has both.
struct CalendarKey {
  Wall at{};
  std::uint64_t n = 0;
  Cause cause = Cause::due;
  bool operator==(const CalendarKey&) const = default;
};
Key calendar(Wall at, std::uint64_t n, const Appointment& appointment);
std::optional<CalendarKey> parse_calendar(std::string_view key);
Range calendar_until(Wall now, std::size_t limit);  // all that is due at `now` or before

// inflight: (smsc, n, segment) → sequence, as number(): claimed, unanswered.
struct InflightKey {
  std::string smsc;
  std::uint64_t n = 0;
  std::uint32_t segment = 0;
  bool operator==(const InflightKey&) const = default;
};
Key inflight(std::string_view smsc, std::uint64_t n, std::uint32_t segment);
std::optional<InflightKey> parse_inflight(std::string_view key);
Range inflight_all(std::size_t limit);
Range inflight_of(std::string_view smsc, std::size_t limit);

// sent → Sent and parked → Parked: (smsc, message id as folded by the SMSC's alias).
struct MessageKey {
  std::string smsc;
  std::string message_id;
  bool operator==(const MessageKey&) const = default;
};
Key sent(std::string_view smsc, std::string_view message_id);
// sent → Sent of the newest message to `destination` (digits) whose id was never learned: told apart from ids by a
// first octet that no id has.
Key stray(std::string_view smsc, std::string_view destination);
Key parked(std::string_view smsc, std::string_view message_id);
std::optional<MessageKey> parse_message(std::string_view key);

// people: number → Person.
Key person(std::string_view number);
// people: the keyed hash of somebody's number who was forgotten → what blocks it. Told apart from numbers by a first
// octet that no number has.
Key forgotten(std::string_view hash);
Range people(std::string after_key, std::size_t limit);  // behind that key; "": from the first
bool is_forgotten(std::string_view people_key);
Key any_forgotten();  // of meta

// accounts: (account, invoice) → Account; without invoice the account's own row.
struct AccountKey {
  std::string account;
  std::string invoice;
  bool operator==(const AccountKey&) const = default;
};
Key account(std::string_view account, std::string_view invoice = {});
std::optional<AccountKey> parse_account(std::string_view key);
Range account_all(std::string_view account, std::size_t limit);  // its own row and its invoices'
Range accounts(std::string after_key, std::size_t limit);        // behind that key; "": from the first

// by_account, by_number, by_campaign: (name, n) → nothing.
struct ByKey {
  std::string name;
  std::uint64_t n = 0;
  bool operator==(const ByKey&) const = default;
};
Key by_account(std::string_view account, std::uint64_t n);
Key by_number(std::string_view number, std::uint64_t n);
Key by_campaign(std::string_view campaign, std::uint64_t n);
std::optional<ByKey> parse_by(std::string_view key);
Range by_account_range(std::string_view account, std::uint64_t first_n, std::size_t limit);
Range by_number_range(std::string_view number, std::uint64_t first_n, std::size_t limit);
Range by_campaign_range(std::string_view campaign, std::uint64_t first_n, std::size_t limit);

// stages: (account, stage, due date) → n of the job that has it.
struct StageKey {
  std::string account;
  std::string stage;
  std::string due_date;
  bool operator==(const StageKey&) const = default;
};
Key stage(std::string_view account, std::string_view stage, std::string_view due_date);
std::optional<StageKey> parse_stage(std::string_view key);
Range stages(std::string after_key, std::size_t limit);  // behind that key; "": from the first

// campaigns: name → Campaign.
Key campaign(std::string_view name);
Range campaigns(std::size_t limit);
Range campaigns_after(std::string_view name, std::size_t limit);  // behind that one, in their order; "": all

// events: seq → Event. seq rises from 1 without gaps.
Key event(std::uint64_t seq);
std::optional<std::uint64_t> parse_event(std::string_view key);
Range events(std::uint64_t first_seq, std::size_t limit);

// consumers: name → Consumer.
Key consumer(std::string_view name);
Range consumers(std::size_t limit);

// parts: (smsc, source, destination, kind of reference, reference, total) → HeldMessage. Addresses as digits.
enum class ReferenceKind : std::uint8_t { udh8 = 0, udh16 = 1, sar = 2 };
struct PartsKey {
  std::string smsc;
  std::string source;
  std::string destination;
  ReferenceKind kind = ReferenceKind::udh8;
  std::uint32_t reference = 0;
  std::uint8_t total = 0;
  bool operator==(const PartsKey&) const = default;
};
Key parts(const PartsKey& message);
std::optional<PartsKey> parse_parts(std::string_view key);
Range parts_all(std::size_t limit);
// The rest of such a key behind the SMSC's name, as an appointment names it, and the key of both.
std::string parts_rest(const PartsKey& message);
Key parts(std::string_view smsc, std::string_view rest);

// references: E.164 number → References.
Key references(std::string_view number);

// conversations: (number, event) → Heard, in the order they were told. Of ByKey's form, n the event's seq.
Key conversation(std::string_view number, std::uint64_t seq);
Range conversation_range(std::string_view number, std::uint64_t first_seq, std::size_t limit);
Range conversations(std::string after_key, std::size_t limit);  // behind that key; "": from the first

// calls: (campaign or nothing, n) → nothing, of jobs whose person is to be phoned. Of ByKey's form.
Key call(std::string_view campaign, std::uint64_t n);
Range calls_all(std::string after_key, std::size_t limit);  // behind that key; "": from the first
Range calls_of(std::string_view campaign, std::uint64_t first_n, std::size_t limit);

// reports: (day, campaign, stage) → Tally. Days since 1970, in UTC; in their order.
struct ReportKey {
  std::uint32_t day = 0;
  std::string campaign, stage;
  auto operator<=>(const ReportKey&) const = default;
};
Key report(const ReportKey& row);
std::optional<ReportKey> parse_report(std::string_view key);
Range reports_before(std::uint32_t day, std::size_t limit);
// From that row on, without those of `end_day` and later days.
Range reports_from(const ReportKey& first, std::uint32_t end_day, std::size_t limit);

// meta "inbox/" (class, seq) → InboxRow, of what holds somebody for a reply: the hold "h" seq. In the order they were laid.
enum class InboxClass : std::uint8_t { waiting = 0, term = 1 };  // for a person; until it is over by itself
struct InboxKey {
  InboxClass kind = InboxClass::waiting;
  std::uint64_t seq = 0;
  bool operator==(const InboxKey&) const = default;
};
Key inbox(InboxClass kind, std::uint64_t seq);
std::optional<InboxKey> parse_inbox(std::string_view key);
struct InboxRow {  // (time, number: rest)
  Wall at{};  // when the hold was laid
  std::string number;
  bool operator==(const InboxRow&) const = default;
};
std::string inbox_value(const InboxRow& row);
std::optional<InboxRow> parse_inbox_value(std::string_view octets);
Range inbox_range(InboxClass kind, std::uint64_t first_seq, std::size_t limit);

// meta "hold/" id → whose it is: 'a' or 'n', and the account or the number.
struct HoldOwner {
  bool is_number = false;
  std::string name;
  bool operator==(const HoldOwner&) const = default;
};
Key hold(std::string_view id);
std::string hold_owner(const HoldOwner& owner);
std::optional<HoldOwner> parse_hold_owner(std::string_view octets);

// meta: "format" → number; "engine" → EngineMark; "events_first" → number; "low/" (route, priority, lane) → number, the
// lane's low mark: nothing of it is queued below; "paused/" smsc → nothing, while that link is paused; "dialect/" smsc →
// number, the engine::MessageIdForm its receipts were found to have; "secret" → kSecretOctets octets, the key of keyed hashes;
// "strange/" smsc → nothing, while its receipts name messages by ids that are none of ours.
// "inbox/" (above). "bad/" number → nothing, while it is told as bad; "hold/" id (above); "forgotten" → nothing, once anybody was; "retention" → RetentionMark.
// "campaign/" name → nothing, while a start has to know of it: paused, being imported, a walk or a canary not done.
Key format();
Key engine_mark();
Key events_first();
Key retention();
Key secret();
Key bad(std::string_view number);
std::optional<std::string> parse_bad(std::string_view key);        // the number
Range bad_all(std::string_view after_number, std::size_t limit);  // in their order, behind that one; "": all
Key low_mark(const Lane& lane);
std::optional<Lane> parse_low_mark(std::string_view key);
Range low_marks(std::size_t limit);
Range low_marks_from(const Lane& lane,
                     std::size_t limit);  // of its route and priority, that lane's and those behind it
Key paused(std::string_view smsc);
std::optional<std::string> parse_paused(std::string_view key);  // the SMSC's name
Range paused_all(std::size_t limit);
Key dialect(std::string_view smsc);
std::optional<std::string> parse_dialect(std::string_view key);  // the SMSC's name
Range dialects(std::size_t limit);
Key strange(std::string_view smsc);
std::optional<std::string> parse_strange(std::string_view key);  // the SMSC's name
Range strange_all(std::size_t limit);

Key busy_campaign(std::string_view name);
std::optional<std::string> parse_busy_campaign(std::string_view key);  // its name
Range busy_campaigns(std::size_t limit);

}  // namespace dunlin::store::keys
