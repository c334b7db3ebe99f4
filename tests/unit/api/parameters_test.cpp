// What queries may have, and what bodies must: by the lists that the documents tell.
#include "api/parameters.hpp"

#include <gtest/gtest.h>

#include "api/bodies.hpp"
#include "api/routes.hpp"

namespace dunlin::api {
namespace {

constexpr Parameter kRows[] = {
    {.name = "id", .type = "string", .says = "", .required = true},
    {"most", "integer", "", "100", 1, 1000},
    {"after", "integer", ""},
    {"follow", "boolean", "", "false"},
    {"format", "csv|json", "", "csv"},
    {"at", "time", ""},
    {.name = "map", .type = "string", .says = "", .repeats = true},
    {"why", "Purpose", ""},
};

std::string refusal(const std::string& query) {
  Result<Target> target = parse_target("/v1/x?" + query);
  EXPECT_TRUE(target) << query;
  const Result<void> good = check_query(kRows, *target);
  return good ? "taken" : good.error().code + " " + good.error().where;
}

TEST(Parameters, AreRefusedByName) {
  EXPECT_EQ(refusal("id=a"), "taken");
  EXPECT_EQ(refusal("id=a&map=x&map=y&most=1000&after=18446744073709551615&follow=true&at=2026-12-01T10:00:00Z"),
            "taken");
  EXPECT_EQ(refusal("id=a&colour=red"), "unknown_parameter colour");
  EXPECT_EQ(refusal("most=2"), "missing id");
  EXPECT_EQ(refusal("id="), "missing id");
  for (const char* wrong : {"", "x", "-1", "1x", " 1", "+1"}) {
    EXPECT_EQ(refusal("id=a&most=" + percent_encode(wrong)), "wrong_type most") << wrong;
  }
  for (const char* wrong : {"0", "1001", "18446744073709551616"}) {
    EXPECT_EQ(refusal(std::string("id=a&most=") + wrong), "out_of_range most") << wrong;
  }
  EXPECT_EQ(refusal("id=a&after=18446744073709551616"), "out_of_range after");
  EXPECT_EQ(refusal("id=a&follow="), "unknown_value follow");
  EXPECT_EQ(refusal("id=a&format=csv%7Cjson"), "unknown_value format");
  EXPECT_EQ(refusal("id=a&at=noon"), "bad_time at");
  EXPECT_EQ(refusal("id=a&why=joy"), "unknown_value why");
  EXPECT_EQ(refusal("id=a&why=marketing"), "taken");
}

TEST(Parameters, AreThereOnceUnlessTheyRepeat) {
  EXPECT_EQ(refusal("id=a&id=b"), "duplicate_parameter id");
  EXPECT_EQ(refusal("id=a&id=a"), "duplicate_parameter id");
  EXPECT_EQ(refusal("id=a&most=1&follow=true&most=1"), "duplicate_parameter most");
  EXPECT_EQ(refusal("id=a&map=x&map=x"), "taken");
}

TEST(Parameters, HaveTheirDefaults) {
  Result<Target> target = parse_target("/v1/x?id=a&format=json");
  ASSERT_TRUE(target);
  ASSERT_TRUE(check_query(kRows, *target));
  EXPECT_EQ(number_in(*target, "most"), 100u);
  EXPECT_EQ(number_in(*target, "after"), std::nullopt);
  EXPECT_FALSE(flag_in(*target, "follow"));
  EXPECT_TRUE(says(*target, "format", "json"));
  EXPECT_EQ(target->find("map"), nullptr);
}

TEST(Parameters, EveryCallTakesItsOwnDefaults) {
  for (const Route& route : routes()) {
    std::string query;
    for (const Parameter& row : route.query) {
      if (!row.otherwise.empty()) query += "&" + std::string(row.name) + "=" + std::string(row.otherwise);
      if (row.required) query += "&" + std::string(row.name) + "=x";
    }
    Result<Target> target = parse_target(std::string(route.pattern) + "?" + query);
    ASSERT_TRUE(target);
    const Result<void> good = check_query(route.query, *target);
    EXPECT_TRUE(good) << route.pattern << " " << query << " " << (good ? "" : good.error().where);
  }
}

TEST(Bodies, AskForWhatTheirNotesRequire) {
  const Result<void> nothing = check_body(ConsentBody{});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code + " " + nothing.error().where, "missing status");
  ConsentBody body;
  body.status = "unset";
  body.source = "letter";
  EXPECT_EQ(check_body(body).error().code, "unknown_value");
  EXPECT_EQ(check_body(body).error().detail, "expected one of allowed blocked");
  body.status = "blocked";
  EXPECT_TRUE(check_body(body));
  EXPECT_EQ(check_body(AckBody{}).error().where, "ack");
  EXPECT_TRUE(check_body(AckBody{0}));
  EXPECT_TRUE(check_body(LinkBody{}));
}

TEST(Bodies, KeepToTheBoundsOfTheirNotes) {
  const auto refused = [](std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window) {
    const Result<void> good = check_body(LinkBody{throughput, window});
    return good ? "" : good.error().code + " " + good.error().where;
  };
  EXPECT_EQ(refused(0, 1), "");
  EXPECT_EQ(refused(1'000'000, 10'000), "");
  EXPECT_EQ(refused({}, 0), "out_of_range window");
  EXPECT_EQ(refused({}, 10'001), "out_of_range window");
  EXPECT_EQ(refused(1'000'001, {}), "out_of_range throughput");
}

TEST(Bodies, TakeTheWordsOfASchema) {
  ConsentBody body;
  body.status = "allowed";
  body.source = "letter";
  body.purpose = "billing";
  EXPECT_TRUE(check_body(body));
  body.purpose = "joy";
  EXPECT_EQ(check_body(body).error().detail, "expected one of billing collection marketing");
  EXPECT_EQ(check_body(body).error().where, "purpose");
}

}  // namespace
}  // namespace dunlin::api
