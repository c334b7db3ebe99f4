#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/udh.hpp>

namespace dunlin::text {
namespace {

TEST(Udh, WritesTheConcatenation) {
  Octets octets{0xFF};
  append_header(octets, Concatenation{0x12A7, false, 3, 2});
  EXPECT_THAT(octets, testing::ElementsAre(0xFF, 0x05, 0x00, 0x03, 0xA7, 0x03, 0x02));
  octets.clear();
  append_header(octets, Concatenation{0x12A7, true, 255, 7});
  EXPECT_THAT(octets, testing::ElementsAre(0x06, 0x08, 0x04, 0x12, 0xA7, 0xFF, 0x07));
  octets.clear();
  append_header(octets, std::nullopt, {Language::turkish, Language::turkish});
  EXPECT_THAT(octets, testing::ElementsAre(0x06, 0x24, 0x01, 0x01, 0x25, 0x01, 0x01));
  octets.clear();
  append_header(octets, Concatenation{7, false, 2, 1}, {Language::none, Language::spanish});
  EXPECT_THAT(octets, testing::ElementsAre(0x08, 0x00, 0x03, 0x07, 0x02, 0x01, 0x24, 0x01, 0x02));
  octets.clear();
  append_header(octets, std::nullopt);
  EXPECT_TRUE(octets.empty());
  octets.resize(7);
  EXPECT_EQ(concatenation_octets(LongMessages::udh), 6u);
  EXPECT_EQ(concatenation_octets(LongMessages::udh16), octets.size());
}

TEST(Udh, ReadsBothReferences) {
  const auto narrow = parse_header(Octets{0x05, 0x00, 0x03, 0xA7, 0x03, 0x02, 'x'});
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->octets, 6u);
  EXPECT_EQ(narrow->concatenation, (Concatenation{0xA7, false, 3, 2}));
  const auto wide = parse_header(Octets{0x06, 0x08, 0x04, 0x12, 0x34, 0x02, 0x01});
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->octets, 7u);
  EXPECT_EQ(wide->concatenation, (Concatenation{0x1234, true, 2, 1}));
}

TEST(Udh, SkipsWhatItDoesNotKnow) {
  // 16-bit application ports, then a concatenation, then an element without data.
  const auto header =
      parse_header(Octets{0x0D, 0x05, 0x04, 0x0B, 0x84, 0x23, 0xF0, 0x00, 0x03, 0x09, 0x02, 0x02, 0x70, 0x00, 'a'});
  ASSERT_TRUE(header);
  EXPECT_EQ(header->octets, 14u);
  EXPECT_EQ(header->concatenation, (Concatenation{9, false, 2, 2}));
}

TEST(Udh, IgnoresAConcatenationThatCannotBe) {
  for (const Octets& data :
       {Octets{5, 0, 3, 1, 2, 0}, Octets{5, 0, 3, 1, 2, 3}, Octets{5, 0, 3, 1, 0, 0}, Octets{4, 0, 2, 1, 2}}) {
    const auto header = parse_header(data);
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->concatenation);
    EXPECT_EQ(header->octets, data.size());
  }
}

TEST(Udh, SaysWhenItIsNoHeader) {
  EXPECT_FALSE(parse_header({}));
  const Octets whole{5, 0, 3, 1, 2, 1};
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_header(OctetView(whole).first(length))) << length;
  EXPECT_FALSE(parse_header(Octets{5, 0, 4, 1, 2, 1, 9}));  // an element beyond the header
  EXPECT_FALSE(parse_header(Octets{1, 0, 0}));              // half an element
  EXPECT_EQ(parse_header(Octets{0, 'a'})->octets, 1u);      // an empty header is one
}

}  // namespace
}  // namespace dunlin::text
