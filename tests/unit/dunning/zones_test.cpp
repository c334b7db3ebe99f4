#include "dunning/zones.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::dunning {
namespace {

std::size_t zones_in(std::string_view set) {
  return set.empty() ? 0 : static_cast<std::size_t>(std::count(set.begin(), set.end(), ',')) + 1;
}

TEST(Zones, KnowsACountrysZones) {
  const auto zones = system_zones();
  EXPECT_EQ(zones->of_country("PL"), "Europe/Warsaw");
  EXPECT_EQ(zones->of_country("IN"), "Asia/Kolkata");
  EXPECT_GE(zones_in(zones->of_country("RU")), 20u);
  EXPECT_EQ(zones->of_country("XX"), "");
  EXPECT_EQ(zones->of_country(""), "");
}

TEST(Zones, NarrowsByPrefixWhereMobileNumbersHaveAreaCodes) {
  const auto zones = system_zones();
  EXPECT_EQ(zones->of_number("+12125550100", "US"), "America/New_York");
  EXPECT_EQ(zones->of_number("+13125550100", "US"), "America/Chicago");
  EXPECT_EQ(zones->of_number("+14155550100", "US"), "America/Los_Angeles");
  EXPECT_EQ(zones->of_number("+18505550100", "US"), "America/Chicago,America/New_York");
  EXPECT_EQ(zones->of_number("+12042000000", "CA"), "America/Winnipeg");
  EXPECT_EQ(zones->of_number("+5511961234567", "BR"), "America/Sao_Paulo");
  EXPECT_EQ(zones->of_number("+5568961234567", "BR"), "America/Rio_Branco");
}

TEST(Zones, NeedsNoPrefixWhereACountryHasOneZone) {
  const auto zones = system_zones();
  EXPECT_EQ(zones->of_number("+18765550100", "JM"), "America/Jamaica");
  EXPECT_EQ(zones->of_number("+17875550100", "PR"), "America/Puerto_Rico");
  EXPECT_EQ(zones->of_number("+48601234567", "PL"), "Europe/Warsaw");
}

TEST(Zones, TakesAllZonesWhereMobileNumbersSayNothing) {
  const auto zones = system_zones();
  EXPECT_EQ(zones->of_number("+61412345678", "AU"), zones->of_country("AU"));
  EXPECT_EQ(zones->of_number("+34612345678", "ES"), zones->of_country("ES"));
  EXPECT_GE(zones_in(zones->of_country("ES")), 2u);
}

TEST(Zones, SaysNothingOfAnUnplacedNumberOfPlusOne) {
  EXPECT_EQ(system_zones()->of_number("+14725550100", "US"), "");
  EXPECT_EQ(system_zones()->of_number("+16005550100", "CA"), "");
}

TEST(Zones, RefusesASetWithAnUnknownName) {
  const auto zones = system_zones();
  EXPECT_EQ(zones->all_of("America/Chicago,America/New_York").size(), 2u);
  EXPECT_TRUE(zones->all_of("America/Chicago,America/Gotham").empty());
  EXPECT_TRUE(zones->all_of("").empty());
  EXPECT_EQ(zones->find("America/Chicago,America/New_York"), nullptr);
}

// A prefix in two rows would be a coin toss; a zone that the system lacks would leave its row out unseen.
TEST(ZonePrefixes, NameEachPrefixOnceAndOnlyZonesThereAre) {
  const auto zones = system_zones();
  std::set<std::string> seen;
  for (const auto& row : zone_prefixes()) {
    EXPECT_FALSE(zones->all_of(row.zones).empty()) << row.zones;
    std::istringstream prefixes{std::string(row.prefixes)};
    for (std::string prefix; prefixes >> prefix;) {
      EXPECT_TRUE(seen.insert(prefix).second) << prefix;
      EXPECT_EQ(prefix.size(), 4u) << prefix;
    }
  }
  EXPECT_GE(seen.size(), 440u);
}

}  // namespace
}  // namespace dunlin::dunning
