#include <algorithm>
#include <dunlin/text/languages.hpp>

#include "text/national.hpp"
#include "text/tables/bengali.hpp"
#include "text/tables/gujarati.hpp"
#include "text/tables/hindi.hpp"
#include "text/tables/kannada.hpp"
#include "text/tables/malayalam.hpp"
#include "text/tables/oriya.hpp"
#include "text/tables/portuguese.hpp"
#include "text/tables/punjabi.hpp"
#include "text/tables/spanish.hpp"
#include "text/tables/tamil.hpp"
#include "text/tables/telugu.hpp"
#include "text/tables/turkish.hpp"
#include "text/tables/urdu.hpp"

namespace dunlin::text {
namespace {

constexpr std::array kRows = {
    LanguageRow{Language::turkish, "turkish", true},
    LanguageRow{Language::spanish, "spanish", false},
    LanguageRow{Language::portuguese, "portuguese", true},
    LanguageRow{Language::bengali, "bengali", true},
    LanguageRow{Language::gujarati, "gujarati", true},
    LanguageRow{Language::hindi, "hindi", true},
    LanguageRow{Language::kannada, "kannada", true},
    LanguageRow{Language::malayalam, "malayalam", true},
    LanguageRow{Language::oriya, "oriya", true},
    LanguageRow{Language::punjabi, "punjabi", true},
    LanguageRow{Language::tamil, "tamil", true},
    LanguageRow{Language::telugu, "telugu", true},
    LanguageRow{Language::urdu, "urdu", true},
};
static_assert(kRows.size() + 1 == kLanguages);

constexpr National reversed(const Table& cells) {
  National made{cells, {}, 0};
  for (std::size_t septet = 0; septet < cells.size(); ++septet) {
    if (cells[septet] != 0) made.by_character[made.characters++] = static_cast<std::uint8_t>(septet);
  }
  std::sort(made.by_character.begin(), made.by_character.begin() + made.characters,
            [&](std::uint8_t a, std::uint8_t b) { return cells[a] != cells[b] ? cells[a] < cells[b] : a < b; });
  return made;
}

// In the order of kRows.
constexpr std::array<National, kLanguages - 1> kLocking = {
    reversed(kTurkishLocking),    National{},
    reversed(kPortugueseLocking), reversed(kBengaliLocking),
    reversed(kGujaratiLocking),   reversed(kHindiLocking),
    reversed(kKannadaLocking),    reversed(kMalayalamLocking),
    reversed(kOriyaLocking),      reversed(kPunjabiLocking),
    reversed(kTamilLocking),      reversed(kTeluguLocking),
    reversed(kUrduLocking),
};
constexpr std::array<National, kLanguages - 1> kSingle = {
    reversed(kTurkishSingle),  reversed(kSpanishSingle), reversed(kPortugueseSingle), reversed(kBengaliSingle),
    reversed(kGujaratiSingle), reversed(kHindiSingle),   reversed(kKannadaSingle),    reversed(kMalayalamSingle),
    reversed(kOriyaSingle),    reversed(kPunjabiSingle), reversed(kTamilSingle),      reversed(kTeluguSingle),
    reversed(kUrduSingle),
};

const National* table_of(const std::array<National, kLanguages - 1>& tables, Language language) {
  const auto index = static_cast<std::size_t>(language);
  if (index == 0 || index >= kLanguages) return nullptr;
  const National& table = tables[index - 1];
  return table.characters > 0 ? &table : nullptr;
}

}  // namespace

std::span<const LanguageRow> languages() { return kRows; }

std::string_view to_string(Language language) {
  const auto index = static_cast<std::size_t>(language);
  return index > 0 && index < kLanguages ? kRows[index - 1].name : std::string_view{};
}

std::optional<Language> language_named(std::string_view name) {
  const auto found = std::ranges::find(kRows, name, &LanguageRow::name);
  return found != kRows.end() ? std::optional(found->language) : std::nullopt;
}

std::optional<std::uint8_t> National::septet_of(char32_t character) const {
  if (character > 0xFFFF) return std::nullopt;
  const auto end = by_character.begin() + characters;
  const auto found = std::lower_bound(by_character.begin(), end, character,
                                      [this](std::uint8_t septet, char32_t wanted) { return cells[septet] < wanted; });
  return found != end && cells[*found] == character ? std::optional(*found) : std::nullopt;
}

const National* locking_table(Language language) { return table_of(kLocking, language); }
const National* single_table(Language language) { return table_of(kSingle, language); }

}  // namespace dunlin::text
