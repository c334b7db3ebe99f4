// How the receipts of an SMSC name messages.
#include "engine/dialect.hpp"

#include <gtest/gtest.h>

namespace dunlin::engine::testing {
namespace {

TEST(Dialect, IsLearnedAtOnceAndChangedSlowly) {
  Dialect dialect;
  EXPECT_EQ(dialect.forms().size(), 3u);
  EXPECT_FALSE(dialect.learned());
  EXPECT_TRUE(dialect.found(MessageIdForm::decimal_to_hex));
  EXPECT_EQ(dialect.forms()[0], MessageIdForm::decimal_to_hex);
  for (std::uint32_t i = 1; i < Dialect::kChangeAfter; ++i) EXPECT_FALSE(dialect.found(MessageIdForm::verbatim));
  EXPECT_FALSE(dialect.found(MessageIdForm::decimal_to_hex));
  for (std::uint32_t i = 1; i < Dialect::kChangeAfter; ++i) EXPECT_FALSE(dialect.found(MessageIdForm::verbatim));
  EXPECT_TRUE(dialect.found(MessageIdForm::verbatim));
  EXPECT_EQ(dialect.form(), MessageIdForm::verbatim);
  Dialect fixed(MessageIdForm::hex_to_decimal);
  EXPECT_FALSE(fixed.found(MessageIdForm::verbatim));
  EXPECT_EQ(fixed.forms().size(), 1u);
  EXPECT_FALSE(fixed.learned());
}

}  // namespace
}  // namespace dunlin::engine::testing
