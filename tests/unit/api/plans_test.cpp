// /v1/plans: what is asked is passed on, what is told is written.
#include "harness.hpp"

namespace dunlin::api::test {
namespace {

class Plans : public ApiTest {};

TEST_F(Plans, AreListed) {
  const Json told = Client(path_).call("GET", "/v1/plans").json();
  ASSERT_EQ(told["plans"].size(), 1u);
  const Json& plan = told["plans"][0];
  EXPECT_EQ(plan["name"], "friendly");
  EXPECT_EQ(plan["on_failure"], "phone");
  EXPECT_EQ(plan["steps"][0]["when"], "3 days before the due date, 10:00");
  EXPECT_EQ(plan["steps"][0]["if"], Json::array({"silent"}));
  EXPECT_FALSE(plan["steps"][0].contains("at"));
}

TEST_F(Plans, AQuestionIsPassedOn) {
  const Json told =
      Client(path_)
          .call("GET", "/v1/plans/x?due=2026-12-01&zone=Europe/Warsaw&from=2026-11-20T10:00:00Z&with=loyal=yes,tier=2")
          .json();
  EXPECT_EQ(told["name"], "x");
  EXPECT_EQ(told["due_date"], "2026-12-01");
  EXPECT_EQ(told["time_zone"], "Europe/Warsaw");
  EXPECT_EQ(told["from"], "2026-11-20T10:00:00Z");
  EXPECT_EQ(told["steps"][0]["at"], "2026-11-20T10:00:00Z");
  EXPECT_EQ(told["steps"][0]["fee"], "yes");
}

TEST_F(Plans, WhatCanNotBeAnsweredIsRefused) {
  const auto refused = [&](const std::string& target, unsigned status, const std::string& code) {
    const auto answer = Client(path_).call("GET", target);
    EXPECT_EQ(answer.status, status) << target;
    EXPECT_EQ(answer.json()["code"], code) << target;
  };
  refused("/v1/plans/none", 404, "not_found");
  refused("/v1/plans/x?with=loyal", 422, "bad_value");
  refused("/v1/plans/x?from=tomorrow", 422, "bad_time");
}

}  // namespace
}  // namespace dunlin::api::test
