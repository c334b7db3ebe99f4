// dunlin certify against SMSCs of every dialect, on virtual time.
#include <gmock/gmock.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/languages.hpp>

#include "engine/extra_tlvs.hpp"
#include "unit/certify/world.hpp"

namespace dunlin::certify {
namespace {

using smpp::CommandStatus;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> advised(const World& world) {
  std::vector<std::string> rows;
  for (const auto& row : advice(world.subject())) rows.push_back(row.key + " = " + row.value);
  return rows;
}

TEST(Course, RunsItsScriptAndUnbinds) {
  World world;
  ASSERT_TRUE(world.go());
  EXPECT_EQ(world.observed().ended, "");
  EXPECT_EQ(world.unbinds, 1u);
  EXPECT_EQ(world.observed().smsc_system_id, "SMSC");
  for (std::size_t index = 0; index < world.course->texts().size(); ++index) {
    EXPECT_TRUE(taken_whole(world.observed(), index)) << world.course->texts()[index].name;
  }
  EXPECT_EQ(world.observed().receipts.size(), 17u);
  EXPECT_EQ(rate_passed(world.observed()), 20u);
  EXPECT_LE(world.submits.size(), messages_at_most(world.plan));
}

TEST(Course, NeverSendsFasterThanItsCapNorMoreThanItsMost) {
  for (const std::uint32_t cap : {0U, 1U, 3U, 7U, 20U}) {
    World world;
    world.plan.rate_cap = cap;
    world.plan.messages_max = 60;
    world.plan.pause = 0ms;
    world.latency = 1ms;
    world.receipt_after = 1ms;
    std::vector<Steady> times;
    world.meanwhile = [&](World& here, std::size_t) { times.push_back(here.now); };
    ASSERT_TRUE(world.go());
    EXPECT_LE(times.size(), 60u);
    EXPECT_GE(times.size(), 17u);
    // Texts, rates and bursts alike.
    std::size_t most = 0, from = 0;
    for (std::size_t to = 0; to < times.size(); ++to) {
      while (times[to] - times[from] >= 1s) ++from;
      most = std::max(most, to - from + 1);
    }
    EXPECT_LE(most, std::max(cap, 1U)) << cap;
    EXPECT_EQ(world.observed().bursts.empty(), cap < 2) << cap;
    if (cap >= 2) {
      EXPECT_EQ(world.observed().bursts.front().at_once, std::min(cap, kBurstMax));
    }
  }
}

TEST(Course, ABurstStaysBelowTheWindowToo) {
  World world;
  world.plan.smsc.window = 4;
  ASSERT_TRUE(world.go());
  ASSERT_FALSE(world.observed().bursts.empty());
  EXPECT_EQ(world.observed().bursts.front().at_once, 4u);
}

// What each dialect is, the report says: its rows of docs/quirks.md are found, and of the plain one none.
TEST(Course, NamesTheHabitsOfEveryDialect) {
  // These show in what is not delivered to an ESME, or only in a refusal the script gives no reason for.
  const std::set<std::string> unseen{"status-too-many-binds", "answer-nack", "error-body", "receipt-tlv-and-text"};
  for (const auto& dialect : smsc::dialects()) {
    SCOPED_TRACE(dialect.name);
    World world(dialect.name);
    world.plan.rate_cap = 0;
    ASSERT_TRUE(world.go());
    EXPECT_EQ(world.observed().ended, "");
    EXPECT_EQ(world.observed().unmatched, 0u);
    EXPECT_GE(world.observed().receipts.size(), 12u);
    const auto odd = world.odd();
    std::istringstream names{std::string(dialect.quirks)};
    for (std::string name; names >> name;) {
      if (!unseen.contains(name)) {
        EXPECT_THAT(odd, Contains(name));
      }
    }
    if (dialect.name == "plain") {
      EXPECT_THAT(odd, testing::IsEmpty());
    }
  }
}

TEST(Course, TellsTheAliasOfIds) {
  struct {
    const char* dialect;
    Alias alias;
  } const rows[] = {{"plain", Alias::verbatim},
                    {"hex-response-decimal-receipt", Alias::hex_to_decimal},
                    {"decimal-response-hex-receipt", Alias::decimal_to_hex},
                    {"forgetful-text", Alias::leading_zeros},
                    {"ucs2-receipt", Alias::letter_case}};
  for (const auto& row : rows) {
    World world(row.dialect);
    world.plan.rate_cap = 0;
    ASSERT_TRUE(world.go());
    EXPECT_TRUE(aliases_of(world.observed()).contains(row.alias)) << row.dialect;
    EXPECT_THAT(markdown(world.subject()), HasSubstr(std::string(to_string(row.alias)))) << row.dialect;
  }
}

TEST(Course, FindsAHiddenRate) {
  for (const std::uint32_t limit : {1U, 3U, 8U, 15U}) {
    World world;
    world.rate = limit;
    world.plan.messages_max = 400;
    ASSERT_TRUE(world.go()) << limit;
    EXPECT_LE(rate_passed(world.observed()), limit);
    EXPECT_GE(rate_passed(world.observed()) + std::max(1U, limit / 5), limit) << limit;
    EXPECT_THAT(advised(world),
                Contains("throughput = " + std::to_string(std::max(1U, rate_passed(world.observed())))));
    for (std::size_t index = 0; index < world.course->texts().size(); ++index) {
      EXPECT_TRUE(taken_whole(world.observed(), index)) << limit << " " << world.course->texts()[index].name;
    }
  }
}

TEST(Course, FindsAWindow) {
  World world;
  world.unanswered = 4;
  world.latency = 150ms;
  ASSERT_TRUE(world.go());
  EXPECT_EQ(rate_throttled(world.observed()), 0u);
  EXPECT_THAT(advised(world), Contains("window = 2"));
  EXPECT_EQ(world.observed().bursts.size(), 3u);
}

TEST(Course, AdvisesTheWayOfLongMessagesThatIsTaken) {
  World world;
  world.decide = [](const smpp::SubmitSm& submit) {
    return (submit.esm_class & smpp::esm_class::kUdhi) != 0 ? CommandStatus::invalid_esm_class : CommandStatus::ok;
  };
  ASSERT_TRUE(world.go());
  EXPECT_THAT(advised(world), Contains("long_messages = \"sar\""));
  EXPECT_THAT(fate(world.subject(), 4), HasSubstr("ESME_RINVESMCLASS"));
  World payload;
  payload.decide = [](const smpp::SubmitSm& submit) {
    const bool long_one =
        (submit.esm_class & smpp::esm_class::kUdhi) != 0 || submit.tlvs.contains(smpp::tlv::sar_msg_ref_num);
    return long_one ? CommandStatus::submit_failed : CommandStatus::ok;
  };
  ASSERT_TRUE(payload.go());
  EXPECT_THAT(advised(payload), Contains("long_messages = \"payload\""));
}

TEST(Course, LeavesOutWhatNeedsTlvsWhereThereAreNone) {
  World world("old");
  world.plan.smsc.version = 0x33;
  world.plan.rate_cap = 0;
  ASSERT_TRUE(world.go());
  EXPECT_EQ(fate(world.subject(), 6), "not sent");
  EXPECT_EQ(fate(world.subject(), 7), "not sent");
  EXPECT_EQ(fate(world.subject(), 4), "yes, 3 parts");
}

TEST(Course, TriesBindsOnlyWhenAsked) {
  World quiet;
  quiet.plan.rate_cap = 0;
  ASSERT_TRUE(quiet.go());
  EXPECT_EQ(quiet.unbinds, 1u);
  EXPECT_FALSE(quiet.observed().binds);
  World world;
  world.plan.rate_cap = 0;
  world.plan.binds = 8;
  world.binds = 3;
  ASSERT_TRUE(world.go());
  ASSERT_TRUE(world.observed().binds);
  EXPECT_EQ(world.observed().binds->bound, 3u);
  EXPECT_EQ(world.observed().binds->refused, "ESME_RALYBND");
  EXPECT_EQ(world.unbinds, 3u);
  EXPECT_THAT(advised(world), Contains("sessions = 3"));
}

TEST(Course, WhatIsNotOursComesAgain) {
  World world;
  world.plan.rate_cap = 0;
  smpp::DeliverSm reply;
  reply.source_addr = "48601000001";
  reply.short_message = "STOP";
  smpp::DeliverSm other;
  other.source_addr = "48777777777";
  other.esm_class = smpp::esm_class::kDeliveryReceipt;
  other.short_message = "id:4711 stat:DELIVRD";
  smpp::DeliverSm daemons;
  daemons.source_addr = "48601000001";
  daemons.esm_class = smpp::esm_class::kDeliveryReceipt;
  daemons.short_message = "id:the-daemons-own stat:DELIVRD";
  world.meanwhile = [&](World& here, std::size_t submit) {
    if (submit != 2) return;
    for (const auto& body : {reply, other, daemons}) here.deliver(body);
  };
  ASSERT_TRUE(world.go());
  EXPECT_EQ(std::ranges::count(world.answers, CommandStatus::temporary_application_error), 3);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(world.answers, CommandStatus::ok)),
            world.observed().receipts.size());
  EXPECT_EQ(world.observed().not_ours, 3u);
  EXPECT_EQ(world.observed().unmatched, 1u);
  EXPECT_THAT(markdown(world.subject()), HasSubstr("the-daemons-own"));
}

TEST(Course, ABindThatIsTakenSaysWhatToDo) {
  World world;
  world.bind_status = CommandStatus::already_bound;
  ASSERT_TRUE(world.go());
  EXPECT_THAT(world.observed().ended, HasSubstr("ESME_RALYBND"));
  EXPECT_THAT(markdown(world.subject()), HasSubstr("stop the daemon"));
  EXPECT_TRUE(world.submits.empty());
}

TEST(Course, EndsWhereNobodyIsThere) {
  World world;
  world.refuses = true;
  ASSERT_TRUE(world.go());
  EXPECT_FALSE(world.observed().connected);
  EXPECT_THAT(world.observed().ended, HasSubstr("connection refused"));
}

TEST(Course, AnInterruptionLeavesAPartialReport) {
  World world;
  world.start();
  ASSERT_FALSE(world.run(3s));
  world.course->stop("interrupted", world.now);
  ASSERT_TRUE(world.run(10s));
  EXPECT_EQ(world.observed().ended, "interrupted");
  EXPECT_EQ(world.unbinds, 1u);
  const auto report = markdown(world.subject());
  EXPECT_THAT(report, HasSubstr("**It ended early: interrupted.**"));
  EXPECT_THAT(report, HasSubstr("| 1 | gsm7 | yes | delivered |"));
  EXPECT_THAT(report, HasSubstr("not sent"));
}

TEST(Course, ALostConnectionAndASilentSmscEndIt) {
  World lost;
  lost.start();
  ASSERT_FALSE(lost.run(3s));
  lost.drop();
  ASSERT_TRUE(lost.run(10s));
  EXPECT_THAT(lost.observed().ended, HasSubstr("connection reset"));
  World silent;
  silent.latency = std::chrono::hours{2};
  ASSERT_TRUE(silent.go());
  EXPECT_THAT(silent.observed().ended, HasSubstr("the session ended"));
  EXPECT_EQ(fate(silent.subject(), 0), "unanswered");
}

TEST(Course, IsBoundedInTimeWhenNoReceiptComes) {
  World world;
  world.receipt_after = std::chrono::hours{5};
  world.plan.time_max = 30s;
  world.start();
  ASSERT_TRUE(world.run(40s));
  EXPECT_EQ(world.observed().ended, "out of time");
}

TEST(Course, APairSendsOverOneAndHearsOverTheOther) {
  World world;
  world.plan.smsc.bind = engine::BindMode::pair;
  world.plan.rate_cap = 0;
  ASSERT_TRUE(world.go());
  EXPECT_EQ(world.observed().ended, "");
  EXPECT_EQ(world.unbinds, 2u);
}

TEST(Report, HasNoPasswordAndNoNumber) {
  World world;
  ASSERT_TRUE(world.go());
  for (const auto& report : {markdown(world.subject()), json(world.subject()).dump(), toml(world.subject())}) {
    EXPECT_THAT(report, Not(HasSubstr("s3cret!")));
    EXPECT_THAT(report, Not(HasSubstr("48601000001")));
    EXPECT_THAT(report, Not(HasSubstr("601000")));
  }
  EXPECT_THAT(markdown(world.subject()), HasSubstr("+48*******01"));
}

TEST(Report, AdvisesOnlyLinesToSetAndOnlyWhatDiffers) {
  World world;
  world.rate = 8;
  ASSERT_TRUE(world.go());
  const auto passed = std::to_string(rate_passed(world.observed()));
  EXPECT_THAT(toml(world.subject()), HasSubstr("\nthroughput = " + passed + "  # "));
  EXPECT_THAT(toml(world.subject()), Not(HasSubstr("\n[[")));  // it takes nobody's table away
  World again;
  again.rate = 8;
  again.plan.smsc.throughput = rate_passed(world.observed());
  ASSERT_TRUE(again.go());
  EXPECT_EQ(toml(again.subject()), "# Your [[smsc]] table alpha stays as it is.\n");
}

TEST(Report, ARateThatWasNotThrottledIsNoLimit) {
  World world;
  ASSERT_TRUE(world.go());
  EXPECT_THAT(toml(world.subject()), HasSubstr("\n# throughput = 20  # no limit was found"));
  EXPECT_EQ(json(world.subject())["advice"]["throughput"]["set"], false);
  World limited;
  limited.plan.smsc.throughput = 50;
  ASSERT_TRUE(limited.go());
  EXPECT_THAT(advised(limited), testing::IsEmpty());
}

TEST(Report, AnSmscWritesNothingToTheTerminalNorIntoTheMarkup) {
  World world;
  world.plan.rate_cap = 0;
  world.system_id = "\x1b]0;x\a|`<b>\x9b";
  smpp::DeliverSm foreign;
  foreign.source_addr = "48601000001";
  foreign.esm_class = smpp::esm_class::kDeliveryReceipt;
  foreign.short_message = "id:\x1b[2J|`<i> stat:DELIVRD";
  world.meanwhile = [&](World& here, std::size_t submit) {
    if (submit == 2) here.deliver(foreign);
  };
  ASSERT_TRUE(world.go());
  ASSERT_EQ(world.observed().smsc_system_id, world.system_id);
  ASSERT_EQ(world.observed().unmatched, 1u);
  const auto report = markdown(world.subject());
  std::string lines;
  for (const auto& line : world.progress) lines += line;
  for (const char octet : {'\x1b', '\a', '\x7f'}) {
    EXPECT_EQ(report.find(octet), std::string::npos);
    EXPECT_EQ(lines.find(octet), std::string::npos);
  }
  EXPECT_THAT(report, HasSubstr(R"(| its system_id | \x1B]0;x\x07\|\`\<b>\x9B |)"));
  EXPECT_THAT(report, HasSubstr(R"(the first `\x1B[2J|\x60<i>`)"));
  EXPECT_THAT(lines, HasSubstr(R"(bound to "\x1B]0;x\x07|`<b>\x9B")"));
}

TEST(Alias, IsTheMostLiteralThatFits) {
  EXPECT_EQ(alias_between("38601fa", "38601fa"), Alias::verbatim);
  EXPECT_EQ(alias_between("38601fa", "38601FA"), Alias::letter_case);
  EXPECT_EQ(alias_between("59113978", "0059113978"), Alias::leading_zeros);
  EXPECT_EQ(alias_between("38601fa", "0059113978"), Alias::hex_to_decimal);
  EXPECT_EQ(alias_between("0059113978", "38601FA"), Alias::decimal_to_hex);
  EXPECT_EQ(alias_between("38601fa", "59113979"), std::nullopt);
  EXPECT_EQ(alias_between("", ""), std::nullopt);
}

TEST(Plan, ChecksTheNumberAndTheBind) {
  World world;
  EXPECT_TRUE(check(world.plan));
  for (const auto* wrong : {"", "+", "48601000001", "+4860", "+4860100000x", "+1234567890123456"}) {
    world.plan.to = wrong;
    EXPECT_EQ(check(world.plan).error().code, "bad_value") << wrong;
  }
  world.plan.to = "+48601000001";
  world.plan.smsc.bind = engine::BindMode::receiver;
  EXPECT_EQ(check(world.plan).error().code, "bind");
}

TEST(Plan, EveryTextCanBeSentInEveryDefaultAlphabet) {
  World world;
  for (const auto alphabet : {text::DefaultAlphabet::gsm7, text::DefaultAlphabet::ascii, text::DefaultAlphabet::latin1,
                              text::DefaultAlphabet::gsm7_packed}) {
    world.plan.smsc.default_alphabet = alphabet;
    const auto all = texts(world.plan.smsc);
    for (std::size_t index = 0; index < all.size(); ++index) {
      const auto pdus = render(all[index], index, world.plan);
      ASSERT_TRUE(pdus) << all[index].name << ": " << to_string(pdus.error());
      const bool one = !all[index].is_long || all[index].how == engine::LongMessages::payload;
      EXPECT_EQ(pdus->size(), one ? 1u : 3u) << all[index].name;
    }
  }
}

TEST(Plan, SendsWhatTheConfigurationAsksFor) {
  World world;
  auto& smsc = world.plan.smsc;
  smsc.source = "50112";
  smsc.service_type = "WEB";
  smsc.protocol_id = 0x41;
  smsc.short_code_ton = 6;
  smsc.short_code_npi = 9;
  smsc.dest_ton = 2;
  smsc.replace_if_present = true;
  engine::ExtraTlv extra;
  extra.tag = 0x1400;
  extra.value = "campaign";
  ASSERT_TRUE(engine::prepare(extra));
  smsc.extra_tlvs = {extra};
  const auto all = texts(smsc);
  std::vector<smpp::SubmitSm> sent{rate_probe(world.plan, 1)};
  for (std::size_t index = 0; index < all.size(); ++index) {
    const auto pdus = render(all[index], index, world.plan);
    ASSERT_TRUE(pdus) << all[index].name;
    for (const auto& pdu : *pdus) {
      EXPECT_EQ(pdu.registered_delivery, smpp::registered_delivery::kFinal);
      EXPECT_EQ(pdu.validity_period.str(), "261123120000000+");
      sent.push_back(pdu);
    }
  }
  for (const auto& pdu : sent) {
    EXPECT_EQ(pdu.service_type.str(), "WEB");
    EXPECT_EQ(pdu.protocol_id, 0x41);
    EXPECT_EQ(pdu.source_addr.str(), "50112");
    EXPECT_EQ(pdu.source_addr_ton, smpp::Ton{6});
    EXPECT_EQ(pdu.source_addr_npi, smpp::Npi{9});
    EXPECT_EQ(pdu.dest_addr_ton, smpp::Ton{2});
    EXPECT_EQ(pdu.replace_if_present_flag, 1);
    EXPECT_TRUE(pdu.tlvs.contains(0x1400));
  }
  EXPECT_EQ(sent[0].registered_delivery, smpp::registered_delivery::kNone) << "no receipt of a rate's probe";
  smsc.registered_delivery = 0x11;
  EXPECT_EQ(render(all[0], 0, world.plan)->at(0).registered_delivery, 0x11);
}

TEST(Plan, HasATextForEachShiftTable) {
  World world;
  for (const auto& row : text::languages()) world.plan.smsc.shift_tables.emplace_back(row.name);
  const auto all = texts(world.plan.smsc);
  ASSERT_EQ(all.size(), 9 + text::languages().size());
  EXPECT_EQ(all[8].name, "long ucs2") << "the first nine have their places";
  for (std::size_t index = 9; index < all.size(); ++index) {
    SCOPED_TRACE(all[index].name);
    const auto pdus = render(all[index], index, world.plan);
    ASSERT_TRUE(pdus) << to_string(pdus.error());
    ASSERT_EQ(pdus->size(), 1u);
    EXPECT_EQ(pdus->at(0).data_coding, 0);
    EXPECT_EQ(pdus->at(0).esm_class, smpp::esm_class::kUdhi);
    const auto language = *text::language_named(all[index].name);
    const auto decoded = text::decode(pdus->at(0).short_message.view(), 0, true, text::DefaultAlphabet::gsm7);
    EXPECT_EQ(decoded.text, all[index].words);
    EXPECT_TRUE(decoded.tables.single == language || decoded.tables.locking == language);
    EXPECT_GT(all[index].words.size(), 30u);
  }
  world.plan.smsc.default_alphabet = text::DefaultAlphabet::latin1;
  EXPECT_EQ(texts(world.plan.smsc).size(), 9u) << "no tables where data_coding 0 is no GSM alphabet";
}

TEST(Plan, TriesRatesUpALadderAndThenBetween) {
  World world;
  EXPECT_EQ(next_rate(world.plan, 0, 0, 0), 5u);
  EXPECT_EQ(next_rate(world.plan, 5, 0, 1), 10u);
  EXPECT_EQ(next_rate(world.plan, 10, 0, 2), 20u);
  EXPECT_EQ(next_rate(world.plan, 20, 0, 3), 0u);
  EXPECT_EQ(next_rate(world.plan, 10, 20, 3), 15u);
  EXPECT_EQ(next_rate(world.plan, 0, 5, 1), 2u);
  EXPECT_EQ(next_rate(world.plan, 0, 1, 3), 0u);
  EXPECT_EQ(next_rate(world.plan, 10, 11, 3), 0u);
  EXPECT_EQ(next_rate(world.plan, 10, 20, kRatesMax), 0u);
  world.plan.rate_cap = 3;
  EXPECT_EQ(next_rate(world.plan, 0, 0, 0), 3u);
  world.plan.rate_cap = 0;
  EXPECT_EQ(next_rate(world.plan, 0, 0, 0), 0u);
}

}  // namespace
}  // namespace dunlin::certify
