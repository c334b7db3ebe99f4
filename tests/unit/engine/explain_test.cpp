// Why a job was sent or not, and what would become of one: asked of a whole gateway.
#include "engine/explain.hpp"

#include "dunning/calendar.hpp"
#include "engine/hours.hpp"
#include "unit/dunning/zoneinfo.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using dunning::Action;
using std::chrono::November;
using std::chrono::sys_days;

constexpr Wall at(unsigned day, std::chrono::minutes time) {  // UTC; in Warsaw it is an hour later
  return Wall{sys_days{std::chrono::year{2026} / November / day} + time};
}

struct Explain : ::testing::Test {
  World world;
  // Monday to Friday 09:00 to 18:00 in every country, the zones of the system.
  void begin(Wall now, dunning::Quiet quiet = {}) {
    world.now.wall = now;
    world.settings.dunning.calendar = std::make_shared<const dunning::CalendarRules>(
        dunning::CalendarRules{std::make_shared<const dunning::Countries>(), dunning::system_zones(), quiet});
    world.start();
  }
  using Told = std::shared_ptr<const Explanation>;
  using Seen = std::shared_ptr<const Preview>;
  ExplainedJob explain(const std::string& id, std::optional<Wall> when = {}) {
    const auto told = world.ask<ExplainJobs, Told>(ExplainJobs{{world.view(id).n}, when, {}});
    EXPECT_TRUE(told && *told && (**told)->jobs.size() == 1) << id;
    return told && *told && !(**told)->jobs.empty() ? (**told)->jobs.front() : ExplainedJob{};
  }
  Result<Preview> preview(store::Job job, std::optional<Wall> when = {}) {
    const auto seen = world.ask<PreviewJob, Seen>(PreviewJob{std::move(job), when, {}});
    if (!seen) return failure("no_answer", "");
    if (!*seen) return tl::unexpected(seen->error());
    return ***seen;
  }
  const std::vector<ScriptedSmsc::Submit>& submits() { return world.smscs["alpha"].submits; }
  void hold(const std::string& account, std::optional<Wall> until) {
    PutHold put;
    put.account = account;
    put.reason = "dispute";
    put.until = until;
    const auto held = world.ask<PutHold, store::Hold>(std::move(put));
    ASSERT_TRUE(held && *held);
  }
};

const ShownGate& gate_of(const Preview& preview, std::string_view name) {
  static const ShownGate none;
  for (const ShownGate& gate : preview.gates) {
    if (gate.gate == name) return gate;
  }
  ADD_FAILURE() << "no gate " << name;
  return none;
}

store::Job of_account(std::string id) {
  store::Job job = World::job(std::move(id));
  job.account = "A";
  job.stage = "1";
  job.due_date = "2026-12-01";
  return job;
}

TEST_F(Explain, AJobThatWasSentSaysWhenAndByWhichRule) {
  begin(at(23, 10h));
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(1s);
  const ExplainedJob told = explain("a");
  EXPECT_TRUE(told.sent);
  EXPECT_FALSE(told.next) << "nothing is decided of it any more";
  EXPECT_EQ(told.text, World::job("a").text);
  EXPECT_EQ(told.time_zone, "Europe/Warsaw");
  ASSERT_TRUE(told.decided);
  EXPECT_EQ(told.decided->step.time, at(23, 10h) + 10ms);
  EXPECT_EQ(told.decided->local, "2026-11-23T11:00:00+01:00");
  EXPECT_EQ(told.decided->step.rule, dunning::strict_rule().name);
  EXPECT_TRUE(told.decided->source.starts_with("built in")) << told.decided->source;
  ASSERT_EQ(told.history.size(), 2u);
  EXPECT_EQ(told.history[1].step.state, State::submitted);
}

TEST_F(Explain, AScheduledJobShowsEachGateAndWhenItMayLeave) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(World::job("a")));
  const ExplainedJob told = explain("a");
  ASSERT_TRUE(told.next);
  EXPECT_EQ(told.next->gates.size(), dunning::kGates + 3);
  const ShownGate& calendar = gate_of(*told.next, "calendar");
  EXPECT_EQ(calendar.action, Action::wait);
  EXPECT_EQ(calendar.reason, "quiet_day");
  EXPECT_EQ(calendar.until, at(23, 8h));
  EXPECT_EQ(calendar.until_local, "2026-11-23T09:00:00+01:00");
  EXPECT_EQ(calendar.rule, dunning::strict_rule().name);
  EXPECT_NE(calendar.detail.find("2026-11-22 13:00:00 +01:00 (12:00:00Z)"), std::string::npos) << calendar.detail;
  EXPECT_EQ(first_stop(*told.next), &gate_of(*told.next, "calendar"));
  EXPECT_EQ(told.next->earliest, at(23, 8h));
  EXPECT_EQ(told.next->waits_for, "quiet_day");
  EXPECT_EQ(told.next->text, World::job("a").text);
  for (const ShownGate& gate : told.next->gates) EXPECT_FALSE(gate.detail.empty()) << gate.gate;
  ASSERT_EQ(told.history.size(), 2u);
  EXPECT_EQ(told.history[1].until_local, "2026-11-23T09:00:00+01:00");
}

TEST_F(Explain, AtALaterTimeItWouldLeaveAndTheEngineDoesTheSameThen) {
  begin(at(23, 7h));
  ASSERT_TRUE(world.submit(World::job("a")));
  const ExplainedJob before = explain("a", at(23, 7h + 59min));
  EXPECT_NE(first_stop(*before.next), nullptr);
  const ExplainedJob then = explain("a", at(23, 8h));
  EXPECT_EQ(first_stop(*then.next), nullptr);
  EXPECT_EQ(then.next->earliest, at(23, 8h));
  world.run(61min);
  EXPECT_EQ(submits().size(), 1u);
  EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(explain("a").decided->step.time), at(23, 8h));
}

TEST_F(Explain, WhatTheConfigurationClosesIsNamedAsItsRule) {
  dunning::Quiet quiet;
  quiet.hours = dunning::Hours{10 * 60, 12 * 60};
  world.settings.dunning.quiet_hours = "10:00-12:00";
  begin(at(23, 10h), quiet);
  ASSERT_TRUE(world.submit(World::job("a")));
  const ExplainedJob told = explain("a");
  EXPECT_EQ(told.history.back().step.rule, kRuleQuietHours);
  EXPECT_EQ(told.history.back().source, "[dunning] quiet_hours = \"10:00-12:00\"");
  EXPECT_EQ(gate_of(*told.next, "calendar").source, "[dunning] quiet_hours = \"10:00-12:00\"");
}

TEST_F(Explain, APaymentIsTheReasonOfWhatItCancelled) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(of_account("a")));
  RecordPayment paid;
  paid.account = "A";
  paid.paid_at = at(22, 11h);
  const auto done = world.ask<RecordPayment, PaymentResult>(std::move(paid));
  ASSERT_TRUE(done && *done);
  const ExplainedJob told = explain("a");
  EXPECT_EQ(told.history.back().step.reason, "paid");
  const ShownGate& payment = gate_of(*told.next, "payment");
  EXPECT_EQ(payment.action, Action::cancel);
  EXPECT_EQ(payment.source, "payment of account A");
  EXPECT_NE(payment.detail.find("2026-11-22 12:00:00 +01:00 (11:00:00Z)"), std::string::npos) << payment.detail;
  EXPECT_FALSE(told.next->earliest);
  EXPECT_EQ(told.next->blocked, std::vector<std::string>{"paid"});
  EXPECT_EQ(first_stop(*told.next)->gate, kGateState) << "it is over";
}

TEST_F(Explain, AStopIsTheReasonWithItsWord) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(World::job("a")));
  world.reply("alpha", "48601000001", "STOP");
  world.run(1s);
  const ShownGate block = gate_of(*explain("a").next, "block");
  EXPECT_EQ(block.action, Action::block);
  EXPECT_EQ(block.reason, "opted_out");
  EXPECT_NE(block.detail.find("the person's own STOP"), std::string::npos) << block.detail;
  EXPECT_NE(block.detail.find("\"STOP\""), std::string::npos) << block.detail;
}

TEST_F(Explain, AHoldEndsAndTheCalendarComesAfterIt) {
  begin(at(23, 10h));
  hold("A", at(23, 20h));
  ASSERT_TRUE(world.submit(of_account("a")));
  EXPECT_EQ(world.state("a"), State::held);
  const ExplainedJob told = explain("a");
  const ShownGate& held = gate_of(*told.next, "hold");
  EXPECT_EQ(held.action, Action::hold);
  EXPECT_EQ(held.reason, "dispute");
  EXPECT_TRUE(held.source.starts_with("hold h")) << held.source;
  EXPECT_EQ(told.next->earliest, at(24, 8h)) << "its end is in the evening";
  EXPECT_EQ(first_stop(*explain("a", at(24, 8h)).next), nullptr);
  hold("A", {});
  EXPECT_FALSE(explain("a").next->earliest) << "until somebody releases it";
}

TEST_F(Explain, ACapShowsItsCountsAndWhenItOpens) {
  world.settings.dunning.cap_account = {dunning::Cap{1, std::chrono::hours{24}}};
  begin(at(23, 10h));
  store::Job first = of_account("a");
  ASSERT_TRUE(world.submit(first));
  world.run(1s);
  store::Job second = of_account("b");
  second.stage = "2";
  ASSERT_TRUE(world.submit(second));
  const ExplainedJob told = explain("b");
  const ShownGate& cap = gate_of(*told.next, "cap");
  EXPECT_EQ(cap.reason, "frequency_cap");
  EXPECT_EQ(cap.source, "[dunning] cap_account");
  EXPECT_TRUE(cap.detail.starts_with("account: 1 of 1 in ")) << cap.detail;
  ASSERT_TRUE(told.next->earliest);
  EXPECT_EQ(*told.next->earliest, *cap.until);
  EXPECT_EQ(first_stop(*explain("b", cap.until).next), nullptr);
}

TEST_F(Explain, AStageNamesTheJobThatHasIt) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(of_account("a")));
  ASSERT_TRUE(world.submit(of_account("b")));
  const ShownGate stage = gate_of(*explain("b").next, "stage");
  EXPECT_EQ(stage.reason, "duplicate");
  EXPECT_EQ(stage.detail, "job a has it");
  EXPECT_EQ(gate_of(*explain("a").next, "stage").action, Action::send);
}

TEST_F(Explain, ALinkThatIsNotBoundIsSaidToBe) {
  world.reachable["alpha"] = false;
  begin(at(23, 10h));
  ASSERT_TRUE(world.submit(World::job("a")));
  const ExplainedJob told = explain("a");
  ASSERT_NE(first_stop(*told.next), nullptr);
  EXPECT_EQ(first_stop(*told.next)->gate, kGateRoute);
  EXPECT_EQ(first_stop(*told.next)->reason, "unbound");
  EXPECT_EQ(first_stop(*explain("a", at(23, 11h)).next), nullptr) << "links are not foretold";
}

TEST_F(Explain, ARetryIsWaitedFor) {
  begin(at(23, 10h));
  world.smscs["alpha"].statuses = {smpp::CommandStatus::system_error};
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(100ms);
  ASSERT_EQ(world.state("a"), State::scheduled);
  const ExplainedJob told = explain("a");
  EXPECT_FALSE(told.sent);
  ASSERT_NE(first_stop(*told.next), nullptr);
  EXPECT_EQ(first_stop(*told.next)->gate, kGateState);
  EXPECT_EQ(told.next->earliest, world.view("a").state.next_attempt);
}

TEST_F(Explain, ExplainingChangesNothing) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(of_account("a")));
  const std::size_t events = world.events().size();
  const store::JobState before = world.view("a").state;
  explain("a");
  explain("a", at(25, 12h));
  ASSERT_TRUE(preview(of_account("c")));
  EXPECT_EQ(world.events().size(), events);
  EXPECT_EQ(world.view("a").state, before);
  const auto none = world.ask<ExplainJobs, Told>(ExplainJobs{{77}, {}, {}});
  ASSERT_TRUE(none && *none);
  EXPECT_TRUE((**none)->jobs.empty());
}

TEST_F(Explain, APreviewKnowsWhatTheStoreKnows) {
  begin(at(23, 10h));
  const auto open = preview(of_account("n"));
  ASSERT_TRUE(open);
  EXPECT_EQ(first_stop(*open), nullptr);
  EXPECT_EQ(open->earliest, open->at);
  EXPECT_EQ(gate_of(*open, kGateIntake).action, Action::send);
  hold("A", {});
  const auto held = preview(of_account("n"));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->waits_for, "dispute");
  EXPECT_FALSE(held->earliest);

  store::Job marketing = World::job("m");
  marketing.purpose = store::Purpose::marketing;
  const auto refused = preview(marketing);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->blocked, std::vector<std::string>{"consent_missing"});
  marketing.consent = {"prior_express_written", "form", {}};
  const auto agreed = preview(marketing);
  ASSERT_TRUE(agreed);
  EXPECT_EQ(first_stop(*agreed), nullptr);
  EXPECT_TRUE(world.events().size() == 1) << "the hold; a preview keeps no consent";
}

TEST_F(Explain, APreviewOfAKnownIdIsOfThatJob) {
  begin(at(22, 12h));
  store::Job job = of_account("a");
  job.amount = "120.50";
  job.currency = "PLN";
  job.text = "Please pay.";
  ASSERT_TRUE(world.submit(job));
  const auto same = preview(job);
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->blocked.empty());
  EXPECT_EQ(gate_of(*same, kGateState).reason, "quiet_day");
  job.text = "Please pay now.";
  const auto other = preview(job);
  ASSERT_TRUE(other);
  EXPECT_EQ(gate_of(*other, kGateIntake).reason, "conflict");
  EXPECT_EQ(gate_of(*other, "stage").detail, "job a has it");
}

TEST_F(Explain, NumbersAreReadAsJobsNumbersAre) {
  world.settings.dunning.default_country = "PL";
  begin(at(23, 10h));
  const auto read = [&](std::string written) {
    return *world.ask<ReadNumber, std::string>(ReadNumber{std::move(written), {}});
  };
  EXPECT_EQ(*read("601 000 001"), "+48601000001");
  EXPECT_EQ(*read("+48601000001"), "+48601000001");
  EXPECT_EQ(read("+48 12").error().code, "bad_number");
  EXPECT_EQ(read("+48 12").error().where, "number");
}

}  // namespace
}  // namespace dunlin::engine::testing
