// What reports count: each figure, once, of the right day, through power cuts, and taken back where it becomes
// otherwise.
#include "engine/reports.hpp"

#include "people_world.hpp"
#include "store/report_reader.hpp"

namespace dunlin::engine::testing {
namespace {

using std::chrono::days;
using std::chrono::hours;
using store::Tally;

store::Job owing(const std::string& id, const std::string& to = "+48601000001", const std::string& account = "4711") {
  store::Job job = World::job(id, to);
  job.account = account;
  job.amount = "120.50";
  job.currency = "EUR";
  job.campaign = "nov";
  job.stage = "first";
  return job;
}

struct ReportWorld : PeopleWorld {
  ReportWorld() {
    settings.routes = {{"all", {"+"}, {"alpha"}, false, "0.0740", "EUR"}};
    settings.retention.events = hours{24 * 90};
  }
  std::map<store::keys::ReportKey, Tally> rows_now() {
    std::map<store::keys::ReportKey, Tally> found;
    const Result<store::Reports> rows = store::reports(kv, {}, {0, UINT32_MAX, std::nullopt}, 1000);
    EXPECT_TRUE(rows.has_value());
    for (const store::ReportRow& row : rows->rows) found.emplace(row.key, row.tally);
    return found;
  }
  Tally row(const std::string& stage = "first", const std::string& campaign = "nov") {
    return row_of(today(), stage, campaign);
  }
  Tally row_of(std::uint32_t day, const std::string& stage = "first", const std::string& campaign = "nov") {
    const auto all = rows_now();
    const auto found = all.find({day, campaign, stage});
    return found == all.end() ? Tally{} : found->second;
  }
  // Hours at once: nothing happens in them.
  void pass(int how_many) {
    for (int i = 0; i < how_many; ++i) {
      now.wall += 1h;
      now.steady += 1h;
      run(2s);
    }
  }
  std::uint32_t today() const { return day_of(now.wall); }
  static std::uint64_t ended(const Tally& tally, State state) {
    const auto index = static_cast<std::size_t>(state);
    return index < tally.ended.size() ? tally.ended[index] : 0;
  }
  void pay(std::optional<Wall> paid_at = {}, const std::string& id = {}, bool reversed = false,
           const std::string& amount = {}) {
    RecordPayment payment;
    payment.account = "4711";
    payment.id = id;
    payment.paid_at = paid_at;
    payment.reversed = reversed;
    payment.amount = amount;
    auto paid = ask<RecordPayment, PaymentResult>(std::move(payment));
    ASSERT_TRUE(paid && *paid);
    run(1s);
  }
};

TEST(Reports, CountWhatIsSubmittedAndItsReceiptInOneRow) {
  ReportWorld world;
  world.begin(owing("a"));
  Tally row = world.row();
  EXPECT_EQ(row.jobs, 1u);
  EXPECT_EQ(row.submitted, 1u);
  EXPECT_EQ(row.owing, 1u);
  EXPECT_EQ(row.segments, 1u);
  EXPECT_EQ(row.costs, (std::vector<store::Cost>{{"EUR", 740, 4}}));
  EXPECT_EQ(ReportWorld::ended(row, State::delivered), 0u);
  world.answer_receipt();
  row = world.row();
  EXPECT_EQ(row.jobs, 1u);
  EXPECT_EQ(row.submitted, 1u);
  EXPECT_EQ(ReportWorld::ended(row, State::delivered), 1u);
  EXPECT_EQ(row.segments, 1u);
  EXPECT_EQ(world.rows_now().size(), 1u);
}

TEST(Reports, CountAReceiptOfAnotherDayOnTheDayOfItsText) {
  ReportWorld world;
  world.begin(owing("a"));
  const std::uint32_t day = world.today();
  world.pass(30);
  ASSERT_NE(world.today(), day);
  world.answer_receipt("UNDELIV");
  EXPECT_EQ(ReportWorld::ended(world.row_of(day), State::undelivered), 1u);
  EXPECT_EQ(world.rows_now().size(), 1u);
}

TEST(Reports, KeepStagesAndCampaignsApart) {
  ReportWorld world;
  world.begin(owing("a"));
  store::Job second = owing("b", "+48601000002", "2");
  second.stage = "second";
  world.send(second);
  store::Job alone = owing("c", "+48601000003", "3");
  alone.campaign.clear();
  alone.stage.clear();
  world.send(alone);
  EXPECT_EQ(world.rows_now().size(), 3u);
  EXPECT_EQ(world.row("second").submitted, 1u);
  EXPECT_EQ(world.row("", "").submitted, 1u);
}

TEST(Reports, CountWhatWasNeverSentOnTheDayItEnded) {
  ReportWorld world;
  world.start();
  PutConsent block;
  block.number = "+48601000001";
  block.status = store::ConsentStatus::blocked;
  block.source = "api";
  auto blocked = world.ask<PutConsent, store::Person>(std::move(block));
  ASSERT_TRUE(blocked && *blocked);
  ASSERT_TRUE(world.submit(owing("a")));
  world.run(1s);
  ASSERT_EQ(world.state("a"), State::blocked);
  const Tally row = world.row();
  EXPECT_EQ(row.jobs, 1u);
  EXPECT_EQ(row.submitted, 0u);
  EXPECT_EQ(row.owing, 0u);
  EXPECT_EQ(ReportWorld::ended(row, State::blocked), 1u);
  EXPECT_EQ(row.segments, 0u);
}

TEST(Reports, CountARefusalOfTheSmsc) {
  ReportWorld world;
  world.smscs["alpha"].statuses = {smpp::CommandStatus::invalid_destination_address};
  world.begin(owing("a"));
  ASSERT_EQ(world.state("a"), State::rejected);
  EXPECT_EQ(ReportWorld::ended(world.row(), State::rejected), 1u);
  EXPECT_EQ(world.row().submitted, 0u);
  EXPECT_EQ(world.row().segments, 0u);
}

TEST(Reports, CountSegmentsAtThePriceOfTheirRoute) {
  ReportWorld world;
  store::Job job = owing("a");
  job.text = std::string(200, 'x');
  world.start();
  ASSERT_TRUE(world.submit(job));
  world.run(1s);
  EXPECT_EQ(world.row().segments, 2u);
  EXPECT_EQ(world.row().costs, (std::vector<store::Cost>{{"EUR", 1480, 4}}));
  EXPECT_EQ(world.row().segments_unpriced, 0u);
}

TEST(Reports, SayWhatHasNoPrice) {
  ReportWorld world;
  world.settings.routes[0].price.clear();
  world.begin(owing("a"));
  EXPECT_EQ(world.row().segments, 1u);
  EXPECT_EQ(world.row().segments_unpriced, 1u);
  EXPECT_TRUE(world.row().costs.empty());
}

TEST(Reports, CountAPaymentWithin48Hours) {
  ReportWorld world;
  world.begin(owing("a"));
  world.answer_receipt();
  world.pass(47);
  world.pay();
  const Tally row = world.row_of(world.today() - 1);
  EXPECT_EQ(row.paid + world.row_of(world.today() - 2).paid, 1u);
}

TEST(Reports, CountNoPaymentAfter48Hours) {
  ReportWorld world;
  world.begin(owing("a"));
  const std::uint32_t day = world.today();
  world.pass(49);
  world.pay();
  EXPECT_EQ(world.row_of(day).paid, 0u);
  EXPECT_EQ(world.row_of(day).owing, 1u);
}

TEST(Reports, JudgeAPaymentByWhenItWasMade) {
  ReportWorld world;
  world.begin(owing("a"));
  const std::uint32_t day = world.today();
  const Wall sent = world.now.wall;
  world.pass(60);
  world.pay(sent - 1min, "before the text");
  EXPECT_EQ(world.row_of(day).paid, 0u);
  world.pay(sent + 20h, "after it");
  EXPECT_EQ(world.row_of(day).paid, 1u);
  world.pay(sent + 21h, "and again");
  EXPECT_EQ(world.row_of(day).paid, 1u);
}

TEST(Reports, TakeAPaymentBackThatIsReversed) {
  ReportWorld world;
  world.begin(owing("a"));
  world.pay({}, "p1");
  EXPECT_EQ(world.row().paid, 1u);
  world.pay({}, "p1");
  EXPECT_EQ(world.row().paid, 1u);
  world.pay({}, "p1", true);
  EXPECT_EQ(world.row().paid, 0u);
  EXPECT_EQ(world.row().owing, 1u);
  world.pay({}, "p2");
  EXPECT_EQ(world.row().paid, 1u);
}

TEST(Reports, KeepAPaymentWhileAnotherInTimeStands) {
  ReportWorld world;
  world.begin(owing("a"));
  world.pay({}, "p1");
  world.pay({}, "p2");
  world.pay({}, "p1", true);
  EXPECT_EQ(world.row().paid, 1u);
  world.pay({}, "p2", true);
  EXPECT_EQ(world.row().paid, 0u);
}

TEST(Reports, TakeBackThePaymentThatCameInTimeAndNoOther) {
  for (const bool the_first : {true, false}) {
    ReportWorld world;
    world.begin(owing("a"));
    const std::uint32_t day = world.today();
    world.pay({}, "in time");
    world.pass(60);
    world.pay({}, "late");
    EXPECT_EQ(world.row_of(day).paid, 1u);
    world.pay({}, the_first ? "in time" : "late", true);
    EXPECT_EQ(world.row_of(day).paid, the_first ? 0u : 1u);
  }
}

TEST(Reports, CountPartsWhenNothingIsLeft) {
  ReportWorld world;
  world.begin(owing("a"));
  world.pay({}, "p1", false, "100.00");
  EXPECT_EQ(world.row().paid, 0u);
  world.pay({}, "p2", false, "20.50");
  EXPECT_EQ(world.row().paid, 1u);
  world.pay({}, "p1", true);
  EXPECT_EQ(world.row().paid, 0u);
}

TEST(Reports, KeepAPaymentWhilePartsInTimeCover) {
  ReportWorld world;
  world.begin(owing("a"));
  world.pay({}, "p1", false, "120.50");
  ASSERT_EQ(world.row().paid, 1u);
  world.pay({}, "p2", false, "100.00");
  world.pay({}, "p3", false, "20.50");
  world.pay({}, "p1", true);
  EXPECT_EQ(world.row().paid, 1u);
  world.pay({}, "p2", true);
  EXPECT_EQ(world.row().paid, 0u);
}

TEST(Reports, TakeAPaymentBackWherePartsCoverThatCameTooLate) {
  for (const bool the_last : {true, false}) {
    ReportWorld world;
    world.begin(owing("a"));
    const std::uint32_t day = world.today();
    world.pay({}, "p1", false, "100.00");
    world.pay({}, "p2", false, "20.50");
    ASSERT_EQ(world.row().paid, 1u);
    world.pass(60);
    world.pay({}, "late", false, "120.50");
    ASSERT_EQ(world.row_of(day).paid, 1u);
    world.pay({}, the_last ? "p2" : "p1", true);
    EXPECT_EQ(world.row_of(day).paid, 0u) << the_last;
  }
}

TEST(Reports, TakeAPaymentBackWhereWhatCoversIsFromBeforeTheText) {
  ReportWorld world;
  world.begin(owing("a"));
  const Wall sent = world.now.wall;
  world.pass(1);
  world.pay({}, "p1", false, "120.50");
  ASSERT_EQ(world.row().paid, 1u);
  world.pay(sent - 2h, "early", false, "120.50");
  world.pay({}, "p1", true);
  EXPECT_EQ(world.row().paid, 0u);
}

TEST(Reports, DoNotSayThatAPaymentSparedWhatMayHaveBeenSent) {
  for (const bool comes_back : {true, false}) {
    ReportWorld world;
    world.settings.dunning.in_doubt_wait = comes_back ? 1min : 10min;
    world.start();
    world.smscs["alpha"].answering = false;
    ASSERT_TRUE(world.submit(owing("a")));
    world.drop("alpha", false);
    world.run(2min);
    ASSERT_EQ(world.state("a"), comes_back ? State::ready : State::in_doubt);
    world.pay();
    ASSERT_EQ(world.state("a"), State::cancelled);
    EXPECT_EQ(world.row().jobs, 1u);
    EXPECT_EQ(ReportWorld::ended(world.row(), State::cancelled), 1u);
    EXPECT_EQ(world.row().paid_before, 0u);
  }
}

TEST(Reports, DoNotSayThatAPaymentSparedWhatWasSentInPart) {
  ReportWorld world;
  world.settings.smscs[0].window = 1;
  world.start();
  world.smscs["alpha"].answering = false;
  store::Job job = owing("a");
  job.text = std::string(200, 'x');
  ASSERT_TRUE(world.submit(job));
  ASSERT_EQ(world.sent(), 1u);
  world.pay();
  world.answer("alpha", 0);
  world.run(1s);
  ASSERT_EQ(world.state("a"), State::cancelled);
  EXPECT_EQ(world.row().segments, 1u);
  EXPECT_EQ(world.row().paid_before, 0u);
}

TEST(Reports, CountWhatAPaymentSpared) {
  ReportWorld world;
  world.reachable["alpha"] = false;
  world.start();
  ASSERT_TRUE(world.submit(owing("a")));
  world.pay();
  ASSERT_EQ(world.state("a"), State::cancelled);
  EXPECT_EQ(world.row().paid_before, 1u);
  EXPECT_EQ(world.row().paid, 0u);
  EXPECT_EQ(ReportWorld::ended(world.row(), State::cancelled), 1u);
  world.pay({}, {}, true);  // it goes on: counted when it is sent
  EXPECT_EQ(world.row().paid_before, 0u);
  EXPECT_EQ(world.row().jobs, 0u);
  EXPECT_EQ(ReportWorld::ended(world.row(), State::cancelled), 0u);
  world.reachable["alpha"] = true;
  world.run(2min);
  ASSERT_EQ(world.sent(), 1u);
  EXPECT_EQ(world.row().jobs, 1u);
  EXPECT_EQ(world.row().submitted, 1u);
}

TEST(Reports, CountRepliesByWhatTheyMean) {
  ReportWorld world;
  world.begin(owing("a"));
  world.pass(26);
  const std::uint32_t day = world.today() - 1;
  world.says("ok");
  world.says("ok");
  world.says("i will pay");
  world.says("wrong number");
  world.says("wrong number");
  world.says("STOP");
  world.says("STOP");
  const Tally row = world.row_of(day);
  std::map<std::string, std::uint64_t> replies;
  for (const store::IntentCount& each : row.replies) replies[each.intent] = each.count;
  EXPECT_EQ(replies, (std::map<std::string, std::uint64_t>{
                         {"acknowledgement", 2}, {"promise", 1}, {"wrong_number", 2}, {"opt_out", 2}}));
  EXPECT_EQ(row.wrong_numbers, 1u);
  EXPECT_EQ(row.opt_outs, 1u);
  EXPECT_EQ(world.rows_now().size(), 1u);
}

TEST(Reports, LeaveRepliesToNothing) {
  ReportWorld world;
  world.start();
  world.says("STOP");
  EXPECT_TRUE(world.rows_now().empty());
}

TEST(Reports, CountWhoCameToBePhoned) {
  ReportWorld world;
  store::Job job = owing("a");
  job.escalate_after = hours{48};
  world.begin(job);
  const std::uint32_t day = world.today();
  world.pass(50);
  ASSERT_EQ(world.count("escalated"), 1u);
  EXPECT_EQ(world.row_of(day).called, 1u);
  auto done = world.ask<ClearCall, CallDone>({"a", {}});
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(world.row_of(day).called, 1u);
}

TEST(Reports, CountATextThatIsSentAgainOnce) {
  ReportWorld world;
  world.begin(owing("a"));
  const std::uint32_t day = world.today();
  world.answer_receipt("EXPIRED");
  ASSERT_EQ(world.state("a"), State::expired);
  EXPECT_EQ(ReportWorld::ended(world.row(), State::expired), 1u);
  world.pass(24);
  auto again = world.ask<ChangeCampaign, CampaignChanged>({"nov", CampaignOrder::resend_failed, 1, {}});
  world.run(2s);
  ASSERT_TRUE(again && *again);
  ASSERT_EQ(world.sent(), 2u);
  world.answer_receipt();
  const Tally row = world.row_of(day);
  EXPECT_EQ(row.jobs, 1u);
  EXPECT_EQ(row.submitted, 1u);
  EXPECT_EQ(ReportWorld::ended(row, State::expired), 0u);
  EXPECT_EQ(ReportWorld::ended(row, State::delivered), 1u);
  EXPECT_EQ(row.segments, 2u);
  EXPECT_EQ(world.rows_now().size(), 1u);
}

TEST(Reports, CountOnceThroughPowerCuts) {
  // A cut at many moments of one story. What it forgets is done again by whoever was not answered, and counted once.
  for (int cut = 0; cut < 40; ++cut) {
    ReportWorld world;
    world.settings.dunning.in_doubt_wait = 2s;
    world.start();
    auto maybe_cut = [&, step = 0]() mutable {
      if (step++ != cut) return;
      world.work();
      world.crash();
      world.run(20s);
    };
    store::Job job = owing("a");
    for (int i = 0; i < 6; ++i) {
      std::optional<Result<Accepted>> got;
      if (i == 0)
        world.gateway->request(SubmitJob{job, [&](Result<Accepted> answer) { got = std::move(answer); }}, world.now);
      maybe_cut();
      world.run(1ms);
    }
    static_cast<void>(world.submit(job));
    world.run(30s);
    const std::size_t sent = world.sent();
    ASSERT_GE(sent, 1u);
    world.receipt("alpha", "id" + std::to_string(world.smscs["alpha"].next_id - 1), "48601000001");
    for (int i = 0; i < 6; ++i) maybe_cut(), world.run(1ms);
    world.receipt("alpha", "id" + std::to_string(world.smscs["alpha"].next_id - 1), "48601000001");
    world.run(1s);
    ASSERT_EQ(world.state("a"), State::delivered) << cut;
    for (int i = 0; i < 2; ++i) {
      RecordPayment payment;
      payment.account = "4711";
      payment.id = "p";
      payment.answer = [](Result<PaymentResult>) {};
      world.gateway->request(std::move(payment), world.now);
      for (int k = 0; k < 4; ++k) maybe_cut(), world.run(1ms);
    }
    world.run(1s);
    const Tally row = world.row();
    EXPECT_EQ(row.jobs, 1u) << cut;
    EXPECT_EQ(row.submitted, 1u) << cut;
    EXPECT_EQ(ReportWorld::ended(row, State::delivered), 1u) << cut;
    EXPECT_EQ(row.paid, 1u) << cut;
    EXPECT_EQ(row.segments, 1u) << cut;
    EXPECT_EQ(world.rows_now().size(), 1u) << cut;
  }
}

TEST(Reports, ForgetAPersonAndKeepTheCounts) {
  ReportWorld world;
  world.begin(owing("a"));
  world.answer_receipt();
  auto gone = world.ask<Forget, Forgotten>({"+48601000001", {}}, 5s);
  ASSERT_TRUE(gone && *gone);
  const Tally row = world.row();
  EXPECT_EQ(row.jobs, 1u);
  EXPECT_EQ(row.owing, 1u);
  EXPECT_EQ(ReportWorld::ended(row, State::delivered), 1u);
}

TEST(Reports, AreKeptAsLongAsJobs) {
  ReportWorld world;
  world.settings.retention.jobs = days{10};
  world.settings.retention.texts = days{1};
  world.begin(owing("a"));
  world.answer_receipt();
  world.pass(216);
  EXPECT_EQ(world.rows_now().size(), 1u);
  world.pass(72);
  EXPECT_EQ(world.rows_now().size(), 0u);
}

TEST(Reports, ARowThatIsGoneStaysGone) {
  ReportWorld world;
  world.settings.retention.jobs = days{2};
  world.settings.smscs[0].receipt_timeout = days{30};
  world.begin(owing("a"));
  world.pass(120);
  ASSERT_TRUE(world.rows_now().empty());
  world.answer_receipt();
  ASSERT_EQ(world.state("a"), State::delivered);
  world.says("ok");
  EXPECT_TRUE(world.rows_now().empty());
}

TEST(Reports, NameAReplyOnce) {
  const ReplyCount both{"opt_out", true, true};
  EXPECT_EQ(parse_reply_count(to_string(both, 7)), both);
  EXPECT_EQ(parse_reply_count(to_string({"unclear", false, false}, 8)), (ReplyCount{"unclear", false, false}));
  EXPECT_NE(to_string(both, 7), to_string(both, 8));
}

}  // namespace
}  // namespace dunlin::engine::testing
