#include "engine/compose.hpp"

#include <gtest/gtest.h>

namespace dunlin::engine {
namespace {

std::string verdict(std::string url, const std::vector<std::string>& hosts = {}) {
  store::Job job;
  job.to = "+48601234567";
  job.pay_url = std::move(url);
  const Result<void> good = check_links(job, hosts);
  return good ? "" : good.error().detail;
}

TEST(PayUrl, TakesAnHttpsAddressWithAName) {
  for (const char* url :
       {"", "https://pay.example.com/x8Kd2", "https://pay.example.com:8443/a?b=c#d", "https://PAY.example.com"})
    EXPECT_EQ(verdict(url), "") << url;
}

TEST(PayUrl, RefusesWhatLooksLikeFraudOrTellsOfThePerson) {
  for (const char* url :
       {"http://pay.example.com/x", "https://", "https://pay", "https://10.0.0.1/x", "https://[::1]/x",
        "https://pay.example.com@evil.example/x", "https://bit.ly/3xY", "https://www.bit.ly/3xY",
        "https://pay.example.com/48601234567", "https://pay.example.com/?n=01234567",
        "https://pay.example.com/?m=a@b.pl", "https://pay.example.com/?m=a%40b.pl", "https://pay.example.com/a b",
        "https://pay.exämple.com/x", "ftp://pay.example.com"}) {
    EXPECT_NE(verdict(url), "") << url;
  }
  EXPECT_NE(verdict("https://pay.example.com/" + std::string(600, 'a')), "");
}

TEST(PayUrl, MayLeadOnlyToTheHostsThatAreNamed) {
  const std::vector<std::string> hosts{"example.com"};
  EXPECT_EQ(verdict("https://pay.example.com/x", hosts), "");
  EXPECT_EQ(verdict("https://example.com/x", hosts), "");
  EXPECT_NE(verdict("https://notexample.com/x", hosts), "");
  EXPECT_NE(verdict("https://example.com.evil.net/x", hosts), "");
}

TEST(PayUrl, AHostThatOnlyEndsLikeAShortenerIsNone) { EXPECT_EQ(verdict("https://rabbit.ly.example.com/x"), ""); }

TEST(PayUrl, IsNoOtherWhereAParameterBringsIt) {
  store::Job job;
  job.to = "+48601234567";
  job.params = {{"name", "Jan"}, {"portal", "https://pay.example.com/x"}};
  EXPECT_TRUE(check_links(job, {"example.com"}));
  for (const char* bad : {"https://bit.ly/3xY", "http://pay.example.com/x", "HTTPS://evil.example.net",
                          "https://pay.example.com/48601234567", "see https://bit.ly/3xY", "(bit.ly/3xY)",
                          "Jan, https://evil.example.net.", "a,https://pay.example.com/x,https://bit.ly/3xY",
                          "look: HTTP://pay.example.com", "www.bit.ly/3xY", "://"}) {
    job.params[1].value = bad;
    const Result<void> refused = check_links(job, {"example.com"});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().where, "params.portal");
  }
  for (const char* good : {"see https://pay.example.com/x.", "(https://pay.example.com)", "bit.ly", "km/h, and/or",
                           "https://pay.example.com/x?back=https://example.com"}) {
    job.params[1].value = good;
    EXPECT_TRUE(check_links(job, {"example.com"})) << good;
  }
}

}  // namespace
}  // namespace dunlin::engine
