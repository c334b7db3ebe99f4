// An ICU MessageFormat pattern, read before it is used: which arguments it has, and whether each is used as its type
// allows. What ICU would let pass and render wrongly is refused here.
//
//   - An apostrophe is one: ' is folded to U+2019 first, so it quotes nothing.
//   - {x} writes a value; {n, plural, …} and {n, selectordinal, …} are for type plural, {x, select, …} for type select.
//     {x, number, …}, {x, date, …} and {x, choice, …} are refused: a value's type says how it is written.
//   - {x, select, none{…} other{… {x} …}} on any other type is what is written when x is missing, and when it is there.
//     An argument that is written nowhere else may be missing. `fee` is written in no other way, and an absent one is
//     one of zero.
#pragma once

#include <unicode/unistr.h>

#include <dunlin/base/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/template_source.hpp"

namespace dunlin::dunning {

inline constexpr std::string_view kAbsent = "none";

struct ArgumentUse {
  std::string name;
  ParamType type = ParamType::text;
  bool required = false;                // written where nothing says that it may be missing
  std::vector<std::string> branches{};  // of type select: all that are told apart, with "other"
};

struct PluralUse {
  std::string name;
  bool ordinal = false;
  std::vector<std::string> keywords{};  // "one", "=0"
};

struct Pattern {
  icu::UnicodeString text;          // as ICU takes it
  std::vector<ArgumentUse> uses{};  // in the order they are met; each name once
  std::vector<PluralUse> plurals{};
};

// What a name stands for; nullopt: nothing.
using TypeOf = std::function<std::optional<ParamType>(std::string_view name)>;

// Errors: "bad_pattern", "undeclared_argument" and "wrong_use", with a detail and no place.
[[nodiscard]] Result<Pattern> read_pattern(std::string_view utf8, const TypeOf& type_of);

// What stands in a text that some other program was to fill in: "{name}", "#name#", "%name%", "<name>"; empty: nothing.
// A brace alone counts, of any width.
[[nodiscard]] std::string placeholder_in(std::string_view utf8);

}  // namespace dunlin::dunning
