// What a reply means. A miss is safe: what is not recognised as harmless is `unclear`, and that holds whatever would be
// sent next. Pure. The list of intents, and what each lets happen, is here; phrases are rows of conf/replies.toml
// (docs/replies.md), the STOP words of every language are built in (keywords.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "dunning/answers.hpp"
#include "dunning/countries.hpp"
#include "dunning/template_source.hpp"

namespace dunlin::dunning {

enum class Intent : std::uint8_t {
  opt_out,
  wrong_number,
  dispute,
  hardship,
  call_me,
  opt_in,
  help,
  pay_now,
  promise,
  paid,
  acknowledgement,
  unclear
};
inline constexpr std::size_t kIntents = 12;

// What a reply does to what would be sent next by itself.
enum class Effect : std::uint8_t { blocks, holds, holds_for_a_term, goes_on };

struct IntentRow {
  Intent intent;
  std::string_view name;
  Effect effect;
  std::string_view text;  // for docs/replies.md
};
[[nodiscard]] std::span<const IntentRow, kIntents> intents();
[[nodiscard]] const IntentRow& row_of(Intent intent);
[[nodiscard]] std::optional<Intent> intent_named(std::string_view name);

struct Classified {
  Intent intent = Intent::unclear;
  std::string language;       // BCP 47, of the row that decided; "": any, or none did
  std::string rule;           // that row, as it is written; "": none
  std::size_t line = 0;       // where it stands in the replies' file; 0: built in
  std::optional<Date> date;   // of a promise: the day it names
  bool needs_person = false;  // it speaks of a death, an insolvency or a lawyer
  bool operator==(const Classified&) const = default;
};
[[nodiscard]] inline std::string_view name_of(const Classified& meaning) { return row_of(meaning.intent).name; }

struct ReplyContext {
  std::string_view locale;    // BCP 47, of the message that is answered: its language is asked first; "": unknown
  std::optional<Date> today;  // where the person is; none: no date is read
};

// As an operator wrote them.
struct ReplySources {
  struct Item {
    std::string language;  // "any": of every language
    std::string list;      // an intent, or one of kReplyLists; "words.NAME"
    std::string written;
    std::string means;  // in `dates` alone
    std::size_t line = 0;
  };
  std::string file;
  std::vector<Item> items;
  std::vector<AnswerSource> answers{};
  std::string read_from;  // verbatim: what tells two sets apart
};
// Lists beside those of the intents.
inline constexpr std::array<std::string_view, 8> kReplyLists = {"polite",   "filler", "not",  "but",
                                                                "not_stop", "person", "next", "dates"};

inline constexpr std::size_t kReplyOctetsMax = 4096;    // of a text; a longer one is unclear
inline constexpr std::size_t kReplyWordsMax = 400;      // the same
inline constexpr std::size_t kReplyRowsMax = 20000;     // of the file; more are refused
inline constexpr std::size_t kReplyRowOctetsMax = 512;  // of one row
inline constexpr std::size_t kTermWordsMax = 24;        // of "paid" and "promise": who writes more says more

class Replies {
 public:
  // The built-in words alone.
  Replies();
  Replies(Replies&&) noexcept;
  Replies& operator=(Replies&&) noexcept;
  ~Replies();

  // All that is wrong: unknown_key, bad_pattern, bad_value, duplicate_phrase, too_many, too_long; each with its line.
  // And those of Answers::build().
  [[nodiscard]] static tl::expected<Replies, std::vector<Finding>> build(ReplySources sources);

  // Whether it is an opt_out or an opt_in does not depend on the context.
  [[nodiscard]] Classified classify(std::string_view utf8, const ReplyContext& context = {}) const;

  [[nodiscard]] const Answers& answers() const;
  [[nodiscard]] std::span<const std::string> languages() const;  // that have rows, without "any"
  [[nodiscard]] bool same_as(const Replies& other) const;

  struct Impl;

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace dunlin::dunning
