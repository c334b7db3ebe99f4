#include "engine/check_job.hpp"

#include <gtest/gtest.h>

#include "engine/hours.hpp"
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

// Of a job that nobody has submitted, to a number of which nothing is known.
Result<Preview> preview(const store::Job& job, const Settings& settings, Wall now) {
  if (Result<void> checked = check_job(job, settings, Routes(settings)); !checked) return tl::unexpected(checked.error());
  dunning::Calendar calendar(rules_of(settings.dunning));
  store::JobState state;
  state.expires_at = now + 72h;
  return preview_of({1, job, state}, {}, {settings, calendar, {}, {}, {}, {}}, now);
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
      {"consent.basis", "missing", [](store::Job& job) { job.consent.source = "form"; }},
      {"consent.basis", "bad_value", [](store::Job& job) { job.consent.basis = "a\nb"; }},
      {"amount", "bad_amount", [](store::Job& job) { job.amount = "1.005", job.currency = "EUR"; }},
      {"amount", "bad_amount", [](store::Job& job) { job.amount = "100.5", job.currency = "JPY"; }},
      {"fee", "bad_amount", [](store::Job& job) { job.fee = "1.2345", job.currency = "KWD"; }},
      {"currency", "bad_currency", [](store::Job& job) { job.currency = "ZZZ"; }},
      {"due_date", "bad_date", [](store::Job& job) { job.due_date = "1900-01-01"; }},
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

// The route's SMSCs mean different things by data_coding 0.
Settings two_alphabets() {
  Settings settings;
  for (const auto& [name, alphabet] : {std::pair{"alpha", Alphabet::ascii}, std::pair{"beta", Alphabet::gsm7}}) {
    SmscSettings smsc;
    smsc.name = name;
    smsc.default_alphabet = alphabet;
    settings.smscs.push_back(smsc);
  }
  settings.routes.push_back({"all", {"+"}, {"alpha", "beta"}, false});
  return settings;
}

TEST(CheckJob, OneSmscOfTheRouteThatCarriesTheTextIsEnough) {
  const Settings settings = two_alphabets();
  store::Job job = good();
  job.encoding = "gsm7";
  job.text = "Grüße";
  EXPECT_TRUE(check_job(job, settings, Routes(settings)));
  EXPECT_FALSE(carries(job, settings.smscs[0]));
  EXPECT_TRUE(carries(job, settings.smscs[1]));
  Result<Preview> shown = preview(job, settings, Wall{std::chrono::hours{1000}});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->smsc, "beta");
  job.text = "Grüße, жук";
  Result<void> checked = check_job(job, settings, Routes(settings));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "not_encodable");
  EXPECT_NE(checked.error().detail.find("U+00FC"), std::string::npos) << "the first SMSC's reason: " << checked.error().detail;
}

TEST(CheckJob, AJobThatNamesNoEncodingTakesTheSmscs) {
  Settings settings = two_alphabets();
  store::Job job = good();
  job.text = "Zażółć";
  EXPECT_TRUE(check_job(job, settings, Routes(settings)));
  for (SmscSettings& smsc : settings.smscs) smsc.encoding = "gsm7";
  EXPECT_EQ(check_job(job, settings, Routes(settings)).error().code, "not_encodable");
  for (SmscSettings& smsc : settings.smscs) smsc.transliterate = "lossy";
  EXPECT_TRUE(check_job(job, settings, Routes(settings)));
  job.transliterate = "none";
  EXPECT_EQ(check_job(job, settings, Routes(settings)).error().code, "not_encodable");
  job.transliterate = "Lossy";
  EXPECT_EQ(check_job(job, settings, Routes(settings)).error().where, "transliterate");
  job.transliterate = "";
  job.encoding = "gsm8";
  EXPECT_EQ(check_job(job, settings, Routes(settings)).error().where, "encoding");
}

TEST(CheckTimes, RefuseWhatCouldNeverBeSent) {
  const Wall now{std::chrono::hours{1000}};
  store::Job job = good();
  EXPECT_TRUE(check_times(job.not_before, now + 1h, now));
  EXPECT_EQ(check_times(job.not_before, now, now).error().code, "already_expired");
  job.not_before = now + 2h;
  EXPECT_EQ(check_times(job.not_before, now + 1h, now).error().code, "never_sent");
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

TEST(Preview, TellsTablesAndTransliteration) {
  Settings turkish = settings();
  turkish.smscs[0].shift_tables = {"turkish"};
  store::Job job = good();
  job.text = "Sayın müşterimiz, ödemeniz gecikmiştir: ğğğğğğğğğğğğğğğğğğğğ";
  Result<Preview> shown = preview(job, turkish, Wall{std::chrono::hours{1000}});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->encoding, "gsm7");
  EXPECT_EQ(shown->shift_tables, std::vector<std::string>{"turkish locking"});
  job.encoding = "gsm7";
  job.transliterate = "lossy";
  job.text = "Zapłać złotówkę";
  shown = preview(job, turkish, Wall{std::chrono::hours{1000}});
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->text, "Zaplac zlotowke");
  EXPECT_EQ(shown->replaced.at(0), "U+0142 → \"l\" at character 4, 2 times");
  // What the job names is never changed.
  job.invoice = "złotówkę";
  EXPECT_EQ(preview(job, turkish, Wall{std::chrono::hours{1000}}).error().code, "not_encodable");
}

}  // namespace
}  // namespace dunlin::engine
