// Templates as an operator wrote them, before they are checked: config/ fills these from TOML, Templates::build() makes
// of them what is rendered. And what is found to say about them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::dunning {

// The kinds of job, as store/ names them too.
inline constexpr std::array<std::string_view, 10> kKinds = {
    "welcome", "reminder", "due", "overdue", "returned", "final", "receipt", "arrangement", "news", "referral"};

// What a parameter is: how its value is checked, and how it is written for the reader.
//
//   text    one line                            as it is
//   number  an exact decimal, 1234.5            with the reader's separators
//   amount  an exact decimal, 1234.50 [EUR]     with its currency's sign and digits; without one, the job's currency
//   date    2026-12-01                          with its weekday
//   url     https://…                           as it is
//   plural  a whole number                      also chooses between {n, plural, …} and {n, selectordinal, …}
//   select  one of `values`                     chooses between {x, select, …}; not shown
enum class ParamType : std::uint8_t { text, number, amount, date, url, plural, select };
inline constexpr std::array<std::string_view, 7> kParamTypes = {"text", "number", "amount", "date",
                                                                "url",  "plural", "select"};

// How a date is written; each with its weekday.
//
//   long   Tuesday, December 1        short  Tue, Dec 1        full  Tuesday, December 1, 2026
enum class DateStyle : std::uint8_t { full, long_form, short_form };
inline constexpr std::array<std::string_view, 3> kDateStyles = {"full", "long", "short"};

struct ParamSource {
  std::string name;
  std::string type;
  std::optional<std::int64_t> length_max;  // of a text or a url, in characters
  std::vector<std::string> values;         // of a select
  std::string style;                       // of a date; "": long
  std::string example;                     // "": one that fits the type
  std::size_t line = 0;
};

struct TextSource {
  std::string locale;
  std::string pattern;
  std::size_t line = 0;
};

struct TemplateSource {
  std::string file;
  std::size_t line = 0;
  std::string name;
  std::vector<std::string> kinds;
  std::string letters;  // "any" or "gsm7"; "": any
  std::vector<ParamSource> params;
  std::vector<TextSource> texts;
};

// A text parameter of every template whose value is set once; "": each job gives it.
struct ConstantSource {
  std::string file;
  std::size_t line = 0;
  std::string name;
  std::string value;
};

struct TemplateSources {
  std::vector<ConstantSource> constants;
  std::vector<TemplateSource> templates;
  std::string read_from;  // everything that was read, verbatim: what tells two sets apart
};

enum class Severity : std::uint8_t { error, warning, note };
[[nodiscard]] std::string_view to_string(Severity severity);

struct Finding {
  Severity severity = Severity::error;
  std::string file;
  std::size_t line = 0;  // from 1; 0: of the file as a whole
  std::string key;       // "template.overdue.text.fr"
  std::string code;
  std::string detail;
};

inline constexpr std::size_t kTextLengthMax = 40;       // characters of a text parameter that says no `max`
inline constexpr std::size_t kUrlLengthMax = 512;       // the same of a url
inline constexpr std::size_t kPatternLengthMax = 4096;  // octets
inline constexpr std::size_t kTemplatesMax = 10000;     // texts; more are refused

}  // namespace dunlin::dunning
