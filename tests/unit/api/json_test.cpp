// What JSON is read and written as: every field of a job by walking its list, and every way to be refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/job_json.hpp"
#include "api/json_write.hpp"
#include "api/rfc3339.hpp"
#include "base/duration.hpp"

namespace dunlin::api {
namespace {

using Json = nlohmann::json;

Result<store::Job> parse(std::string text) {
  text.reserve(text.size() + JsonReader::kPadding);
  JsonReader reader;
  store::Job job;
  return read_job(reader, text, job).map([&] { return job; });
}

Json sample(const std::string&) { return "Zażółć \"gęślą\" \U0001F600"; }
Json sample(std::uint32_t) { return 3; }
Json sample(const std::vector<store::Param>&) { return Json{{"name", "Zofia"}, {"count", "3"}}; }
Json sample(const store::JobConsent&) {
  return Json{{"basis", "contract"}, {"source", "web"}, {"at", "2026-12-01T10:30:00.250Z"}};
}
Json sample(const std::optional<Wall>&) { return "2026-12-01T10:30:00.250Z"; }
Json sample(const std::optional<std::chrono::milliseconds>&) { return "36h"; }
template <store::NamedEnum E>
Json sample(E) {
  return store::names<E>.back();
}
template <store::NamedEnum E>
Json sample(const std::optional<E>&) {
  return store::names<E>.back();
}

Json shown(const std::string& value) { return value; }
Json shown(std::uint32_t value) { return value; }
Json shown(const std::vector<store::Param>& value) {
  Json object = Json::object();
  for (const store::Param& param : value) object[param.name] = param.value;
  return object;
}
Json shown(const store::JobConsent& value) {
  return Json{{"basis", value.basis}, {"source", value.source}, {"at", format_rfc3339(*value.at)}};
}
Json shown(const std::optional<Wall>& value) { return format_rfc3339(*value); }
Json shown(const std::optional<std::chrono::milliseconds>& value) { return format_duration(*value); }
template <store::NamedEnum E>
Json shown(E value) {
  return store::name_of(value);
}
template <store::NamedEnum E>
Json shown(const std::optional<E>& value) {
  return store::name_of(*value);
}

TEST(JobJson, EveryFieldIsReadUnderItsName) {
  const store::Job unset;
  std::apply(
      [&](const auto&... row) {
        const auto check = [&](const auto& field) {
          const Json value = sample(unset.*(field.member));
          auto job = parse(Json{{std::string(field.name), value}}.dump());
          ASSERT_TRUE(job) << field.name << ": " << to_string(job.error());
          EXPECT_EQ(shown((*job).*(field.member)), value) << field.name;
          (*job).*(field.member) = unset.*(field.member);
          EXPECT_EQ(*job, unset) << field.name << " filled another field too";
        };
        (check(row), ...);
      },
      store::Job::fields);
}

TEST(JobJson, EveryFieldRefusesAnotherTypeByName) {
  const store::Job unset;
  for_each_field(unset, [](std::string_view name, const auto&) {
    for (const char* wrong : {"[1]", "{\"a\":1}", "true", "1.5", "-1"}) {
      if (*wrong == '{' && (name == "params" || name == "consent")) continue;  // an object is what they are
      const auto job = parse("{\"" + std::string(name) + "\":" + wrong + "}");
      ASSERT_FALSE(job) << name << " took " << wrong;
      EXPECT_EQ(job.error().code, "wrong_type") << name << " " << wrong << ": " << job.error().detail;
      EXPECT_EQ(job.error().where, name);
    }
  });
}

TEST(JobJson, ParametersKeepNumbersAsTheyAreWritten) {
  const auto job = parse(R"({"params":{"a":1.50,"b":12345678901234567890123,"c":true,"d":"x" , "e": 7 }})");
  ASSERT_TRUE(job) << to_string(job.error());
  const std::vector<store::Param> wanted{
      {"a", "1.50"}, {"b", "12345678901234567890123"}, {"c", "true"}, {"d", "x"}, {"e", "7"}};
  EXPECT_EQ(job->params, wanted);
}

TEST(JobJson, WhatIsWrongInsideAnObjectIsNamed) {
  const auto refused = [](const char* text, std::string_view code, std::string_view where) {
    const auto job = parse(text);
    ASSERT_FALSE(job) << text;
    EXPECT_EQ(job.error().code, code) << text << job.error().detail;
    EXPECT_EQ(job.error().where, where) << text;
  };
  refused(R"({"params":{"a":[1]}})", "wrong_type", "params.a");
  refused(R"({"params":{"a":nope}})", "invalid_json", "params.a");
  refused(R"({"params":{"a":null,"a":"2"}})", "duplicate_field", "params.a");
  refused(R"({"consent":{"basis":"a","source":"b","basis":"c"}})", "duplicate_field", "consent.basis");
  refused(R"({"consent":{"basis":null,"basis":"c"}})", "duplicate_field", "consent.basis");
  refused(R"({"consent":[]})", "wrong_type", "consent");
  refused(R"({"params":{"a":"1","a":"2"}})", "duplicate_field", "params.a");
  refused(R"({"params":{"a":1.}})", "invalid_json", "params.a");
  refused(R"({"params":{"a":"\ud800"}})", "invalid_json", "params.a");
  refused(R"({"consent":{"basis":1}})", "wrong_type", "consent.basis");
  refused(R"({"consent":{"by":"x"}})", "unknown_field", "consent.by");
  refused(R"({"consent":{"at":"yesterday"}})", "bad_time", "consent.at");
  std::string many = R"({"params":{)";
  for (std::size_t i = 0; i <= kParamsMax; ++i) many += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  refused((many + "}}").c_str(), "too_many", "params.p64");
}

struct Refused {
  std::string text, code, where;
};

class JobJsonRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(JobJsonRefuses, WithCodeAndField) {
  const auto job = parse(GetParam().text);
  ASSERT_FALSE(job) << GetParam().text;
  EXPECT_EQ(job.error().code, GetParam().code) << GetParam().text << ": " << job.error().detail;
  EXPECT_EQ(job.error().where, GetParam().where) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, JobJsonRefuses,
    ::testing::Values(
        Refused{"", "invalid_json", ""}, Refused{"[]", "invalid_json", ""}, Refused{"\"a\"", "invalid_json", ""},
        Refused{"{", "invalid_json", ""}, Refused{"{\"id\"", "invalid_json", ""},
        Refused{"{\"id\":", "invalid_json", ""}, Refused{"{\"id\":\"a\"", "invalid_json", ""},
        Refused{"{\"id\":\"a\",}", "invalid_json", ""}, Refused{"{\"id\":\"a\"}}", "invalid_json", ""},
        Refused{"{\"id\":\"a\"} {}", "invalid_json", ""}, Refused{"{\"id\":\"a\"} x", "invalid_json", ""},
        Refused{"{\"id\":\"a", "invalid_json", ""}, Refused{"{\"id\" \"a\"}", "invalid_json", ""},
        Refused{"{id:\"a\"}", "invalid_json", ""}, Refused{"{\"id\":\"a\nb\"}", "invalid_json", ""},
        // found by fuzzing: the reader threw
        Refused{R"({"id":nope})", "invalid_json", "id"}, Refused{R"({"in_doubt":nulll})", "invalid_json", "in_doubt"},
        Refused{"{\"id\":\"\xff\"}", "invalid_utf8", ""}, Refused{"{\"id\":\"\xc3\"}", "invalid_utf8", ""},
        Refused{"{\"id\":\"\xed\xa0\x80\"}", "invalid_utf8", ""}, Refused{R"({"id":"\ud800"})", "invalid_json", "id"},
        Refused{R"({"id":"\udc00"})", "invalid_json", "id"}, Refused{R"({"id":"\x"})", "invalid_json", "id"},
        Refused{R"({"id":"a","id":"b"})", "duplicate_field", "id"},
        Refused{R"({"id":"a","i\u0064":"b"})", "duplicate_field", "id"},
        Refused{R"({"ID":"a"})", "unknown_field", "ID"}, Refused{R"({"":1})", "unknown_field", ""},
        Refused{R"({"colour":{"deep":[[[1]]]}})", "unknown_field", "colour"},
        Refused{R"({"kind":"Reminder"})", "unknown_value", "kind"}, Refused{R"({"kind":""})", "unknown_value", "kind"},
        Refused{R"({"max_segments":4294967296})", "out_of_range", "max_segments"},
        Refused{R"({"max_segments":99999999999999999999})", "wrong_type", "max_segments"},
        Refused{R"({"max_segments":"3"})", "wrong_type", "max_segments"},
        Refused{R"({"max_segments":3x})", "wrong_type", "max_segments"},
        Refused{R"({"amount":120.5})", "wrong_type", "amount"}, Refused{R"({"expires":1})", "wrong_type", "expires"},
        Refused{R"({"expires":"2026-12-01"})", "bad_time", "expires"},
        Refused{R"({"expires":"2026-12-01T10:30:00"})", "bad_time", "expires"}));

TEST(JobJson, NullIsLeftOut) {
  const auto job = parse(R"({"id":"a","to":null,"expires":null,"kind":null,"max_segments":null})");
  ASSERT_TRUE(job) << to_string(job.error());
  store::Job expected;
  expected.id = "a";
  EXPECT_EQ(*job, expected);
}

TEST(JobJson, NullInsideAnObjectIsLeftOutToo) {
  const auto job = parse(R"({"params":{"a":null,"b":"1"},"consent":{"basis":"contract","source":null,"at":null}})");
  ASSERT_TRUE(job) << to_string(job.error());
  EXPECT_EQ(job->params, (std::vector<store::Param>{{"b", "1"}}));
  EXPECT_EQ(job->consent.basis, "contract");
  EXPECT_FALSE(job->consent.at);
}

TEST(JobJson, WhatWasReadBeforeAnErrorStays) {
  std::string text = R"({"id":"known","colour":1})";
  text.reserve(text.size() + JsonReader::kPadding);
  JsonReader reader;
  store::Job job;
  EXPECT_FALSE(read_job(reader, text, job));
  EXPECT_EQ(job.id, "known");
}

TEST(JobJson, EveryProperPrefixIsRefused) {
  const std::string whole =
      R"({"id":"a","to":"+49151","kind":"due","expires":"2026-12-01T10:30:00Z","max_segments":2})";
  ASSERT_TRUE(parse(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(parse(whole.substr(0, length))) << length;
}

TEST(Rfc3339, IsReadToTheMillisecond) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-12-01T10:30:00Z", "2026-12-01T10:30:00Z"},
      {"2026-12-01t10:30:00z", "2026-12-01T10:30:00Z"},
      {"2026-12-01T10:30:00+01:00", "2026-12-01T09:30:00Z"},
      {"2026-12-01T00:30:00+05:45", "2026-11-30T18:45:00Z"},
      {"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"},
      {"2024-02-29T00:00:00.2509999Z", "2024-02-29T00:00:00.250Z"},
      {"2026-12-01T10:30:00.5Z", "2026-12-01T10:30:00.500Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_rfc3339(*time), expected);
  }
}

TEST(Rfc3339, RefusesWhatIsNotOne) {
  for (const char* text :
       {"", "2026", "2026-12-01", "2026-12-01T10:30", "2026-12-01T10:30:00", "2026-13-01T10:30:00Z",
        "2026-02-29T10:30:00Z", "2026-12-01T24:00:00Z", "2026-12-01T10:60:00Z", "2026-12-01T10:30:61Z",
        "2026-12-01T10:30:00.Z", "2026-12-01T10:30:00+0100", "2026-12-01T10:30:00+24:00", "2026-12-01T10:30:00Zx",
        " 2026-12-01T10:30:00Z", "1969-12-01T10:30:00Z", "+026-12-01T10:30:00Z",
        // what they are in UTC has no year of four digits, or one before 1970
        "9999-12-31T23:59:60Z", "9999-12-31T23:00:00-02:00", "1970-01-01T00:30:00+01:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(JsonWrite, EscapesWhatMustBe) {
  for (int octet = 0; octet < 0x80; ++octet) {
    const std::string text = "a" + std::string(1, static_cast<char>(octet)) + "b";
    std::string out;
    append_json(out, text);
    EXPECT_EQ(Json::parse(out), text) << octet;
  }
  std::string out;
  append_json(out, "Łódź \U0001F600");
  EXPECT_EQ(out, "\"Łódź \U0001F600\"");
}

TEST(JsonWrite, WhatIsNotUtf8BecomesTheReplacementCharacter) {
  for (const char* text :
       {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xf0\x9f\x98"}) {
    std::string out;
    append_json(out, std::string("a") + text + "b");
    const Json read = Json::parse(out, nullptr, false);
    ASSERT_FALSE(read.is_discarded());
    const std::string shown = read;
    EXPECT_TRUE(shown.starts_with("a\xEF\xBF\xBD")) << out;
    EXPECT_TRUE(shown.ends_with("b")) << out;
  }
}

}  // namespace
}  // namespace dunlin::api
