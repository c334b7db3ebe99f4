#include "engine/check_job.hpp"

#include <gtest/gtest.h>

#include "engine/preview.hpp"
#include "engine/render.hpp"

namespace dunlin::engine {
namespace {

Settings settings() {
  Settings made;
  SmscSettings smsc;
  smsc.name = "alpha";
  smsc.source = "ACME";
  made.smscs.push_back(smsc);
  return made;
}

store::Job good() {
  store::Job job;
  job.id = "inv-1";
  job.to = "+48601000001";
  job.text = "Please pay.";
  return job;
}

struct Refusal {
  const char* field;
  const char* code;
  void (*spoil)(store::Job&);
};

TEST(CheckJob, NamesTheFieldAndWhy) {
  const Refusal refusals[] = {
      {"id", "missing", [](store::Job& job) { job.id.clear(); }},
      {"id", "too_long", [](store::Job& job) { job.id.assign(129, 'x'); }},
      {"id", "bad_value", [](store::Job& job) { job.id = "inv\n1"; }},
      {"id", "bad_value", [](store::Job& job) { job.id = std::string("inv\0001", 5); }},
      {"account", "bad_value", [](store::Job& job) { job.account = "A\x7F"; }},
      {"campaign", "bad_value", [](store::Job& job) { job.campaign = "spring\t1"; }},
      {"text", "bad_value", [](store::Job& job) { job.text = std::string("Please\0pay.", 11); }},
      {"to", "missing", [](store::Job& job) { job.to.clear(); }},
      {"to", "bad_number", [](store::Job& job) { job.to = "48601000001"; }},
      {"to", "bad_number", [](store::Job& job) { job.to = "+0601000001"; }},
      {"to", "bad_number", [](store::Job& job) { job.to = "+4860100000a"; }},
      {"to", "bad_number", [](store::Job& job) { job.to = "+1234567890123456"; }},
      {"text", "missing", [](store::Job& job) { job.text.clear(); }},
      {"text", "too_long", [](store::Job& job) { job.text.assign(kTextOctetsMax + 1, 'x'); }},
      {"text", "too_many_segments", [](store::Job& job) { job.text.assign(200, 'x'), job.segments_max = 1; }},
      {"account", "too_long", [](store::Job& job) { job.account.assign(129, 'x'); }},
      {"amount", "bad_amount", [](store::Job& job) { job.amount = "12,50", job.currency = "EUR"; }},
      {"amount", "bad_amount", [](store::Job& job) { job.amount = "-1", job.currency = "EUR"; }},
      {"amount", "bad_amount", [](store::Job& job) { job.amount = "1.", job.currency = "EUR"; }},
      {"currency", "missing", [](store::Job& job) { job.amount = "1.00"; }},
      {"currency", "bad_currency", [](store::Job& job) { job.currency = "eur"; }},
      {"fee", "bad_amount", [](store::Job& job) { job.fee = "-2"; }},
      {"due_date", "bad_date", [](store::Job& job) { job.due_date = "2026-02-30"; }},
      {"due_date", "bad_date", [](store::Job& job) { job.due_date = "1900-01-01"; }},
      {"due_date", "bad_date", [](store::Job& job) { job.due_date = "tomorrow"; }},
      {"pay_url", "bad_url", [](store::Job& job) { job.pay_url = "http://pay.example"; }},
      {"sender", "bad_value", [](store::Job& job) { job.sender = "a sender too long"; }},
      {"sender", "bad_value", [](store::Job& job) { job.sender = "info@acme"; }},
      {"sender", "bad_value", [](store::Job& job) { job.sender = "+1234567890123456"; }},
      {"purpose", "bad_value", [](store::Job& job) { job.kind = store::Kind::referral; }},
      {"purpose", "not_supported", [](store::Job& job) { job.purpose = store::Purpose::marketing; }},
  };
  for (const Refusal& refusal : refusals) {
    store::Job job = good();
    refusal.spoil(job);
    Result<void> checked = check_job(job, settings(), Routes(settings()));
    ASSERT_FALSE(checked) << refusal.field << " " << refusal.code;
    EXPECT_EQ(checked.error().code, refusal.code) << refusal.field;
    EXPECT_EQ(checked.error().where, refusal.field) << refusal.code;
  }
  EXPECT_TRUE(check_job(good(), settings(), Routes(settings())));
}

TEST(CheckJob, TextThatTheEncodingAskedForCannotCarryIsRefusedNamingTheCharacter) {
  store::Job job = good();
  job.text = "Zażółć";
  job.encoding = "gsm7";
  Result<void> checked = check_job(job, settings(), Routes(settings()));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "not_encodable");
  EXPECT_NE(checked.error().detail.find("U+017C"), std::string::npos) << checked.error().detail;
}

TEST(CheckTimes, RefuseWhatCouldNeverBeSent) {
  const Wall now{std::chrono::hours{1000}};
  store::Job job = good();
  EXPECT_TRUE(check_times(job, now + 1h, now));
  EXPECT_EQ(check_times(job, now, now).error().code, "already_expired");
  job.not_before = now + 2h;
  EXPECT_EQ(check_times(job, now + 1h, now).error().code, "never_sent");
}

TEST(Render, IsTheSameEveryTimeAndGuessesAddresses) {
  store::Job job = good();
  job.text = std::string(200, 'a');
  SmscSettings smsc = settings().smscs[0];
  const Wall expires{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + 12h};
  auto first = render(job, 300, expires, smsc);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ(*first, *render(job, 300, expires, smsc));
  EXPECT_EQ((*first)[0].validity_period, "261201120000000+");
  EXPECT_EQ((*first)[0].esm_class, 0x40);
  EXPECT_EQ((*first)[0].short_message.view()[3], 300 % 256);
  for (const auto& [text, ton, npi, digits] : {std::tuple{"+48601000001", 1, 1, "48601000001"}, std::tuple{"48601000001", 1, 1, "48601000001"}, std::tuple{"72345", 3, 0, "72345"}, std::tuple{"ACME", 5, 0, "ACME"}}) {
    const Address address = guess_address(text);
    EXPECT_EQ(address.ton, ton) << text;
    EXPECT_EQ(address.npi, npi) << text;
    EXPECT_EQ(address.digits, digits) << text;
  }
}

TEST(Preview, ShowsTextPartsAndWhatWasReplaced) {
  store::Job job = good();
  job.text = "120,50\u00A0€ bis Freitag – danke";
  Result<Preview> shown = preview(job, settings(), Wall{std::chrono::hours{1000}});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->encoding, "gsm7");
  EXPECT_EQ(shown->segments, 1u);
  EXPECT_EQ(shown->text, "120,50 € bis Freitag - danke");
  ASSERT_EQ(shown->replaced.size(), 2u);
  EXPECT_EQ(shown->replaced[0], "U+00A0 → \" \" at character 7");
}

}  // namespace
}  // namespace dunlin::engine
