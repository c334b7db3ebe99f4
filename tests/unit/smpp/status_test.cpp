// What is done about which answer.
#include <dunlin/smpp/status.hpp>

#include <gtest/gtest.h>

namespace dunlin::smpp {
namespace {

TEST(Status, SaysWhatToDo) {
  EXPECT_EQ(status_class(CommandStatus::ok), StatusClass::ok);
  EXPECT_EQ(status_class(CommandStatus::throttled), StatusClass::throttle);
  EXPECT_EQ(status_class(CommandStatus::message_queue_full), StatusClass::throttle);
  EXPECT_EQ(status_class(CommandStatus::system_error), StatusClass::retry);
  EXPECT_EQ(status_class(CommandStatus::submit_failed), StatusClass::retry);
  EXPECT_EQ(status_class(CommandStatus::invalid_destination_address), StatusClass::refuse);
  EXPECT_EQ(status_class(CommandStatus::invalid_bind_status), StatusClass::drop_link);
  EXPECT_EQ(bind_class(CommandStatus::invalid_password), BindClass::credentials);
  EXPECT_EQ(bind_class(CommandStatus::already_bound), BindClass::already_bound);
  EXPECT_EQ(bind_class(CommandStatus::system_error), BindClass::retry);
}

// What SMSCs mean by each status of the specification, as other gateways' retry tables and the SMSCs' guides have it:
// a range of values, and what becomes of a submit that is answered so.
struct Practice {
  std::uint32_t first, last;
  StatusClass meaning;
};
constexpr Practice kPractice[] = {
    {0x00, 0x00, StatusClass::ok},
    {0x01, 0x03, StatusClass::refuse},
    {0x04, 0x05, StatusClass::drop_link},
    {0x06, 0x07, StatusClass::refuse},
    {0x08, 0x08, StatusClass::retry},  // Kannel, Jasmin and NowSMS agree; some mean "rejected", so tries are counted
    {0x0A, 0x0C, StatusClass::refuse},
    {0x0D, 0x0F, StatusClass::drop_link},
    {0x11, 0x13, StatusClass::refuse},
    {0x14, 0x14, StatusClass::throttle},  // the SMSC's queue, or one recipient's: engine/full_recipients.hpp tells
    {0x15, 0x15, StatusClass::refuse},
    {0x33, 0x44, StatusClass::refuse},
    {0x45, 0x45, StatusClass::retry},  // ambiguous: Kannel gives up, NowSMS does not
    {0x48, 0x55, StatusClass::refuse},
    {0x58, 0x58, StatusClass::throttle},
    {0x61, 0x63, StatusClass::refuse},
    {0x64, 0x64, StatusClass::retry},
    {0x65, 0x67, StatusClass::refuse},
    {0xC0, 0xC4, StatusClass::refuse},
    {0xFE, 0xFE, StatusClass::refuse},
    {0xFF, 0xFF, StatusClass::retry},
    {0x100, 0x101, StatusClass::refuse},
    {0x102, 0x102, StatusClass::retry},
    {0x103, 0x112, StatusClass::refuse},
};

TEST(Status, EveryRowIsWhatSmscsMeanByIt) {
  std::size_t walked = 0;
  for (const Practice& practice : kPractice) {
    std::size_t rows = 0;
    for (const StatusRow& row : status_table()) {
      const auto value = static_cast<std::uint32_t>(row.value);
      if (value < practice.first || value > practice.last) continue;
      EXPECT_EQ(row.on_request, practice.meaning) << row.name;
      ++rows;
    }
    EXPECT_GT(rows, 0U) << "nothing from " << practice.first;
    walked += rows;
  }
  EXPECT_EQ(walked, status_table().size());
  for (const std::uint32_t value :
       {0x00U, 0x01U, 0x02U, 0x03U, 0x04U, 0x05U, 0x06U, 0x07U, 0x08U, 0x0AU, 0x0BU, 0x0CU,
        0x0DU, 0x0EU, 0x0FU, 0x11U, 0x13U, 0x14U, 0x15U, 0x33U, 0x34U, 0x40U, 0x42U, 0x43U,
        0x44U, 0x45U, 0x48U, 0x49U, 0x50U, 0x51U, 0x53U, 0x54U, 0x55U, 0x58U, 0x61U, 0x62U,
        0x63U, 0x64U, 0x65U, 0x66U, 0x67U, 0xC0U, 0xC1U, 0xC2U, 0xC3U, 0xC4U, 0xFEU, 0xFFU}) {
    EXPECT_NE(find_status(static_cast<CommandStatus>(value)), nullptr) << value;
  }
  for (std::uint32_t value = 0x100; value <= 0x112; ++value) {
    EXPECT_NE(find_status(static_cast<CommandStatus>(value)), nullptr) << value;
  }
}

TEST(Status, AnyOtherValueIsTriedAgainAndHasABoundedName) {
  for (const std::uint32_t value : {0x22U, 0x94U, 0x400U, 0x4FFU, 1375U, 0xFFFFFFFFU}) {
    const auto status = static_cast<CommandStatus>(value);
    EXPECT_EQ(status_class(status), StatusClass::retry);
    EXPECT_EQ(bind_class(status), BindClass::retry);
    EXPECT_EQ(status_name(status), "other");
  }
  EXPECT_EQ(status_name(CommandStatus::throttled), "ESME_RTHROTTLED");
}

}  // namespace
}  // namespace dunlin::smpp
