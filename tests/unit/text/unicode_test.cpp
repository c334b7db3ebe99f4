#include <gtest/gtest.h>

#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

TEST(Unicode, ReadsEveryLengthOfSequence) {
  EXPECT_EQ(to_code_points("aé€😀"), U"aé€😀");
  EXPECT_EQ(to_code_points(""), U"");
  EXPECT_EQ(to_code_points(std::string_view("a\0b", 3)), std::u32string(U"a\0b", 3));
}

TEST(Unicode, WritesWhatItReads) {
  for (char32_t character = 0; character <= kLastCodePoint; ++character) {
    if (is_surrogate(character)) continue;
    std::string utf8;
    append_utf8(utf8, character);
    const CodePoint read = first_code_point(utf8);
    ASSERT_EQ(read.value, character);
    ASSERT_EQ(read.octets, utf8.size());
  }
}

TEST(Unicode, NamesTheOctetThatIsWrong) {
  struct Case {
    std::string_view utf8;
    std::string_view where;
  };
  for (const auto& [utf8, where] : {
           Case{"ab\x80", "text at octet 2"},            // a continuation alone
           Case{"é\xC0\x80", "text at octet 2"},         // overlong NUL
           Case{"\xC1\xBF", "text at octet 0"},          // overlong
           Case{"\xE0\x9F\xBF", "text at octet 0"},      // overlong
           Case{"\xF0\x8F\xBF\xBF", "text at octet 0"},  // overlong
           Case{"a\xED\xA0\x80", "text at octet 1"},     // a surrogate
           Case{"\xF4\x90\x80\x80", "text at octet 0"},  // above U+10FFFF
           Case{"\xF5\x80\x80\x80", "text at octet 0"},
           Case{"abc\xE2\x82", "text at octet 3"},  // cut short
           Case{"\xE2\x28\xA1", "text at octet 0"},
           Case{"a\xFF", "text at octet 1"},
       }) {
    const auto read = to_code_points(utf8);
    ASSERT_FALSE(read) << where;
    EXPECT_EQ(read.error().code, "bad_utf8");
    EXPECT_EQ(read.error().where, where);
  }
}

TEST(Unicode, WritesWhatIsNoCharacterAsTheReplacement) {
  EXPECT_EQ(to_utf8(std::u32string{char32_t{0xD800}, char32_t{0x110000}}), "\uFFFD\uFFFD");
  EXPECT_EQ(name_of(U'€'), "U+20AC");
  EXPECT_EQ(name_of(U'😀'), "U+1F600");
  EXPECT_EQ(name_of(7), "U+0007");
}

}  // namespace
}  // namespace dunlin::text
