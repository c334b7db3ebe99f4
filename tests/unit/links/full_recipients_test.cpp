// Whose queue is full.
#include "engine/full_recipients.hpp"

#include <gtest/gtest.h>

namespace dunlin::engine {
namespace {

constexpr Steady kStart{1000s};

class FullRecipientsTest : public ::testing::Test {
 protected:
  bool refused(std::uint64_t recipient, std::chrono::milliseconds at) {
    return full.is_its_own(recipient, true, kStart + at, kStart + at + 10ms);
  }
  void accepted(std::uint64_t recipient, std::chrono::milliseconds at) {
    EXPECT_FALSE(full.is_its_own(recipient, false, kStart + at, kStart + at + 10ms));
  }
  FullRecipients full;
};

TEST_F(FullRecipientsTest, OneRefusalIsTheSmscs) {
  accepted(2, 0ms);
  EXPECT_FALSE(refused(1, 0ms));
}

TEST_F(FullRecipientsTest, RefusedAgainWhileOthersPassItIsTheRecipients) {
  EXPECT_FALSE(refused(1, 0ms));
  accepted(2, 1300ms);
  EXPECT_TRUE(refused(1, 1400ms));
  EXPECT_TRUE(refused(1, 30min)) << "and stays so";
  EXPECT_FALSE(refused(3, 30min)) << "of another nothing is known";
}

TEST_F(FullRecipientsTest, OthersMustHavePassedAfterTheSecondThatWasUsedUp) {
  EXPECT_FALSE(refused(1, 0ms));
  accepted(2, 500ms);
  EXPECT_FALSE(refused(1, 600ms));
  EXPECT_FALSE(refused(1, 5s)) << "nobody was accepted since";
}

TEST_F(FullRecipientsTest, TakenOnceItIsForgotten) {
  EXPECT_FALSE(refused(1, 0ms));
  accepted(2, 1300ms);
  EXPECT_TRUE(refused(1, 1400ms));
  accepted(1, 60s);
  accepted(2, 61s);
  EXPECT_FALSE(refused(1, 62s));
  EXPECT_FALSE(refused(5, 62s));
  accepted(2, 64s);
  EXPECT_FALSE(refused(5, 64s + FullRecipients::kMemory)) << "an hour later it is another matter";
}

TEST_F(FullRecipientsTest, RemembersABoundedNumber) {
  for (std::uint64_t recipient = 1; recipient <= 2 * FullRecipients::kMax; ++recipient) {
    EXPECT_FALSE(refused(recipient, std::chrono::milliseconds(recipient)));
  }
  accepted(1000, 2s);
  EXPECT_FALSE(refused(1, 3s)) << "it made room";
  EXPECT_TRUE(refused(2 * FullRecipients::kMax, 3s));
}

}  // namespace
}  // namespace dunlin::engine
