// The query of an import.
#include "api/import_order.hpp"

#include <gtest/gtest.h>

#include "api/routes.hpp"

namespace dunlin::api {
namespace {

Result<ImportOrder> order(const std::string& query) {
  Result<Target> target = parse_target("/v1/campaigns?" + query);
  EXPECT_TRUE(target);
  const Route* route = find_route(boost::beast::http::verb::post, target->segments).route;
  if (Result<void> good = check_query(route->query, *target); !good) return tl::unexpected(good.error());
  return read_import_order(*target);
}
std::string refusal(const std::string& query) {
  const Result<ImportOrder> read = order(query);
  return read ? "taken" : read.error().code + " " + read.error().where;
}

TEST(ImportOrder, EveryParameter) {
  const auto read = order(
      "id=nov%2F1&template=reminder&send_at=10:30&map=Kunden%20Nr:account&map=a:b:to&map=x:-&skip_bad=true&dry_run="
      "true&"
      "charset=windows-1250&locale=pl&currency=PLN&canary=20&report=true");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->defaults.campaign, "nov/1");
  EXPECT_EQ(read->defaults.template_name, "reminder");
  EXPECT_EQ(read->defaults.send_at_local, "10:30");
  EXPECT_FALSE(read->defaults.not_before);
  EXPECT_EQ(read->defaults.map,
            (std::vector<std::pair<std::string, std::string>>{{"Kunden Nr", "account"}, {"a:b", "to"}, {"x", "-"}}));
  EXPECT_TRUE(read->skip_bad && read->dry_run && read->report);
  EXPECT_EQ(read->charset, "windows-1250");
  EXPECT_EQ(read->defaults.locale, "pl");
  EXPECT_EQ(read->defaults.currency, "PLN");
  EXPECT_EQ(read->canary, 20u);
}

TEST(ImportOrder, ATimeIsLocalOrAMoment) {
  EXPECT_EQ(order("id=a&send_at=2026-12-01T10:30")->defaults.send_at_local, "2026-12-01T10:30");
  const auto moment = order("id=a&send_at=2026-12-01T10:30:00%2B01:00");
  ASSERT_TRUE(moment);
  EXPECT_TRUE(moment->defaults.send_at_local.empty());
  EXPECT_EQ(*moment->defaults.not_before,
            Wall{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + std::chrono::minutes{9 * 60 + 30}});
}

TEST(ImportOrder, NamesWhatIsWrong) {
  EXPECT_EQ(refusal("template=x"), "missing id");
  EXPECT_EQ(refusal("id="), "missing id");
  EXPECT_EQ(refusal("id=a&send_at=tomorrow"), "bad_time send_at");
  EXPECT_EQ(refusal("id=a&send_at=25:00"), "bad_time send_at");
  EXPECT_EQ(refusal("id=a&map=account"), "bad_map map");
  EXPECT_EQ(refusal("id=a&map=:to"), "bad_map map");
  EXPECT_EQ(refusal("id=a&map=to:"), "bad_map map");
  EXPECT_EQ(refusal("id=a&skip_bad=yes"), "unknown_value skip_bad");
  EXPECT_EQ(refusal("id=a&dry_run=1"), "unknown_value dry_run");
  EXPECT_EQ(refusal("id=a&report="), "unknown_value report");
  EXPECT_EQ(refusal("id=a&canary=-1"), "wrong_type canary");
  EXPECT_EQ(refusal("id=a&canary=5000000000"), "out_of_range canary");
  EXPECT_EQ(refusal("id=a&currency=EUX"), "bad_currency currency");
  EXPECT_EQ(refusal("id=a"), "taken");
}

}  // namespace
}  // namespace dunlin::api
