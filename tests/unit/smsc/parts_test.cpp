// The pure parts of dunlin-smsc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "chance.hpp"
#include "delivery.hpp"
#include "journal.hpp"
#include "message_ids.hpp"
#include "options.hpp"
#include "schedule.hpp"

namespace dunlin::smsc {
namespace {

using testing::ElementsAre;

Steady at(std::chrono::microseconds time) { return Steady(std::chrono::hours{1} + time); }

TEST(Schedule, HandsOverWhatIsDueInOrder) {
  Schedule<int> schedule;
  schedule.add(at(2ms), 3);
  schedule.add(at(1ms), 1);
  schedule.add(at(1ms), 2);
  schedule.add(at(2500us), 4);
  EXPECT_EQ(schedule.size(), 4U);
  EXPECT_EQ(schedule.next(), at(1ms));
  std::vector<int> taken;
  schedule.take_due(at(999us), [&](int item) { taken.push_back(item); });
  EXPECT_TRUE(taken.empty());
  schedule.take_due(at(2ms), [&](int item) { taken.push_back(item); });
  EXPECT_THAT(taken, ElementsAre(1, 2, 3));
  EXPECT_EQ(schedule.next(), at(3ms));  // never before it is due
  schedule.take_due(at(3ms), [&](int item) {
    taken.push_back(item);
    if (item == 4) schedule.add(at(3ms), 5);
  });
  EXPECT_THAT(taken, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(schedule.next(), kNever);
  EXPECT_EQ(schedule.size(), 0U);
}

TEST(Chance, RepeatsWithItsSeed) {
  Chance first(7), again(7), other(8);
  std::vector<double> a, b, c;
  for (int i = 0; i < 100; ++i) {
    a.push_back(first.next());
    b.push_back(again.next());
    c.push_back(other.next());
  }
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  EXPECT_EQ(first.of("48601000001"), again.of("48601000001"));
  EXPECT_NE(first.of("48601000001"), first.of("48601000002"));
}

TEST(Chance, HitsItsShares) {
  Chance chance(1);
  Shares<int> shares;
  shares.add(1, 0.3);
  shares.add(2, 0.2);
  int ones = 0, twos = 0, none = 0;
  for (int i = 0; i < 10000; ++i) {
    const int* hit = shares.pick(chance.next());
    ++(hit == nullptr ? none : *hit == 1 ? ones : twos);
  }
  EXPECT_NEAR(ones, 3000, 200);
  EXPECT_NEAR(twos, 2000, 200);
  EXPECT_NEAR(none, 5000, 200);
}

TEST(MessageIds, EveryFormNamesTheNumber) {
  EXPECT_EQ(message_id(0x38601fa, IdForm::hex), "38601fa");
  EXPECT_EQ(message_id(0x38601fa, IdForm::upper), "38601FA");
  EXPECT_EQ(message_id(0x38601fa, IdForm::decimal), "59113978");
  EXPECT_EQ(message_id(0x38601fa, IdForm::padded), "000059113978");
  EXPECT_THAT(message_id(1, IdForm::uuid),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  for (const auto& row : id_forms()) {
    EXPECT_EQ(parse_id_form(row.name), row.form);
    std::set<std::string> ids;
    for (std::uint64_t number = 1; number <= 1000; ++number) ids.insert(message_id(number, row.form));
    EXPECT_EQ(ids.size(), 1000U) << row.name;
  }
  EXPECT_FALSE(parse_id_form("roman").has_value());
}

JournalLine sample_line(OctetView octets) {
  JournalLine line;
  line.time = WallMicros(std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 18h + 10min + 37s + 123456us);
  line.system_id = "dun\"lin";
  line.sequence = 2147483647;
  line.message_id = "38601fa";
  line.source = "ACME";
  line.destination = "48601000001";
  line.short_message = octets;
  return line;
}

TEST(Journal, WritesALineOfJson) {
  std::string out;
  append_line(out, sample_line(octets_of("Pay \x02 5\n")));  // 0x02 is the dollar sign of GSM 03.38
  ASSERT_EQ(out.back(), '\n');
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["time"], "2026-11-22T18:10:37.123456Z");
  EXPECT_EQ(json["system_id"], "dun\"lin");
  EXPECT_EQ(json["sequence"], 2147483647);
  EXPECT_EQ(json["message_id"], "38601fa");
  EXPECT_EQ(json["source"], "ACME");
  EXPECT_EQ(json["destination"], "48601000001");
  EXPECT_EQ(json["short_message"],
            "50617920022035"
            "0a");
  EXPECT_EQ(json["text"], "Pay $ 5\n");
  EXPECT_FALSE(json.contains("reference"));
}

TEST(Journal, TellsSegmentsApart) {
  const auto segments = text_from_phone("48601000001", "ACME", std::string(300, 'a') + "\u20ac", "auto", 9);
  ASSERT_TRUE(segments.has_value());
  ASSERT_EQ(segments->size(), 2U);
  std::string out;
  auto line = sample_line(octets_of((*segments)[1].octets));
  line.esm_class = (*segments)[1].esm_class;
  append_line(out, line);
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["reference"], 9);
  EXPECT_EQ(json["total"], 2);
  EXPECT_EQ(json["part"], 2);
  EXPECT_TRUE(json["text"].get<std::string>().ends_with("a\u20ac"));
}

TEST(Journal, OctetsThatAreNoTextStayJson) {
  std::string out;
  auto line = sample_line(octets_of("\xd8\x3d"));  // half a surrogate pair
  line.data_coding = 8;
  line.source = "\xff\x01";
  append_line(out, line);
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["source"], "\u00ff\u0001");
  EXPECT_EQ(json["text"], "\ufffd");
}

TEST(Party, IsMarkedAsANetworkWould) {
  EXPECT_EQ(party_of("+48601000001").address, "48601000001");
  EXPECT_EQ(party_of("48601000001").ton, smpp::Ton::international);
  EXPECT_EQ(party_of("7788").ton, smpp::Ton::network_specific);
  EXPECT_EQ(party_of("ACME").ton, smpp::Ton::alphanumeric);
}

Parsed parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "dunlin-smsc");
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

TEST(Options, AreReadFromTheCommandLine) {
  const auto parsed = parse({"--port",
                             "0",
                             "--latency",
                             "20ms",
                             "--error",
                             "ESME_RSYSERR=0.01",
                             "--error",
                             "0x58=0.02",
                             "--receipt-stat",
                             "DELIVRD=0.97,UNDELIV=0.03",
                             "--id-form",
                             "hex",
                             "--receipt-id-form",
                             "padded",
                             "--reply",
                             "0.01=STOP",
                             "--early-receipts",
                             "0.3",
                             "--no-receipts",
                             "--receipt-form",
                             "tlv",
                             "--receipt-delay",
                             "2s"});
  ASSERT_TRUE(parsed.run);
  const auto& options = parsed.options;
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.latency, 20ms);
  EXPECT_EQ(options.receipt_delay, 2s);
  EXPECT_EQ(*options.errors.pick(0.005), smpp::CommandStatus::system_error);
  EXPECT_EQ(*options.errors.pick(0.015), smpp::CommandStatus::throttled);
  EXPECT_EQ(options.errors.pick(0.5), nullptr);
  EXPECT_EQ(*options.receipt_states.pick(0.98), smpp::MessageState::undeliverable);
  EXPECT_EQ(options.receipt_id_form, IdForm::padded);
  EXPECT_EQ(*options.replies.pick(0), "STOP");
  EXPECT_FALSE(options.receipts);
  EXPECT_EQ(options.receipt_form, ReceiptForm::tlv);
}

TEST(Options, ReceiptsBearTheIdsOfResponsesUnlessTold) {
  EXPECT_EQ(parse({"--id-form", "uuid"}).options.receipt_id_form, IdForm::uuid);
}

TEST(Options, WhatTheLineSaysGoesBeforeTheDialect) {
  const auto spoken = parse({"--dialect", "hex-response-decimal-receipt"}).options;
  EXPECT_EQ(spoken.id_form, IdForm::hex);
  EXPECT_EQ(spoken.receipt_id_form, IdForm::padded);
  EXPECT_EQ(spoken.receipt_form, ReceiptForm::text);
  const auto told = parse({"--receipt-form", "both", "--dialect", "hex-response-decimal-receipt", "--receipt-id-form",
                           "upper", "--binds", "3", "--early-receipts", "1"})
                        .options;
  EXPECT_EQ(told.receipt_form, ReceiptForm::both);
  EXPECT_EQ(told.receipt_id_form, IdForm::upper);
  EXPECT_EQ(told.tlv_id_form, IdForm::upper);
  EXPECT_EQ(told.binds_max, 3U);
  EXPECT_EQ(told.early_receipts, 1);
  EXPECT_EQ(parse({"--dialect", "old"}).options.binds_max, 2U);
  EXPECT_EQ(parse({"--dialect", "old", "--binds", "0"}).options.binds_max, 0U);
}

TEST(Options, WhatIsWrongIsAUsageError) {
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"--error", "ESME_RNOSUCH=0.1"},
                                                                 {"--error", "8=1.5"},
                                                                 {"--error", "8=0.6", "--error", "9=0.6"},
                                                                 {"--error", "8"},
                                                                 {"--receipt-stat", "GONE=0.1"},
                                                                 {"--reply", "0.1"},
                                                                 {"--reply", "0.1=\xff"},
                                                                 {"--id-form", "roman"},
                                                                 {"--latency", "20"},
                                                                 {"--deliver-window", "0"},
                                                                 {"--dialect", "klingon"},
                                                                 {"--binds", "-1"},
                                                                 {"--no-such"}}) {
    const auto parsed = parse(wrong);
    EXPECT_FALSE(parsed.run) << wrong[0];
    EXPECT_EQ(parsed.exit_code, 2) << wrong[0];
  }
  EXPECT_EQ(parse({"--help"}).exit_code, 0);
}

}  // namespace
}  // namespace dunlin::smsc
