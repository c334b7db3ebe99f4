// What is answered by itself to people who wrote, and what never is.
#include "dunning/calendar.hpp"
#include "engine/hours.hpp"
#include "people_world.hpp"
#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::engine::testing {
namespace {

using std::chrono::hours;

struct AnswerWorld : PeopleWorld {
  AnswerWorld() {
    settings.replies.rules = rules({{"opt_out", "en", "No more texts.", 1},
                                    {"opt_out", "pl", "Koniec SMS.", 2},
                                    {"opt_in", "en", "Texts again.", 3},
                                    {"help", "en", "About your account {account, select, none{} other{{account}}}", 4},
                                    {"pay_now", "en", "Pay here: {pay_url}", 5},
                                    {"promise", "en", "Noted{date, select, none{} other{: {date}}}.", 6},
                                    {"call_me", "en", "We call you.", 7}});
  }
  static store::Job bill(const std::string& id) {
    store::Job job = World::job(id);
    job.account = "4711";
    job.pay_url = "https://pay.example.com/x8Kd2";
    return job;
  }
  // What went out since `from`, in order.
  Names texts(std::size_t from) {
    Names all;
    for (std::size_t i = from; i < sent(); ++i) all.push_back(smscs["alpha"].text_of(i));
    return all;
  }
  // Of a bill; what confirms it is sent, and unanswered.
  std::string begin_unanswered_stop() {
    begin(bill("a"));
    smscs["alpha"].answering = false;
    says("STOP");
    EXPECT_EQ(sent(), 2u);
    return newest().job.id;
  }
  store::JobView newest() {
    std::string id;
    for (const store::Event& each : all_events()) {
      if (each.type == store::EventType::accepted) id = each.job;
    }
    return view(id);
  }
};

TEST(Answers, AreSentToWhatIsSet) {
  for (const auto& [text, answer] :
       std::vector<std::pair<const char*, const char*>>{{"STOP", "No more texts."},
                                                        {"help", "About your account 4711"},
                                                        {"link please", "Pay here: https://pay.example.com/x8Kd2"},
                                                        {"I will pay", "Noted."},
                                                        {"call me", "We call you."}}) {
    AnswerWorld world;
    world.begin(AnswerWorld::bill("a"));
    world.says(text);
    EXPECT_EQ(world.texts(1), Names{answer}) << text;
    const store::JobView made = world.newest();
    EXPECT_TRUE(made.job.id.starts_with("answer:")) << made.job.id;
    EXPECT_EQ(made.job.kind, store::Kind::news);
    EXPECT_EQ(made.job.priority, store::Priority::high);
    EXPECT_EQ(made.job.account, "4711");
    EXPECT_EQ(made.job.campaign, "");
  }
}

TEST(Answers, TellThePromisedDay) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  world.says("I will pay tomorrow");
  EXPECT_EQ(world.texts(1), Names{"Noted: Monday, November 23."});
}

TEST(Answers, AreNotSentToWhatIsNotSet) {
  for (const char* text : {"I paid it", "it is a scam", "ok", "what", "START", "wrong number"}) {
    AnswerWorld world;
    world.begin(AnswerWorld::bill("a"));
    world.says(text);
    EXPECT_EQ(world.sent(), 1u) << text;
  }
  PeopleWorld nothing_set;
  nothing_set.begin(World::job("a"));
  nothing_set.says("STOP");
  nothing_set.says("help");
  EXPECT_EQ(nothing_set.sent(), 1u);
}

TEST(Answers, AreInTheLanguageOfWhatWasAnswered) {
  AnswerWorld world;
  store::Job job = AnswerWorld::bill("a");
  job.locale = "pl-PL";
  world.begin(job);
  world.says("STOP");
  EXPECT_EQ(world.texts(1), Names{"Koniec SMS."});
}

TEST(Answers, ConfirmOneStopOnceAndNothingElsePassesIt) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  store::Job later = AnswerWorld::bill("b");
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  world.says("STOP");
  world.says("STOP");
  world.says("help");
  world.says("link please");
  world.run(2h);
  EXPECT_EQ(world.texts(1), Names{"No more texts."});
  EXPECT_EQ(world.state("b"), State::blocked);
  world.says("START");
  EXPECT_EQ(world.texts(2), Names{"Texts again."});
}

TEST(Answers, ConfirmAStopWithinFiveMinutesOrNotAtAll) {
  for (const auto& [away, sent] : {std::pair{4min, 2u}, std::pair{6min, 1u}}) {
    AnswerWorld world;
    world.begin(AnswerWorld::bill("a"));
    ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", true, {}})));
    world.says("STOP");
    world.run(away);
    world.says("STOP");  // the confirmation waits: it is not stopped by the second
    ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", false, {}})));
    world.run(10min);
    EXPECT_EQ(world.sent(), sent);
  }
}

TEST(Answers, OfAStopAreTakenBackByAStart) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", true, {}})));
  world.says("STOP");
  world.says("START");
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", false, {}})));
  world.run(1min);
  EXPECT_EQ(world.texts(1), Names{"Texts again."});
}

TEST(Answers, OfAStopMayBeInDoubtWhenAStartComes) {
  AnswerWorld world;
  const std::string confirmation = world.begin_unanswered_stop();
  world.drop("alpha");
  world.smscs["alpha"].answering = true;
  world.run(5s);
  ASSERT_EQ(world.state(confirmation), State::in_doubt);
  world.says("START");
  EXPECT_EQ(world.state(confirmation), State::cancelled);
  world.run(10min);
  EXPECT_EQ(world.texts(2), Names{"Texts again."});
}

// The link goes before it is answered: it is not sent again.
TEST(Answers, OfAStopMayBeUnderWayWhenAStartComes) {
  AnswerWorld world;
  const std::string confirmation = world.begin_unanswered_stop();
  ASSERT_EQ(world.state(confirmation), State::submitting);
  world.reply("alpha", "48601000001", "START");
  world.run(1s);
  world.drop("alpha");
  world.smscs["alpha"].answering = true;
  world.run(10min);
  EXPECT_EQ(world.state(confirmation), State::cancelled);
}

TEST(Answers, AreKeptByNoReplysHoldAndNoCap) {
  AnswerWorld world;
  world.settings.dunning.cap_number = {{1, hours{24}}};
  world.begin(AnswerWorld::bill("a"));
  store::Job capped = AnswerWorld::bill("b");
  ASSERT_TRUE(world.submit(capped));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::scheduled);
  world.says("I will pay");  // lays a hold
  EXPECT_EQ(world.sent(), 2u);
  world.says("help");
  EXPECT_EQ(world.sent(), 3u);
}

TEST(Answers, AreKeptByAHoldThatSomebodyElseHasLaid) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  const auto held = world.ask<PutHold, store::Hold>({"", "+48601000001", "insolvency", {}, {}});
  ASSERT_TRUE(held && *held);
  world.says("help");
  EXPECT_EQ(world.sent(), 1u);
  world.run(20min);
  EXPECT_EQ(world.newest().state.state, State::expired);
  world.says("STOP");
  EXPECT_EQ(world.texts(1), Names{"No more texts."});
}

TEST(Answers, AreSoManyADayAndHelpIsTextedOnce) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  for (int i = 0; i < 5; ++i) world.says("help");
  EXPECT_EQ(world.sent(), 2u);
  for (int i = 0; i < 5; ++i) world.says("link please");
  EXPECT_EQ(world.sent(), 4u) << "three a day";
  world.run(hours{25});
  world.says("help");
  EXPECT_EQ(world.sent(), 5u);
}

TEST(Answers, ConfirmAStopHoweverManyAnswersThereWere) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  for (int i = 0; i < 5; ++i) world.says("link please");
  EXPECT_EQ(world.sent(), 4u) << "three a day";
  world.says("STOP");
  EXPECT_EQ(world.texts(4), Names{"No more texts."});
}

TEST(Answers, AreNotFewerForAStopThatWasConfirmed) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  world.says("STOP");
  world.says("START");
  for (int i = 0; i < 5; ++i) world.says("link please");
  EXPECT_EQ(world.sent(), 1u + 1u + 3u);
  // Nor does somebody who goes on and on get one for each.
  for (int i = 0; i < 5; ++i) {
    world.says("STOP");
    world.says("START");
  }
  EXPECT_EQ(world.sent(), 1u + 3u + 3u);
}

// Nothing is sent by itself on a Sunday; who writes then is answered all the same.
TEST(Answers, GoOutAtAnyHour) {
  AnswerWorld world;
  world.settings.dunning.calendar = std::make_shared<const dunning::CalendarRules>(
      dunning::CalendarRules{std::make_shared<const dunning::Countries>(), dunning::system_zones(), {}});
  world.now.wall = dunning::utc(2026, 11, 20, 11);  // a Friday
  world.settings.smscs[0].enquire_link = hours{6};
  world.begin(AnswerWorld::bill("a"));
  hop(world, hours{48});
  ASSERT_TRUE(world.submit(AnswerWorld::bill("b")));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::scheduled);
  world.says("help");
  EXPECT_EQ(world.texts(1), Names{"About your account 4711"});
  EXPECT_EQ(world.newest().state.decided_rule, kRuleAnswer);
  // A clerk's words wait for Monday.
  ASSERT_TRUE((*world.ask<AnswerPerson, Answered>({"+48601000001", "Call us.", {}}, 1s)));
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_EQ(world.newest().state.state, State::scheduled);
}

TEST(Answers, EndWhereTheyAreSwitchedOff) {
  AnswerWorld world;
  world.settings.replies.answers_max = 0;
  world.begin(AnswerWorld::bill("a"));
  world.says("STOP");
  world.says("help");
  EXPECT_EQ(world.sent(), 1u);
}

TEST(Answers, AreNotSentToStrangersNorToOurselves) {
  AnswerWorld world;
  world.settings.smscs[0].source = "48601000009";
  world.begin(AnswerWorld::bill("a"));
  world.says("help", "48601000002");
  EXPECT_EQ(world.sent(), 1u);
  store::Job own = World::job("own", "+48601000009");
  world.send(own);
  world.says("help", "48601000009");
  EXPECT_EQ(world.sent(), 2u);
}

TEST(Answers, SendNoLinkToWhoHasPaid) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  RecordPayment payment;
  payment.account = "4711";
  ASSERT_TRUE((*world.ask<RecordPayment, PaymentResult>(std::move(payment))));
  world.says("link please");
  EXPECT_EQ(world.sent(), 1u);
}

TEST(Answers, SendNoLinkWhereItMayBeAnothers) {
  for (const auto& [invoice, link, kind, answered] :
       {std::tuple{"2", "https://pay.example.com/other", store::Kind::reminder, false},
        std::tuple{"2", "", store::Kind::reminder, false},
        std::tuple{"2", "https://pay.example.com/x8Kd2", store::Kind::reminder, true},  // one page for all
        std::tuple{"1", "https://pay.example.com/other", store::Kind::reminder, true},
        std::tuple{"2", "", store::Kind::receipt, true}}) {
    AnswerWorld world;
    store::Job first = AnswerWorld::bill("first");
    first.invoice = invoice;
    first.pay_url = link;
    first.kind = kind;
    world.begin(first);
    store::Job second = AnswerWorld::bill("second");
    second.invoice = "1";
    world.send(second);
    world.says("link please");
    EXPECT_EQ(world.texts(2), answered ? Names{"Pay here: https://pay.example.com/x8Kd2"} : Names{}) << invoice << link;
    EXPECT_FALSE(world.last(store::EventType::replied).ambiguous) << "the account is certain";
  }
}

// It would be told as agreed.
TEST(Answers, ConfirmNoPromiseThatIsNotBelieved) {
  {
    AnswerWorld world;
    world.begin(AnswerWorld::bill("a"));
    world.says("I will pay on 24 December");
    EXPECT_EQ(world.sent(), 1u);
  }
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  world.says("I will pay tomorrow");
  world.says("I will pay");
  EXPECT_EQ(world.texts(1), Names{"Noted: Monday, November 23."});
  world.says("I will pay tomorrow");
  EXPECT_EQ(world.sent(), 3u) << "the same day again";
}

TEST(Answers, DoNotHideWhatWasAnswered) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  world.says("help");
  world.answer_receipt();
  world.says("what do you want");
  EXPECT_EQ(world.last(store::EventType::replied).job, "a");
}

TEST(Answers, SurviveAPowerCutOrAreNotTold) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", true, {}})));
  world.says("STOP");
  world.crash();
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", false, {}})));
  world.run(1min);
  EXPECT_EQ(world.texts(1), Names{"No more texts."});
}

TEST(Answers, AreForgottenWithTheirPerson) {
  AnswerWorld world;
  world.begin(AnswerWorld::bill("a"));
  world.says("help");
  const std::string id = world.newest().job.id;
  world.answer_receipt();
  ASSERT_TRUE((*world.ask<Forget, Forgotten>({"+48601000001", {}}, 5s)));
  EXPECT_EQ(world.view(id).job.to, "");
  EXPECT_EQ(world.view(id).job.text, "");
}

}  // namespace
}  // namespace dunlin::engine::testing
