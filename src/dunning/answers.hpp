// What is answered to a reply by itself, as an operator set it: for an intent a template by its name, or texts by
// language. Off where nothing is set. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "dunning/template.hpp"

namespace dunlin::dunning {

enum class Intent : std::uint8_t;

struct AnswerSource {
  std::string intent;
  std::string language;  // BCP 47; "": `written` is the name of a template
  std::string written;   // a pattern, as a template's
  std::size_t line = 0;
};

inline constexpr std::string_view kAnswerDate = "date";  // the day of a promise, where one was told: a parameter

class Answers {
 public:
  // All that is wrong: unknown_key (no intent that is answered), duplicate_answer, and those of Templates::build().
  [[nodiscard]] static tl::expected<Answers, std::vector<Finding>> build(std::string file,
                                                                         std::vector<AnswerSource> sources);

  [[nodiscard]] bool has(Intent intent) const;
  [[nodiscard]] bool none() const;

  // `call` without its name. `templates`: the operator's; null: there are none. Errors: "not_set", and those of
  // Templates::render().
  [[nodiscard]] Result<Rendered> render(Intent intent, TemplateCall call, const Templates* templates) const;

  // What can't be rendered with a job's fields and a promise's date alone: "unknown_template", "bad_answer". And what a
  // careful reader would say of texts that stand here, as warnings and notes.
  [[nodiscard]] std::vector<Finding> check(const Templates* templates, std::string_view default_locale) const;
  [[nodiscard]] std::vector<Finding> lint() const;

 private:
  struct Set {
    std::string name;  // of a template; "": none
    bool own = false;  // one of own_
    std::size_t line = 0;
  };
  std::string file_;
  std::array<Set, 12> sets_{};  // by Intent, which replies.hpp has
  std::optional<Templates> own_;
};

}  // namespace dunlin::dunning
