// The mind of the gateway. It does no I/O, reads no clock and starts no thread: it is fed inputs and the rows they need, and a turn makes of them
// one batch of writes and a list of effects, which Gateway releases once the batch is on disk. Nothing that promises has another way out.
//
// An input whose rows are not known yet is postponed, never the turn: handlers read everything first and write only when all of it was there.
//
//   intake.cpp    what upstream asks for          dispatch.cpp  who is claimed, decided and handed over
//   carry.cpp     a job as PDUs, its reference
//   decisions.cpp what is known at the last moment, and what it means
//   holds.cpp     who is left alone for a while    accounts.cpp  what upstream has said since
//   payments.cpp  of all, of a part, taken back    forget.cpp    a person is forgotten     numbers.cpp  that nothing reaches
//   stops.cpp     blocks, consents, cancels          correlate.cpp answers of the SMSC, doubts
//   inbound.cpp   deliver_sm: which of them it is  receipts.cpp  receipts, placed
//   parked.cpp    receipts that wait               settle_doubt.cpp  doubts that receipts settle
//   replies.cpp   what people answer               reassembly.cpp  in parts
//   retention.cpp what is older than it is to be kept
//   campaigns.cpp imports, pauses, cancels and approvals; campaign_walks.cpp what follows of them, job by job; canary.cpp first few, then the rest
//   schedule.cpp  the calendar: retries, expiry, doubts that are due     receipts_due.cpp  receipts that do not come
//   answers.cpp   what is answered to replies      inbox.cpp     what a person makes of them
//   escalations.cpp who takes over: other channels, the call list
//   explain.cpp   why something was sent or not, and what would become of it
//   plans.cpp     jobs that follow a plan, step by step
//   reports.cpp   what is counted of all of them, day by day
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <dunlin/smpp/receipt.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "dunning/calendar.hpp"
#include "dunning/decide.hpp"
#include "engine/counters.hpp"
#include "engine/decisions.hpp"
#include "engine/dialect.hpp"
#include "engine/hours.hpp"
#include "engine/lanes.hpp"
#include "engine/links.hpp"
#include "engine/newest.hpp"
#include "engine/parts.hpp"
#include "engine/requests.hpp"
#include "engine/retention.hpp"
#include "engine/routes.hpp"
#include "engine/settings.hpp"
#include "engine/transitions.hpp"
#include "engine/turn.hpp"
#include "store/rows.hpp"

namespace dunlin::dunning {
struct Classified;  // replies.hpp
class Replies;
struct Plan;
struct PlanMoment;
struct NextStep;
class TimeZone;
}

namespace dunlin::engine {

struct GatewayMemory;   // gateway.hpp
struct InboundMessage;  // inbound_message.hpp
struct Reply;           // reply.hpp
struct ExplainedJob;    // explain.hpp

// National and international forms of one number, in digits, share their last ones; short codes and names must be equal.
bool same_number(std::string_view a, std::string_view b);

// Under which what an SMSC has of a number is kept here: jobs under way, doubts, parked receipts. With a '+' or without.
std::string at_smsc(std::string_view smsc, std::string_view number);

using store::keys::HoldOwner;

class Engine {
 public:
  // Inputs handled in one turn; the rest waits for the next.
  static constexpr std::size_t kTurnInputsMax = 4096;
  static constexpr std::size_t kClaimsPerTurnMax = 4096;
  // Cached rows, in octets. The store's rows of what is in the windows and next in line fit many times over.
  static constexpr std::size_t kCacheOctetsMax = 24 << 20;
  // Where every reference at a number is in use, a long message to it is looked at again after this.
  static constexpr std::chrono::milliseconds kReferenceWait{std::chrono::minutes{10}};
  // A text that can't be rendered any more (a reload took its template away) is tried again after this, until the job expires.
  static constexpr std::chrono::milliseconds kTemplateWait{std::chrono::minutes{10}};
  // Tries after a temporary refusal; the delay doubles from kRetryFirst to kRetryLongest, and never reaches past `expires`.
  static constexpr std::uint32_t kAttemptsMax = 10;
  static constexpr std::chrono::milliseconds kRetryFirst{std::chrono::seconds{15}};
  static constexpr std::chrono::milliseconds kRetryLongest{std::chrono::minutes{30}};
  // A receipt that came before its response waits this long; then it is told as receipt_unmatched.
  static constexpr std::chrono::milliseconds kParkedFor{std::chrono::minutes{5}};
  static constexpr std::size_t kParkedMax = 100'000;  // beyond: told at once
  // Receipts in a row that no id of ours placed, after which those of that SMSC settle no doubts, until one is placed.
  static constexpr std::uint32_t kStrangeAfter = 3;
  // What looks like a receipt without being flagged as one is parked, too, while its number has submits unanswered there: its id may be
  // theirs. When they are answered, or after kParkedFor, it is a person's message. Beyond: at once.
  static constexpr std::size_t kUnflaggedMax = 1000;
  static constexpr std::chrono::milliseconds kQueryWait{std::chrono::minutes{5}};  // for the answers of query_sm; then the job ends without
  static constexpr std::uint32_t kFailuresBad = 3;  // texts to a number in a row that failed for good
  static constexpr std::size_t kConsumersMax = 1000;  // beyond: refused
  static constexpr std::chrono::milliseconds kCalendarPeriod{1000};  // looked at this often even when nothing was appointed since
  static constexpr std::size_t kCalendarSliceMax = 1000;  // rows looked at a turn, so that an opening window is no burst

  Engine(Settings settings, Links& links);

  // Reads marks, lanes and what is in flight. Errors: "store_newer", "store_corrupt", "store_io".
  [[nodiscard]] Result<void> restore(store::Kv& kv, Now now);

  void add(Input input) { fresh_.push_back(std::move(input)); }
  // There are inputs that a turn could handle now.
  bool ready_inputs() const { return !fresh_.empty() || (learned_ && !waiting_.empty()); }
  bool sweeping() const;
  void commit_took(std::chrono::nanoseconds took) { counters_.commit_seconds.observe(std::chrono::duration<double>(took).count()); }
  std::size_t inputs_waiting() const { return fresh_.size() + waiting_.size(); }
  Effects turn(Now now);
  Fetch take_fetch();
  void learn(const std::vector<store::Key>& keys, const std::vector<std::optional<std::string>>& values);
  void committed(std::uint64_t turn) { rows_.committed(turn); }
  void set_usage(const store::Usage& usage);

  void stop_dispatch() { draining_ = true; }
  // What this SMSC's link has claimed and not handed over comes back to its queue with the next turn.
  void take_back(const std::string& smsc);
  void reload(Settings settings);
  Wall next_due() const { return next_due_; }
  bool dispatching(Now now) const { return !draining_ && now.steady >= suspended_until_; }
  bool room() const { return room_; }
  const Settings& settings() const { return settings_; }
  const Counters& counters() const { return counters_; }
  const std::array<std::uint64_t, store::kStates>& jobs_by_state() const { return jobs_by_state_; }
  GatewayMemory memory() const;
  std::uint64_t last_event() const { return last_event_; }
  std::uint64_t first_event() const { return first_event_; }
  double oldest_ready_seconds(Now now);
  const std::optional<Error>& corrupt() const { return corrupt_; }
  std::optional<Error> take_clock_warning() { return std::exchange(clock_warning_, std::nullopt); }
  struct Note {  // for the log
    Severity severity;
    std::string sentence;
  };
  std::vector<Note> take_notes() { return std::exchange(notes_, {}); }
  const Dialect& dialect(const std::string& smsc);
  std::size_t parts_held(const std::string& smsc) const;  // messages that wait for their other parts
  const std::array<std::uint64_t, 2>& inbox_size() const { return inbox_; }  // holds of replies, by store::keys::InboxClass
  double inbox_oldest_seconds(Now now) const { return inbox_oldest_ ? std::max(0.0, std::chrono::duration<double>(now.wall - *inbox_oldest_).count()) : 0; }
  const std::string& secret() const { return secret_; }  // the key of this store's keyed hashes

 private:
  enum class Handled : bool { no, yes };  // no: rows are missing; nothing was written, try again when they are there

  template <class Row>
  struct Loaded {
    bool known = false;
    std::optional<Row> row;
  };
  Loaded<JobAt> load_job(std::uint64_t n);
  Loaded<JobAt> load_row(std::uint64_t n);  // also of what is being discarded, which is no job to anybody else
  bool in_open_import(const JobAt& at);     // its file is not whole yet
  Loaded<std::uint64_t> load_number(std::string_view job_id);

  Handled handle(Input& input);
  Handled handle(std::unique_ptr<Request>& request);
  Handled handle(LinkEvent& event);

  // Intake.
  Handled handle(SubmitJob& request);
  Handled handle(CancelJob& request);
  Handled handle(ResolveJob& request);
  Handled handle(RecordPayment& request);
  Handled handle(PutConsent& request);
  Handled handle(DeleteConsent& request);
  Handled handle(AckEvents& request);
  Handled handle(PauseLink& request);
  Handled handle(PutHold& request);
  Handled handle(ReleaseHold& request);
  Handled handle(ChangeJob& request);
  Handled handle(ChangeAccount& request);
  Handled handle(Forget& request);
  Handled handle(ClearBad& request);
  Handled handle(ReadNumber& request);
  Handled handle(PreviewJob& request);
  Handled handle(ExplainJobs& request);
  Handled handle(ReadPlans& request);
  Handled handle(OpenCampaign& request);
  Handled handle(CloseCampaign& request);
  Handled handle(ChangeCampaign& request);
  Handled handle(ClearCall& request);
  Handled handle(ChangeInbox& request);
  Handled handle(AnswerPerson& request);
  struct Admitted {
    std::optional<Wall> not_before;
    Wall expires_at{};
    bool consent = false;  // the job's own was added
  };
  // What a new job must be that check_job() can't tell, with what it says of its consent added to `facts`.
  Result<Admitted> admit(const store::Job& job, const store::JobState& begun, const std::string& country, Standing& facts, Wall now);
  std::optional<std::string> why_not_sending(const store::Job& job);
  std::optional<std::string> taken_by(const Standing& standing, std::uint64_t n);
  std::optional<ExplainedJob> explained(const JobAt& at, dunning::Calendar& calendar, Wall when);
  void accept(store::Job job, store::JobState state, const Standing& standing);
  JobAt write_new(store::Job job, store::JobState state);
  void enter(JobAt& at, const Standing& facts, const std::optional<std::string>& refused = {});
  Loaded<std::optional<Error>> import_of(std::uint64_t n, const SubmitJob& request);

  // Plans (plans.cpp).
  Result<void> begin_plan(store::Job& job, store::JobState& state, std::string_view country, Wall now);
  Wall expiry_of_step(const store::Job& job, const store::JobState& state, Wall at) const;
  void wake_plan(const JobAt& at);
  void note_step(JobAt& at, store::State from);
  bool wait_longer(JobAt& at);
  struct StepMoment {
    bool comes = true;  // false: its day has passed
    std::optional<Wall> at;
  };
  StepMoment moment_of_step(const JobAt& at, const Standing& facts) const;
  bool plan_anew(JobAt& at, const Standing& facts);  // false: its day has passed
  void move_step(JobAt& at, const Standing& facts);
  const dunning::Plan* plan_of(const store::Job& job) const;
  std::optional<dunning::PlanMoment> plan_moment(const JobAt& at, const Standing& facts, const dunning::Plan& plan) const;
  Handled plan_due(JobAt& at);
  Handled stop_plan(JobAt& at, const Standing& facts);
  void end_plan(JobAt& at, const std::string& why);
  Handled end_answered(JobAt& at);
  Handled follow_again(const JobAt& at);
  bool plan_lets_again(const JobAt& at);
  Handled go_on(JobAt& at, const Standing& facts);
  Handled take_next(JobAt& at, const dunning::Plan& plan, const dunning::PlanMoment& moment, std::optional<std::size_t> handing);
  JobAt next_job(const JobAt& at, const dunning::Plan& plan, const dunning::PlanMoment& moment, const dunning::NextStep& next) const;

  // Links.
  Handled handle(SubmitAnswered& event);
  Handled handle(SubmitUnanswered& event);
  Handled handle(SubmitReturned& event);
  Handled handle(Inbound& event);
  Handled handle(LinkChanged&) { return Handled::yes; }
  Handled handle(QueryAnswered& event);
  Handled handle(Available& event);
  Handled handle(Due& due);
  Handled handle(Recovered& recovered);

  // A job's life.
  void transition(JobAt& at, TransitionCause cause, std::string reason, std::string_view rule = {});
  void save(JobAt& at);  // counted in its report
  void tell(store::Event event);
  void enqueue(JobAt& at, bool prepared = false);
  void dequeue(const JobAt& at);
  void ready_again(JobAt& at);
  void left_the_window(const JobAt& at);
  void appoint(Wall when, std::uint64_t n, store::Appointment appointment);
  void settle(JobAt& at);
  void retry_or_give_up(JobAt& at);
  void into_doubt(JobAt& at);
  void out_of_doubt(const JobAt& at);
  bool strays_known(const JobAt& at);  // false: the row is wanted; who does not wait for it leaves a stray that may be many
  void leave_stray(const JobAt& at);
  void remember_stray(const JobAt& at);  // its row is known
  void resend(JobAt& at, std::string reason);
  // `no_receipt`: why segments ended without one, or empty.
  void fold(JobAt& at, std::string_view no_receipt = {});
  void claim_withdrawn(JobAt& at, std::uint32_t segment);
  void accepted_by_smsc(JobAt& at, std::uint32_t segment, const std::string& message_id);
  void defer(JobAt& at, Wall until, const std::string& reason, std::string_view rule = {});
  void hold(JobAt& at, std::optional<Wall> until, const std::string& reason);

  // Decisions.
  // `when`: of another moment than now.
  Standing standing(std::uint64_t n, const store::Job& job, const store::JobState& state, std::optional<Wall> when = {});
  Standing standing(const JobAt& at) { return standing(at.n, at.job, at.state); }
  // `smsc`: where it would leave now; null: not said yet.
  dunning::Facts facts_of(const JobAt& at, const Standing& standing, const SmscSettings* smsc = nullptr);
  Window window_of(const store::Job& job, const store::JobState& state, std::chrono::milliseconds least);
  Wall valid_until(const store::Job& job, const store::JobState& state, std::chrono::milliseconds least);
  // The job as it would leave now: its newest values, its text; as long as the others are. `written`: where it is put
  // together, if it has to be. Errors: as compose()'s.
  Result<const store::Job*> composed(const JobAt& at, const Standing& standing, store::Job& written) const;
  bool counted_known(const JobAt& at);
  void begin(JobAt& at, const Standing& standing);
  void count(JobAt& at);
  void settle_counts(JobAt& at);
  void take_stage(JobAt& at, const std::string& due_date);
  void free_stage(JobAt& at);
  enum class Verdict : std::uint8_t { send, settled };
  Verdict settle_as(JobAt& at, const dunning::Decision& decision);

  // Stops.
  struct Stopped {
    PaymentResult result;
    std::vector<HandedUpTo> wait;
  };
  void stop_job(JobAt& at, TransitionCause cause, const std::string& reason, Stopped& stopped);
  void take_back_job(JobAt& at, std::vector<HandedUpTo>& wait);
  void release_job(JobAt& at, const std::string& reason);
  void look_again(JobAt& at);
  // Holds.
  struct HoldRow {  // of whom it is of; neither: not known yet
    std::optional<store::Person> person;
    std::optional<store::Account> account;
    std::vector<store::Hold>* holds();
  };
  HoldRow hold_row(const HoldOwner& owner);
  void put_hold_row(const HoldOwner& owner, const HoldRow& row);
  store::Hold lay_hold(const HoldOwner& owner, std::vector<store::Hold>& holds, std::string reason, std::optional<Wall> until, std::string job = {});
  // Laid once, however often it is asked for. Errors: "too_many", "missing", "bad_value".
  Result<store::Hold> hold_once(const HoldOwner& owner, std::vector<store::Hold>& holds, const std::string& reason, std::optional<Wall> until);
  void tell_hold(store::EventType type, const HoldOwner& owner, const store::Hold& hold);
  void hold_queued(JobAt& at, const store::Hold& laid, std::vector<HandedUpTo>& wait);
  Handled end_hold(const std::string& id, bool over, std::function<void(bool)> finish);
  void ask_who_is_there(ChangeInbox& request);
  void inbox_row(const std::string& number, const store::Hold& hold, bool lies);
  void hold_ended(JobAt& at, const store::Hold& hold);
  // Who takes over (escalations.cpp). `at` changes, and the caller saves it. `why` is for people: "unpaid, silent".
  void escalate(JobAt& at, const std::string& why);
  void hand_off(JobAt& at, store::Handoff channel, const std::string& why);
  void list_call(JobAt& at, const std::string& why);
  void ended(const JobAt& at);
  Handled handoff_due(JobAt& at);
  Handled escalation_due(JobAt& at, const std::string& why);
  void look_at_escalation(const JobAt& at);
  void look_at_end(const JobAt& at);
  void call_row(const JobAt& at, bool lies);
  store::Event event_about(store::EventType type, const JobAt& at);
  // Answers to people (answers.cpp).
  struct AnswerJob {
    std::string number, text;
    store::AnswerKind kind = store::AnswerKind::automatic;
    Wall expires{};
    const store::Job* about = nullptr;  // what they answered; null: nothing
    std::string id{};                   // of the job; empty: one of its own
  };
  struct ClerksAnswer {
    std::string id;     // for it; empty: one of its own
    bool made = false;  // that job was made for the same words
  };
  Loaded<ClerksAnswer> clerks_answer(const AnswerPerson& request);
  Result<std::string> make_answer(const AnswerJob& answer);
  void answer_reply(const Reply& reply);
  bool may_answer(const Reply& reply, const store::Person& person) const;
  const dunning::TimeZone* zone_of(const store::Job& job, const std::string& country) const;
  Handled resolve_held(ResolveJob& request, JobAt& at);
  // Payments, and what is said of accounts.
  void tell_payment(store::EventType type, const RecordPayment& request);
  void look_over(const std::string& account, const std::string& invoice, std::function<void(LookedOver)> finish);
  static Result<std::string> agreed_currency(const std::string& given, const LookedOver& seen);
  Handled pay_part(RecordPayment& request, store::Account account);
  Handled reverse_part(RecordPayment& request, store::Account account);
  void apply_parts(RecordPayment& request);
  void bring_back(RecordPayment& request);
  void release_told(JobAt& at);
  bool owed_again(JobAt& at, const std::string& why);
  // Consents.
  void put_purpose(PutConsent& request, store::Person& person, Wall at);
  void name_currency(const store::Job& job, const store::Account& invoice);

  // Forgetting a person (forget.cpp), and numbers that nothing reaches (numbers.cpp).
  struct Forgetting {
    std::vector<Answer<Forgotten>> answers;
    Forgotten result;
    std::string calendar_key;  // is there until all is done
    std::uint64_t events_from = 0;
    bool running = false;
    bool left = false;  // something is under way: another pass
    bool waits = false;  // for that pass
    bool told = false;  // the events are done
  };
  store::Lookup<store::Person> person_of(const std::string& number);
  void begin_to_forget(const std::string& number);
  Handled forget_due(const Due& due);
  void forget_pass(const std::string& number);
  void forget_job(JobAt& at, Forgetting& forgetting);
  void next_pass(const std::string& number);
  Handled forget_more(const std::string& number);
  void go_on_forgetting(const std::string& number);
  Handled forget_person(const std::string& number);
  void forget_conversation(const std::string& number);
  void forget_events(const std::string& number);
  void judge_number(const JobAt& at);
  void set_bad(const std::string& number, store::Person& person, std::string reason, store::Event event);
  void clear_bad(const std::string& number, store::Person& person);

  // Retention (retention.cpp).
  void apply_retention();
  void read_old_jobs();
  void read_old_stages();
  void read_old_conversations();
  void end_slice();
  Handled apply_retention_to(const RetentionItem& item);
  Handled erase_job(const JobAt& at);
  void erase_rows_of(const JobAt& at);
  void erase_texts_of(JobAt& at);
  Handled erase_stage(const OldStage& stage);
  // `place`: where the walk over them is; `next_place`: of what follows them, null: the round is over.
  template <class Row>
  void read_old_of(store::Range range, std::string& place, std::string* next_place);
  template <class Row>
  Handled erase_old_of(const OldRow& old);
  void joins(const JobAt& at);  // a job that is new, to the walk that looks for what has none
  void erase_texts_of_events();
  // Campaigns (campaigns.cpp). A turn changes a campaign's row here and writes it once, at its end. Null: the row is not known
  // yet, and now wanted; one that is not on disk is there as if it were empty.
  struct CampaignNow {
    store::Campaign row;
    bool dirty = false, there = false, erased = false;
  };
  CampaignNow* campaign_now(const std::string& name);
  const store::Campaign* campaign_of(const std::string& name);
  store::Campaign& change_campaign(const std::string& name);  // its row is known
  void write_campaigns();
  void note_busy(const std::string& name, const store::Campaign& row);
  void note_campaign(const std::string& name, const store::Campaign& row, bool there);
  void tell_campaign(const std::string& name, std::string reason);
  void count_in_campaign(const JobAt& at, std::optional<store::State> from, std::optional<store::State> to);
  void finish_campaign(const std::string& name, store::Campaign& row);
  std::vector<HandedUpTo> silence();
  void open_lanes_of(const std::string& name, const store::Campaign& row);
  void start_walk(const std::string& name, store::CampaignWalk walk, std::uint64_t from);
  void run_campaign_walks();
  void walk_campaign(const std::string& name);
  void walked(const std::string& name, JobAt& at);
  void walk_done(const std::string& name);
  void stop_walks();
  void release_imported(JobAt& at);
  bool again_known(const JobAt& at);
  bool send_again(JobAt& at);  // false: it failed for good, or did not fail
  Result<void> restore_campaigns(store::Kv& kv);
  // The first messages (canary.cpp).
  void begin_canary(store::Campaign& row);
  void canary_claims(JobAt& at);
  void canary_moves(JobAt& at, store::State from);
  void canary_hears(const JobAt& answered, bool opt_out);
  void judge_canaries();
  void judge_canary(const std::string& name, store::Campaign& row);
  Handled canary_due(const std::string& name);
  Loaded<bool> was_submitted_as(std::uint64_t n, const store::Job& job);

  // Reports (reports.cpp). As a campaign's row: changed here, written once, at the turn's end.
  struct TallyNow {
    store::Tally row;
    bool dirty = false, there = false;
  };
  TallyNow* tally_now(const store::keys::ReportKey& key);
  void want_tally(const JobAt& at);
  void count_in_report(JobAt& at);
  Handled report_due(JobAt& at, const std::string& reply);
  void note_payment(JobAt& at, Wall paid_at, const std::string& id);
  void note_reversal(JobAt& at, const std::string& id);
  void write_reports();
  void forget_old_reports();

  struct Sweep {  // walks an index in slices, over as many turns as it takes
    store::Range range;
    bool exhausted = false;
    bool scanning = false;
    std::deque<std::uint64_t> numbers;
    std::function<void(JobAt&)> visit;
    std::function<void()> finish;
    std::string person;   // whose row is there when it finishes; "": nobody's
    std::string account;  // the same
    std::string campaign;  // whose walk it is: it goes on with another start
    bool given_up = false;
    std::function<bool(const JobAt&)> ready;  // what it needs beside is there; empty: nothing
  };
  void sweep(store::Family index, const std::string& owner, std::function<void(JobAt&)> visit, std::function<void()> finish);
  bool advance(Sweep& sweep);
  void change_consent(const std::string& number, store::Person& person, store::ConsentChange change, bool by_the_person);
  // Where a STOP is about its sender alone (senders.cpp).
  bool stop_sender(const std::string& number, store::Person& person, const std::string& sender, const std::string& word);
  bool start_sender(const std::string& number, store::Person& person, const std::string& sender, const std::string& word);
  bool is_from(const JobAt& at, const std::string& sender, const SmscSettings* smsc) const;
  bool sender_stopped(const JobAt& at, const store::Person& person, const SmscSettings* smsc) const;

  // Inbound.
  Handled receive_reply(Inbound& event, const InboundMessage& message);
  Handled receive_receipt(Inbound& event, const InboundMessage& message);
  struct ReceiptPlace {
    bool known = false;
    std::optional<store::Sent> sent;
    std::optional<MessageIdForm> form;  // where it could be of no other
  };
  text::DefaultAlphabet inbound_alphabet(const std::string& smsc) const;
  Handled take_reply(const std::shared_ptr<Reply>& reply);
  const dunning::Replies& understood() const;
  void match_reply(Reply& reply) const;
  void understand(Reply& reply);
  void hold_for(const std::shared_ptr<Reply>& reply, const std::shared_ptr<Stopped>& stopped);
  struct ReplyHold {
    std::string reason;
    std::optional<Wall> until;  // none: until it is released
  };
  std::optional<ReplyHold> hold_of(const Reply& reply) const;  // none: it holds nothing
  Handled find_stopped_sender(const std::shared_ptr<Reply>& reply);
  void tell_reply(const Reply& reply);
  void heard_from(const Reply& reply);
  // Replies in parts (reassembly.cpp). `rest`: of the key in `parts`, behind the SMSC's name.
  Handled receive_part(Inbound& event, const InboundMessage& message, const PartOf& part);
  Handled make_room(const std::string& smsc, HeldIndex& index);
  Handled tell_held(const std::string& smsc, const std::string& rest, const store::HeldMessage& held, Inbound* last);
  void held_was_told(const std::string& smsc, const std::string& rest, const store::HeldMessage& held, std::vector<HandedUpTo> wait);
  void let_in_what_is_behind(const std::string& key);
  Handled parts_due(const store::Appointment& appointment);
  void restore_held(const store::Row& row);
  ReceiptPlace place_receipt(const std::string& smsc, const smpp::Receipt& receipt, const std::string& destination);
  void learn_form(const std::string& smsc, MessageIdForm form);
  void apply_receipt(JobAt& at, std::uint32_t segment, const store::ParkedReceipt& receipt);
  // What receipts that no message id places may still settle: the one job in doubt at their number, while nothing else is under
  // way to it and no stray is left there that they may be of. What is parked there counts, and `newest`, which is not yet.
  enum class Doubt : std::uint8_t { missing_rows, none, settled };
  Doubt settle_doubt(const std::string& smsc, const std::string& destination, const store::ParkedReceipt* newest);
  Loaded<bool> stray_misleads(const std::string& smsc, const std::string& destination, const JobAt& doubted);
  Loaded<bool> names_answered(const std::string& smsc, const store::ParkedReceipt& receipt);
  // Whether an SMSC's receipts name messages by ids of ours at all: one did, one did not.
  void ids_match(const std::string& smsc);
  void ids_differ(const std::string& smsc);
  // Receipts that came before the response with this id; they are parked no longer.
  struct Early {
    bool known = false;
    std::vector<store::ParkedReceipt> receipts;
    std::optional<MessageIdForm> form;
  };
  Early early_receipts(const std::string& smsc, const std::string& message_id, const std::string& destination);
  void apply_early(JobAt& at, std::uint32_t segment, std::vector<store::ParkedReceipt> receipts);
  void unpark(const std::string& smsc, const store::Key& key, const store::ParkedReceipt& first);
  std::vector<store::Key> parked_at(const std::string& smsc, const std::string& destination) const;
  void park(const std::string& smsc, const store::ParkedReceipt& receipt, store::Parked parked);
  Handled parked_due(const store::Appointment& appointment);
  void restore_parked(const store::Row& row);
  void unmatched(const std::string& smsc, const store::ParkedReceipt& receipt);
  // What may be a receipt or a person's message (kUnflaggedMax).
  struct Unflagged {
    std::uint32_t telling = 0;     // told as a person's message under this number; 0: it waits
    store::Parked row{};           // then, as it is on disk
    std::vector<Inbound> behind{};  // what came under its key meanwhile, unanswered
  };
  void release_unflagged(const std::string& place);
  Handled tell_unflagged(const store::Appointment& appointment, const store::Key& key);
  void unflagged_was_told(std::uint32_t telling);
  bool mark_unflagged(const Inbound& event, store::ParkedReceipt& told, const store::Parked& parked);

  // Receipts that do not come.
  std::chrono::milliseconds receipt_timeout(const std::string& smsc) const;
  void validity_ended(JobAt& at);
  Handled receipt_due(JobAt& at, bool asked);
  bool ask_instead(const JobAt& at);
  void end_without_receipt(JobAt& at, std::string_view why);
  bool forget_sent(const JobAt& at);  // false: rows are missing
  bool sent_known(const JobAt& at);
  void answer_inbound(const Inbound& event, smpp::CommandStatus status, std::vector<HandedUpTo> wait = {});

  // Dispatch.
  void dispatch();
  bool dispatch_from(const LaneKey& key, Lane& lane, const RouteSettings& route);
  std::uint16_t begun_at(const JobAt& at) const;
  bool any_room(const RouteSettings& route, const JobAt& at);
  const std::string* choose(const RouteSettings& route, const store::Job& job, const JobAt& at, bool& wait);
  // A job as PDUs, and what its row has to say of them once it is claimed.
  struct Carriage {
    bool known = false;    // false: rows are missing
    bool wait = false;     // every reference at its number is in use
    std::string refused;   // why it can't be carried any more, or not finished as it was begun
    std::vector<smpp::SubmitSm> submits;
    std::uint32_t reference = 0;
    std::optional<store::References> references;  // to be written with the claim
  };
  // `job` as it leaves, of which `at` are the rows; `valid_until` for the SMSC.
  Carriage carry(const store::Job& job, const JobAt& at, const SmscSettings& smsc, Wall valid_until);
  static Carriage carry_on(const store::Job& job, const JobAt& at, SmscSettings smsc, Wall valid_until);
  bool forget_reference(const JobAt& at);  // false: rows are missing
  static bool may_be_long(const store::Job& job);
  bool fits(const JobAt& at, const Carriage& carriage, const std::string& smsc);
  void claim(JobAt& at, const std::string& smsc, Carriage carriage, std::string_view rule);
  void prepare_lanes();
  void move_stranded();
  void tell_demand();
  std::size_t budget(const std::string& smsc);
  const SmscSettings* smsc_named(std::string_view name) const;

  void read_calendar();
  void read_inbox();
  void watch_clock(Now now);
  void forget_old_events();
  void promise(std::function<void(Now)> keep, std::vector<HandedUpTo> wait = {}) { effects_.promises.push_back({std::move(wait), std::move(keep)}); }
  void want_range(store::Range range, std::function<void(const std::vector<store::Row>&)> sink);

  Settings settings_;
  Routes routes_;
  Links& links_;
  store::Rows rows_{kCacheOctetsMax};
  Lanes lanes_;
  Counters counters_;
  std::optional<Error> corrupt_;

  Now now_;
  Effects effects_;
  std::deque<Input> fresh_, waiting_;
  bool learned_ = true;  // rows came since the waiting inputs were last tried
  Fetch fetch_;
  std::list<Sweep> sweeps_;

  dunning::Calendar calendar_;
  std::string secret_;
  std::map<std::string, Forgetting> forgettings_;  // by number
  bool any_forgotten_ = false;
  std::uint64_t next_n_ = 1;
  std::uint64_t last_event_ = 0, first_event_ = 0;
  std::array<std::uint64_t, store::kStates> jobs_by_state_{};
  std::unordered_multimap<std::string, std::string> parked_at_;                   // at_smsc → key of `parked`
  std::map<std::string, HeldIndex> held_;                                         // by SMSC
  std::unordered_map<std::string, std::vector<Inbound>> behind_;                  // key of `parts` → what waits until that one is told
  std::unordered_set<std::string> parked_;                                        // keys of `parked`
  std::unordered_map<std::string, std::string> parked_by_text_;                   // the same by the id of the text, where the TLV's is another
  std::unordered_map<std::string, Unflagged> unflagged_;                          // keys of `parked` where no receipt is flagged
  std::unordered_map<std::uint32_t, std::string> telling_;                        // Unflagged::telling → that key
  std::uint32_t last_telling_ = 0;
  std::map<std::string, Dialect> dialects_;                                       // by SMSC
  std::map<std::string, std::uint32_t> strange_;                                  // by SMSC: receipts in a row that no id placed
  std::map<std::string, std::uint32_t> dialects_told_;                            // by SMSC: bits of the forms the log has named
  std::unordered_map<std::uint64_t, std::uint32_t> queried_;                      // n → segments asked for and not answered
  std::vector<Note> notes_;
  std::set<std::string> plans_gone_;  // that the log has named since the last reload; at most kPlansMax
  std::unordered_map<std::string, std::vector<std::pair<std::uint64_t, std::uint32_t>>> doubts_;  // at_smsc → what is in doubt there
  std::unordered_map<std::size_t, std::uint32_t> under_way_;  // hash of at_smsc → segments claimed and not settled
  std::unordered_map<std::string, std::size_t> budget_;                           // of this turn
  std::unordered_set<std::string> claimed_at_;                                    // SMSCs that this turn has claimed for
  std::map<std::pair<std::string, store::Priority>, std::string> last_lane_;
  std::size_t route_turn_ = 0;
  std::size_t claims_left_ = 0;

  std::string calendar_from_;  // everything before was handled
  std::optional<Wall> calendar_scan_;  // under way: up to when
  bool calendar_lowered_ = false;  // while the scan is under way
  RetentionWalk retention_;
  std::map<std::string, CampaignNow> campaigns_;             // of this turn
  std::map<store::keys::ReportKey, TallyNow> tallies_;       // of this turn
  Wall next_reports_{};
  bool reports_reading_ = false;
  std::map<std::string, CampaignCounts> busy_campaigns_;     // all that a start has to know of; what counts of each (kBusyCampaignsMax)
  std::map<std::uint64_t, std::string> imports_;             // those that are open → whose
  std::uint64_t last_import_ = 0;
  std::set<std::string> walks_, walking_;                    // who has a walk; whose is under way
  struct SendingAgain {
    std::vector<Answer<CampaignChanged>> answers;
    std::uint64_t resent = 0, left = 0;
  };
  std::map<std::string, SendingAgain> sending_again_;
  std::array<std::uint64_t, 2> inbox_{};
  std::optional<Wall> inbox_oldest_;  // of what waits for a person
  bool inbox_changed_ = false, inbox_reading_ = false;
  Wall next_due_{};            // no calendar row needs a look before
  Wall next_forget_{};
  bool forgetting_ = false;
  bool draining_ = false;
  bool room_ = true;
  Steady suspended_until_{};
  std::optional<Now> seen_;
  std::optional<Error> clock_warning_;
};

}  // namespace dunlin::engine
