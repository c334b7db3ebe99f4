// What can be seen of a gateway from outside, as a stream of facts: requests and their answers, octets the kernel took
// and gave, events as a reader gets them, crashes, and now and then what lies in the store. Checkers judge this stream
// alone; nothing in it comes from inside the engine but what /metrics and /v1/status show.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/status.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/counters.hpp"
#include "engine/gateway.hpp"
#include "engine/links.hpp"
#include "store/reader.hpp"

namespace dunlin::simulation {

using JobNumber = std::uint32_t;         // the client's: its id is "job-<number>", its sender "J<number>"; below kSteps
using ConnectionNumber = std::uint64_t;  // of a connection, over all lives of the gateway
inline constexpr JobNumber kNoJob = 0xFFFFFFFF;
// What a plan makes of job 7 is "job-7/overdue", from the same sender: 7 and so many times kSteps, in the order of the
// plan's steps.
inline constexpr JobNumber kSteps = 1U << 24;
constexpr JobNumber first_of(JobNumber job) { return job == kNoJob ? job : job % kSteps; }

enum class Op : std::uint8_t {
  submit,
  cancel,
  resend,
  sent,
  drop,
  payment,
  reversal,
  block,
  allow,
  pause,
  resume,
  acknowledge,
  part,           // a payment of a part
  part_reversal,  // the same, taken back
  hold,
  release,
  change_job,
  change_account,
  allow_purpose,
  block_purpose,
  delete_consent,
  forget,
  campaign_pause,
  campaign_resume,
  campaign_cancel,
  campaign_approve,
  inbox_clear,  // of what a person wrote
  inbox_dispute,
  call_done
};
std::string_view name_of(Op op);

// Something a client wants. It asks for it, with the same ids, until it has an answer.
struct Operation {
  Op op = Op::submit;
  JobNumber job = kNoJob;  // submit, cancel, resend, sent, drop
  store::Job content;      // submit
  std::string account, invoice, payment_id;
  std::optional<Wall> paid_at;
  std::string number;                // of a person: with '+'
  std::string smsc;                  // pause, resume
  std::string amount, currency;      // part, change_job, change_account
  std::string due_date;              // change_job, change_account
  std::optional<Wall> ledger_as_of;  // the same
  std::string purpose;               // allow_purpose, block_purpose
  std::string reason;                // hold, change_account that lays one
  std::optional<Wall> until;         // of a hold; change_job: its not_before
  std::string hold_id;               // release; of a hold that was laid: once it is answered
  std::uint64_t seq = 0;             // acknowledge
  std::string campaign;              // campaign_…
};
struct Asked {  // first, or again
  const Operation* operation;
};
struct Answered {
  const Operation* operation;
  std::string code;  // empty: done
  std::string detail;
  bool duplicate = false;  // submit
};

// The rows of an import. Each is asked for as a job, and is only done when the import is closed.
struct Importing {
  enum class What : std::uint8_t {
    waits,   // nothing of them may be seen
    closes,  // somebody says that they are whole: from here on they may go
    torn,    // some of them were known, and some were not
  };
  What what;
  std::string campaign;
  std::vector<JobNumber> jobs;
};

// Of the month: a command that somebody had to give, and how many rows it listed.
struct Commanded {
  std::string command;
  std::uint64_t rows = 0;
};

// The gateway's process.
struct Began {
  std::uint32_t life;         // from 1
  std::uint64_t events_last;  // told by earlier lives, as the store has it
};
struct InflightRow {
  JobNumber job;
  std::uint32_t segment;
};
enum class End : std::uint8_t { power_cut, killed, store_failed, stopped };
struct Ended {
  End how;
  std::vector<InflightRow> inflight;  // what the store lists as claimed and unanswered, after whatever was lost
};

// Connections, as the gateway's kernel sees them.
struct Connected {
  ConnectionNumber connection;
  std::string smsc;
};
struct Disconnected {  // nothing is handed over or given on it any more
  ConnectionNumber connection;
};
// The kernel has the last octet of a submit_sm.
struct HandedOver {
  ConnectionNumber connection;
  std::string smsc;
  JobNumber job;
  std::uint32_t segment;
  std::uint32_t sequence;
  Steady offered;                     // when the gateway first tried to hand over its last octet
  std::uint32_t segments = 1;         // of the message
  std::string number{};               // with '+'
  std::string text{};                 // this segment's, as a handset shows it
  std::optional<Wall> valid_until{};  // what the SMSC is told
};
// The same, of what the gateway answers to somebody who wrote.
struct AnswerHandedOver {
  std::string id;  // of the job
  HandedOver handed;
};
// The gateway is given the last octet of an answer to a submit_sm.
struct GivenAnswer {
  ConnectionNumber connection;
  std::uint32_t sequence;
  smpp::CommandStatus status;  // never ok for a generic_nack
  std::string message_id;
};

enum class DeliveryKind : std::uint8_t { receipt, stop, start, reply };
// One deliver_sm or data_sm of an SMSC; repeated until it is answered.
struct Delivery {
  DeliveryKind kind = DeliveryKind::reply;
  std::string smsc;
  std::string number;  // the person's, with '+'
  JobNumber job = kNoJob;
  std::uint32_t segment = 0;
  std::string message_id;     // receipt: as the response named it
  std::string receipt_id;     // receipt: as the receipt names it
  std::string stat;           // receipt
  bool intermediate = false;  // receipt
  std::string text;           // reply
  bool holds = false;         // reply: whoever writes this is sent nothing by itself before somebody has looked at it
  std::string intent;         // reply of the month: what it means
  std::uint32_t whole = 0;    // reply: number of the message in parts that it is of; 0: a message of its own
  std::uint8_t part = 0, total = 0;
  std::uint16_t reference = 0;
  std::uint8_t by = 0;            // 0: 8-bit UDH, 1: 16-bit UDH, 2: SAR
  std::uint32_t repetitions = 0;  // sent so often
  bool acknowledged = false;
  std::optional<std::pair<ConnectionNumber, std::uint32_t>> under_way;  // connection, sequence
};
struct Delivering {  // the SMSC sends it, first or again
  const Delivery* delivery;
};
struct DeliveryAnswered {  // the kernel has the last octet of its response
  const Delivery* delivery;
  smpp::CommandStatus status;
};

struct EventRead {
  std::uint64_t seq;
  store::Event event;
  bool again = false;  // read before, and read once more after a new start
};
struct EventMissing {  // last_event() says that it is there, the store has none
  std::uint64_t seq;
};

struct LinkSet {  // by an operator or a reload
  std::string smsc;
  std::uint32_t window, throughput;
  bool blocked;  // a kernel takes no more of some session's: what it was offered may still be handed over
};
struct Reloaded {                              // routes may have other names, and other modes
  std::optional<std::pair<int, int>> quiet{};  // quiet_hours, as minutes of a day
};
struct Calm {};  // from here on nothing goes wrong
struct Bounds {  // of memory, after every step of the gateway
  engine::GatewayMemory memory;
};

// Nothing was under way in the store: what /metrics says must be what is in it.
struct Rest {
  engine::GatewayStatus status;
  engine::Counters counters;
  std::vector<engine::LinkStatus> links;
  std::array<std::uint64_t, store::kStates> jobs{};  // rows of the store, by state
  std::map<std::string, std::uint64_t> parked;       // rows of the store, by SMSC
  std::uint64_t events_last = 0;                     // of the store
  std::string campaigns;                             // whose row counts other jobs than it has; empty: none
  std::string reports;                               // what of them is not as the jobs are; empty: all is
};
// The end of a run, after the calm.
struct Finished {
  std::string unrest;                // what did not end before the calm's longest; empty: everything did
  std::vector<store::JobView> jobs;  // every job of the store
  std::uint64_t inputs_waiting = 0;
  store::Tally reported{};  // all rows of reports, summed up
};

using Fact = std::variant<Asked, Answered, Began, Ended, Connected, Disconnected, HandedOver, GivenAnswer, Delivering,
                          DeliveryAnswered, EventRead, EventMissing, LinkSet, Reloaded, Calm, Bounds, Rest, Finished,
                          Importing, Commanded, AnswerHandedOver>;

std::string job_id(JobNumber job);
// The number of "job-7" or "J7"; kNoJob for any other.
JobNumber job_number(std::string_view name);
// Told of a job whose state stays what it is.
constexpr bool changes_nothing(store::EventType type) {
  return type == store::EventType::receipt_late || type == store::EventType::escalated ||
         type == store::EventType::handoff;
}
// Which job a fact is about; kNoJob: the gateway, a link, a person.
JobNumber job_of(const Fact& fact);
// One line for people.
std::string describe(const Fact& fact);

}  // namespace dunlin::simulation
