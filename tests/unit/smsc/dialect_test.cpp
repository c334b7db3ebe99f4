// The dialects: every one's receipt is read by the codec, and names its message by one of the aliases ids go by.
#include "dialect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <optional>
#include <set>
#include <string>

#include "delivery.hpp"

namespace dunlin::smsc {
namespace {

Wall noon() {
  return Wall(std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{12} +
              std::chrono::seconds{7});
}

// As the command line makes them of `--dialect NAME` alone.
Options speaking(const Dialect& dialect) {
  Options options;
  options.dialect = dialect;
  options.id_form = dialect.id_form;
  options.receipt_id_form = dialect.receipt_id_form;
  options.tlv_id_form = dialect.tlv_id_form;
  options.receipt_form = dialect.receipt_form;
  return options;
}

Delivery receipt_of(std::uint64_t number, smpp::MessageState state) {
  Delivery delivery;
  delivery.from = party_of("48601000001");
  delivery.to = party_of("ACME");
  delivery.receipt = true;
  delivery.number = number;
  delivery.submitted = noon();
  delivery.state = state;
  delivery.user_message_reference = 7;
  delivery.octets = "id:1 stat:UNKNOWN";
  return delivery;
}

std::optional<smpp::Receipt> read(const smpp::Body& body) {
  if (const auto* data = std::get_if<smpp::DataSm>(&body)) return smpp::parse_receipt(*data);
  return smpp::parse_receipt(std::get<smpp::DeliverSm>(body));
}

std::set<std::string> aliases(const std::string& id) {
  std::set<std::string> names{smpp::fold(id)};
  for (const auto& twin : {smpp::hex_to_decimal(id), smpp::decimal_to_hex(id)}) {
    if (twin) names.insert(smpp::fold(*twin));
  }
  return names;
}

TEST(EveryDialect, HasANameOfItsOwnAndSaysWhatItIs) {
  std::set<std::string_view> names;
  for (const auto& dialect : dialects()) {
    EXPECT_TRUE(names.insert(dialect.name).second) << dialect.name;
    EXPECT_FALSE(dialect.is.empty()) << dialect.name;
    EXPECT_FALSE(dialect.quirks.empty()) << dialect.name;
    EXPECT_EQ((*parse_dialect(dialect.name))->name, dialect.name);
  }
  EXPECT_GE(names.size(), 15U);
  EXPECT_EQ(parse_dialect("klingon").error().code, "bad_value");
}

TEST(EveryDialect, ItsReceiptIsReadAndNamesItsMessage) {
  for (const auto& dialect : dialects()) {
    SCOPED_TRACE(dialect.name);
    const auto options = speaking(dialect);
    for (const std::uint64_t number : {0x38601faULL, 1234567890ULL}) {
      const auto body = to_pdu(receipt_of(number, smpp::MessageState::delivered), options, noon());
      const auto receipt = read(body);
      ASSERT_TRUE(receipt);
      EXPECT_EQ(smpp::outcome(*receipt), smpp::Outcome::delivered);
      EXPECT_EQ(receipt->flagged, dialect.esm_class != 0);
      EXPECT_EQ(receipt->user_message_reference.has_value(), dialect.echoes_reference);
      const auto response = aliases(message_id(number, options.id_form));
      EXPECT_TRUE(response.contains(smpp::fold(receipt->message_id)))
          << receipt->message_id << " is not " << message_id(number, options.id_form);
      EXPECT_FALSE(aliases(message_id(number + 1, options.id_form)).contains(smpp::fold(receipt->message_id)));
    }
  }
}

TEST(EveryDialect, ItsFailuresAndStepsAreReadAsWhatTheyAre) {
  for (const auto& dialect : dialects()) {
    const auto options = speaking(dialect);
    const auto failed = read(to_pdu(receipt_of(5, smpp::MessageState::undeliverable), options, noon()));
    ASSERT_TRUE(failed) << dialect.name;
    EXPECT_EQ(smpp::outcome(*failed), smpp::Outcome::undelivered) << dialect.name;
    if (dialect.intermediate_esm_class == 0) continue;
    const auto step = read(to_pdu(receipt_of(5, smpp::MessageState::enroute), options, noon()));
    EXPECT_EQ(smpp::outcome(*step), smpp::Outcome::intermediate) << dialect.name;
  }
}

TEST(Layout, TakesTheWordsAndLeavesStrangersAlone) {
  ReceiptWords words;
  words.id = "7";
  words.text = "{id}";
  EXPECT_EQ(fill_layout("id:{id} {what} text:{text}", words), "id:7 {what} text:{id}");
  EXPECT_EQ(fill_layout("a{", words), "a{");
  EXPECT_EQ(fill_layout("", words), "");
}

TEST(Layout, WritesDatesInEveryWidth) {
  EXPECT_EQ(receipt_date(noon(), DateForm::minutes), "2611231200");
  EXPECT_EQ(receipt_date(noon(), DateForm::seconds), "261123120007");
  EXPECT_EQ(receipt_date(noon(), DateForm::full_minutes), "202611231200");
  EXPECT_EQ(receipt_date(noon(), DateForm::full_seconds), "20261123120007");
  EXPECT_EQ(receipt_date(noon(), DateForm::zeros), "0000000000");
}

}  // namespace
}  // namespace dunlin::smsc
