#include "dunning/reply_pattern.hpp"

#include <algorithm>
#include <optional>

namespace dunlin::dunning {
namespace {

using Kind = Element::Kind;

constexpr std::string_view kSpaces = " \t\r\n";

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool fits(const Element& element, const Word& word) {
  if (element.kind == Kind::number) return word.number;
  if (contains(element.words, word.folded) || contains(element.accented, word.accented)) return true;
  return std::ranges::any_of(element.prefixes,
                             [&](const std::string& prefix) { return word.folded.starts_with(prefix); });
}

// The longest: where the match ends.
std::optional<std::size_t> match(std::span<const Element> pattern, std::span<const Word> words, std::size_t at) {
  if (pattern.empty()) return at;
  const Element& first = pattern.front();
  const auto rest = pattern.subspan(1);
  switch (first.kind) {
    case Kind::start: return at == 0 ? match(rest, words, at) : std::nullopt;
    case Kind::end: return at == words.size() ? match(rest, words, at) : std::nullopt;
    case Kind::gap:
      for (std::size_t skipped = std::min(kGapMax, words.size() - at) + 1; skipped-- > 0;) {
        if (const auto end = match(rest, words, at + skipped)) return end;
      }
      return std::nullopt;
    default: break;
  }
  if (at < words.size() && fits(first, words[at])) {
    if (const auto end = match(rest, words, at + 1)) return end;
  }
  return first.optional ? match(rest, words, at) : std::nullopt;
}

// What a match begins with at the latest.
Pattern::const_iterator first_certain(const Pattern& pattern) {
  return std::ranges::find_if(pattern, [](const Element& each) { return each.kind != Kind::start && !each.optional; });
}

class Compiler {
 public:
  explicit Compiler(const WordSets& sets) : sets_(sets) {}

  Result<Pattern> run(std::string_view written) {
    while (!written.empty()) {
      const auto from = written.find_first_not_of(kSpaces);
      if (from == std::string_view::npos) break;
      const auto until = std::min(written.find_first_of(kSpaces, from), written.size());
      if (Result<void> good = take(written.substr(from, until - from)); !good) return tl::unexpected(good.error());
      written.remove_prefix(until);
    }
    return check();
  }

 private:
  static tl::unexpected<Error> bad(std::string detail) { return failure("bad_pattern", std::move(detail)); }

  Result<void> take(std::string_view written) {
    if (written == "..") return put(Kind::gap);
    if (written == "#") return put(Kind::number);
    if (written == "^") return put(Kind::start);
    if (written == "$") return put(Kind::end);
    Element element;
    if (written.size() > 2 && written.front() == '(' && written.back() == ')') {
      element.optional = true;
      written = written.substr(1, written.size() - 2);
    }
    if (written == "#") {
      element.kind = Kind::number;
      pattern_.push_back(element);
      return {};
    }
    if (!element.optional && written.find_first_of("|*@=") == std::string_view::npos) return take_plain(written);
    while (true) {
      const auto until = std::min(written.find('|'), written.size());
      if (Result<void> good = add(element, written.substr(0, until)); !good) return good;
      if (until == written.size()) break;
      written.remove_prefix(until + 1);
    }
    pattern_.push_back(std::move(element));
    return {};
  }

  Result<void> put(Kind kind) {
    pattern_.push_back({kind, false, {}, {}, {}});
    return {};
  }

  // "2moro" is two words as it is read.
  Result<void> take_plain(std::string_view written) {
    const ReplyText text = read_reply(written);
    if (text.words.empty()) return bad("\"" + std::string(written) + "\" has no letter and no digit");
    for (const Word& word : text.words) pattern_.push_back({Kind::word, false, {word.folded}, {}, {}});
    return {};
  }

  Result<void> add(Element& element, std::string_view one) {
    if (one.starts_with('@')) {
      const auto set = sets_.find(one.substr(1));
      if (set == sets_.end()) return bad("there are no words named \"" + std::string(one.substr(1)) + "\"");
      for (const std::string& word : set->second) {
        if (word.starts_with('@'))
          return bad("words of a name are words: \"" + word + "\" stands among those of " + std::string(one));
        if (Result<void> good = add(element, word); !good) return good;
      }
      return {};
    }
    const bool prefix = one.ends_with('*');
    const bool accented = one.starts_with('=');
    if (prefix) one.remove_suffix(1);
    if (accented) one.remove_prefix(1);
    const ReplyText text = read_reply(one);
    if (text.words.size() != 1) return bad("\"" + std::string(one) + "\" must be one word");
    const Word& word = text.words.front();
    if (prefix && (accented || word.folded.size() < kPrefixMin)) {
      return bad("what stands before '*' must have three letters or more");
    }
    (prefix     ? element.prefixes
     : accented ? element.accented
                : element.words)
        .push_back(accented ? word.accented : word.folded);
    return {};
  }

  Result<Pattern> check() {
    const auto first = first_certain(pattern_);
    if (first == pattern_.end() || first->kind == Kind::gap || first->kind == Kind::end) {
      return bad("must begin with a word that is always there");
    }
    if (pattern_.size() > kElementsMax) return bad("has more than " + std::to_string(kElementsMax) + " words");
    return std::move(pattern_);
  }

  const WordSets& sets_;
  Pattern pattern_;
};

std::string folded(const std::string& accented) {
  const ReplyText text = read_reply(accented);
  return text.words.empty() ? std::string{} : text.words.front().folded;
}

}  // namespace

Result<Pattern> compile_pattern(std::string_view written, const WordSets& sets) { return Compiler(sets).run(written); }

std::size_t PatternIndex::add(Pattern pattern) {
  const std::size_t id = patterns_.size();
  const auto enter = [&](std::vector<std::size_t>& into) {
    if (into.empty() || into.back() != id) into.push_back(id);
  };
  const auto last = first_certain(pattern);
  for (auto each = pattern.begin();; ++each) {
    if (each->kind == Kind::number) enter(by_number_);
    for (const std::string& word : each->words) enter(by_word_[word]);
    for (const std::string& word : each->accented) enter(by_word_[folded(word)]);
    for (const std::string& prefix : each->prefixes) enter(by_prefix_[prefix.substr(0, kPrefixMin)]);
    if (each == last) break;
  }
  patterns_.push_back(std::move(pattern));
  return id;
}

std::vector<Match> PatternIndex::find(std::span<const Word> words) const {
  std::vector<Match> found;
  const auto compare = [&](const std::vector<std::size_t>& ids, std::size_t at) {
    for (const std::size_t id : ids) {
      if (const auto end = match(patterns_[id], words, at)) found.push_back({id, at, *end});
    }
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at].number) compare(by_number_, at);
    if (const auto exact = by_word_.find(words[at].folded); exact != by_word_.end()) compare(exact->second, at);
    if (words[at].folded.size() < kPrefixMin) continue;
    const auto begins = by_prefix_.find(words[at].folded.substr(0, kPrefixMin));
    if (begins != by_prefix_.end()) compare(begins->second, at);
  }
  return found;
}

void PatternIndex::cover(const Match& match, std::span<const Word> words, std::vector<bool>& covered) const {
  const Pattern& pattern = patterns_[match.pattern];
  for (std::size_t at = match.begin; at < match.end; ++at) {
    if (std::ranges::any_of(pattern, [&](const Element& each) { return fits(each, words[at]); })) covered[at] = true;
  }
}

}  // namespace dunlin::dunning
