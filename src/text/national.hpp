// A national language's table both ways round; the tables themselves are in tables/.
#pragma once

#include <cstdint>
#include <dunlin/text/languages.hpp>
#include <optional>

#include "text/tables/table.hpp"

namespace dunlin::text {

struct National {
  Table cells;
  // The septets of the cells that have a character, by character; of equal ones the first by septet.
  std::array<std::uint8_t, 128> by_character;
  std::uint8_t characters;

  std::optional<std::uint8_t> septet_of(char32_t character) const;
};

// nullptr where the language has none.
[[nodiscard]] const National* locking_table(Language language);
[[nodiscard]] const National* single_table(Language language);

}  // namespace dunlin::text
