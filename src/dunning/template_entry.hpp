// What a template is once it is checked: inside of Templates, shared by the files that build, render and lint it.
#pragma once

#include <unicode/locid.h>
#include <unicode/msgfmt.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dunning/template.hpp"
#include "dunning/template_format.hpp"
#include "dunning/template_pattern.hpp"

namespace dunlin::dunning {

// A job's field that every template knows.
struct Field {
  std::string_view name;
  ParamType type;
  std::string_view TemplateCall::*value;
};
inline constexpr std::array<Field, 7> kFields = {
    Field{"amount", ParamType::amount, &TemplateCall::amount},
    Field{"currency", ParamType::text, &TemplateCall::currency},
    Field{"fee", ParamType::amount, &TemplateCall::fee},
    Field{"due_date", ParamType::date, &TemplateCall::due_date},
    Field{"account", ParamType::text, &TemplateCall::account},
    Field{"invoice", ParamType::text, &TemplateCall::invoice},
    Field{"pay_url", ParamType::url, &TemplateCall::pay_url},
};
[[nodiscard]] const Field* field_named(std::string_view name);

inline constexpr std::size_t kConstantLengthMax = 100;  // characters

struct Parameter {
  std::string name;
  ParamType type = ParamType::text;
  std::size_t length_max = kTextLengthMax;
  DateStyle style = DateStyle::long_form;
  std::vector<std::string> values{};
  std::string example{};
  std::string constant{};  // of a text: its value where a job gives none
  bool is_constant = false;
};

// What a pattern inserts.
struct Argument {
  Parameter parameter;
  const Field* field = nullptr;  // null: of the job's params
  bool required = false;
};

struct Templates::Entry {
  std::string file;
  std::size_t line = 0;
  std::string name;
  std::string locale;  // canonical BCP 47
  icu::Locale icu_locale;
  std::uint32_t kinds = 0;  // bit k: kKinds[k]
  bool gsm_letters = false;
  std::vector<Parameter> parameters{};      // declared, used by this text or not; and the constants
  std::vector<Argument> arguments{};        // used by this text
  std::vector<icu::UnicodeString> names{};  // theirs
  std::vector<PluralUse> plurals{};
  std::string source{};  // the pattern as written
  std::unique_ptr<icu::MessageFormat> format{};

  bool is_for(std::string_view kind) const;
  std::string key() const { return "template." + name + ".text." + locale; }
};

struct Templates::Impl {
  std::vector<std::unique_ptr<Entry>> entries{};
  std::unordered_map<std::string, const Entry*> by_key{};   // key_of()
  std::unordered_map<std::string, const Entry*> by_name{};  // any of its texts
  std::string read_from{};
  // By lowered tag of who reads it.
  static constexpr std::size_t kReadersMax = 256;  // beyond: all are forgotten
  mutable std::unordered_map<std::string, std::unique_ptr<Formatters>> readers{};

  Formatters& formatters_for(std::string_view reader) const;
};

inline constexpr std::size_t kLocaleOctetsMax = 35;

// "pt-br", from "pt-BR" or "pt_BR"; empty: not of BCP 47's form, or longer than kLocaleOctetsMax.
[[nodiscard]] std::string lowered_tag(std::string_view tag);
[[nodiscard]] std::string key_of(std::string_view name, std::string_view lowered_tag);

}  // namespace dunlin::dunning
