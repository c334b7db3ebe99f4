// Two months of jobs that follow a plan, from a seed: payments and their reversals, STOPs, holds, receipts of all
// kinds, lost links and power cuts, and after each of them what a reader must never see: a step out of order, two in a
// day, a text after a payment, a hold or a STOP was answered.
#include <random>

#include "dunning/calendar.hpp"
#include "dunning/plan.hpp"
#include "dunning/template.hpp"
#include "unit/dunning/zoneinfo.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using dunning::utc;

constexpr std::array<std::string_view, 5> kSteps{"reminder", "due", "overdue", "overdue2", "final"};
constexpr std::array<int, 5> kDays{-3, 0, 3, 10, 17};
constexpr std::size_t kPeople = 10;

std::shared_ptr<const dunning::Templates> templates() {
  dunning::TemplateSources sources;
  for (const std::string_view name : kSteps) {
    dunning::TemplateSource source;
    source.file = "t.toml";
    source.line = 1;
    source.name = name;
    source.kinds = {"overdue"};
    source.texts = {{"en", "{account} " + std::string(name) + " {amount}", 2}};
    sources.templates.push_back(source);
  }
  auto built = dunning::Templates::build(std::move(sources));
  EXPECT_TRUE(built.has_value()) << built.error().front().detail;
  return std::make_shared<const dunning::Templates>(std::move(*built));
}

std::shared_ptr<const dunning::Plans> plans(const dunning::Templates& texts) {
  dunning::Plan plan;
  plan.file = "p.toml";
  plan.name = "p";
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    dunning::PlanStep step;
    step.name = kSteps[i];
    step.days = kDays[i];
    step.text.template_name = kSteps[i];
    step.silent = i == 3;
    plan.steps.push_back(std::move(step));
  }
  auto built = dunning::Plans::build({{std::move(plan)}, "read"}, &texts);
  EXPECT_TRUE(built.has_value());
  return std::make_shared<const dunning::Plans>(std::move(*built));
}

class Month : public ::testing::TestWithParam<unsigned> {
 protected:
  World world;
  std::mt19937 random{GetParam()};
  struct Person {
    bool paid = false, stopped = false;
    std::optional<std::string> hold;
    int step = -1;                    // the last that was sent
    std::optional<dunning::Date> on;  // and its day there
    std::string text;
  };
  std::array<Person, kPeople> people;
  std::size_t seen = 0;  // of the submits

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }
  static std::string account(std::size_t who) { return "A" + std::to_string(who); }
  static std::string number(std::size_t who) { return "+4860100000" + std::to_string(who); }

  void SetUp() override {
    world.now.wall = utc(2026, 11, 23, 11);
    world.settings.dunning.calendar = std::make_shared<const dunning::CalendarRules>(
        dunning::CalendarRules{std::make_shared<const dunning::Countries>(), dunning::system_zones(), {}});
    world.settings.dunning.templates = templates();
    world.settings.dunning.plans = plans(*world.settings.dunning.templates);
    world.settings.smscs[0].enquire_link = 12h;
    world.settings.smscs[0].receipt_timeout = std::chrono::hours{24 * 5};
    world.settings.retention.events = std::chrono::hours{24 * 400};
    world.start();
    for (std::size_t who = 0; who < kPeople; ++who) {
      store::Job job = World::job("j" + std::to_string(who), number(who), "");
      job.plan = "p";
      job.account = account(who);
      job.amount = "120.50";
      job.currency = "PLN";
      job.due_date = dunning::to_string(dunning::Date{std::chrono::local_days{std::chrono::year{2026} / 11 / 26}} +
                                        std::chrono::days{draw(10)});
      ASSERT_TRUE(world.submit(job));
    }
  }

  // What left since the last look.
  void look() {
    const auto& submits = world.smscs["alpha"].submits;
    const dunning::TimeZone& warsaw = *dunning::system_zones()->find("Europe/Warsaw");
    for (; seen < submits.size(); ++seen) {
      const std::string text(submits[seen].pdu.short_message.text());
      SCOPED_TRACE(text);
      const std::size_t who = static_cast<std::size_t>(text.at(1) - '0');
      const std::string name = text.substr(3, text.find(' ', 3) - 3);
      const auto step = static_cast<int>(std::find(kSteps.begin(), kSteps.end(), name) - kSteps.begin());
      ASSERT_LT(step, static_cast<int>(kSteps.size()));
      Person& person = people.at(who);
      EXPECT_FALSE(person.paid);
      EXPECT_FALSE(person.stopped);
      EXPECT_FALSE(person.hold.has_value());
      const dunning::Date day = std::chrono::floor<std::chrono::days>(warsaw.local(world.now.wall));
      if (step == person.step) continue;  // once more, after a doubt
      EXPECT_GT(step, person.step);
      if (person.on) {
        EXPECT_GT(day, *person.on);
      }
      person.step = step;
      person.on = day;
    }
  }

  void run(std::chrono::hours how_long) {
    for (auto left = how_long; left >= 1h; left -= 1h) {  // what left is dated to the hour
      world.now.wall += 1h;
      world.now.steady += 1h;
      world.gateway->tick(world.now);
      world.run(50ms);
      look();
    }
  }

  void pay(std::size_t who, bool reversed) {
    if (reversed) people[who].paid = false;
    RecordPayment payment;
    payment.account = account(who);
    payment.reversed = reversed;
    const auto answer = world.ask<RecordPayment, PaymentResult>(std::move(payment), 5s);
    look();
    ASSERT_TRUE(answer && *answer);
    people[who].paid = !reversed;
  }

  void hold_or_release(std::size_t who) {
    Person& person = people[who];
    if (person.hold) {
      ReleaseHold release;
      release.id = *std::exchange(person.hold, std::nullopt);
      ASSERT_TRUE((*world.ask<ReleaseHold, HoldReleased>(std::move(release), 5s)));
    } else {
      PutHold hold;
      hold.account = account(who);
      hold.reason = "dispute";
      const auto laid = world.ask<PutHold, store::Hold>(std::move(hold), 5s);
      look();
      ASSERT_TRUE(laid && *laid);
      person.hold = (*laid)->id;
    }
  }

  void receipts() {
    static constexpr std::array<const char*, 6> kStats{"DELIVRD", "DELIVRD", "DELIVRD",
                                                       "DELIVRD", "UNDELIV", "EXPIRED"};
    auto& peer = world.smscs["alpha"];
    for (std::uint32_t id = told_; id < peer.next_id; ++id) {
      for (std::size_t who = 0; who < kPeople; ++who)  // to whom it was is the gateway's to know: others do not agree
        world.receipt("alpha", "id" + std::to_string(id), number(who).substr(1), kStats[draw(6)]);
    }
    told_ = peer.next_id;
    world.run(1s);
  }

  void something() {
    const std::size_t who = draw(kPeople);
    switch (draw(12)) {
      case 0: return pay(who, people[who].paid);
      case 1: return pay(who, draw(2) == 0);
      case 2: return hold_or_release(who);
      case 3:
      case 4:
        if (people[who].hold) return hold_or_release(who);
        return;
      case 5:
        if (draw(3) != 0) return;
        world.reply("alpha", number(who).substr(1), "STOP");
        world.run(2s);
        look();
        people[who].stopped = true;
        return;
      case 6:
        world.reply("alpha", number(who).substr(1), "ok thanks");
        world.run(2s);
        return;
      case 7:
      case 8: return receipts();
      case 9: return world.drop("alpha");
      default: world.crash(); world.run(10s);
    }
  }

  std::uint32_t told_ = 1;
};

TEST_P(Month, ShowsNobodyWhatTheyMustNotSee) {
  for (int i = 0; i < 120 && !HasFatalFailure(); ++i) {
    run(std::chrono::hours{1 + draw(14)});
    something();
  }
  for (std::size_t who = 0; who < kPeople; ++who) {
    if (people[who].hold) hold_or_release(who);
  }
  run(std::chrono::hours{24 * 60});
  // Each job was accepted once, each step only after the one before it had left or was passed over, and all chains end.
  std::map<std::string, std::vector<std::string>> history;
  for (const store::Event& event : world.all_events()) {
    if (event.job.empty()) continue;
    const std::string root = event.job.substr(0, event.job.find('/'));
    if (event.type == store::EventType::accepted) {
      for (const std::string& other : history[root]) EXPECT_NE(other, "accepted " + event.job);
      if (event.job != root) {
        const auto before = std::find_if(history[root].begin(), history[root].end(), [](const std::string& each) {
          return each.starts_with("submitted") || each.starts_with("cancelled");
        });
        EXPECT_NE(before, history[root].end()) << event.job;
      }
    }
    history[root].push_back(std::string(store::name_of(event.type)) + " " + event.job);
  }
  EXPECT_EQ(history.size(), kPeople);
  std::size_t sent = 0;
  for (std::size_t who = 0; who < kPeople; ++who) {
    sent += people[who].step >= 0;
    std::string id = "j" + std::to_string(who);
    store::JobView last = world.view(id);
    while (last.state.plan.next_n != 0) {
      const auto next = store::read_job(world.kv, last.state.plan.next_n);
      ASSERT_TRUE(next && *next) << id;
      EXPECT_GT((*next)->n, last.n);
      last = **next;
    }
    EXPECT_TRUE(store::is_final(last.state.state)) << last.job.id << " " << store::name_of(last.state.state);
    EXPECT_TRUE(last.state.plan.over || last.state.state == State::cancelled) << last.job.id;
  }
  EXPECT_GT(sent, 2u) << "a month in which nothing happens shows nothing";
}

INSTANTIATE_TEST_SUITE_P(Seeds, Month, ::testing::Range(1u, 5u));

}  // namespace
}  // namespace dunlin::engine::testing
