// GET /v1/campaigns, from rows of the store.
#include "api/campaign_view.hpp"
#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

class Campaigns : public ApiTest {
 protected:
  void put(const std::string& name, const store::Campaign& campaign) {
    on_io([&] {
      store::Batch batch;
      const store::Key key = store::keys::campaign(name);
      batch.put(key.family, key.key, store::encode(campaign));
      EXPECT_TRUE(kv_.commit(batch, true));
    });
  }
  static store::Campaign running() {
    store::Campaign campaign;
    campaign.stage = store::CampaignStage::running;
    campaign.template_name = "t";
    campaign.rows = 100;
    campaign.by_state.resize(store::kStates);
    campaign.by_state[static_cast<std::size_t>(store::State::ready)] = 30;
    campaign.by_state[static_cast<std::size_t>(store::State::submitted)] = 50;
    campaign.by_state[static_cast<std::size_t>(store::State::delivered)] = 20;
    campaign.submitted = 61;
    campaign.first_submitted_at = Wall{std::chrono::seconds{1'799'999'900}};
    campaign.last_submitted_at = Wall{std::chrono::seconds{1'799'999'930}};
    return campaign;
  }
};

TEST_F(Campaigns, ShowsCountsRateAndWhenItWouldBeThrough) {
  put("nov", running());
  const Json json = Client(path_).call("GET", "/v1/campaigns/nov").json();
  EXPECT_EQ(json["stage"], "running");
  EXPECT_EQ(json["jobs"], (Json{{"ready", 30}, {"submitted", 50}, {"delivered", 20}}));
  EXPECT_EQ(json["total"], 100);
  EXPECT_EQ(json["open"], 80);
  EXPECT_EQ(json["rate"], 2.0);
  EXPECT_EQ(json["finish"], "2027-01-15T08:00:15Z") << "30 at 2 a second";
  EXPECT_FALSE(json.contains("canary"));
}

TEST_F(Campaigns, WhatWaitsOrIsPausedHasNoEnd) {
  store::Campaign campaign = running();
  campaign.paused = true;
  campaign.paused_reason = "canary: 12 of 100 failed";
  campaign.canary = store::Canary::tripped;
  campaign.canary_size = 100;
  campaign.canary_failed = 12;
  put("paused", campaign);
  campaign = running();
  campaign.by_state[static_cast<std::size_t>(store::State::scheduled)] = 1;
  put("waits", campaign);
  Client client(path_);
  const Json paused = client.call("GET", "/v1/campaigns/paused").json();
  EXPECT_FALSE(paused.contains("finish"));
  EXPECT_EQ(paused["paused_reason"], "canary: 12 of 100 failed");
  EXPECT_EQ(paused["canary"]["state"], "tripped");
  EXPECT_EQ(paused["canary"]["failed"], 12);
  EXPECT_FALSE(client.call("GET", "/v1/campaigns/waits").json().contains("finish"));
  EXPECT_EQ(client.call("GET", "/v1/campaigns/unknown").status, 404u);
}

TEST_F(Campaigns, AreListedInPages) {
  for (const char* name : {"a", "b", "c/d"}) put(name, running());
  Client client(path_);
  const Json first = client.call("GET", "/v1/campaigns?most=2").json();
  ASSERT_EQ(first["campaigns"].size(), 2u);
  EXPECT_EQ(first["campaigns"][0]["id"], "a");
  EXPECT_EQ(first["next"], "b");
  const Json rest = client.call("GET", "/v1/campaigns?most=2&after=b").json();
  ASSERT_EQ(rest["campaigns"].size(), 1u);
  EXPECT_EQ(rest["campaigns"][0]["id"], "c/d");
  EXPECT_FALSE(rest.contains("next"));
  EXPECT_EQ(client.call("GET", "/v1/campaigns/c%2Fd").status, 200u);
  EXPECT_EQ(client.call("GET", "/v1/campaigns?most=0").status, 422u);
  EXPECT_EQ(client.call("GET", "/v1/campaigns?most=1001").status, 422u);
}

}  // namespace
}  // namespace dunlin::api::test
