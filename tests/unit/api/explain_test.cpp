// GET /v1/explain: what is asked about is found, in which order, how much of it, and what is refused.
#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

namespace keys = store::keys;

class Explained : public ApiTest {
 protected:
  void add_job(std::uint64_t n, const std::string& id, const std::string& account, const std::string& number) {
    store::Job job;
    job.id = id;
    job.account = account;
    job.to = number;
    store::Batch batch;
    batch.put(keys::id(id), keys::number(n));
    batch.put(keys::job(n), store::encode(job));
    batch.put(keys::job_state(n), store::encode(store::JobState{}));
    batch.put(keys::by_account(account, n), "");
    batch.put(keys::by_number(number, n), "");
    ASSERT_TRUE(kv_.commit(batch, true));
  }
  template <class Row>
  void put(const store::Key& key, const Row& row) {
    store::Batch batch;
    batch.put(key, store::encode(row));
    ASSERT_TRUE(kv_.commit(batch, true));
  }
  Json told(const std::string& query) {
    const Response response = Client(path_).call("GET", "/v1/explain?" + query);
    EXPECT_EQ(response.status, 200u) << query << response.body;
    return response.json();
  }
  void refused(const std::string& query, unsigned status, const std::string& code, const std::string& field) {
    const Response response = Client(path_).call("GET", "/v1/explain" + query);
    EXPECT_EQ(response.status, status) << query << response.body;
    EXPECT_EQ(response.json()["code"], code) << query;
    EXPECT_EQ(response.json()["field"], field) << query;
  }
};

TEST_F(Explained, OfAnIdItIsTheJobThenTheAccountThenTheNumber) {
  add_job(7, "x", "x", "+48601000001");
  EXPECT_EQ(told("of=x")["job"]["id"], "n7");
  EXPECT_EQ(told("job=x")["job"]["id"], "n7");
  EXPECT_EQ(told("account=x")["account"], "x");
  EXPECT_EQ(told("of=+48601000001")["number"], "+48601000001");
  EXPECT_EQ(told("number=+48601000001")["jobs"][0]["id"], "n7");
}

TEST_F(Explained, TheNewestJobsComeFirstAndNoMoreThanTheirBound) {
  for (std::uint64_t n = 1; n <= engine::kExplainedMax + 1; ++n) {
    if (n == engine::kExplainedMax + 1) {
      EXPECT_FALSE(told("account=A")["more"].get<bool>());
    }
    add_job(n, "j" + std::to_string(n), "A", "+48601000001");
  }
  const Json all = told("account=A");
  ASSERT_EQ(all["jobs"].size(), engine::kExplainedMax);
  EXPECT_EQ(all["jobs"][0]["id"], "n21");
  EXPECT_EQ(all["jobs"][19]["id"], "n2");
  EXPECT_TRUE(all["more"].get<bool>());
}

TEST_F(Explained, AnAccountWithoutJobsShowsItsPaymentsAndHolds) {
  store::Account account;
  account.paid_at = Wall{std::chrono::seconds{1'700'000'000}};
  account.holds = {{"h1", "dispute", *account.paid_at, {}}};
  account.parts = {{"p1", "7", "20.00", "EUR", *account.paid_at, *account.paid_at, 1}};
  put(keys::account("A"), account);
  store::Account invoice;
  invoice.currency = "EUR";
  put(keys::account("A", "7"), invoice);
  const Json known = told("of=A")["known"];
  EXPECT_EQ(known["paid_at"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(known["holds"][0]["reason"], "dispute");
  EXPECT_EQ(known["parts"][0]["amount"], "20.00");
  ASSERT_EQ(known["invoices"].size(), 1u);
  EXPECT_EQ(known["invoices"][0]["invoice"], "7");
}

TEST_F(Explained, ANumberWithoutJobsShowsItsConsents) {
  store::Person person;
  person.status = store::ConsentStatus::blocked;
  person.stopped = true;
  person.history = {{Wall{}, store::ConsentStatus::blocked, {}, "reply", "STOP"}};
  put(keys::person("+48601000001"), person);
  const Json known = told("of=+48601000001")["known"];
  EXPECT_EQ(known["status"], "blocked");
  EXPECT_EQ(known["history"][0]["reason"], "STOP");
}

TEST_F(Explained, ATimeIsPassedOn) {
  add_job(7, "x", "x", "+48601000001");
  EXPECT_EQ(told("of=x&at=2026-12-01T10:30:00+01:00")["at"], "2026-12-01T09:30:00Z");
  EXPECT_EQ(Client(path_).call("POST", "/v1/preview?at=2026-12-01T10:30:00+01:00", job_line("a")).json()["at"],
            "2026-12-01T09:30:00Z");
}

TEST_F(Explained, WhatCanNotBeAnsweredIsRefused) {
  refused("", 422, "missing", "of");
  refused("?job=a&number=b", 422, "missing", "of");
  refused("?of=nobody", 404, "not_found", "of");
  refused("?job=nobody", 404, "not_found", "job");
  refused("?account=nobody", 404, "not_found", "account");
  refused("?number=+48601000009", 404, "not_found", "number");
  refused("?number=abc", 422, "bad_number", "number");
  refused("?of=x&at=tomorrow", 422, "bad_time", "at");
  refused("?of=x&at=2300-01-01T00:00:00Z", 422, "out_of_range", "at");
}

}  // namespace
}  // namespace dunlin::api::test
