// Words that, alone in a reply, say stop or go on, in every language at once. They are built in: no file can lose a
// STOP.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dunning/replies.hpp"

namespace dunlin::dunning {

struct Keyword {
  Intent intent;              // opt_out or opt_in
  std::string_view language;  // BCP 47; "": any
  std::string_view word;      // UTF-8, as people write it
  // An everyday word too ("ENDE", "ALTO"): it says something only where nothing else stands.
  bool alone = false;
};
[[nodiscard]] std::span<const Keyword> keywords();

// The whole reply is this keyword; null: it is none.
[[nodiscard]] const Keyword* keyword_of(std::string_view normal_form);
// One of one word, in its normal form, that says stop wherever it stands.
[[nodiscard]] const Keyword* stop_word(std::string_view folded);
// The same, where one letter is wrong, lacks, is too many, or two have changed places; the longest. Null: none is near.
[[nodiscard]] const Keyword* misspelt_stop(std::string_view folded);

}  // namespace dunlin::dunning
