// The pure pieces: targets, routes, problems, peers.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>

#include "api/peer.hpp"
#include "api/problem.hpp"
#include "api/routes.hpp"
#include "api/target.hpp"

namespace dunlin::api {
namespace {

using Strings = std::vector<std::string>;

TEST(Target, SplitsBeforeItDecodes) {
  const auto target = parse_target("/v1/jobs/a%2Fb+c%20d?after=7&q=x%26y%3D+&flag&&");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (Strings{"v1", "jobs", "a/b+c d"}));
  ASSERT_NE(target->find("after"), nullptr);
  EXPECT_EQ(*target->find("after"), "7");
  EXPECT_EQ(*target->find("q"), "x&y=+");
  EXPECT_EQ(*target->find("flag"), "");
  EXPECT_EQ(target->find("none"), nullptr);
}

TEST(Target, TakesTheAbsoluteForm) {
  EXPECT_EQ(parse_target("http://localhost/v1/status")->segments, (Strings{"v1", "status"}));
  EXPECT_EQ(parse_target("http://localhost")->segments, (Strings{""}));
}

TEST(Target, RefusesWhatIsMalformed) {
  for (const char* text : {"", "v1", "*", "/a%", "/a%2", "/a%zz", "/a?x=%g0", "https//x", "/a%FF", "/a?x=%C3"}) {
    ASSERT_FALSE(parse_target(text)) << text;
    EXPECT_EQ(parse_target(text).error().code, "bad_target");
  }
}

TEST(Target, EncodingAndDecodingAreTwins) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  const std::string encoded = percent_encode(all);
  EXPECT_EQ(encoded.find_first_of("/?#+& "), encoded.npos);
  EXPECT_EQ(percent_decode(encoded), all);
}

// A target that fits the pattern: each braced segment becomes "a/b".
Strings fitting(std::string_view pattern) {
  Strings segments = parse_target(pattern)->segments;
  for (auto& segment : segments) {
    if (segment.starts_with('{')) segment = "a/b";
  }
  return segments;
}

TEST(Routes, EveryRowIsFoundByItsOwnPattern) {
  for (const Route& route : routes()) {
    const auto match = find_route(route.method, fitting(route.pattern));
    ASSERT_NE(match.route, nullptr) << route.pattern;
    EXPECT_EQ(match.route->pattern, route.pattern);
    EXPECT_EQ(match.route->method, route.method);
    EXPECT_FALSE(route.does.empty());
  }
}

TEST(Routes, EveryRowRefusesNeighbours) {
  for (const Route& route : routes()) {
    Strings longer = fitting(route.pattern);
    longer.push_back("more");
    const auto more = find_route(route.method, longer).route;
    EXPECT_TRUE(more == nullptr || more->pattern != route.pattern) << route.pattern;
    Strings shorter = fitting(route.pattern);
    shorter.pop_back();
    const auto less = find_route(route.method, shorter).route;
    EXPECT_TRUE(less == nullptr || less->pattern != route.pattern) << route.pattern;
    Strings empty = fitting(route.pattern);
    if (route.pattern.ends_with('}')) {
      empty.back().clear();
      EXPECT_EQ(find_route(route.method, empty).route, nullptr) << route.pattern;
    }
  }
}

TEST(Routes, AnotherMethodNamesThoseThereAre) {
  const auto match = find_route(boost::beast::http::verb::patch, Strings{"v1", "consents", "+491"});
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, PUT, DELETE");
}

TEST(Problems, EveryCodeIsOnceAndHasAnErrorStatus) {
  std::set<std::string_view> seen;
  for (const ProblemRow& row : problem_rows()) {
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_GE(row.status, 400u) << row.code;
    const auto document =
        nlohmann::json::parse(problem_document({std::string(row.code), "why \"so\"", "field"}, "\"extra\":1"));
    EXPECT_EQ(document["code"], row.code);
    EXPECT_EQ(document["status"], row.status);
    EXPECT_EQ(document["title"], row.title);
    EXPECT_EQ(document["detail"], "why \"so\"");
    EXPECT_EQ(document["field"], "field");
    EXPECT_EQ(document["extra"], 1);
    EXPECT_EQ(document["type"], "urn:dunlin:problem:" + std::string(row.code));
  }
}

TEST(Problems, AnUnlistedCodeIsARefusedValue) {
  EXPECT_EQ(problem_row("bad_weather").status, 422u);
  const auto document = nlohmann::json::parse(problem_document({"bad_weather", "it rains", ""}));
  EXPECT_EQ(document["code"], "bad_weather");
  EXPECT_FALSE(document.contains("field"));
}

TEST(Peers, MayTalkWhereTheSocketsFileLetsThemWrite) {
  const uid_t own = 100, owner = 100, stranger = 300;
  const gid_t group = 200, elsewhere = 201;
  const auto talks = [&](uid_t uid, std::vector<gid_t> groups, mode_t mode) {
    return may_talk(Peer{uid, std::move(groups)}, SocketFile{owner, group, mode}, own);
  };
  EXPECT_TRUE(talks(0, {0}, 0));
  EXPECT_TRUE(talks(own, {elsewhere}, 0));
  EXPECT_TRUE(talks(stranger, {group}, 0660));
  EXPECT_TRUE(talks(stranger, {elsewhere, group}, 0660));
  EXPECT_FALSE(talks(stranger, {group}, 0600));
  EXPECT_FALSE(talks(stranger, {elsewhere}, 0660));
  EXPECT_TRUE(talks(stranger, {elsewhere}, 0666));
  EXPECT_FALSE(talks(stranger, {group}, 0606)) << "the group's own bits decide for its members";
  EXPECT_FALSE(talks(stranger, {group}, 0640)) << "reading is not connecting";
  EXPECT_FALSE(may_talk(Peer{owner, {group}}, SocketFile{owner, group, 0060}, stranger));
}

TEST(Peers, AreReadFromTheSocket) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const auto peer = peer_of(pair[0]);
  ASSERT_TRUE(peer) << to_string(peer.error());
  EXPECT_EQ(peer->uid, ::geteuid());
  ASSERT_FALSE(peer->groups.empty());
  EXPECT_EQ(peer->groups.front(), ::getegid());
  ::close(pair[0]);
  ::close(pair[1]);
  EXPECT_FALSE(peer_of(-1));
}

}  // namespace
}  // namespace dunlin::api
