// Consents by purpose.
#include "payments_world.hpp"

namespace dunlin::engine::testing {
namespace {

store::Job advert(const std::string& id, const std::string& basis = {}) {
  store::Job job = World::job(id);
  job.purpose = store::Purpose::marketing;
  job.consent.basis = basis;
  return job;
}

TEST(Consents, MarketingNeedsOneForItsPurpose) {
  World world;
  world.start();
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "consent_missing consent");
  store::Job referral = World::job("r");
  referral.kind = store::Kind::referral;
  EXPECT_EQ(answer_of(world.submit(referral)), "consent_missing consent");
  const auto put = [&](store::ConsentStatus status, const char* purpose, std::optional<Wall> at = {}) {
    auto answer =
        world.ask<PutConsent, store::Person>({"+48601000001", status, purpose, "form", at, {}, "prior_express", {}});
    return answer && *answer;
  };
  EXPECT_TRUE(put(store::ConsentStatus::allowed, ""));
  EXPECT_TRUE(put(store::ConsentStatus::allowed, "billing"));
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "consent_missing consent") << "of another purpose";
  EXPECT_FALSE(put(store::ConsentStatus::allowed, "spam"));
  EXPECT_TRUE(put(store::ConsentStatus::allowed, "marketing"));
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "accepted");
  world.run(1s);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_TRUE(put(store::ConsentStatus::blocked, "marketing"));
  EXPECT_EQ(answer_of(world.submit(advert("b"))), "accepted");
  EXPECT_EQ(world.view("b").state.reason, "opted_out");
  EXPECT_FALSE(put(store::ConsentStatus::allowed, "marketing", world.now.wall - 1h)) << "older than the block";
  EXPECT_TRUE(world.submit(World::job("bill")));
  world.run(1s);
  EXPECT_EQ(world.state("bill"), State::submitted) << "other purposes go on";
}

TEST(Consents, OfTheFutureAreRefused) {
  Waiting world;
  const auto put = [&](std::optional<Wall> at) {
    auto answer = world.ask<PutConsent, store::Person>(
        {.number = "+48601000001", .status = store::ConsentStatus::blocked, .source = "letter", .at = at});
    return answer && !*answer ? answer->error().code + " " + answer->error().where : std::string{};
  };
  EXPECT_EQ(put(world.now.wall + std::chrono::hours{24 * 365 * 73}), "bad_value at");
  EXPECT_EQ(put(world.now.wall + 12h), "");
  store::Job job = World::job("a");
  job.consent = {.basis = "contract", .source = "shop", .at = world.now.wall + std::chrono::hours{24 * 365}};
  EXPECT_FALSE(world.submit(job));
}

TEST(Consents, OfAJobAreKeptWithTheNumber) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(advert("a", "prior_express_written")));
  ASSERT_TRUE(world.submit(advert("b")));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::submitted);
  auto person = store::read_person(world.kv, "+48601000001");
  ASSERT_TRUE(person && *person);
  ASSERT_EQ((*person)->purposes.size(), 1u);
  EXPECT_EQ((*person)->purposes[0].basis, "prior_express_written");
  EXPECT_EQ((*person)->history.size(), 1u);
  store::Job half = advert("c");
  half.consent.source = "form";
  EXPECT_EQ(answer_of(world.submit(half)), "missing consent.basis");
}

TEST(Consents, AreAskedAgainAtTheLastMoment) {
  Waiting world;
  ASSERT_TRUE(world.submit(advert("a", "soft_opt_in")));
  auto forgotten = world.ask<DeleteConsent, store::Person>({"+48601000001", {}});
  ASSERT_TRUE(forgotten && *forgotten);
  world.go();
  EXPECT_EQ(world.view("a").state.reason, "consent_missing");
  EXPECT_EQ(world.state("a"), State::blocked);
}

TEST(Consents, AreTakenBackOfNumbersAlone) {
  World world;
  world.start();
  EXPECT_EQ((world.ask<DeleteConsent, store::Person>({"12", {}})->error().code), "bad_number");
}

TEST(Consents, ABlockOfTheNumberStandsAboveAll) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(advert("a", "soft_opt_in")));
  world.run(1s);
  world.reply("alpha", "48601000001", "STOP");
  world.run(1s);
  ASSERT_TRUE(world.submit(advert("b", "prior_express_written")));
  EXPECT_EQ(world.view("b").state.reason, "opted_out");
  auto allowed = world.ask<PutConsent, store::Person>(
      {"+48601000001", store::ConsentStatus::allowed, "marketing", "form", world.now.wall + 1h, "asked again", {}, {}});
  ASSERT_TRUE(allowed && !*allowed);
  EXPECT_EQ(allowed->error().code, "conflict");
}

}  // namespace
}  // namespace dunlin::engine::testing
