#include "base/redact.hpp"

#include <gtest/gtest.h>

namespace dunlin {
namespace {

TEST(Redact, MasksPhoneNumbers) {
  EXPECT_EQ(redact("job to +48601234567 was sent"), "job to +48*******67 was sent");
  EXPECT_EQ(redact("48601234567"), "48*******67");
  EXPECT_EQ(redact("from=+4915112345678, to=+12025550123"), "from=+49*********78, to=+12*******23");
  EXPECT_EQ(redact("short +48123"), "short +48*23");
  EXPECT_EQ(redact("too long +4860123456789012345"), "too long +48***************45");
}

TEST(Redact, LeavesWhatIsNoNumber) {
  for (const char* line : {"127.0.0.1:2775 after 60000 ms", "in use by process 4194304", "2026-11-22T18:09:58.123Z",
                           "0x0000000b", "id0123456789abcdef", "1234567890123456789", "took 1234567 octets", ""}) {
    EXPECT_EQ(redact(line), line);
  }
}

TEST(OneLine, WritesControlCharactersOut) {
  EXPECT_EQ(one_line("bound\n<0>forged\r\x7f\x1b[2J"), "bound\\x0a<0>forged\\x0d\\x7f\\x1b[2J");
  EXPECT_EQ(one_line("Żółć"), "Żółć");
}

}  // namespace
}  // namespace dunlin
