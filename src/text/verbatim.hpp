// What of a text must reach its reader letter by letter, whatever it costs.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace dunlin::text {

// For each character whether it is part of a web or mail address, of a word that a letter outside ASCII begins and a
// digit follows (an invoice number: ФВ-2026/17), or of a substring in `keep` (UTF-8, compared as fold() leaves it;
// empty and unreadable ones are ignored).
[[nodiscard]] std::vector<bool> verbatim(std::u32string_view text, std::span<const std::string_view> keep);

}  // namespace dunlin::text
