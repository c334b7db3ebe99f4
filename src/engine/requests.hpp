// What the outside may ask of the engine. Each carries its answer as a callback, called on the engine's thread when what it says is on disk
// (and, for what promises silence, when the kernel has the last octet that was already under way).
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "store/records.hpp"

namespace dunlin::engine {

template <class T>
using Answer = std::function<void(Result<T>)>;

// Error codes: "conflict", "no_room", "busy" (the id is a row's of an import that is not over), and those of check_job (with
// the field in `where`).
struct Accepted {
  bool duplicate = false;
};
struct SubmitJob {
  store::Job job{};
  Answer<Accepted> answer{};
  std::optional<std::string> country{};  // of its number, once that was read
  std::optional<Error> unreachable{};    // why it can't be sent a text
  // The import whose row it is (CampaignOpened), 0: of none. Its campaign is then that one's, and it waits until the import is
  // closed. Errors beside the others: "duplicate_id" (a row before it has this id), "import_over", "bad_value" on "campaign".
  std::uint64_t importing = 0;
};

// Errors: "not_found"; "too_late" with the state in `detail`.
struct Cancelled {};
struct CancelJob {
  std::string id{};
  Answer<Cancelled> answer{};
};

// Errors: "not_found", "not_in_doubt".
enum class Resolution : std::uint8_t { resend, sent, drop };
struct Resolved {
  store::State state;
};
struct ResolveJob {
  std::string id{};
  Resolution as{};
  Answer<Resolved> answer{};
};

struct PaymentResult {
  std::vector<std::string> cancelled, under_way, sent;  // job ids, at most kPaymentListMax each
  std::uint64_t cancelled_count = 0, under_way_count = 0, sent_count = 0;
  std::vector<std::string> released{};  // of a payment that was taken back: what goes on
  std::uint64_t released_count = 0;
};
// What the open jobs of an account or an invoice say: at most two of each, one is agreement.
struct LookedOver {
  std::vector<std::string> currencies, invoices;
  std::uint64_t first_n = UINT64_MAX;  // of all its jobs, also those that are over
};
// Of a part: `amount`, `currency`, `id`; what is left of the jobs' amounts is what they tell. Errors: "missing", "bad_amount",
// "bad_currency", "too_many" (kPartPaymentsMax), "not_found" (no such part to take back).
inline constexpr std::size_t kPaymentListMax = 1000;
struct RecordPayment {
  std::string account{};
  std::string invoice{};  // empty: the account's
  std::string id{};       // empty, or what makes it idempotent
  std::string amount{}, currency{};
  std::optional<Wall> paid_at{};  // default: now
  bool reversed = false;
  Answer<PaymentResult> answer{};
  std::optional<LookedOver> looked_over{};  // the engine's own
};

// Of an account or of a number, one of them. Errors: "bad_number", "bad_value", "missing", "too_many" (kHoldsMax).
struct PutHold {
  std::string account{}, number{}, reason{};
  std::optional<Wall> until{};
  Answer<store::Hold> answer{};
};
struct HoldReleased {};
struct ReleaseHold {  // Errors: "not_found"
  std::string id{};
  Answer<HoldReleased> answer{};
};

// What replaces a job's own; what is not there stays.
struct NewValues {
  std::optional<std::string> amount{}, currency{}, fee{}, due_date{};
  std::optional<Wall> ledger_as_of{};
};
// Errors: "not_found"; "too_late" with the state in `detail`; those of check_job and check_times; "too_many".
struct JobChanged {
  store::State state;
};
struct ChangeJob {
  std::string id{};
  NewValues values{};
  std::vector<store::Param> params{};
  std::optional<Wall> not_before{}, expires{};
  Answer<JobChanged> answer{};
};
// Of everything still queued of an account, or of one of its invoices. Errors: "missing", "bad_amount", "bad_currency", "bad_date",
// "bad_value", "too_many".
struct AccountChanged {
  std::uint64_t jobs = 0;  // not sent yet
  std::string hold{};      // the id of the one that was laid
};
struct ChangeAccount {
  std::string account{}, invoice{};
  NewValues values{};
  std::string hold{};  // its reason; empty: none
  std::optional<Wall> hold_until{};
  Answer<AccountChanged> answer{};
  std::optional<LookedOver> looked_over{};  // the engine's own
};

// Errors: "conflict" (a STOP's block, see the contract), "bad_number".
struct PutConsent {
  std::string number{};
  store::ConsentStatus status{};
  std::string purpose{}, source{};
  std::optional<Wall> at{};       // default: now
  std::string override_reason{};  // lifts a STOP's block
  std::string basis{};
  Answer<store::Person> answer{};
  bool stopped = false;  // the block is the person's own STOP, heard elsewhere
};
struct DeleteConsent {  // forgets an `allowed`; a block stays. Errors: "conflict"
  std::string number{};
  Answer<store::Person> answer{};
};

// The number is as good as any again, until it fails anew. Errors: "not_found", "bad_number".
struct BadCleared {};
struct ClearBad {
  std::string number{};
  Answer<BadCleared> answer{};
};

struct Acked {
  std::uint64_t seq{};
};
struct AckEvents {  // Errors: "not_found" beyond the last event
  std::string consumer{};
  std::uint64_t seq{};
  Answer<Acked> answer{};
};

struct LinkPaused {};
// Survives a restart; once a pause is answered nothing more leaves. Errors: "not_found"
struct PauseLink {
  std::string smsc{};
  bool paused{};
  Answer<LinkPaused> answer{};
};

// Erases a person; the block stays, under a keyed hash. Answered when it is on disk. Errors: "bad_number".
struct Forgotten {
  std::uint64_t jobs = 0, events = 0;
};
struct Forget {
  std::string number{};
  Answer<Forgotten> answer{};
};

// A number as people write it, as E.164. Errors: "bad_number", "not_mobile", on "number".
struct ReadNumber {
  std::string written{};
  Answer<std::string> answer{};
};

// What would become of a job (preview.hpp), at another time than now if one is named; stores nothing. Errors: as
// check_job's.
struct Preview;
struct PreviewJob {
  store::Job job{};
  std::optional<Wall> at{};
  Answer<std::shared_ptr<const Preview>> answer{};
};

// Why jobs were sent or not, and what would become of those that were not (explain.hpp); stores nothing. Numbers
// without job are left out.
struct Explanation;
inline constexpr std::size_t kExplainedMax = 20;
struct ExplainJobs {
  std::vector<std::uint64_t> jobs{};  // at most kExplainedMax
  std::optional<Wall> at{};
  Answer<std::shared_ptr<const Explanation>> answer{};
};

// Plans as people look at them (plan_view.hpp): all of them, or one and, where there is a question, its timeline. Stores
// nothing. Errors: "not_found" on "name"; those of plan_timeline().
struct ShownPlan;
struct PlanQuestion;
struct ReadPlans {
  std::string name{};  // empty: all, without a timeline
  std::shared_ptr<const PlanQuestion> question{};
  Answer<std::shared_ptr<const std::vector<ShownPlan>>> answer{};
};
// Begins the import of a campaign's rows, which wait until it is closed: whoever began it closes it, whatever happens. One that
// was open when the daemon died is discarded. `only_asks` begins nothing: it answers what one would meet. Errors: "bad_value" on "id", "conflict" (it is imported already, waits for its
// approval, or was cancelled), "busy" (what was asked of it before is not done; the rows that were discarded are still being
// erased), "too_many" (kBusyCampaignsMax), "no_room", "unavailable".
inline constexpr std::size_t kBusyCampaignsMax = 10'000;  // paused, imported, walked over, or with a canary under way
struct CampaignOpened {
  std::uint64_t import{};  // never 0, nor used twice by a process; 0: nothing was begun
  std::optional<std::uint64_t> rows_free{};  // with more rows than that another person approves of them; none: nobody has to
  std::uint32_t canary{};  // the first so many go ahead; 0: none
};
struct OpenCampaign {
  std::string name{}, template_name{};
  std::uint32_t uid{};                     // who imports
  std::optional<std::uint32_t> canary{};   // instead of `[campaigns] canary`; 0: none
  Answer<CampaignOpened> answer{};
  bool only_asks = false;
};

// All rows were answered. Either all of them count, or with `discard` nothing of them stays. Errors: "import_over".
struct CampaignClosed {
  store::CampaignStage stage{};  // approval or running; discarding
  std::uint64_t rows{};          // that count
};
struct CloseCampaign {
  std::string name{};
  std::uint64_t import{};
  bool discard = false;
  Answer<CampaignClosed> answer{};
};

// Pause: nothing of it leaves from the answer on, whatever it was about to do. Cancel: the same, for ever. Approve: by another
// uid than the import's. resend_failed: what was given up for a while's refusals or expired on its way; answered when all of
// it was looked at. Errors: "not_found", "conflict" (it is in no stage for that), "same_person", "busy", "too_many",
// "unavailable" (resend_failed when the daemon stops: it goes on with the next start).
enum class CampaignOrder : std::uint8_t { pause, resume, cancel, approve, resend_failed };
struct CampaignChanged {
  store::CampaignStage stage{};
  bool paused = false, cancelled = false;
  std::uint64_t resent = 0, left = 0;  // resend_failed: jobs that are sent again, and that failed for good
};
struct ChangeCampaign {
  std::string name{};
  CampaignOrder order{};
  std::uint32_t uid{};
  Answer<CampaignChanged> answer{};
};


// Somebody was phoned, or need not be: the job is off the call list until it has another reason. Errors: "not_found".
struct CallDone {};
struct ClearCall {
  std::string id{};  // of the job
  Answer<CallDone> answer{};
};

// What a person decides of somebody who wrote: the holds that replies have laid on the number are released (`clear`), or
// give way to one of a promise, to the end of its day and the grace, or of a dispute, until it is cleared. `wrong`: as
// `clear`, and where one of them was of a wrong number, it is told and listed as bad. Answered when nothing more leaves. Errors: "bad_number", "bad_date", "too_many" (kHoldsMax); "not_found": of `clear` no reply holds it,
// of the others no job was ever for it and nobody has written from it.
enum class InboxOrder : std::uint8_t { clear, wrong, promise, dispute };
struct InboxChanged {
  std::uint64_t released = 0;
  std::optional<store::Hold> hold{};
};
struct ChangeInbox {
  std::string number{};
  InboxOrder order{};
  std::string date{};  // of a promise: "2026-12-01"
  Answer<InboxChanged> answer{};
  std::optional<bool> seen{};  // the engine's: whether a job is there for that number, or something was written from it
};

// A clerk's own words to somebody who wrote: a job of the engine's, which no hold of the number keeps and no cap counts;
// the calendar and a block do. The same text to the same number within ten minutes is the same answer, unless the first
// has failed. Errors: "bad_number", "not_found" (that number never wrote), "conflict" (it is blocked),
// "unavailable", "no_room", and those of check_job.
struct Answered {
  std::string id;  // of the job
};
struct AnswerPerson {
  std::string number{}, text{};
  Answer<Answered> answer{};
};

using Request = std::variant<SubmitJob, CancelJob, ResolveJob, RecordPayment, PutConsent, DeleteConsent, AckEvents, PauseLink, PutHold, ReleaseHold, ChangeJob, ChangeAccount, Forget, ClearBad, ReadNumber, PreviewJob, ExplainJobs, ReadPlans, OpenCampaign, CloseCampaign, ChangeCampaign, ClearCall, ChangeInbox, AnswerPerson>;

}  // namespace dunlin::engine
