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
