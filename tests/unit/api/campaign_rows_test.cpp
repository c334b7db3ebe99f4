// Rows of a file as jobs.
#include "api/campaign_rows.hpp"

#include <gtest/gtest.h>

namespace dunlin::api {
namespace {

Result<store::Job> job_of(const std::vector<std::string>& header, const std::vector<std::string>& cells,
                          CampaignDefaults defaults = {}) {
  if (defaults.campaign.empty()) defaults.campaign = "nov";
  Result<CampaignRows> rows = CampaignRows::make(header, std::move(defaults));
  if (!rows) return tl::unexpected(rows.error());
  return rows->job_of({7, cells, std::nullopt});
}
std::string refusal(const Result<store::Job>& job) {
  return job ? "taken" : job.error().code + " " + job.error().where;
}

TEST(CampaignRows, ColumnsFillFieldsOfTheirNameAndTheOthersAreParameters) {
  const auto job = job_of(
      {"to", "account", "amount", "currency", "kind", "max_segments", "expires", "consent.basis", "name", "note"},
      {"+48601000001", "A1", "120.5", "PLN", "overdue", "2", "2026-12-01T10:30:00Z", "contract", "Jan", ""});
  ASSERT_TRUE(job) << job.error().detail;
  EXPECT_EQ(job->to, "+48601000001");
  EXPECT_EQ(job->amount, "120.5");
  EXPECT_EQ(job->kind, store::Kind::overdue);
  EXPECT_EQ(job->segments_max, 2u);
  EXPECT_EQ(*job->expires, Wall{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + std::chrono::minutes{630}});
  EXPECT_EQ(job->consent.basis, "contract");
  ASSERT_EQ(job->params.size(), 1u) << "an empty cell says nothing";
  EXPECT_EQ(job->params[0].name, "name");
  EXPECT_EQ(job->campaign, "nov");
}

TEST(CampaignRows, AMendedReportIsReadAsTheRowsItCameFrom) {
  const std::vector<std::string> header = {"line", "error", "column", "to", "name"};
  const auto job = job_of(header, {"4711", "bad_number: is no number", "to", "+48601000001", "Jan"});
  ASSERT_TRUE(job) << job.error().detail;
  EXPECT_EQ(job->id, "nov/4711") << "the line that the report names, not the one it stands in";
  ASSERT_EQ(job->params.size(), 1u);
  EXPECT_EQ(job->params[0].name, "name");
  EXPECT_EQ(job_of(header, {"", "", "", "+48601000001", "Jan"})->id, "nov/7");
  const auto other = job_of({"error", "line", "column", "to"}, {"4711", "e", "c", "+48601000001"});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->params.size(), 3u) << "another order: columns of the file's own";
}

TEST(CampaignRows, WhatTheFileSaysOutweighsWhatWasSaidOfIt) {
  CampaignDefaults defaults;
  defaults.template_name = "reminder";
  defaults.locale = "de";
  defaults.currency = "EUR";
  defaults.send_at_local = "10:30";
  const auto plain = job_of({"to", "amount"}, {"+491700000001", "1.234,50"}, defaults);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->template_name, "reminder");
  EXPECT_EQ(plain->amount, "1234.50");
  EXPECT_EQ(plain->send_at_local, "10:30");
  const auto own = job_of({"amount", "locale", "currency", "template", "send_at_local"},
                          {"1,234.50", "en-US", "USD", "final", "12:00"}, defaults);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->amount, "1234.50") << "by its own locale, wherever its column stands";
  EXPECT_EQ(own->template_name, "final");
  EXPECT_EQ(own->send_at_local, "12:00");
}

TEST(CampaignRows, GetIdsThatStayTheSame) {
  EXPECT_EQ(job_of({"to", "account", "invoice", "stage"}, {"+1", "A", "I", "1"})->id, "nov/A/I/1");
  EXPECT_EQ(job_of({"to", "account"}, {"+1", "A"})->id, "nov/A//");
  EXPECT_EQ(job_of({"to"}, {"+1"})->id, "nov/7");
  EXPECT_EQ(job_of({"to", "id"}, {"+1", "x"})->id, "x");
}

TEST(CampaignRows, ColumnsAreMapped) {
  CampaignDefaults defaults;
  defaults.map = {{"Telefon", "to"}, {"Kwota", "amount"}, {"Uwagi", "-"}};
  const auto job = job_of({"Telefon", "Kwota", "Uwagi"}, {"+48601000001", "12.50", "x"}, defaults);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->to, "+48601000001");
  EXPECT_EQ(job->amount, "12.50");
  EXPECT_TRUE(job->params.empty());
  defaults.map = {{"Phone", "to"}};
  EXPECT_EQ(refusal(job_of({"Telefon"}, {"1"}, defaults)), "bad_map map");
  defaults.map = {{"Telefon", "phone"}};
  EXPECT_EQ(refusal(job_of({"Telefon"}, {"1"}, defaults)), "bad_map map");
  defaults.map = {{"Telefon", "to"}};
  EXPECT_EQ(refusal(job_of({"to", "Telefon"}, {"1", "2"}, defaults)), "duplicate_field Telefon");
}

TEST(CampaignRows, WhatASpreadsheetDidIsNamed) {
  EXPECT_EQ(refusal(job_of({"to"}, {"4.86E+10"})), "spreadsheet_number to");
  EXPECT_EQ(refusal(job_of({"account"}, {"1,2E+05"})), "spreadsheet_number account");
  EXPECT_EQ(refusal(job_of({"amount", "currency"}, {"1.2E+05", "EUR"})), "spreadsheet_number amount");
  EXPECT_EQ(job_of({"to"}, {"'+48601000001"})->to, "+48601000001");
  EXPECT_EQ(job_of({"name"}, {"'s Gravenhage"})->params[0].value, "'s Gravenhage");
}

TEST(CampaignRows, WhatCannotBeReadNamesItsColumn) {
  EXPECT_EQ(refusal(job_of({"kind"}, {"nice"})), "unknown_value kind");
  EXPECT_EQ(refusal(job_of({"expires"}, {"tomorrow"})), "bad_time expires");
  EXPECT_EQ(refusal(job_of({"max_segments"}, {"two"})), "wrong_type max_segments");
  EXPECT_EQ(refusal(job_of({"amount", "currency"}, {"12 EUR", "EUR"})), "bad_amount amount");
  EXPECT_EQ(refusal(job_of({"campaign"}, {"december"})), "bad_value campaign") << "the import is november's";
  EXPECT_EQ(job_of({"campaign"}, {"nov"})->campaign, "nov");
  CampaignDefaults defaults;
  defaults.locale = "de";
  EXPECT_EQ(refusal(job_of({"amount", "currency"}, {"1.234", "KWD"}, defaults)), "ambiguous_amount amount");
}

}  // namespace
}  // namespace dunlin::api
