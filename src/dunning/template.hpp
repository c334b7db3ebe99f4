// Message templates: texts by name and locale, ICU MessageFormat patterns with typed parameters, parsed and checked
// once and rendered at the last moment. Pure. What a pattern may say is in docs/templates.md.
//
// A Templates object is used from one thread at a time: formatters of locales, currencies and days are made when they
// are first needed and kept in it, each cache with a bound (template_format.hpp).
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

#include "dunning/template_source.hpp"

namespace dunlin::dunning {

struct Param {
  std::string_view name;
  std::string_view value;  // as given
};

// A job as its template sees it. A field that is empty was not given.
struct TemplateCall {
  std::string_view name;
  std::string_view locale;          // BCP 47; "": default_locale
  std::string_view default_locale;  // what the locale falls back to when neither it nor a parent of it has a text
  std::span<const Param> params;
  // Usable in every template under these names.
  std::string_view amount;    // exact decimal, "1234.50"
  std::string_view currency;  // ISO 4217
  std::string_view fee;       // shown only when above zero
  std::string_view due_date;  // 2026-12-01
  std::string_view account, invoice, pay_url;
  bool spare_params = false;  // params that the template does not know are passed over: they are other steps' of a plan
};

struct Rendered {
  std::string text;    // UTF-8
  std::string locale;  // of the template that was used
};

// What a template is for, for those who name it. Views live as long as the Templates.
struct TemplateOutline {
  std::vector<std::string_view> kinds;
  std::vector<std::string_view> params;  // that a job may give, with the constants
};

// A template as it looks, for those who read lists of them.
struct TemplateSample {
  std::string_view name, locale;
  std::string typical;  // with the parameters' examples
  std::string worst;    // with each parameter as long as it may be
};

class Templates {
 public:
  // Checks everything that is told, and gives all that is wrong: duplicate_template, duplicate_name, bad_name,
  // bad_locale, unknown_kind, unknown_type, bad_value, reserved_name, bad_pattern, undeclared_argument, wrong_use. Each
  // has its file and line; none is a warning.
  [[nodiscard]] static tl::expected<Templates, std::vector<Finding>> build(TemplateSources sources);

  Templates(Templates&&) noexcept;
  Templates& operator=(Templates&&) noexcept;
  ~Templates();

  // The text of a call: the locale's, else its parents', else those of the default locale; never a mix. Errors:
  // "unknown_template" (where "template", or "locale" where it has no text for that), "missing_parameter",
  // "unknown_field", "bad_parameter" (where "params.NAME", or the job's field).
  [[nodiscard]] Result<Rendered> render(const TemplateCall& call) const;

  // The same, and the error "wrong_kind" (where "kind") for a kind of job the template is not for. For intake.
  [[nodiscard]] Result<Rendered> check(const TemplateCall& call, std::string_view kind) const;

  // What a careful reader would say about the texts: errors, warnings, and notes on what they cost.
  [[nodiscard]] std::vector<Finding> lint() const;

  // nullopt: there is no template of that name.
  [[nodiscard]] std::optional<TemplateOutline> outline(std::string_view name) const;

  [[nodiscard]] std::vector<TemplateSample> samples() const;
  [[nodiscard]] std::size_t size() const;  // texts: a name in eight locales is eight
  // Nothing differs between the two in what was read.
  [[nodiscard]] bool same_as(const Templates& other) const;

  struct Entry;

 private:
  struct Impl;
  explicit Templates(std::unique_ptr<Impl> impl);
  struct Chosen {
    const Entry* entry = nullptr;
    std::string reader;  // the tag whose chain led there: values are written as there
  };
  [[nodiscard]] Result<Chosen> find(const TemplateCall& call) const;
  [[nodiscard]] Result<Rendered> render(const Chosen& chosen, const TemplateCall& call) const;

  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::dunning
