// What is older than it is to be kept goes: texts, then jobs, each by an age of its own; what is left still knows a
// repeated job.
#include "engine/retention.hpp"

#include "store/codec.hpp"
#include "store/content.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;
const std::string kNumber = "+48601000001";

std::vector<std::string> found(World& world, std::string_view what) {
  std::vector<std::string> families;
  for (std::size_t number = 0; number < store::kFamilies; ++number) {
    const auto family = static_cast<store::Family>(number);
    auto rows = world.kv.scan({family, {}, {}, 1'000'000});
    for (const store::Row& row : *rows) {
      if (row.key.find(what) != std::string::npos || row.value.find(what) != std::string::npos)
        families.emplace_back(store::family_name(family));
    }
  }
  return families;
}
std::size_t rows_of(World& world, store::Family family) { return world.kv.scan({family, {}, {}, 1'000'000})->size(); }

// Texts two hours, jobs ten, events for ever; a job expires within the hour.
struct Kept : World {
  explicit Kept(std::size_t links = 1) : World(links) {
    settings.retention = {2h, 10h, std::chrono::hours{24 * 400}};
    settings.dunning.expires_default = 1h;
    for (SmscSettings& smsc : settings.smscs) smsc.receipt_timeout = 1h;
  }
  static store::Job wordy(const std::string& id) {
    store::Job job = World::job(id, kNumber, "Dear Malgorzata");
    job.account = "acc";
    job.invoice = "inv";
    job.stage = "first";
    job.due_date = "2026-11-30";
    job.campaign = "nov";
    job.pay_url = "https://pay.example.pl/Malgorzata";
    return job;
  }
  void deliver_all() {
    for (std::uint32_t id = 1; id < smscs["alpha"].next_id; ++id)
      receipt("alpha", "id" + std::to_string(id), kNumber.substr(1));
    run(10ms);
  }
  const Erased& erased() const { return gateway->counters().erased; }
};

TEST(Retention, ErasesTheTextsOfWhatIsOverAndKnowsARepetition) {
  Kept world;
  world.start();
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  world.deliver_all();
  ASSERT_EQ(world.state("a"), State::delivered);
  world.run(1h);
  EXPECT_FALSE(found(world, "Malgorzata").empty()) << "not yet";
  world.run(90min);
  EXPECT_EQ(found(world, "Malgorzata"), Names{});
  EXPECT_EQ(world.erased().texts, 1u);
  for (int life = 0; life < 2; ++life) {
    auto again = world.submit(Kept::wordy("a"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->duplicate);
    store::Job other = Kept::wordy("a");
    other.text = "Dear Jan";
    auto refused = world.submit(other);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "conflict");
    world.crash();
  }
  const store::JobView view = world.view("a");
  EXPECT_EQ(view.state.state, State::delivered);
  EXPECT_EQ(view.job.to, kNumber);
  EXPECT_EQ(view.state.segments.at(0).message_id, "id1");
  world.events();  // no gap
}

TEST(Retention, ErasesAJobWithAllThatFindsIt) {
  Kept world;
  world.start();
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  store::Job keep = Kept::wordy("keep");
  keep.stage = "second";
  keep.expires = world.now.wall + 40h;
  keep.not_before = world.now.wall + 39h;
  ASSERT_TRUE(world.submit(keep));
  world.deliver_all();
  world.run(11h);
  EXPECT_EQ(world.erased().jobs, 1u);
  EXPECT_EQ(rows_of(world, store::Family::jobs), 2u);
  EXPECT_EQ(rows_of(world, store::Family::ids), 1u);
  for (const store::Family index : {store::Family::by_number, store::Family::by_account, store::Family::by_campaign})
    EXPECT_EQ(rows_of(world, index), 1u) << store::family_name(index);
  EXPECT_EQ(rows_of(world, store::Family::sent), 0u);
  EXPECT_EQ(rows_of(world, store::Family::stages), 2u) << "it was sent, and is not sent again";
  EXPECT_EQ(world.gateway->status(world.now).jobs[static_cast<std::size_t>(State::delivered)], 0u);
  EXPECT_EQ(world.view("keep").job.text, "Dear Malgorzata") << "not over";
  world.crash();
  EXPECT_EQ(world.gateway->status(world.now).jobs[static_cast<std::size_t>(State::delivered)], 0u);
  auto again = world.submit(Kept::wordy("a"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->duplicate) << "the id is free";
  EXPECT_EQ(world.view("a").state.reason, "duplicate") << "the stage is not";
}

TEST(Retention, KeepsAStageUntilItsDueDateIsAsOld) {
  Kept world;
  world.settings.retention.jobs = 4h;
  world.start();
  store::Job job = Kept::wordy("a");
  job.due_date = "2026-11-22";  // today, and it is noon
  ASSERT_TRUE(world.submit(job));
  world.deliver_all();
  world.run(8h);
  EXPECT_EQ(rows_of(world, store::Family::jobs), 0u);
  EXPECT_EQ(rows_of(world, store::Family::stages), 1u);
  world.run(9h);
  EXPECT_EQ(rows_of(world, store::Family::stages), 0u);
}

TEST(Retention, LeavesWhatAReversedPaymentMayBringBack) {
  Kept world;
  world.settings.retention.texts = 1min;
  world.settings.retention.jobs = 2min;
  world.reachable["alpha"] = false;
  world.start();
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "acc"});
  ASSERT_TRUE(paid && *paid);
  world.run(50min);
  ASSERT_EQ(world.state("a"), State::cancelled);
  auto back = world.ask<RecordPayment, PaymentResult>({.account = "acc", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 1u);
  EXPECT_EQ(world.view("a").job.text, "Dear Malgorzata");
}

TEST(Retention, KeepsWhatAReceiptMayStillFind) {
  Kept world;
  world.settings.retention.texts = 1s;
  world.settings.retention.jobs = 1s;
  world.start();
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  world.run(150min);  // expired, then the receipt was not waited for any longer: `unknown`
  ASSERT_EQ(world.state("a"), State::unknown);
  EXPECT_EQ(found(world, "Malgorzata"), Names{});
  world.receipt("alpha", "id1", kNumber.substr(1));
  world.run(10ms);
  EXPECT_EQ(world.events("a").back(), "receipt_late");
  world.run(6h);
  EXPECT_EQ(rows_of(world, store::Family::jobs), 0u);
  EXPECT_EQ(rows_of(world, store::Family::sent), 0u);
}

TEST(Retention, ErasesRepliesInEventsAndNothingElseOfThem) {
  Kept world;
  world.start();
  world.reply("alpha", kNumber.substr(1), "I am Malgorzata");
  world.run(1h);
  EXPECT_EQ(found(world, "Malgorzata"), (Names{"events", "conversations"}));
  world.run(62min);
  EXPECT_EQ(found(world, "Malgorzata"), Names{});
  ASSERT_EQ(world.all_events().size(), 1u);
  EXPECT_EQ(world.all_events()[0].from, kNumber);
  EXPECT_EQ(world.erased().event_texts, 1u);
  world.crash();
  world.run(2h);
  EXPECT_EQ(world.erased().event_texts, 0u) << "the mark knows";
}

// A store as it was left by so many jobs, the first `old` of them old.
void lay(World& world, std::uint64_t jobs, std::uint64_t old) {
  store::Batch batch;
  std::vector<std::uint64_t> by_state(store::kStates);
  for (std::uint64_t n = 1; n <= jobs; ++n) {
    const store::Job job = World::job("j" + std::to_string(n), "+4860" + std::to_string(1'000'000 + n));
    store::JobState state;
    state.state = State::delivered;
    state.accepted_at = world.now.wall - (n <= old ? 20h : 1h);
    state.expires_at = state.accepted_at + 30min;
    state.history.push_back({state.accepted_at, State::delivered, {}});
    batch.put(store::keys::id(job.id), store::keys::number(n));
    batch.put(store::keys::job(n), store::encode(job));
    batch.put(store::keys::job_state(n), store::encode(state));
    batch.put(store::keys::by_number(job.to, n), {});
    ++by_state[static_cast<std::size_t>(state.state)];
  }
  batch.put(store::keys::engine_mark(), store::encode(store::EngineMark{jobs + 1, 0, by_state}));
  ASSERT_TRUE(world.kv.commit(batch, true));
}

TEST(Retention, LosesNothingInACrash) {
  std::size_t interrupted = 0;
  for (std::size_t steps = 1; steps < 20; ++steps) {
    Kept world;
    lay(world, 250, 250);
    world.store_stalled = true;
    world.start();
    world.store_steps(steps);
    world.crash();
    const std::size_t left = rows_of(world, store::Family::ids);
    if (left > 0 && left < 250) ++interrupted;
    EXPECT_EQ(rows_of(world, store::Family::jobs), 2 * left);
    EXPECT_EQ(rows_of(world, store::Family::by_number), left);
    world.store_stalled = false;
    world.run(1min);
    EXPECT_EQ(rows_of(world, store::Family::jobs), 0u);
    EXPECT_EQ(rows_of(world, store::Family::by_number), 0u);
    EXPECT_EQ(world.gateway->status(world.now).jobs[static_cast<std::size_t>(State::delivered)], 0u);
  }
  EXPECT_GT(interrupted, 0u);
}

TEST(Retention, IsBoundedWorkATurnWhateverTheStoreHolds) {
  Kept world;
  lay(world, 50'000, 25'000);  // 100 000 rows of jobs
  world.start();
  world.run(3min);
  EXPECT_EQ(rows_of(world, store::Family::jobs), 50'000u);
  EXPECT_EQ(rows_of(world, store::Family::by_number), 25'000u);
  EXPECT_EQ(world.erased().jobs, 25'000u);
  EXPECT_LE(world.most_rows, RetentionWalk::kSliceRows + 1000);  // and a slice of the calendar or of events
  EXPECT_LE(world.largest_batch, RetentionWalk::kTurnItems * 6 + 10);
}

// Restarts more often than a round takes must not keep it among the first jobs.
TEST(Retention, GoesOnAfterARestartWhereItWas) {
  Kept world;
  lay(world, 50'000, 0);  // a hundred slices, at a second each
  store::JobState state;
  state.state = State::delivered;
  state.accepted_at = world.now.wall - 20h;
  state.expires_at = state.accepted_at;
  store::Batch batch;
  batch.put(store::keys::job_state(50'000), store::encode(state));
  ASSERT_TRUE(world.kv.commit(batch, true));
  world.start();
  for (int life = 0; life < 3; ++life) {
    world.run(70s);
    world.crash();
  }
  EXPECT_EQ(rows_of(world, store::Family::ids), 49'999u);
}

TEST(Retention, ContentIsThatOfEveryFieldSet) {
  store::Job job = Kept::wordy("a");
  const std::string content = store::content_of(job);
  job.params = {{"name", "Jan"}};
  EXPECT_NE(store::content_of(job), content);
  const std::string named = store::content_of(job);
  job.params = {{"nam", "eJan"}};
  EXPECT_NE(store::content_of(job), named);
  job.params.clear();
  job.consent.basis = "contract";
  EXPECT_NE(store::content_of(job), content);
  job.consent = {};
  EXPECT_EQ(store::content_of(job), content);
}

TEST(Retention, HowOldAJobIs) {
  const RetentionSettings kept{2h, 10h, 1h};
  const Wall end{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
  store::JobState state;
  state.state = State::delivered;
  state.accepted_at = end - 1h;
  state.expires_at = end;
  state.history.push_back({end, State::delivered, {}});
  EXPECT_EQ(how_old(state, end + 2h - 1ms, kept, 1h), Old::nothing);
  EXPECT_EQ(how_old(state, end + 2h, kept, 1h), Old::texts);
  EXPECT_EQ(how_old(state, end + 10h - 1ms, kept, 1h), Old::texts);
  EXPECT_EQ(how_old(state, end + 10h, kept, 1h), Old::job);
  state.smsc = "alpha";
  EXPECT_EQ(how_old(state, end + 10h, kept, 6h), Old::texts) << "a receipt may come";
  EXPECT_EQ(how_old(state, end + 12h, kept, 6h), Old::job);
  state.expires_at = end + 100h;
  EXPECT_EQ(how_old(state, end + 99h, kept, 1h), Old::texts) << "nothing brings it back";
  state.state = State::cancelled;
  EXPECT_EQ(how_old(state, end + 99h, kept, 1h), Old::nothing) << "a payment that is taken back does";
  state.state = State::delivered;
  state.expires_at = end;
  state.segments.push_back({store::SegmentState::claimed, {}, {}, {}});
  EXPECT_EQ(how_old(state, end + 100h, kept, 1h), Old::nothing);
  state.segments.clear();
  state.state = State::submitted;
  EXPECT_EQ(how_old(state, end + 1000h, kept, 1h), Old::nothing);
  EXPECT_EQ(date_of(end - 1ms), "2026-11-21");
}

// Whether there is a row of that number, or of that account.
bool has_person(World& world) {
  auto row = store::read_person(world.kv, kNumber);
  return row && *row;
}
bool has_account(World& world, const std::string& invoice = {}) {
  auto row = store::read_account(world.kv, "acc", invoice);
  return row && *row;
}

struct Aged : Kept {
  Aged() {
    settings.dunning.cap_number = {{3, 20h}};
    settings.dunning.cap_account = {{5, 20h}};
    settings.dunning.paid_remembered = 30h;
    start();
  }
};

TEST(Retention, ErasesWhatCapsCountNoMore) {
  Aged world;
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  world.deliver_all();
  EXPECT_TRUE(has_person(world) && has_account(world));
  world.run(16h);
  ASSERT_EQ(rows_of(world, store::Family::jobs), 0u);
  EXPECT_TRUE(has_person(world) && has_account(world)) << "the caps are of twenty hours";
  world.run(5h);
  EXPECT_FALSE(has_person(world) || has_account(world));
}

TEST(Retention, KeepsConsentsHoldsAndPaymentsThatAreRemembered) {
  Aged world;
  auto allowed =
      world.ask<PutConsent, store::Person>({kNumber, store::ConsentStatus::blocked, {}, "letter", {}, {}, {}, {}});
  ASSERT_TRUE(allowed && *allowed);
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "acc", .invoice = "inv", .id = "p1"});
  ASSERT_TRUE(paid && *paid);
  auto held = world.ask<PutHold, store::Hold>({"acc", {}, "dispute", {}, {}});
  ASSERT_TRUE(held && *held);
  world.run(25h);
  EXPECT_TRUE(has_person(world) && has_account(world) && has_account(world, "inv"));
  world.crash();
  world.run(10h);
  EXPECT_TRUE(has_person(world) && has_account(world));
  EXPECT_FALSE(has_account(world, "inv")) << "the payment is remembered no longer";
  auto released = world.ask<ReleaseHold, HoldReleased>({(*held)->id, {}});
  ASSERT_TRUE(released && *released);
  world.run(3h);
  EXPECT_FALSE(has_account(world));
  EXPECT_TRUE(has_person(world)) << "who said no said it for good";
}

TEST(Retention, KeepsWhatWasPaidInPartsWhileAJobOfBeforeIsThere) {
  Aged world;
  store::Job job = Kept::wordy("a");
  job.amount = "100";
  job.currency = "EUR";
  job.not_before = world.now.wall + 60h;
  job.expires = world.now.wall + 70h;
  ASSERT_TRUE(world.submit(job));
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "acc", .invoice = "inv", .id = "p1", .amount = "20"});
  ASSERT_TRUE(paid && *paid);
  world.run(50h);
  auto account = store::read_account(world.kv, "acc");
  ASSERT_TRUE(account && *account);
  EXPECT_EQ((*account)->parts.size(), 1u);
  world.run(40h);
  EXPECT_FALSE(has_account(world) || has_account(world, "inv"));
}

// Their number failed once, and its job is about to go; then the walk looks whether it has others.
struct AboutToGo : Aged {
  AboutToGo() {
    EXPECT_TRUE(submit(Kept::wordy("a")));
    receipt("alpha", "id1", kNumber.substr(1), "UNDELIV");
    run(9h + 55min);
    store_stalled = true;
  }
  std::uint32_t failures() {
    auto person = store::read_person(kv, kNumber);
    return person && *person ? (*person)->failures : 0;
  }
  bool has_job(const std::string& id) {
    auto found = store::find_job(kv, id);
    return found && *found;
  }
  // One of the store's jobs; so many of them in each tick. False: nothing happened in all that time.
  static constexpr int kTicks = 6000, kSteps = 8;
  void step(int index) {
    if (index % kSteps == 0) run(100ms);
    store_steps(1);
  }
};

// A job that comes while the walk looks for those of a row is one of them, whenever it comes.
TEST(Retention, AJobThatComesMeanwhileKeepsWhatConcernsIt) {
  int gone_at = 0;
  {
    AboutToGo world;
    while (gone_at < AboutToGo::kTicks * AboutToGo::kSteps && world.failures() == 1) world.step(gone_at++);
    ASSERT_EQ(world.failures(), 0u);
    ASSERT_FALSE(world.has_job("a"));
  }
  for (int ahead = 0; ahead < 2 * AboutToGo::kSteps; ++ahead) {
    AboutToGo world;
    store::Job job = World::job("b", kNumber);
    job.not_before = world.now.wall + 20h;
    job.expires = world.now.wall + 30h;
    int index = 0;
    while (index < gone_at - 2 * AboutToGo::kSteps) world.step(index++);
    for (; index < gone_at + AboutToGo::kSteps; ++index) {
      const bool kept = world.failures() == 1;
      if (index == gone_at - ahead) world.gateway->request(SubmitJob{job, [](const auto&) {}}, world.now);
      world.step(index);
      const bool lost = kept && world.failures() == 0;
      ASSERT_FALSE(lost && world.has_job("b")) << ahead;
    }
  }
}

TEST(Retention, CountsFailuresAsLongAsTheirJobsAreKept) {
  Aged world;
  ASSERT_TRUE(world.submit(Kept::wordy("a")));
  world.receipt("alpha", "id1", kNumber.substr(1), "UNDELIV");
  world.run(5h);
  auto person = store::read_person(world.kv, kNumber);
  ASSERT_TRUE(person && *person);
  EXPECT_EQ((*person)->failures, 1u);
  world.run(25h);
  EXPECT_FALSE(has_person(world));
}
}  // namespace
}  // namespace dunlin::engine::testing
