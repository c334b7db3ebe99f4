// The last moment with a calendar and templates: what waits for which window, until when the SMSC may deliver, and what
// the text says then.
#include "dunning/calendar.hpp"
#include "dunning/template.hpp"
#include "engine/preview.hpp"
#include "unit/dunning/zoneinfo.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using std::chrono::November;
using std::chrono::sys_days;

constexpr Wall at(unsigned day, std::chrono::minutes time) {  // UTC; in Warsaw it is an hour later
  return Wall{sys_days{std::chrono::year{2026} / November / day} + time};
}

// Monday to Friday 09:00 to 18:00 in every country, the zones of the system.
std::shared_ptr<const dunning::CalendarRules> strict(dunning::Quiet quiet = {}) {
  return std::make_shared<const dunning::CalendarRules>(
      dunning::CalendarRules{std::make_shared<const dunning::Countries>(), dunning::system_zones(), quiet});
}

std::shared_ptr<const dunning::Templates> templates() {
  dunning::TemplateSource source;
  source.file = "t.toml";
  source.line = 1;
  source.name = "late";
  source.kinds = {"reminder"};
  source.letters = "gsm7";
  dunning::ParamSource name;
  name.name = "name";
  name.type = "text";
  name.line = 2;
  source.params.push_back(name);
  source.texts = {{"en", "Dear {name}, {amount} is due on {due_date}.", 3},
                  {"pl", "{name}: {amount}, termin {due_date}.", 4}};
  dunning::TemplateSources sources;
  sources.templates.push_back(source);
  source.name = "late_and_long";
  source.texts = {{"en", "{name}: {amount}, due {due_date}" + std::string(160, '.'), 3}};
  sources.templates.push_back(source);
  auto built = dunning::Templates::build(std::move(sources));
  EXPECT_TRUE(built.has_value()) << built.error().front().detail;
  return std::make_shared<const dunning::Templates>(std::move(*built));
}

store::Job templated(std::string id) {
  store::Job job = World::job(std::move(id), "+48601000001", "");
  job.template_name = "late";
  job.params = {{"name", "Zofia"}};
  job.locale = "pl";
  job.amount = "120.50";
  job.currency = "PLN";
  job.due_date = "2026-12-01";
  return job;
}

struct Hours : ::testing::Test {
  World world;
  void begin(Wall now) {
    world.now.wall = now;
    world.settings.dunning.calendar = strict();
    world.settings.dunning.templates = templates();
    world.start();
  }
  const std::vector<ScriptedSmsc::Submit>& submits() { return world.smscs["alpha"].submits; }
};

TEST_F(Hours, AJobWaitsForTheWindowAndItsEventSaysUntilWhenAndWhy) {
  begin(at(23, 7h + 59min));
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  EXPECT_EQ(world.view("a").state.country, "PL");
  const store::Event told = world.all_events().back();
  EXPECT_EQ(told.type, store::EventType::scheduled);
  EXPECT_EQ(told.reason, "quiet_hours");
  EXPECT_EQ(told.until, at(23, 8h));
  EXPECT_EQ(told.rule, dunning::strict_rule().name);
  world.run(50s);
  EXPECT_TRUE(submits().empty());
  world.run(12s);
  ASSERT_EQ(submits().size(), 1u);
  EXPECT_TRUE(submits()[0].pdu.validity_period.view().starts_with("261123170000"))
      << "18:00 in Warsaw, not a minute later";
}

TEST_F(Hours, ValidityReachesPastTheWindowOnlyWhereTold) {
  world.settings.dunning.validity_within_window = false;
  begin(at(23, 10h));
  ASSERT_TRUE(world.submit(World::job("a")));
  ASSERT_EQ(submits().size(), 1u);
  EXPECT_TRUE(submits()[0].pdu.validity_period.view().starts_with("261126100000"));
}

TEST_F(Hours, WithTooLittleOfTheWindowLeftItWaitsForTheNext) {
  world.settings.smscs[0].validity_min = std::chrono::minutes{15};
  begin(at(23, 16h + 46min));
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_TRUE(submits().empty());
  EXPECT_EQ(world.state("a"), State::scheduled);
  EXPECT_EQ(world.view("a").state.next_attempt, at(24, 8h));
}

TEST_F(Hours, ASundayWaitsForMondayAndKeepsTheOrder) {
  begin(at(22, 12h));
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(world.submit(
        World::job("j" + std::to_string(i), "+4860100000" + std::to_string(i % 10), "text " + std::to_string(i))));
  EXPECT_EQ(world.all_events().back().reason, "quiet_day");
  world.run(20h + 1min);
  ASSERT_EQ(submits().size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(world.smscs["alpha"].text_of(i), "text " + std::to_string(i));
}

TEST_F(Hours, WhatIsInMemoryDoesNotOvertakeWhatIsRead) {
  begin(at(23, 2h));
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(world.submit(World::job("cold" + std::to_string(i), "+4860100000" + std::to_string(i), "cold")));
  world.crash();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(world.submit(World::job("warm" + std::to_string(i), "+4860100001" + std::to_string(i), "warm")));
  world.run(6h + 1min);
  ASSERT_EQ(submits().size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(world.smscs["alpha"].text_of(i), i < 5 ? "cold" : "warm") << i;
}

TEST_F(Hours, TheJobsOwnZoneComesBeforeItsNumbers) {
  begin(at(23, 1h));  // ten in the morning in Tokyo
  store::Job job = World::job("a");
  job.time_zone = "Asia/Tokyo";
  ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(submits().size(), 1u);
  job.id = "b";
  job.time_zone = "Europe/Warzaw";
  const auto refused = world.submit(job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "time_zone");
}

TEST_F(Hours, WhereNobodyKnowsTheZoneItIsBlocked) {
  world.now.wall = at(23, 10h);
  world.settings.dunning.calendar = std::make_shared<const dunning::CalendarRules>(dunning::CalendarRules{
      std::make_shared<const dunning::Countries>(), std::make_shared<const dunning::Zones>(), {}});
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::blocked);
  EXPECT_EQ(world.view("a").state.reason, "timezone_unknown");
  store::Job local = World::job("b");
  local.send_at_local = "10:30";
  const auto refused = world.submit(local);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "timezone_unknown");
  EXPECT_EQ(refused.error().where, "send_at_local");
}

TEST_F(Hours, SendAtLocalIsTheRecipientsTime) {
  begin(at(23, 9h));
  store::Job job = World::job("a");
  job.send_at_local = "10:30";
  ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(world.view("a").state.next_attempt, at(23, 9h + 30min));
  world.run(31min);
  EXPECT_EQ(submits().size(), 1u);
  job.id = "b";
  job.send_at_local = "2026-11-29T10:30";
  EXPECT_EQ(world.submit(job).error().code, "never_sent") << "it expires after three days";
  job.send_at_local = "half past ten";
  EXPECT_EQ(world.submit(job).error().where, "send_at_local");
}

TEST_F(Hours, AReloadChangesWhatIsDecidedFromThenOn) {
  begin(at(22, 12h));
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  Settings open = world.settings;
  open.dunning.calendar = nullptr;
  world.gateway->reload(open, world.now);
  ASSERT_TRUE(world.submit(World::job("b")));
  EXPECT_EQ(submits().size(), 1u);
}

TEST_F(Hours, NationalNumbersAreReadWhereACountryIsSet) {
  world.settings.dunning.default_country = "PL";
  begin(at(23, 10h));
  ASSERT_TRUE(world.submit(World::job("a", "601 000 001")));
  EXPECT_EQ(world.view("a").job.to, "+48601000001");
  EXPECT_TRUE(world.submit(World::job("a", "+48601000001"))->duplicate);
  EXPECT_EQ(world.submit(World::job("b", "+4822")).error().code, "bad_number");
  EXPECT_EQ(world.submit(World::job("b", "+48225301234")).error().code, "not_mobile");
  const auto lost = world.submit(World::job("b", "48 601 000 001"));  // its '+', or it is a stranger's
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().code, "ambiguous_number");
  EXPECT_EQ(lost.error().where, "to");
  Settings german = world.settings;
  german.dunning.default_country = "DE";
  world.gateway->reload(german, world.now);
  EXPECT_EQ(world.submit(World::job("b", "48601000001")).error().code, "ambiguous_number");
  EXPECT_EQ(world.submit(World::job("b", "4915123456789")).error().code, "ambiguous_number");
  EXPECT_EQ(world.submit(World::job("b", "49151")).error().code, "bad_number");
  const auto shown = world.ask<PreviewJob, std::shared_ptr<const Preview>>({World::job("b", "48601000001"), {}, {}});
  ASSERT_TRUE(shown.has_value());
  ASSERT_FALSE(shown->has_value());
  EXPECT_EQ(shown->error().code, "ambiguous_number");
}

TEST_F(Hours, ATemplateIsRenderedWhenItIsSentFromTheNewestValues) {
  begin(at(23, 7h));
  ASSERT_TRUE(world.submit(templated("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  ChangeJob change;
  change.id = "a";
  change.values.amount = "80.00";
  change.params = {{"name", "Anna"}};
  const auto changed = world.ask<ChangeJob, JobChanged>(std::move(change));
  ASSERT_TRUE(changed && *changed);
  world.run(61min);
  ASSERT_EQ(submits().size(), 1u);
  const std::string sent = world.smscs["alpha"].text_of(0);
  EXPECT_TRUE(sent.starts_with("Anna: 80,00")) << sent;
  EXPECT_EQ(sent.find('{'), sent.npos);
  EXPECT_EQ(world.view("a").state.locale, "pl");
  EXPECT_TRUE(world.view("a").state.text.starts_with("Anna: 80,00"));
}

// In doubt, then paid in part: what would be sent again tells the old amount.
struct HeldResend : Hours {
  void begin_with(store::Job job) {
    begin(at(23, 10h));
    world.smscs["alpha"].answering = false;
    job.account = "4711";
    job.expires = world.now.wall + 6h;
    ASSERT_TRUE(world.submit(job));
    ASSERT_EQ(submits().size(), 1u);
    world.drop("alpha");
    RecordPayment part{.account = "4711", .id = "p1", .amount = "20.50", .currency = "PLN"};
    const auto paid = world.ask<RecordPayment, PaymentResult>(std::move(part));
    ASSERT_TRUE(paid && *paid);
    world.run(5min);
    ASSERT_EQ(world.state("a"), State::held);
    ASSERT_EQ(world.view("a").state.reason, "stale_ledger");
    world.smscs["alpha"].answering = true;
  }
  std::string resolve(Resolution as) {
    const auto resolved = world.ask<ResolveJob, Resolved>({.id = "a", .as = as});
    if (!resolved) return "no answer";
    if (!*resolved) return resolved->error().code;
    world.run(1min);
    return std::string(store::name_of(world.state("a")));
  }
};

TEST_F(HeldResend, IsWrittenAnewWhenAPersonSaysSo) {
  begin_with(templated("a"));
  EXPECT_EQ(resolve(Resolution::resend), "submitted");
  ASSERT_EQ(submits().size(), 2u);
  EXPECT_TRUE(world.smscs["alpha"].text_of(1).starts_with("Zofia: 100,00")) << world.smscs["alpha"].text_of(1);
  EXPECT_EQ(resolve(Resolution::sent), "not_in_doubt");
}

TEST_F(HeldResend, IsTakenForSentOrGivenUp) {
  begin_with(templated("a"));
  EXPECT_EQ(resolve(Resolution::sent), "submitted");
  world.crash();
  world.run(7h);
  EXPECT_EQ(submits().size(), 1u);
}

TEST_F(HeldResend, IsTakenForSentAlsoWhenAnotherHoldCameFirst) {
  world.settings.smscs[0].receipt_timeout = 10min;
  begin_with(templated("a"));
  const auto laid = world.ask<PutHold, store::Hold>({.account = "4711", .reason = "complaint"});
  ASSERT_TRUE(laid && *laid);
  EXPECT_EQ(resolve(Resolution::resend), "held") << "it was to be written anew";
  EXPECT_EQ(resolve(Resolution::sent), "submitted");
  EXPECT_EQ(world.view("a").state.segments.size(), 1u);
  world.run(7h);
  EXPECT_EQ(world.state("a"), State::unknown);
  EXPECT_EQ(submits().size(), 1u);
}

TEST_F(HeldResend, IsGivenUpWhereItsTextIsItsOwn) {
  store::Job job = templated("a");
  job.template_name.clear();
  job.params.clear();
  job.text = "Please pay 120,50.";
  begin_with(job);
  EXPECT_EQ(resolve(Resolution::resend), "conflict") << "it would tell the old amount";
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(resolve(Resolution::drop), "cancelled");
  world.run(7h);
  EXPECT_EQ(submits().size(), 1u);
}

TEST_F(HeldResend, GoesOnByItselfWhenThePartIsTakenBack) {
  begin_with(templated("a"));
  const auto back = world.ask<RecordPayment, PaymentResult>({.account = "4711", .id = "p1", .reversed = true});
  ASSERT_TRUE(back && *back);
  world.run(1min);
  ASSERT_EQ(submits().size(), 2u);
  EXPECT_EQ(submits()[1].pdu.short_message, submits()[0].pdu.short_message);
}

// Its stage is that of the due date its beginning told.
TEST_F(Hours, TheRestOfAMessageStaysWhatItBeganAs) {
  world.settings.smscs[0].window = 1;
  begin(at(23, 10h));
  world.smscs["alpha"].answering = false;
  store::Job job = templated("a");
  job.account = "4711";
  job.stage = "1";
  job.template_name = "late_and_long";
  ASSERT_TRUE(world.submit(job));
  const auto held = world.ask<PutHold, store::Hold>({.account = "4711", .reason = "dispute"});
  ASSERT_TRUE(held && *held);
  world.smscs["alpha"].answering = true;
  world.answer("alpha", 0);
  world.run(1s);
  ASSERT_EQ(world.state("a"), State::held);
  ChangeAccount change;
  change.account = "4711";
  change.values.due_date = "2027-01-15";
  const auto changed = world.ask<ChangeAccount, AccountChanged>(std::move(change));
  ASSERT_TRUE(changed && *changed);
  const auto released = world.ask<ReleaseHold, HoldReleased>({(*held)->id, {}});
  ASSERT_TRUE(released && *released);
  world.run(1s);
  ASSERT_EQ(world.state("a"), State::submitted);
  job.id = "b";
  ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(world.view("b").state.reason, "duplicate");
}

TEST_F(Hours, WhatATemplateLacksIsRefusedByItsName) {
  begin(at(23, 10h));
  const auto refused = [&](store::Job job) { return world.submit(std::move(job)).error(); };
  store::Job job = templated("a");
  job.params.clear();
  EXPECT_EQ(refused(job).where, "params.name");
  job = templated("a");
  job.params.push_back({"surname", "X"});
  EXPECT_EQ(refused(job).where, "params.surname");
  job = templated("a");
  job.template_name = "later";
  EXPECT_EQ(refused(job).code, "unknown_template");
  job = templated("a");
  job.kind = store::Kind::news;
  EXPECT_EQ(refused(job).code, "wrong_kind");
  job = templated("a");
  job.text = "and a text";
  EXPECT_EQ(refused(job).where, "text");
  job = World::job("a");
  job.params = {{"name", "Zofia"}};
  EXPECT_EQ(refused(job).where, "params");
  EXPECT_TRUE(world.events().empty());
}

TEST_F(Hours, AJobWhoseTemplateIsTakenAwayWaitsForItsReturn) {
  begin(at(23, 7h));
  ASSERT_TRUE(world.submit(templated("a")));
  Settings without = world.settings;
  without.dunning.templates = nullptr;
  world.gateway->reload(without, world.now);
  world.run(61min);
  EXPECT_TRUE(submits().empty());
  EXPECT_EQ(world.state("a"), State::scheduled);
  EXPECT_EQ(world.view("a").state.reason, "unknown_template");
  world.gateway->reload(world.settings, world.now);
  world.run(11min);
  EXPECT_EQ(submits().size(), 1u);
}

TEST_F(Hours, WhatIsInDoubtIsNotSentAgainWithAnAmountThatIsNoLongerTrue) {
  begin(at(23, 10h));
  world.smscs["alpha"].answering = false;
  store::Job job = templated("a"), same = templated("same");
  job.account = "4711";
  same.account = "4712";
  ASSERT_TRUE(world.submit(job));
  ASSERT_TRUE(world.submit(same));
  ASSERT_EQ(submits().size(), 2u);
  world.drop("alpha");
  world.run(5s);
  ASSERT_EQ(world.state("a"), State::in_doubt);
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "4711", .id = "p", .amount = "20.50"});
  ASSERT_TRUE(paid && *paid);
  EXPECT_EQ((*paid)->under_way, (std::vector<std::string>{"a"}));
  paid = world.ask<RecordPayment, PaymentResult>({.account = "4712", .id = "p", .amount = "20.50"});
  ASSERT_TRUE(paid && *paid);
  paid = world.ask<RecordPayment, PaymentResult>({.account = "4712", .id = "p", .reversed = true});
  ASSERT_TRUE(paid && *paid);
  world.smscs["alpha"].answering = true;
  world.run(5min);
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(world.view("a").state.reason, "stale_ledger");
  EXPECT_EQ(world.state("same"), State::submitted) << "what it tells is true again";
  ASSERT_EQ(submits().size(), 3u);
  EXPECT_EQ(world.smscs["alpha"].text_of(2), world.view("same").state.text);
}

}  // namespace
}  // namespace dunlin::engine::testing
