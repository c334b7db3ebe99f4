// What a Replies object holds. For replies.cpp, which builds it, and replies_classify.cpp, which reads it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "dunning/replies.hpp"
#include "dunning/reply_dates.hpp"
#include "dunning/reply_pattern.hpp"

namespace dunlin::dunning {

struct Replies::Impl {
  enum class Kind : std::uint8_t {
    intent,
    polite,    // may stand anywhere and changes nothing
    not_stop,  // a word for stop in it stops something else
    person     // a death, an insolvency, a lawyer
  };
  struct Rule {
    Kind kind;
    Intent intent;  // of Kind::intent
    std::size_t language;
    std::string written;
    std::size_t line;
  };
  struct Language {
    explicit Language(std::string_view named) : name(named == "any" ? std::string_view{} : named), dates(name) {}
    std::string name;  // "": any
    std::unordered_set<std::string> nots, buts, fillers;
    DateWords dates;
  };
  std::vector<Language> languages;  // the first is any
  std::vector<std::string> names;
  std::vector<Rule> rules;  // one a pattern of the index, in its order
  PatternIndex index;
  std::set<char32_t> symbols;  // that an acknowledgement may have
  Answers answers{};
  std::string read_from;
};

}  // namespace dunlin::dunning
