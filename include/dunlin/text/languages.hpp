// The national languages of 3GPP TS 23.038 (release 8 and later): each has a single shift table, which replaces the
// extension table, and all but Spanish a locking shift table, which replaces the default alphabet (§6.2.1.2, annex A).
// Which are in force is said by elements of the user data header, so in every segment.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace dunlin::text {

// Their values are the national language identifiers of §6.2.1.2.4.
enum class Language : std::uint8_t {
  none,
  turkish,
  spanish,
  portuguese,
  bengali,
  gujarati,
  hindi,
  kannada,
  malayalam,
  oriya,
  punjabi,
  tamil,
  telugu,
  urdu,
};
inline constexpr std::size_t kLanguages = 14;  // with none

struct LanguageRow {
  Language language;
  std::string_view name;  // lower case, English, as configurations write it
  bool locking;           // it has a locking shift table
};
// All but none, by identifier.
[[nodiscard]] std::span<const LanguageRow> languages();

[[nodiscard]] std::string_view to_string(Language language);  // "" for none
[[nodiscard]] std::optional<Language> language_named(std::string_view name);

// The tables a text is written with; a locking one of a language that has none is as none.
struct ShiftTables {
  Language locking = Language::none;
  Language single = Language::none;
  bool operator==(const ShiftTables&) const = default;
};

}  // namespace dunlin::text
