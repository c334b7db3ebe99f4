// Reports over HTTP: grouped, by day and campaign, as JSON and CSV, and bounded.
#include "engine/reports.hpp"

#include "api/rfc3339.hpp"
#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/report_reader.hpp"

namespace dunlin::api::test {
namespace {

namespace keys = store::keys;

class ReportsApi : public ApiTest {
 protected:
  void add(const keys::ReportKey& key, const store::Tally& tally) {
    store::Batch batch;
    batch.put(keys::report(key), store::encode(tally));
    ASSERT_TRUE(kv_.commit(batch, true));
  }
  Response get(const std::string& query) { return Client(path_).call("GET", "/v1/reports/jobs" + query); }
  void refused(const std::string& query, const std::string& code, const std::string& field) {
    const Response response = get(query);
    EXPECT_EQ(response.status, 422u) << query;
    EXPECT_EQ(response.json()["code"], code) << query;
    EXPECT_EQ(response.json()["field"], field) << query;
  }
  static std::uint32_t day(const std::string& date) { return engine::day_of(*parse_rfc3339(date + "T00:00:00Z")); }
  static store::Tally sent(std::uint64_t submitted) {
    store::Tally tally;
    tally.jobs = tally.submitted = tally.owing = submitted;
    tally.segments = 2 * submitted;
    return tally;
  }
};

TEST_F(ReportsApi, ARowHasEveryFigureUnderItsName) {
  store::Tally tally;
  tally.jobs = 10;
  tally.submitted = 9;
  tally.ended = std::vector<std::uint64_t>(store::kStates);
  tally.ended[static_cast<std::size_t>(store::State::delivered)] = 7;
  tally.ended[static_cast<std::size_t>(store::State::undelivered)] = 1;
  tally.ended[static_cast<std::size_t>(store::State::cancelled)] = 1;
  tally.paid_before = 1;
  tally.owing = 8;
  tally.paid = 6;
  tally.called = 2;
  tally.replies = {{"promise", 2}, {"opt_out", 1}};
  tally.opt_outs = 1;
  tally.wrong_numbers = 1;
  tally.segments = 12;
  tally.segments_unpriced = 2;
  tally.costs = {{"EUR", 7400, 4}, {"PLN", 12'000, 2}};
  add({day("2020-12-01"), "nov", "first"}, tally);
  const Json report = get("?from=2020-11-30&to=2020-12-02&by=stage,day,campaign").json();
  EXPECT_EQ(report["from"], "2020-11-30");
  EXPECT_EQ(report["to"], "2020-12-02");
  EXPECT_EQ(report["by"], (Json{"stage", "day", "campaign"}));
  ASSERT_EQ(report["rows"].size(), 1u);
  const Json expected = Json::parse(R"({"stage":"first","day":"2020-12-01","campaign":"nov","jobs":10,"submitted":9,
    "delivered":7,"undelivered":1,"expired":0,"rejected":0,"failed":0,"cancelled":1,"blocked":0,"unknown":0,
    "paid_before":1,"owing":8,"paid_48h":6,"called":2,"opt_outs":1,"wrong_numbers":1,"segments":12,"segments_unpriced":2,
    "paid_final":true,"replies":{"opt_out":1,"promise":2},"cost":{"EUR":"0.7400","PLN":"1.20"}})");
  EXPECT_EQ(report["rows"][0], expected);
  EXPECT_EQ(report["total"]["submitted"], 9);
  EXPECT_EQ(report["total"]["cost"]["EUR"], "0.7400");
}

TEST_F(ReportsApi, RowsAreSummedUpByWhatIsAskedFor) {
  for (const char* date : {"2020-12-01", "2020-12-02"}) {
    for (const char* campaign : {"", "nov", "oct"}) {
      for (const char* stage : {"first", "second"}) add({day(date), campaign, stage}, sent(1));
    }
  }
  const std::string days = "?from=2020-12-01&to=2020-12-31";
  EXPECT_EQ(get(days).json()["rows"].size(), 2u);
  EXPECT_EQ(get(days).json()["rows"][0]["submitted"], 6);
  EXPECT_EQ(get(days + "&by=campaign").json()["rows"].size(), 3u);
  EXPECT_EQ(get(days + "&by=campaign").json()["rows"][1]["submitted"], 4);
  EXPECT_EQ(get(days + "&by=stage").json()["rows"].size(), 2u);
  EXPECT_EQ(get(days + "&by=day,campaign,stage").json()["rows"].size(), 12u);
  EXPECT_EQ(get("?from=2020-12-02&to=2020-12-02").json()["total"]["submitted"], 6);
  const Json of_one = get("?campaign=nov&by=day,campaign,stage").json();
  ASSERT_EQ(of_one["rows"].size(), 4u);
  EXPECT_EQ(of_one["rows"][3]["campaign"], "nov");
  EXPECT_EQ(of_one["total"]["submitted"], 4);
  EXPECT_EQ(get("?campaign=none").json()["rows"].size(), 0u);
  EXPECT_EQ(get("?campaign=&by=campaign").json()["total"]["submitted"], 4);
  EXPECT_EQ(get("").json()["rows"].size(), 0u) << "the last 31 days";
}

TEST_F(ReportsApi, ACampaignIsFoundAmongManyWithoutReadingAll) {
  store::Batch batch;
  for (std::uint32_t each = 0; each < 40; ++each) {
    for (int other = 0; other < 60; ++other)
      batch.put(keys::report({18'000 + each, "c" + std::to_string(100 + other), "s"}), store::encode(sent(1)));
    batch.put(keys::report({18'000 + each, "longer than the others", "s"}), store::encode(sent(1)));
    batch.put(keys::report({18'000 + each, "b", "s"}), store::encode(sent(1)));
  }
  ASSERT_TRUE(kv_.commit(batch, true));
  for (const char* campaign : {"b", "c100", "c159", "longer%20than%20the%20others"})
    EXPECT_EQ(get(std::string("?campaign=") + campaign).json()["total"]["submitted"], 40) << campaign;
  // A slice makes few scans, however many rows lie between.
  const auto slice = store::reports(kv_, {}, {0, UINT32_MAX, "b"}, 500);
  ASSERT_TRUE(slice.has_value());
  EXPECT_LE(slice->rows.size(), 40u);
}

TEST_F(ReportsApi, PaymentsMayStillComeFor48HoursAfterADay) {
  const std::uint32_t today = engine::day_of(backend_.now().wall);
  add({today, "", ""}, sent(1));
  add({today - 2, "", ""}, sent(1));
  add({today - 3, "", ""}, sent(1));
  const Json rows = get("").json()["rows"];
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["paid_final"], true);
  EXPECT_EQ(rows[1]["paid_final"], false);
  EXPECT_EQ(rows[2]["paid_final"], false);
}

TEST_F(ReportsApi, CsvHasAColumnACurrencyAndRunsNothing) {
  store::Tally tally = sent(3);
  tally.replies = {{"dispute", 2}};
  tally.costs = {{"EUR", 1'0000, 2}};
  add({day("2020-12-01"), "=1+2", "first"}, tally);
  tally.costs = {{"PLN", 2'0000, 2}};
  add({day("2020-12-02"), "nov", "first"}, tally);
  const Response csv = get("?from=2020-12-01&to=2020-12-02&by=day,campaign&format=csv");
  EXPECT_EQ(csv.fields.at("content-type"), "text/csv");
  EXPECT_EQ(
      csv.body,
      "day,campaign,jobs,submitted,delivered,undelivered,expired,rejected,failed,cancelled,blocked,unknown,"
      "paid_before,owing,paid_48h,called,opt_outs,wrong_numbers,segments,segments_unpriced,paid_final,replied_opt_out,"
      "replied_wrong_number,replied_dispute,replied_hardship,replied_call_me,replied_opt_in,replied_help,"
      "replied_pay_now,replied_promise,replied_paid,replied_acknowledgement,replied_unclear,cost_EUR,cost_PLN\r\n"
      "2020-12-01,'=1+2,3,3,0,0,0,0,0,0,0,0,0,3,0,0,0,0,6,0,true,0,0,2,0,0,0,0,0,0,0,0,0,1.00,\r\n"
      "2020-12-02,nov,3,3,0,0,0,0,0,0,0,0,0,3,0,0,0,0,6,0,true,0,0,2,0,0,0,0,0,0,0,0,0,,2.00\r\n");
}

TEST_F(ReportsApi, WhatIsAskedForIsChecked) {
  refused("?from=yesterday", "bad_date", "from");
  refused("?from=2020-02-30", "bad_date", "from");
  refused("?to=2020-13-01", "bad_date", "to");
  refused("?from=2020-12-02&to=2020-12-01", "out_of_range", "from");
  refused("?by=week", "unknown_value", "by");
  refused("?by=day,day", "unknown_value", "by");
  refused("?by=", "unknown_value", "by");
  refused("?format=xls", "unknown_value", "format");
}

TEST_F(ReportsApi, AReportHasSoManyRowsAtMost) {
  store::Batch batch;
  for (std::uint32_t each = 0; each < 10'001; ++each)
    batch.put(keys::report({18'000, "", "s" + std::to_string(each)}), store::encode(sent(1)));
  ASSERT_TRUE(kv_.commit(batch, true));
  refused("?from=2019-01-01&by=stage", "too_many", "by");
  EXPECT_EQ(get("?from=2019-01-01").json()["total"]["submitted"], 10'001);
}

}  // namespace
}  // namespace dunlin::api::test
