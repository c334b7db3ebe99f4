// Phrases to look for in a reply, as conf/replies.toml writes them. Pure.
//
//   word        that word, however it is written     word*   one that begins so (three letters or more)
//   one|other   any of these                         @name   any of the words of that name, which name no others
//   =payé       with its marks                       #       a number
//   (word)      there or not                         ..      up to three words
//   ^  $        the reply begins, ends here
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dunning/reply_text.hpp"

namespace dunlin::dunning {

using WordSets = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Element {
  enum class Kind : std::uint8_t { word, number, gap, start, end };
  Kind kind = Kind::word;
  bool optional = false;
  std::vector<std::string> words, prefixes, accented;
};
using Pattern = std::vector<Element>;

inline constexpr std::size_t kElementsMax = 12;
inline constexpr std::size_t kPrefixMin = 3;  // letters of word*
inline constexpr std::size_t kGapMax = 3;     // words ".." may stand for

// Errors: "bad_pattern", with a detail for people.
[[nodiscard]] Result<Pattern> compile_pattern(std::string_view written, const WordSets& sets);

struct Match {
  std::size_t pattern;     // as added, from 0
  std::size_t begin, end;  // words
};

// Patterns by their first word: a reply is compared with those alone that may begin at a word of it.
class PatternIndex {
 public:
  std::size_t add(Pattern pattern);
  // The longest match of each pattern at each word.
  [[nodiscard]] std::vector<Match> find(std::span<const Word> words) const;
  // Marks the words of a match that the pattern names: what a ".." stands for is not among them.
  void cover(const Match& match, std::span<const Word> words, std::vector<bool>& covered) const;

 private:
  std::vector<Pattern> patterns_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_word_, by_prefix_;
  std::vector<std::size_t> by_number_;
};

}  // namespace dunlin::dunning
