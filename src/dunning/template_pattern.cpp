#include "dunning/template_pattern.hpp"

#include <unicode/messagepattern.h>

#include <algorithm>
#include <array>
#include <dunlin/text/unicode.hpp>

namespace dunlin::dunning {
namespace {

using icu::MessagePattern;

std::string utf8_of(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::string explained(UErrorCode status, const UParseError& at, const icu::UnicodeString& text) {
  std::string why = "ICU cannot read it";
  switch (status) {
    case U_DEFAULT_KEYWORD_MISSING: return "a plural, selectordinal or select needs a branch `other`";
    case U_UNMATCHED_BRACES: why = "a brace lacks its partner"; break;
    case U_PATTERN_SYNTAX_ERROR: why = "that is not how MessageFormat is written"; break;
    case U_ARGUMENT_TYPE_MISMATCH: why = "an argument is used in two ways"; break;
    default: why += std::string(" (") + u_errorName(status) + ")"; break;
  }
  if (at.offset < 0) return why;
  return why + ", at character " + std::to_string(text.countChar32(0, std::min(at.offset, text.length())) + 1);
}

constexpr std::array<std::string_view, 6> kPluralKeywords = {"zero", "one", "two", "few", "many", "other"};

class Walker {
 public:
  Walker(const MessagePattern& parts, const TypeOf& type_of, Pattern& into)
      : parts_(parts), type_of_(type_of), into_(into) {}

  // The message whose MSG_START is part `start`.
  Result<void> message(std::int32_t start) {
    const std::int32_t limit = parts_.getLimitPartIndex(start);
    for (std::int32_t i = start + 1; i < limit; ++i) {
      if (parts_.getPartType(i) != UMSGPAT_PART_TYPE_ARG_START) continue;
      if (Result<void> good = argument(i); !good) return good;
      i = parts_.getLimitPartIndex(i);
    }
    return {};
  }

 private:
  struct Branch {
    std::string selector;
    std::int32_t message;
  };

  Result<void> argument(std::int32_t start) {
    const std::string name = utf8_of(parts_.getSubstring(parts_.getPart(start + 1)));
    if (parts_.getPartType(start + 1) != UMSGPAT_PART_TYPE_ARG_NAME) {
      return failure("bad_pattern", "arguments have names: {" + name + "} has none");
    }
    const auto type = type_of_(name);
    if (!type)
      return failure("undeclared_argument",
                     "{" + name + "} is no parameter of this template, no constant and no field of a job");
    switch (parts_.getPart(start).getArgType()) {
      case UMSGPAT_ARG_TYPE_NONE: return written(name, *type);
      case UMSGPAT_ARG_TYPE_PLURAL: return plural(start, name, *type, false);
      case UMSGPAT_ARG_TYPE_SELECTORDINAL: return plural(start, name, *type, true);
      case UMSGPAT_ARG_TYPE_SELECT: return select(start, name, *type);
      default:
        return failure("wrong_use", "write {" + name + "}: the type of the parameter says how its value is written");
    }
  }

  Result<std::vector<Branch>> branches(std::int32_t start) {
    std::vector<Branch> found;
    const std::int32_t limit = parts_.getLimitPartIndex(start);
    for (std::int32_t i = start + 2; i < limit; ++i) {
      if (parts_.getPartType(i) != UMSGPAT_PART_TYPE_ARG_SELECTOR) continue;
      std::string selector = utf8_of(parts_.getSubstring(parts_.getPart(i)));
      if (std::ranges::find(found, selector, &Branch::selector) != found.end()) {
        return failure("bad_pattern", "the branch " + selector + " is there twice");
      }
      while (parts_.getPartType(i) != UMSGPAT_PART_TYPE_MSG_START) ++i;
      found.push_back({std::move(selector), i});
      i = parts_.getLimitPartIndex(i);
    }
    return found;
  }

  ArgumentUse& use_of(const std::string& name, ParamType type) {
    const auto found = std::ranges::find(into_.uses, name, &ArgumentUse::name);
    return found != into_.uses.end() ? *found : into_.uses.emplace_back(ArgumentUse{name, type});
  }

  Result<void> written(const std::string& name, ParamType type) {
    if (type == ParamType::select)
      return failure("wrong_use", "{" + name + "} is a select: it chooses a branch, and is not shown");
    if (std::ranges::find(absent_, name) != absent_.end()) {
      return failure("wrong_use", "{" + name + "} stands in the branch none, where it is missing");
    }
    const bool there = std::ranges::find(present_, name) != present_.end();
    if (!there && name == "fee") {
      return failure(
          "wrong_use",
          "fee is written in {fee, select, none{} other{… {fee} …}} only: it is not shown unless it is above zero");
    }
    ArgumentUse& use = use_of(name, type);
    use.required = use.required || !there;
    return {};
  }

  Result<void> plural(std::int32_t start, const std::string& name, ParamType type, bool ordinal) {
    if (type != ParamType::plural)
      return failure("wrong_use", "{" + name + ", plural, …} needs a parameter of type plural");
    const auto found = branches(start);
    if (!found) return tl::unexpected(found.error());
    use_of(name, type).required = true;
    PluralUse use{name, ordinal};
    for (const Branch& branch : *found) {
      const bool known = branch.selector.starts_with('=') ||
                         std::ranges::find(kPluralKeywords, branch.selector) != kPluralKeywords.end();
      if (!known)
        return failure("bad_pattern",
                       "a plural has no branch " + branch.selector + ": zero, one, two, few, many, other, or =N");
      use.keywords.push_back(branch.selector);
    }
    into_.plurals.push_back(std::move(use));
    for (const Branch& branch : *found) {
      if (Result<void> good = message(branch.message); !good) return good;
    }
    return {};
  }

  Result<void> select(std::int32_t start, const std::string& name, ParamType type) {
    if (type == ParamType::plural) return failure("wrong_use", "{" + name + "} is a plural: {" + name + ", plural, …}");
    const auto found = branches(start);
    if (!found) return tl::unexpected(found.error());
    if (type != ParamType::select) return guard(name, type, *found);
    use_of(name, type).required = true;
    for (const Branch& branch : *found) {
      auto& known = use_of(name, type).branches;
      if (std::ranges::find(known, branch.selector) == known.end()) known.push_back(branch.selector);
      if (Result<void> good = message(branch.message); !good) return good;
    }
    return {};
  }

  Result<void> guard(const std::string& name, ParamType type, const std::vector<Branch>& found) {
    use_of(name, type);
    for (const Branch& branch : found) {
      const bool none = branch.selector == kAbsent;
      if (!none && branch.selector != "other") {
        return failure("wrong_use",
                       "{" + name + ", select, …} is no select parameter: its branches are none and other");
      }
      auto& known = none ? absent_ : present_;
      known.push_back(name);
      Result<void> good = message(branch.message);
      known.pop_back();
      if (!good) return good;
    }
    if (found.size() != 2) return failure("wrong_use", "{" + name + ", select, …} needs the branches none and other");
    return {};
  }

  const MessagePattern& parts_;
  const TypeOf& type_of_;
  Pattern& into_;
  std::vector<std::string> present_, absent_;  // by the guards around
};

bool is_name_octet(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool starts_name(char c) { return is_name_octet(c) && (c < '0' || c > '9') && c != '.' && c != '-'; }

// A name of at least two octets between the two signs.
std::string between(std::string_view text, char opening, char closing) {
  for (std::size_t at = text.find(opening); at != std::string_view::npos; at = text.find(opening, at + 1)) {
    std::size_t end = at + 1;
    if (end >= text.size() || !starts_name(text[end])) continue;
    while (end < text.size() && is_name_octet(text[end])) ++end;
    if (end < text.size() && text[end] == closing && end - at > 2) return std::string(text.substr(at, end - at + 1));
  }
  return {};
}

// ICU takes a closing brace outside of every argument for a letter.
bool closes_too_much(std::string_view pattern) {
  int depth = 0;
  for (const char c : pattern) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth < 0) return true;
  }
  return false;
}

}  // namespace

Result<Pattern> read_pattern(std::string_view utf8, const TypeOf& type_of) {
  if (utf8.size() > kPatternLengthMax)
    return failure("bad_pattern", "it is longer than " + std::to_string(kPatternLengthMax) + " octets");
  if (!text::to_code_points(utf8)) return failure("bad_pattern", "it is not UTF-8");
  if (utf8.find_first_not_of(" \t\r\n") == std::string_view::npos) return failure("bad_pattern", "it is empty");
  for (const auto& [opening, closing] : {std::pair{'#', '#'}, std::pair{'%', '%'}, std::pair{'<', '>'}}) {
    if (const std::string found = between(utf8, opening, closing); !found.empty()) {
      return failure("bad_pattern", found + " is not how a parameter is written here: {name}");
    }
  }
  if (closes_too_much(utf8)) return failure("bad_pattern", "a closing brace lacks its partner");
  Pattern read;
  read.text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
  read.text.findAndReplace(icu::UnicodeString(u'\''), icu::UnicodeString(u'\u2019'));
  UErrorCode status = U_ZERO_ERROR;
  UParseError at{};
  at.offset = -1;
  MessagePattern parts(status);
  parts.parse(read.text, &at, status);
  if (U_FAILURE(status)) return failure("bad_pattern", explained(status, at, read.text));
  if (Result<void> good = Walker(parts, type_of, read).message(0); !good) return tl::unexpected(good.error());
  return read;
}

std::string placeholder_in(std::string_view utf8) {
  if (const std::size_t brace = utf8.find_first_of("{}"); brace != std::string_view::npos) {
    const std::string whole = between(utf8, '{', '}');
    return whole.empty() ? std::string(1, utf8[brace]) : whole;
  }
  for (const std::string_view wide_brace : {"\uFF5B", "\uFF5D", "\uFE5B", "\uFE5C"}) {
    if (utf8.find(wide_brace) != std::string_view::npos) return std::string(wide_brace);
  }
  for (const auto& [opening, closing] : {std::pair{'#', '#'}, std::pair{'%', '%'}, std::pair{'<', '>'}}) {
    if (std::string found = between(utf8, opening, closing); !found.empty()) return found;
  }
  return {};
}

}  // namespace dunlin::dunning
