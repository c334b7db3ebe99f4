#include "store/keyed_hash.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace dunlin::store {
namespace {

// RFC 4231, test cases 2 and 3.
TEST(KeyedHash, IsHmacSha256) {
  const auto to_hex = [](const std::string& octets) {
    return hex_of({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
  };
  EXPECT_EQ(to_hex(keyed_hash("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(keyed_hash(std::string(20, '\xaa'), std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
}

TEST(KeyedHash, DependsOnTheKey) { EXPECT_NE(keyed_hash("a", "+48601234567"), keyed_hash("b", "+48601234567")); }

}  // namespace
}  // namespace dunlin::store
