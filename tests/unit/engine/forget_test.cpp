// A person is forgotten, and what blocks the number is not; numbers that nothing reaches.
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;
const std::string kNumber = "+48601000001";
const std::string kText = "Dear Malgorzata";

// Every row of the store that has what it should not.
std::vector<std::string> found(World& world, std::string_view what) {
  std::vector<std::string> families;
  for (std::size_t number = 0; number < store::kFamilies; ++number) {
    const auto family = static_cast<store::Family>(number);
    auto rows = world.kv.scan({family, {}, {}, 100'000});
    EXPECT_TRUE(rows);
    for (const store::Row& row : *rows) {
      if (row.key.find(what) != std::string::npos || row.value.find(what) != std::string::npos)
        families.emplace_back(store::family_name(family));
    }
  }
  return families;
}
Forgotten forget(World& world, std::chrono::nanoseconds wait = 5s) {
  auto done = world.ask<Forget, Forgotten>({kNumber, {}}, wait);
  EXPECT_TRUE(done && *done);
  return done && *done ? **done : Forgotten{};
}

TEST(Forget, LeavesNothingOfAPersonInTheStore) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("sent", kNumber, kText)));
  world.receipt("alpha", "id1", kNumber.substr(1));
  world.run(10ms);
  store::Job later = World::job("later", kNumber, kText);
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  ASSERT_TRUE(world.submit(World::job("other", "+48601000002", "Dear Jan")));
  ASSERT_TRUE(world.submit(World::job("waits", kNumber, kText)));
  world.reply("alpha", kNumber.substr(1), "I am Malgorzata");
  world.receipt("alpha", "unheard", kNumber.substr(1));
  auto held = world.ask<PutHold, store::Hold>({{}, kNumber, "dispute", world.now.wall + 2h, {}});
  ASSERT_TRUE(held && *held);
  world.run(1s);
  ASSERT_FALSE(found(world, kNumber.substr(1)).empty());
  const Forgotten done = forget(world);
  EXPECT_EQ(done.jobs, 3u);
  EXPECT_GE(done.events, 1u);
  EXPECT_EQ(found(world, kNumber.substr(1)), Names{});
  EXPECT_EQ(found(world, "Malgorzata"), Names{});
  EXPECT_EQ(world.state("later"), State::cancelled);
  EXPECT_EQ(world.state("sent"), State::delivered);
  EXPECT_EQ(world.view("other").job.text, "Dear Jan");
  world.events();  // no gap
  world.crash();
  world.run(3h);
  EXPECT_EQ(found(world, kNumber.substr(1)), Names{});
  EXPECT_EQ(forget(world).jobs, 0u) << "once more";
}

TEST(Forget, KeepsTheBlock) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", kNumber)));
  world.reply("alpha", kNumber.substr(1), "STOP");
  world.run(1s);
  forget(world);
  EXPECT_EQ(found(world, kNumber.substr(1)), Names{});
  for (int life = 0; life < 2; ++life) {
    const std::string id = "b" + std::to_string(life);
    ASSERT_TRUE(world.submit(World::job(id, kNumber)));
    EXPECT_EQ(world.view(id).state.reason, "opted_out");
    world.crash();
  }
  auto person = store::read_person(world.kv, kNumber);
  ASSERT_TRUE(person && *person);
  EXPECT_TRUE((*person)->stopped);
  auto allowed = world.ask<PutConsent, store::Person>(
      {kNumber, store::ConsentStatus::allowed, {}, "form", world.now.wall + 1h, {}, {}, {}});
  ASSERT_TRUE(allowed && !*allowed) << "a STOP needs an override, forgotten or not";
  world.reply("alpha", kNumber.substr(1), "START");
  world.run(1s);
  ASSERT_TRUE(world.submit(World::job("c", kNumber)));
  world.run(1s);
  EXPECT_EQ(world.state("c"), State::submitted);
}

TEST(Forget, AgainAfterAStartLeavesNoOldBlock) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", kNumber)));
  world.reply("alpha", kNumber.substr(1), "STOP");
  world.run(1s);
  forget(world);
  world.reply("alpha", kNumber.substr(1), "START");
  world.run(1s);
  forget(world);
  ASSERT_TRUE(world.submit(World::job("b", kNumber)));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::submitted);
}

TEST(Forget, WaitsForWhatIsUnderWay) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a", kNumber, kText)));
  ASSERT_EQ(world.state("a"), State::submitting);
  auto done = std::make_shared<std::optional<Result<Forgotten>>>();
  world.gateway->request(Forget{kNumber, [done](Result<Forgotten> answer) { *done = std::move(answer); }}, world.now);
  world.run(3s);
  EXPECT_FALSE(done->has_value());
  world.answer("alpha", 0);
  world.run(3s);
  ASSERT_TRUE(done->has_value());
  EXPECT_EQ(world.state("a"), State::unknown);
  EXPECT_EQ(found(world, kNumber.substr(1)), Names{});
}

TEST(Forget, GoesOnAfterACrash) {
  World world;
  world.reachable["alpha"] = false;
  world.start();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(world.submit(World::job("j" + std::to_string(i), kNumber, kText)));
  std::size_t went_on = 0;
  for (std::size_t steps = 1; steps < 12; ++steps) {
    world.store_stalled = true;
    world.gateway->request(Forget{kNumber, [](Result<Forgotten>) {}}, world.now);
    world.store_steps(steps);
    world.store_stalled = false;
    world.crash();
    world.run(5s);
    if (found(world, "Malgorzata").empty()) ++went_on;
    ASSERT_TRUE(world.submit(World::job("again" + std::to_string(steps), kNumber, kText)));
  }
  EXPECT_GE(went_on, 8u) << "once it is on disk, it is done";
  forget(world);
  EXPECT_EQ(found(world, kNumber.substr(1)), Names{});
  EXPECT_EQ(found(world, "Malgorzata"), Names{});
}

TEST(Forget, IsOverWhenItIsAnswered) {
  World world;
  world.reachable["alpha"] = false;
  world.start();
  for (std::size_t steps = 1; steps < 12; ++steps) {
    ASSERT_TRUE(world.submit(World::job("j" + std::to_string(steps), kNumber, kText)));
    world.store_stalled = true;
    world.gateway->request(Forget{kNumber, [](Result<Forgotten>) {}}, world.now);
    world.store_steps(steps);
    world.store_stalled = false;
    world.now.wall -= 10min;  // what was asked for before is to come now
    world.crash();
    world.run(1ms);
    forget(world);
    const auto held = world.ask<PutHold, store::Hold>({{}, kNumber, "dispute", {}, {}});
    ASSERT_TRUE(held && *held);
    world.run(20min);
    const Names left = found(world, kNumber);
    EXPECT_TRUE(std::ranges::count(left, "people")) << "after " << steps << " steps";
    EXPECT_FALSE(std::ranges::count(left, "calendar")) << "after " << steps << " steps";
  }
}

// What is due is read beside the turns: what is appointed meanwhile is not to be taken for read.
TEST(Forget, IsBegunWhateverElseIsBeingRead) {
  World world;
  world.start();
  const std::string numbers[] = {"+48601000001", "+48601000002", "+48601000003"};
  for (std::size_t steps = 0; steps < 12; ++steps) {
    for (const std::size_t first : {0u, 1u, 2u}) {
      int answered = 0;
      const auto ask_for = [&](const std::string& number) {
        world.gateway->request(Forget{number, [&answered](Result<Forgotten> done) { answered += done ? 1 : 0; }},
                               world.now);
      };
      world.store_stalled = true;
      ask_for(numbers[first]);
      world.store_steps(steps);
      ask_for(numbers[(first + 1) % 3]);
      ask_for(numbers[(first + 2) % 3]);
      world.store_stalled = false;
      world.run(5s);
      EXPECT_EQ(answered, 3) << "after " << steps << " steps";
    }
  }
}

TEST(Forget, RefusesWhatIsNoNumber) {
  World world;
  world.start();
  auto done = world.ask<Forget, Forgotten>({"0601", {}});
  ASSERT_TRUE(done && !*done);
  EXPECT_EQ(done->error().code, "bad_number");
}

std::size_t told_bad(World& world) {
  const Names all = world.events();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), "number_bad"));
}

TEST(BadNumbers, AreToldOnceByARefusalThatNamesThem) {
  World world;
  world.start();
  world.smscs["alpha"].statuses = {smpp::CommandStatus::invalid_destination_address,
                                   smpp::CommandStatus::invalid_destination_address};
  ASSERT_TRUE(world.submit(World::job("a", kNumber)));
  ASSERT_TRUE(world.submit(World::job("b", kNumber)));
  world.run(1s);
  EXPECT_EQ(told_bad(world), 1u);
  const store::Event event = world.all_events()[2];
  EXPECT_EQ(event.number, kNumber);
  EXPECT_EQ(event.job, "a");
  EXPECT_EQ(event.reason, "ESME_RINVDSTADR");
  auto person = store::read_person(world.kv, kNumber);
  ASSERT_TRUE(person && *person && (*person)->bad_since);
}

TEST(BadNumbers, TakeSeveralFailuresInARowAndOneArrivalClearsThem) {
  World world;
  world.start();
  const auto send = [&](const char* id, const std::string& stat) {
    const std::size_t before = world.smscs["alpha"].submits.size();
    EXPECT_TRUE(world.submit(World::job(id, kNumber)));
    world.run(100ms);
    EXPECT_EQ(world.smscs["alpha"].submits.size(), before + 1);
    world.receipt("alpha", "id" + std::to_string(before + 1), kNumber.substr(1), stat);
    world.run(100ms);
  };
  send("a", "UNDELIV");
  send("b", "UNDELIV");
  send("c", "DELIVRD");
  send("d", "UNDELIV");
  send("e", "UNDELIV");
  EXPECT_EQ(told_bad(world), 0u);
  world.crash();
  send("f", "UNDELIV");
  EXPECT_EQ(told_bad(world), 1u);
  send("g", "UNDELIV");
  EXPECT_EQ(told_bad(world), 1u);
  send("h", "DELIVRD");
  auto person = store::read_person(world.kv, kNumber);
  ASSERT_TRUE(person && *person);
  EXPECT_FALSE((*person)->bad_since);
  EXPECT_EQ((*person)->failures, 0u);
}

Names listed_bad(World& world) {
  auto found = store::bad_numbers(world.kv, {}, 100);
  EXPECT_TRUE(found);
  Names names;
  for (const auto& [number, person] : found->numbers) names.push_back(number + " " + person.bad_reason);
  return names;
}
void make_bad(World& world, const std::string& id, const std::string& number) {
  world.smscs["alpha"].statuses = {smpp::CommandStatus::invalid_destination_address};
  ASSERT_TRUE(world.submit(World::job(id, number)));
  world.run(1s);
}

TEST(BadNumbers, AreListedUntilSomebodyClearsThem) {
  World world;
  world.start();
  make_bad(world, "a", kNumber);
  make_bad(world, "b", "+48601000002");
  const std::string why = " ESME_RINVDSTADR";
  EXPECT_EQ(listed_bad(world), (Names{kNumber + why, "+48601000002" + why}));
  auto first = store::bad_numbers(world.kv, {}, 1);
  ASSERT_TRUE(first);
  auto second = store::bad_numbers(world.kv, first->last, 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->numbers.at(0).first, "+48601000002");
  EXPECT_EQ(store::bad_numbers(world.kv, second->last, 1)->last, "");
  auto cleared = world.ask<ClearBad, BadCleared>({kNumber, {}});
  ASSERT_TRUE(cleared && *cleared);
  world.crash();
  EXPECT_EQ(listed_bad(world), Names{"+48601000002" + why});
  cleared = world.ask<ClearBad, BadCleared>({kNumber, {}});
  ASSERT_TRUE(cleared && !*cleared);
  EXPECT_EQ(cleared->error().code, "not_found");
  cleared = world.ask<ClearBad, BadCleared>({"0601", {}});
  ASSERT_TRUE(cleared && !*cleared);
  EXPECT_EQ(cleared->error().code, "bad_number");
  make_bad(world, "c", kNumber);
  EXPECT_EQ(listed_bad(world).size(), 2u) << "and it fails anew";
  EXPECT_EQ(told_bad(world), 3u);
}

TEST(BadNumbers, NewerNewsFromUpstreamClearsThem) {
  World world;
  world.start();
  make_bad(world, "a", kNumber);
  const auto allow = [&](Wall at) {
    auto done = world.ask<PutConsent, store::Person>(
        {.number = kNumber, .status = store::ConsentStatus::allowed, .source = "form", .at = at});
    EXPECT_TRUE(done && *done);
  };
  allow(world.now.wall - 1h);
  EXPECT_EQ(listed_bad(world).size(), 1u) << "older than the failure";
  allow(world.now.wall + 1h);
  EXPECT_EQ(listed_bad(world), Names{});
}

TEST(BadNumbers, AreForgottenWithThePerson) {
  World world;
  world.start();
  make_bad(world, "a", kNumber);
  forget(world);
  EXPECT_EQ(listed_bad(world), Names{});
  EXPECT_EQ(found(world, kNumber), Names{});
}

}  // namespace
}  // namespace dunlin::engine::testing
