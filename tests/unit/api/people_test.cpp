// The call list and the inbox over HTTP: how they are shown, in pages and whole, and what is asked of the engine.
#include <variant>

#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

namespace keys = store::keys;

class PeopleApi : public ApiTest {
 protected:
  void add_call(std::uint64_t n, const std::string& number, const std::string& account,
                const std::string& campaign = {}) {
    store::Job job;
    job.id = "j" + std::to_string(n);
    job.to = number;
    job.account = account;
    job.campaign = campaign;
    store::JobState state;
    state.state = store::State::delivered;
    state.calls = {{Wall{std::chrono::seconds{1'700'000'000}}, "unpaid, silent"}};
    state.on_call_list = true;
    store::Batch batch;
    batch.put(keys::job(n), store::encode(job));
    batch.put(keys::job_state(n), store::encode(state));
    batch.put(keys::call(campaign, n), "");
    ASSERT_TRUE(kv_.commit(batch, true));
  }
  void add_held(std::uint64_t seq, const std::string& number) {
    store::Person person;
    person.holds = {
        {"h" + std::to_string(seq), "reply:dispute", Wall{std::chrono::seconds{1'700'000'000}}, {}, "j1", false}};
    store::Heard heard;
    heard.at = person.holds[0].at;
    heard.text = "=not owed";
    heard.intent = "dispute";
    store::Batch batch;
    batch.put(keys::person(number), store::encode(person));
    batch.put(keys::inbox(keys::InboxClass::waiting, seq), keys::inbox_value({heard.at, number}));
    batch.put(keys::conversation(number, seq), store::encode(heard));
    ASSERT_TRUE(kv_.commit(batch, true));
  }
  Response get(const std::string& target) { return Client(path_).call("GET", target); }
};

TEST_F(PeopleApi, TheCallListIsWholeHoweverLong) {
  for (std::uint64_t n = 1; n <= 450; ++n)
    add_call(n, "+4860100" + std::to_string(1000 + n), "A" + std::to_string(n), n <= 250 ? "" : "nov");
  const Json all = get("/v1/call-list?format=json").json();
  EXPECT_EQ(all["calls"].size(), 450u);
  EXPECT_EQ(all["calls"][0]["reason"], "unpaid, silent");
  EXPECT_EQ(get("/v1/call-list?campaign=nov&format=json").json()["calls"].size(), 200u);
  EXPECT_EQ(get("/v1/call-list?campaign=none&format=json").json()["calls"].size(), 0u);
  const Response csv = get("/v1/call-list");
  EXPECT_EQ(csv.fields.at("content-type"), "text/csv");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 451);
  EXPECT_TRUE(csv.body.starts_with(
      "number,account,invoice,amount,currency,due_date,reason,since,state,language,campaign,job\r\n"))
      << csv.body.substr(0, 100);
}

TEST_F(PeopleApi, SomebodyIsToldOnceForAnAccount) {
  add_call(1, "+48601000001", "A");
  add_call(2, "+48601000001", "A");
  add_call(3, "+48601000001", "B");
  EXPECT_EQ(get("/v1/call-list?format=json").json()["calls"].size(), 2u);
}

TEST_F(PeopleApi, TheInboxIsReadInPages) {
  for (std::uint64_t seq = 1; seq <= 5; ++seq) add_held(seq * 10, "+4860100000" + std::to_string(seq));
  const Json first = get("/v1/inbox?limit=2").json();
  ASSERT_EQ(first["items"].size(), 2u);
  EXPECT_EQ(first["items"][0]["number"], "+48601000001");
  EXPECT_EQ(first["items"][0]["text"], "=not owed");
  EXPECT_EQ(first["next"], 20);
  EXPECT_EQ(get("/v1/inbox?limit=2&after=20").json()["items"][0]["number"], "+48601000003");
  const Json last = get("/v1/inbox?after=40").json();
  EXPECT_EQ(last["items"].size(), 1u);
  EXPECT_FALSE(last.contains("next"));
  EXPECT_EQ(get("/v1/inbox?after=x").status, 422u);
  EXPECT_EQ(get("/v1/inbox?kind=term").json()["items"].size(), 0u);
}

TEST_F(PeopleApi, AConversationHasNoUnboundedPast) {
  for (std::uint64_t seq = 1; seq <= 120; ++seq) add_held(seq, "+48601000001");
  const Json shown = get("/v1/inbox/+48601000001").json();
  EXPECT_EQ(shown["conversation"].size(), 50u);
  EXPECT_EQ(shown["holds"][0]["reason"], "reply:dispute");
  EXPECT_EQ(get("/v1/inbox/+48601000009").status, 404u);
}

}  // namespace
}  // namespace dunlin::api::test
