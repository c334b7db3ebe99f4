#include <algorithm>
#include <array>
#include <dunlin/base/check.hpp>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>

#include "text/national.hpp"

namespace dunlin::text {
namespace {

// TS 23.038 §6.2.1, sixteen septets a line; the escape has no character of its own.
constexpr std::u32string_view kDefaultAlphabet =
    U"@£$¥èéùìòÇ\nØø\rÅå"
    U"Δ_ΦΓΛΩΠΨΣΘΞ\uFFFDÆæßÉ"
    U" !\"#¤%&'()*+,-./"
    U"0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNO"
    U"PQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmno"
    U"pqrstuvwxyzäöñüà";
static_assert(kDefaultAlphabet.size() == 128);

// TS 23.038 §6.2.1.1.
struct Extension {
  std::uint8_t septet;
  char32_t character;
};
constexpr std::array kExtensionTable = {
    Extension{0x0A, U'\f'}, Extension{0x14, U'^'}, Extension{0x28, U'{'}, Extension{0x29, U'}'}, Extension{0x2F, U'\\'},
    Extension{0x3C, U'['},  Extension{0x3D, U'~'}, Extension{0x3E, U']'}, Extension{0x40, U'|'}, Extension{0x65, U'€'},
};

// Both tables the other way round: all characters below U+0100 by their number, the few above in a sorted list.
struct Above {
  char32_t character;
  Septets septets;
};
constexpr std::size_t kAbove = 11;  // ten Greek capitals and the euro
struct Reverse {
  std::array<Septets, 256> below{};
  std::array<Above, kAbove> above{};
};
constexpr Reverse reverse() {
  Reverse made;
  std::size_t above = 0;
  const auto put = [&](char32_t character, Septets septets) {
    if (character < made.below.size()) {
      made.below[character] = septets;
    } else if (character != kReplacementCharacter) {
      made.above[above++] = {character, septets};
    }
  };
  for (std::size_t i = 0; i < kDefaultAlphabet.size(); ++i) put(kDefaultAlphabet[i], {1, static_cast<std::uint8_t>(i)});
  for (const Extension& row : kExtensionTable) put(row.character, {2, row.septet});
  std::sort(made.above.begin(), made.above.end(),
            [](const Above& a, const Above& b) { return a.character < b.character; });
  return made;
}
constexpr Reverse kReverse = reverse();

}  // namespace

Septets gsm_septets(char32_t code_point) {
  if (code_point < kReverse.below.size()) return kReverse.below[code_point];
  const auto found = std::lower_bound(kReverse.above.begin(), kReverse.above.end(), code_point,
                                      [](const Above& row, char32_t character) { return row.character < character; });
  return found != kReverse.above.end() && found->character == code_point ? found->septets : Septets{};
}

Septets gsm_septets(char32_t code_point, ShiftTables tables) {
  const auto shorter = [code_point](const National* table, std::uint8_t count) -> std::optional<Septets> {
    if (table == nullptr) return std::nullopt;
    const auto septet = table->septet_of(code_point);
    return septet ? Septets{count, *septet} : Septets{};
  };
  const Septets standard = gsm_septets(code_point);
  const Septets alone = shorter(locking_table(tables.locking), 1).value_or(standard.count == 1 ? standard : Septets{});
  if (alone.count == 1) return alone;
  return shorter(single_table(tables.single), 2).value_or(standard.count == 2 ? standard : Septets{});
}

char32_t gsm_character(std::uint8_t septet, Language locking) {
  if (septet >= kDefaultAlphabet.size()) return kReplacementCharacter;
  const National* table = locking_table(locking);
  if (table == nullptr) return kDefaultAlphabet[septet];
  if (septet == kEscape) return kReplacementCharacter;
  const char32_t character = table->cells[septet];
  return character != 0 ? character : U' ';
}

char32_t gsm_extension_character(std::uint8_t septet, ShiftTables tables) {
  if (septet == kEscape) return U' ';
  if (septet < kDefaultAlphabet.size()) {
    if (const National* table = single_table(tables.single)) {
      const char32_t character = table->cells[septet];
      return character != 0 ? character : gsm_character(septet, tables.locking);
    }
  }
  const auto found = std::find_if(kExtensionTable.begin(), kExtensionTable.end(),
                                  [septet](const Extension& row) { return row.septet == septet; });
  return found != kExtensionTable.end() ? found->character : gsm_character(septet, tables.locking);
}

std::string gsm_to_utf8(OctetView septets, ShiftTables tables) {
  std::string utf8;
  utf8.reserve(septets.size() + septets.size() / 8);
  const bool locked = locking_table(tables.locking) != nullptr;
  for (std::size_t i = 0; i < septets.size(); ++i) {
    if (septets[i] > 0x7F) {
      utf8 += latin1_to_utf8(septets.subspan(i, 1));
    } else if (septets[i] != kEscape) {
      append_utf8(utf8, locked ? gsm_character(septets[i], tables.locking) : kDefaultAlphabet[septets[i]]);
    } else if (i + 1 < septets.size() && septets[i + 1] <= 0x7F) {
      append_utf8(utf8, gsm_extension_character(septets[++i], tables));
    }
  }
  return utf8;
}

Octets pack(OctetView septets, unsigned fill_bits) {
  DUNLIN_CHECK(fill_bits < 7);
  Octets packed;
  if (septets.empty()) return packed;
  packed.reserve((fill_bits + septets.size() * 7 + 7) / 8 + 1);
  unsigned held = fill_bits;  // bits in `bits`, fewer than 8 between septets
  unsigned bits = 0;
  const auto put = [&](std::uint8_t septet) {
    bits |= static_cast<unsigned>(septet & 0x7F) << held;
    held += 7;
    if (held >= 8) {
      packed.push_back(static_cast<std::uint8_t>(bits));
      bits >>= 8;
      held -= 8;
    }
  };
  for (const std::uint8_t septet : septets) put(septet);
  if (held == 1) put(kCarriageReturn);  // seven bits to spare
  if (held > 0) packed.push_back(static_cast<std::uint8_t>(bits));
  return packed;
}

Octets unpack(OctetView packed, unsigned fill_bits) {
  DUNLIN_CHECK(fill_bits < 7);
  Octets septets;
  septets.reserve(packed.size() * 8 / 7 + 1);
  unsigned held = 0;
  unsigned bits = 0;
  unsigned skip = fill_bits;
  for (const std::uint8_t octet : packed) {
    bits |= static_cast<unsigned>(octet) << held;
    held += 8;
    bits >>= skip;
    held -= skip;
    skip = 0;
    for (; held >= 7; held -= 7, bits >>= 7) septets.push_back(bits & 0x7F);
  }
  const bool whole = held == 0 && !septets.empty();
  if (whole && septets.back() == kCarriageReturn) septets.pop_back();
  return septets;
}

}  // namespace dunlin::text
