#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/segment.hpp>

namespace dunlin::text {
namespace {

using testing::ElementsAre;
constexpr std::size_t kHeader = 6;

std::u32string repeated(char32_t character, std::size_t times) { return std::u32string(times, character); }

TEST(Segment, HasTheStandardsBudgets) {
  EXPECT_EQ(units_per_segment(Unit::septet, 0), 160u);
  EXPECT_EQ(units_per_segment(Unit::octet, 0), 140u);
  EXPECT_EQ(units_per_segment(Unit::utf16, 0), 70u);
  EXPECT_EQ(units_per_segment(Unit::septet, kHeader), 153u);
  EXPECT_EQ(units_per_segment(Unit::octet, kHeader), 134u);
  EXPECT_EQ(units_per_segment(Unit::utf16, kHeader), 67u);
  EXPECT_EQ(units_per_segment(Unit::septet, 7), 152u);
  EXPECT_EQ(units_per_segment(Unit::octet, 7), 133u);
  EXPECT_EQ(units_per_segment(Unit::utf16, 7), 66u);
}

TEST(Segment, CutsOnlyWhatDoesNotFit) {
  EXPECT_THAT(segment_ends(U"", {Unit::septet, kHeader}), ElementsAre(0));
  EXPECT_THAT(segment_ends(repeated(U'a', 160), {Unit::septet, kHeader}), ElementsAre(160));
  EXPECT_THAT(segment_ends(repeated(U'a', 161), {Unit::septet, kHeader}), ElementsAre(153, 161));
  EXPECT_THAT(segment_ends(repeated(U'a', 306), {Unit::septet, kHeader}), ElementsAre(153, 306));
  EXPECT_THAT(segment_ends(repeated(U'a', 307), {Unit::septet, kHeader}), ElementsAre(153, 306, 307));
  EXPECT_THAT(segment_ends(repeated(U'a', 141), {Unit::octet, kHeader}), ElementsAre(134, 141));
  EXPECT_THAT(segment_ends(repeated(U'ж', 70), {Unit::utf16, kHeader}), ElementsAre(70));
  EXPECT_THAT(segment_ends(repeated(U'ж', 71), {Unit::utf16, kHeader}), ElementsAre(67, 71));
}

TEST(Segment, KeepsAnEscapeAndASurrogatePairWhole) {
  EXPECT_THAT(segment_ends(repeated(U'€', 80), {Unit::septet, kHeader}), ElementsAre(80));
  EXPECT_THAT(segment_ends(repeated(U'€', 81), {Unit::septet, kHeader}), ElementsAre(76, 81));
  EXPECT_THAT(segment_ends(repeated(U'a', 152) + repeated(U'€', 10), {Unit::septet, kHeader}), ElementsAre(152, 162));
  EXPECT_THAT(segment_ends(repeated(U'😀', 35), {Unit::utf16, kHeader}), ElementsAre(35));
  EXPECT_THAT(segment_ends(repeated(U'😀', 36), {Unit::utf16, kHeader}), ElementsAre(33, 36));
}

TEST(Segment, StepsBackBeforeAMarkUnlessItCostsTooMuch) {
  EXPECT_THAT(segment_ends(repeated(U'ж', 66) + U"и\u0306" + repeated(U'ж', 9), {Unit::utf16, kHeader}),
              ElementsAre(66, 77));
  EXPECT_THAT(segment_ends(repeated(U'ж', 62) + U"👨\u200D👩\u200D👧" + repeated(U'ж', 9), {Unit::utf16, kHeader}),
              ElementsAre(62, 76));
  EXPECT_THAT(segment_ends(repeated(U'ж', 40) + repeated(0x301, 40), {Unit::utf16, kHeader}), ElementsAre(67, 80));
  EXPECT_THAT(segment_ends(repeated(0x301, 71), {Unit::utf16, kHeader}), ElementsAre(67, 71));
}

}  // namespace
}  // namespace dunlin::text
