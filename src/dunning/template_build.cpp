// From templates as they are written to what is rendered: everything is checked here, once, and each text is rendered
// once as a trial.
#include <unicode/uloc.h>

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <map>
#include <optional>
#include <set>

#include "dunning/template_entry.hpp"
#include "dunning/template_samples.hpp"
#include "text/transliterate.hpp"

namespace dunlin::dunning {
namespace {

constexpr std::size_t kNameOctetsMax = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As in a pattern: a letter or '_', then letters, digits, '_'.
bool is_identifier(std::string_view name) {
  const auto part = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= kNameOctetsMax && !is_digit(name.front()) && std::ranges::all_of(name, part);
}
bool is_template_name(std::string_view name) {
  const auto part = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= kNameOctetsMax && std::ranges::all_of(name, part);
}

template <std::size_t N>
std::string listed(const std::array<std::string_view, N>& names) {
  std::string list;
  for (const auto name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  return found != names.end() ? std::optional<std::size_t>(found - names.begin()) : std::nullopt;
}

std::string place(const std::string& file, std::size_t line) { return file + ":" + std::to_string(line); }

class Builder {
 public:
  explicit Builder(TemplateSources sources) : sources_(std::move(sources)) {}

  void run() {
    read_constants();
    for (const TemplateSource& source : sources_.templates) read_template(source);
  }

  std::vector<Finding> findings;
  std::vector<std::unique_ptr<Templates::Entry>> entries;
  std::string read_from() { return std::move(sources_.read_from); }

 private:
  void say(const std::string& file, std::size_t line, std::string key, std::string code, std::string detail) {
    findings.push_back({Severity::error, file, line, std::move(key), std::move(code), std::move(detail)});
  }

  void read_constants() {
    for (const ConstantSource& source : sources_.constants) {
      const std::string key = "constants." + source.name;
      const auto same = std::ranges::find(constants_, source.name, &Parameter::name);
      if (!is_identifier(source.name)) {
        say(source.file, source.line, key, "bad_name", "letters, digits and '_' are expected, at most 64");
      } else if (field_named(source.name) != nullptr) {
        say(source.file, source.line, key, "reserved_name", "that is a field of every job");
      } else if (same != constants_.end()) {
        say(source.file, source.line, key, "duplicate_name", "it is already set in " + constant_places_[source.name]);
      } else if (!placeholder_in(source.value).empty()) {
        say(source.file, source.line, key, "bad_value", "there is a placeholder or a brace in it");
      } else {
        Parameter constant{source.name, ParamType::text};
        constant.length_max = kConstantLengthMax;
        constant.constant = source.value;
        constant.is_constant = true;
        constants_.push_back(std::move(constant));
        constant_places_[source.name] = place(source.file, source.line);
      }
    }
  }

  void read_template(const TemplateSource& source) {
    const std::string key = "template." + source.name;
    const std::size_t before = findings.size();
    if (!is_template_name(source.name)) {
      say(source.file, source.line, key, "bad_name", "letters, digits, '-', '_' and '.' are expected, at most 64");
    }
    if (!source.letters.empty() && source.letters != "any" && source.letters != "gsm7") {
      say(source.file, source.line, key + ".letters", "bad_value", "must be \"any\" or \"gsm7\"");
    }
    const std::uint32_t kinds = read_kinds(source, key);
    const std::vector<Parameter> parameters = read_parameters(source, key);
    if (source.texts.empty())
      say(source.file, source.line, key + ".text", "missing_key", "a template needs a text in one language at least");
    if (findings.size() > before) return;  // what its texts use can't be judged
    for (const TextSource& text : source.texts) read_text(source, text, kinds, parameters);
  }

  std::uint32_t read_kinds(const TemplateSource& source, const std::string& key) {
    std::uint32_t bits = 0;
    if (source.kinds.empty())
      say(source.file, source.line, key + ".kinds", "missing_key", "must list the kinds of job the template is for");
    for (const std::string& kind : source.kinds) {
      if (const auto index = index_of(kKinds, kind)) {
        bits |= 1U << *index;
      } else {
        say(source.file, source.line, key + ".kinds", "unknown_kind",
            "there is no kind \"" + kind + "\"; there are " + listed(kKinds));
      }
    }
    return bits;
  }

  std::vector<Parameter> read_parameters(const TemplateSource& source, const std::string& key) {
    std::vector<Parameter> parameters = constants_;
    for (const ParamSource& param : source.params) {
      const std::string at = key + ".params." + param.name;
      const auto type = index_of(kParamTypes, param.type);
      if (!is_identifier(param.name)) {
        say(source.file, param.line, at, "bad_name", "letters, digits and '_' are expected, at most 64");
      } else if (field_named(param.name) != nullptr) {
        say(source.file, param.line, at, "reserved_name",
            "that is a field of every job, usable without being declared");
      } else if (std::ranges::find(constants_, param.name, &Parameter::name) != constants_.end()) {
        say(source.file, param.line, at, "duplicate_name",
            "it is a constant already, set in " + constant_places_[param.name]);
      } else if (!type) {
        say(source.file, param.line, at, "unknown_type",
            "there is no type \"" + param.type + "\"; there are " + listed(kParamTypes));
      } else {
        parameters.push_back(read_parameter(source, param, static_cast<ParamType>(*type), at));
      }
    }
    return parameters;
  }

  Parameter read_parameter(const TemplateSource& source, const ParamSource& param, ParamType type,
                           const std::string& at) {
    const auto refuse = [&](const char* member, std::string detail) {
      say(source.file, param.line, at + "." + member, "bad_value", std::move(detail));
    };
    Parameter made{param.name, type};
    const bool has_length = type == ParamType::text || type == ParamType::url;
    if (type == ParamType::url) made.length_max = kUrlLengthMax;
    if (param.length_max) {
      if (!has_length) refuse("max", "is of a text or a url only");
      if (*param.length_max < 1 || *param.length_max > 512) refuse("max", "must be 1 to 512 characters");
      made.length_max = static_cast<std::size_t>(std::clamp<std::int64_t>(*param.length_max, 1, 512));
    }
    if (type == ParamType::select && param.values.empty()) refuse("values", "a select needs the values it takes");
    if (type != ParamType::select && !param.values.empty()) refuse("values", "is of a select only");
    for (auto value = param.values.begin(); value != param.values.end(); ++value) {
      if (!is_identifier(*value)) refuse("values", "letters, digits and '_' are expected in a value");
      if (std::find(param.values.begin(), value, *value) != value)
        refuse("values", "\"" + *value + "\" is there twice");
    }
    made.values = param.values;
    if (!param.style.empty()) {
      const auto style = index_of(kDateStyles, param.style);
      if (type != ParamType::date) refuse("style", "is of a date only");
      if (!style) refuse("style", "there is no style \"" + param.style + "\"; there are " + listed(kDateStyles));
      made.style = static_cast<DateStyle>(style.value_or(1));
    }
    made.example = param.example;
    return made;
  }

  void read_text(const TemplateSource& source, const TextSource& text, std::uint32_t kinds,
                 const std::vector<Parameter>& parameters) {
    const std::string key = "template." + source.name + ".text." + text.locale;
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = icu::Locale::forLanguageTag(text.locale, status);
    const std::string lowered = lowered_tag(text.locale);
    if (U_FAILURE(status) || lowered.empty() || *locale.getLanguage() == '\0' || !is_known_language(locale)) {
      return say(source.file, text.line, key, "bad_locale", "a BCP 47 tag such as pt-BR is expected");
    }
    const auto [taken, fresh] = taken_.emplace(key_of(source.name, lowered), place(source.file, text.line));
    if (!fresh)
      return say(source.file, text.line, key, "duplicate_template",
                 "this template has a text in this language already, in " + taken->second);
    if (entries.size() >= kTemplatesMax)
      return say(source.file, text.line, key, "too_many",
                 "at most " + std::to_string(kTemplatesMax) + " texts are possible");

    auto entry = std::make_unique<Templates::Entry>();
    entry->file = source.file;
    entry->line = text.line;
    entry->name = source.name;
    entry->locale = text.locale;
    entry->icu_locale = locale;
    entry->kinds = kinds;
    entry->gsm_letters = source.letters == "gsm7";
    entry->parameters = parameters;
    entry->source = text.pattern;
    if (const auto wrong = fill(*entry)) return say(source.file, text.line, key, wrong->code, wrong->detail);
    entries.push_back(std::move(entry));
  }

  static bool is_known_language(const icu::Locale& locale) {
    // ICU knows a code for every language it has data of; a tag that is none ("deutsch") it takes for one.
    return *locale.getISO3Language() != '\0';
  }

  static std::optional<Error> fill(Templates::Entry& entry) {
    const TypeOf type_of = [&](std::string_view name) -> std::optional<ParamType> {
      if (const Field* field = field_named(name)) return field->type;
      const auto found = std::ranges::find(entry.parameters, name, &Parameter::name);
      return found != entry.parameters.end() ? std::optional(found->type) : std::nullopt;
    };
    const std::string written =
        entry.gsm_letters ? text::in_gsm_letters(entry.source).value_or(entry.source) : entry.source;
    Result<Pattern> pattern = read_pattern(written, type_of);
    if (!pattern) return std::move(pattern.error());
    for (const ArgumentUse& use : pattern->uses) {
      Argument& argument = entry.arguments.emplace_back();
      argument.field = field_named(use.name);
      argument.required = use.required;
      if (argument.field != nullptr) {
        argument.parameter = Parameter{use.name, use.type, kUrlLengthMax};
      } else {
        argument.parameter = *std::ranges::find(entry.parameters, use.name, &Parameter::name);
      }
      for (const std::string& branch : use.branches) {
        const auto& values = argument.parameter.values;
        if (branch == "other" || std::ranges::find(values, branch) != values.end()) continue;
        return Error{"wrong_use", "the branch " + branch + " is no value of {" + use.name + "}", {}};
      }
      entry.names.push_back(icu::UnicodeString::fromUTF8(use.name));
    }
    entry.plurals = std::move(pattern->plurals);
    UErrorCode status = U_ZERO_ERROR;
    UParseError at{};
    entry.format = std::make_unique<icu::MessageFormat>(pattern->text, entry.icu_locale, at, status);
    if (U_FAILURE(status)) return Error{"bad_pattern", std::string("ICU refuses it: ") + u_errorName(status), {}};
    return std::nullopt;
  }

  TemplateSources sources_;
  std::vector<Parameter> constants_;
  std::map<std::string, std::string> constant_places_;
  std::map<std::string, std::string> taken_;
};

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

tl::expected<Templates, std::vector<Finding>> Templates::build(TemplateSources sources) {
  Builder builder(std::move(sources));
  builder.run();
  auto impl = std::make_unique<Impl>();
  impl->entries = std::move(builder.entries);
  impl->read_from = builder.read_from();
  for (const auto& entry : impl->entries) {
    impl->by_key.emplace(key_of(entry->name, lowered_tag(entry->locale)), entry.get());
    impl->by_name.emplace(entry->name, entry.get());
  }
  Templates made(std::move(impl));
  // A trial with the examples: what fails now would fail at the moment of sending.
  for (const auto& entry : made.impl_->entries) {
    const SampleCall sample(*entry, Sample::typical);
    if (const auto rendered = made.render(sample.call()); !rendered) {
      builder.findings.push_back({Severity::error, entry->file, entry->line, entry->key(), "bad_value",
                                  "with its examples: " + to_string(rendered.error())});
    }
  }
  if (!builder.findings.empty()) return tl::unexpected(std::move(builder.findings));
  return made;
}

}  // namespace dunlin::dunning
