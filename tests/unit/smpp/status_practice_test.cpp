// What other gateways and SMSCs' guides make of each status (docs/quirks.md): which are worth another try.
#include <gtest/gtest.h>

#include <dunlin/smpp/status.hpp>
#include <initializer_list>

namespace dunlin::smpp {
namespace {

void expect_class(StatusClass wanted, std::initializer_list<std::uint32_t> values) {
  for (const auto value : values) {
    EXPECT_EQ(status_class(static_cast<CommandStatus>(value)), wanted) << std::hex << value;
    EXPECT_NE(find_status(static_cast<CommandStatus>(value)), nullptr) << std::hex << value;
  }
}

TEST(StatusPractice, PermanentOnesAreNotTriedAgain) {
  expect_class(StatusClass::refuse,
               {0x01,  0x02,  0x03,  0x06,  0x07,  0x0A,  0x0B,  0x0C,  0x11,  0x13,  0x15,  0x33,  0x34,  0x40,
                0x42,  0x43,  0x44,  0x48,  0x49,  0x50,  0x51,  0x53,  0x54,  0x55,  0x61,  0x62,  0x63,  0x65,
                0x66,  0x67,  0xC0,  0xC1,  0xC2,  0xC3,  0xC4,  0xFE,  0x100, 0x101, 0x103, 0x104, 0x105, 0x106,
                0x107, 0x108, 0x109, 0x10A, 0x10B, 0x10C, 0x10D, 0x10E, 0x10F, 0x110, 0x111, 0x112});
}

TEST(StatusPractice, TemporaryAndAmbiguousOnesAreTriedAgain) {
  expect_class(StatusClass::retry, {0x08, 0x45, 0x64, 0xFF, 0x102});
}

TEST(StatusPractice, BothWordsForTooFastSlowTheLink) { expect_class(StatusClass::throttle, {0x14, 0x58}); }

TEST(StatusPractice, TheSessionsOwnEndIt) { expect_class(StatusClass::drop_link, {0x04, 0x05, 0x0D, 0x0E, 0x0F}); }

TEST(StatusPractice, BindsKnowTooManyFromWrongAndWrongFromBusy) {
  const auto expect_bind = [](BindClass wanted, std::initializer_list<std::uint32_t> values) {
    for (const std::uint32_t value : values) {
      EXPECT_EQ(bind_class(static_cast<CommandStatus>(value)), wanted) << std::hex << value;
    }
  };
  expect_bind(BindClass::already_bound, {0x05});
  expect_bind(BindClass::credentials, {0x0D, 0x0E, 0x0F});
  expect_bind(BindClass::configuration, {0x53});
  expect_bind(BindClass::busy, {0x14, 0x58});
  expect_bind(BindClass::retry, {0x08, 0xFF, 0x400});
}

}  // namespace
}  // namespace dunlin::smpp
