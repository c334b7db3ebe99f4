// Words that, alone in a reply, say stop or go on, in every language at once: one list, one exact comparison after
// normalisation.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dunlin::dunning {

inline constexpr std::string_view kIntentOptOut = "opt_out";
inline constexpr std::string_view kIntentOptIn = "opt_in";
inline constexpr std::string_view kIntentUnclear = "unclear";

struct Keyword {
  std::string_view intent;    // kIntentOptOut or kIntentOptIn
  std::string_view language;  // BCP 47; "": any
  std::string_view word;      // UTF-8, as people write it
};
[[nodiscard]] std::span<const Keyword> keywords();

struct Classified {
  std::string_view intent = kIntentUnclear;
  std::string_view language;  // of the row that matched first
  std::string_view keyword;   // its word
  bool operator==(const Classified&) const = default;
};
// The whole reply is one keyword, or it is unclear: "bus stop" is, and so is "yes".
[[nodiscard]] Classified classify_exact(std::string_view utf8);

// A reply as it is compared: NFKC, case-folded, letters without their marks, ł ø đ ß œ æ ı as l o d ss oe ae i,
// everything else one space; letters spaced out one by one joined ("S T O P"); a number of three digits or more at the
// end taken away ("STOP 36179"). Not UTF-8: what can be read of it.
[[nodiscard]] std::string normalise(std::string_view utf8);

}  // namespace dunlin::dunning
