#include <algorithm>
#include <array>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "text/transliterate.hpp"
#include "text/ways.hpp"

namespace dunlin::text {
namespace {

// Most reminders: printable ASCII that the GSM alphabet has in the same places, in one segment. No folding, no choice.
constexpr auto kSameInGsm7 = [] {
  std::array<bool, 256> same{};
  for (int c = ' '; c <= 'z'; ++c) same[static_cast<std::size_t>(c)] = true;
  for (const char c : {'$', '@', '[', '\\', ']', '^', '_', '`'}) same[static_cast<std::size_t>(c)] = false;
  same['\n'] = true;
  return same;
}();
constexpr std::size_t kPlainMax = 160;  // septets of one segment without a header

bool is_plain(std::string_view utf8, const EncodeOptions& options) {
  return utf8.size() <= kPlainMax && options.default_alphabet == DefaultAlphabet::gsm7 &&
         (options.encoding.empty() || options.encoding == "auto" || options.encoding == "gsm7" ||
          options.encoding == "gsm7-national") &&
         std::ranges::all_of(utf8, [](char c) { return kSameInGsm7[static_cast<std::uint8_t>(c)]; });
}

// A way for a text, and what it is cut by.
struct Choice {
  Way way;
  Budget budget;
  Cost cost;
};

// The cheapest of the ways that take the whole text; the first of equals. Counted only where there is a choice.
std::optional<Choice> cheapest(std::u32string_view text, std::span<const Way> all, LongMessages how) {
  std::optional<Choice> best;
  bool counted = false;
  const auto rank = [](const Choice& each) { return std::pair(each.cost.messages, each.cost.octets); };
  for (const Way& way : all) {
    // Where a simpler way takes the text without a header, UCS-2 never needs less.
    if (way.encoding == Encoding::ucs2 && best && best->way.tables == ShiftTables{}) continue;
    if (first_outside(text, way)) continue;
    Choice choice{way, budget_of(way, text, how), {}};
    if (!best) {
      best = std::move(choice);
      continue;
    }
    if (!std::exchange(counted, true)) best->cost = cost_of(text, best->budget);
    choice.cost = cost_of(text, choice.budget);
    if (rank(choice) < rank(*best)) best = std::move(choice);
  }
  return best;
}

struct LossyChoice {
  Transliterated text;
  Choice choice;
};

// The way that carries the text, as little changed as it gets, in fewer messages than `messages_before`.
std::optional<LossyChoice> cheapest_lossy(const Transliterator& transliterator, const std::vector<Way>& all,
                                          LongMessages how, std::size_t messages_before) {
  std::optional<LossyChoice> best;
  const auto rank = [](const LossyChoice& each) {
    return std::tuple(each.choice.cost.messages, each.text.count, each.choice.cost.octets);
  };
  for (const Way& way : all) {
    if (way.encoding == Encoding::ucs2) continue;
    auto changed = transliterator.text_for(way);
    if (!changed || changed->count == 0) continue;
    LossyChoice candidate{std::move(*changed), {}};
    const std::u32string& text = candidate.text.text;
    candidate.choice = {way, budget_of(way, text, how), {}};
    candidate.choice.cost = cost_of(text, candidate.choice.budget);
    if (candidate.choice.cost.messages >= messages_before) continue;
    if (!best || rank(candidate) < rank(*best)) best = std::move(candidate);
  }
  return best;
}

// A text that no way takes: what has to go is what stops the way that comes furthest, the first of equals.
template <class FirstOutside>
Error not_encodable(std::string_view utf8, std::u32string_view text, std::span<const Way> all, bool folded,
                    FirstOutside first_outside_of) {
  std::size_t outside = 0;
  std::string_view what = all.front().what;
  for (const Way& way : all) {
    const std::size_t at = first_outside_of(way).value_or(0);
    if (at > outside) std::tie(outside, what) = std::pair(at, way.what);
  }
  const std::size_t position = folded ? position_before_folding(utf8, outside) : outside + 1;
  return {"not_encodable", name_of(text[outside]) + " is not in " + std::string(what),
          "text at character " + std::to_string(position)};
}

Result<Encoded> cut(std::u32string_view text, const Choice& choice, std::vector<Replacement> replaced,
                    const EncodeOptions& options) {
  const auto& [way, budget, cost] = choice;
  std::vector<std::size_t> ends = segment_ends(text, budget);
  const std::size_t most = options.segments_max == 0 ? kSegmentsMax : std::min(options.segments_max, kSegmentsMax);
  if (ends.size() > most) {
    return failure("too_long",
                   "takes " + std::to_string(ends.size()) + " segments, " + std::to_string(most) + " are allowed",
                   "text");
  }
  Encoded encoded{way.encoding, way.data_coding, way.tables, {}, ends.size(), {}, std::move(replaced)};
  if (options.long_messages == LongMessages::payload) ends = {text.size()};
  encoded.segments.reserve(ends.size());
  encoded.parts.reserve(ends.size());
  const bool numbered = ends.size() > 1 && options.long_messages != LongMessages::sar;
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    SegmentOctets segment;
    segment.udhi = numbered || way.tables != ShiftTables{};
    segment.short_message.reserve(budget.header_joined + 2 * (end - start) + 2);
    if (segment.udhi) {
      std::optional<Concatenation> number;
      if (numbered) {
        number = {options.reference, options.long_messages == LongMessages::udh16,
                  static_cast<std::uint8_t>(ends.size()), static_cast<std::uint8_t>(encoded.segments.size() + 1)};
      }
      append_header(segment.short_message, number, way.tables);
    }
    const std::u32string_view part = text.substr(start, end - start);
    append_text(segment.short_message, part, way);
    encoded.segments.push_back(std::move(segment));
    encoded.parts.push_back(to_utf8(part));
    start = end;
  }
  return encoded;
}

Result<Encoded> encode_characters(std::string_view utf8, Folded folded, const EncodeOptions& options) {
  const std::u32string_view text = folded.text;
  const auto all = ways(options);
  if (!all) return tl::unexpected(all.error());
  const LongMessages how = options.long_messages;
  // The simplest way takes it in as many septets as characters, or it is the only one: nothing else could cost less.
  const Way& simplest = all->front();
  std::optional<Choice> choice;
  std::span<const Way> others = *all;
  if (!first_outside(text, simplest)) {
    const Budget budget = budget_of(simplest, text, how);
    const bool only = all->size() == 1 || (*all)[1].encoding == Encoding::ucs2;
    if (only || (budget.unit == Unit::septet && units_of(text, Unit::septet) == text.size()))
      choice = Choice{simplest, budget, {}};
  } else {
    others = others.subspan(1);
  }
  if (!choice) choice = cheapest(text, others, how);
  if (options.transliterate != "lossy" || (choice && choice->way.encoding != Encoding::ucs2 && all->size() == 1)) {
    if (choice) return cut(text, *choice, std::move(folded.replaced), options);
    return tl::unexpected(not_encodable(utf8, text, *all, options.transliterate != "none",
                                        [text](const Way& way) { return first_outside(text, way); }));
  }

  const std::size_t messages = choice ? segment_ends(text, choice->budget).size() : kNoLimit;
  if (messages == 1) return cut(text, *choice, std::move(folded.replaced), options);  // nothing to gain
  const Transliterator transliterator(text, options.keep);
  const auto lossy = cheapest_lossy(transliterator, *all, how, messages);
  if (!lossy) {
    if (choice) return cut(text, *choice, std::move(folded.replaced), options);
    return tl::unexpected(not_encodable(
        utf8, text, *all, true, [&transliterator](const Way& way) { return transliterator.first_irreplaceable(way); }));
  }
  for (Replacement row : lossy->text.replaced) {
    row.position = position_before_folding(utf8, row.position - 1);
    folded.replaced.push_back(std::move(row));
  }
  return cut(lossy->text.text, lossy->choice, std::move(folded.replaced), options);
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::gsm7: return "gsm7";
    case Encoding::latin1: return "latin1";
    case Encoding::ascii: return "ascii";
    case Encoding::ucs2: return "ucs2";
    case Encoding::latin9: return "latin9";
    case Encoding::utf8: return "utf8";
  }
  return "";
}

Result<Encoded> encode(std::string_view utf8, const EncodeOptions& options) {
  if (!options.transliterate.empty() &&
      std::ranges::find(transliterations(), options.transliterate) == transliterations().end()) {
    return failure("bad_value", "transliterate is none, safe or lossy", "transliterate");
  }
  if (is_plain(utf8, options)) {
    const OctetView octets = octets_of(utf8);
    return Encoded{Encoding::gsm7, 0, {}, {{Octets(octets.begin(), octets.end()), false}}, 1, {std::string(utf8)}, {}};
  }
  if (options.transliterate == "none") {
    auto text = to_code_points(utf8);
    if (!text) return tl::unexpected(text.error());
    return encode_characters(utf8, {std::move(*text), {}}, options);
  }
  auto folded = fold(utf8);
  if (!folded) return tl::unexpected(folded.error());
  return encode_characters(utf8, std::move(*folded), options);
}

}  // namespace dunlin::text
