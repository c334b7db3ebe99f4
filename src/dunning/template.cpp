#include "dunning/template.hpp"

#include <algorithm>
#include <charconv>
#include <dunlin/base/check.hpp>
#include <optional>

#include "dunning/template_entry.hpp"
#include "dunning/template_letters.hpp"

namespace dunlin::dunning {
namespace {

using Written = Result<icu::Formattable>;

constexpr char16_t kApostrophe = u'\u2019';

icu::UnicodeString wide(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
}

Written bad(std::string detail) { return failure("bad_parameter", std::move(detail)); }

// One line that people read: what a program forgot to fill in is no such thing.
Written line_of_text(std::string_view value, std::size_t length_max) {
  if (!placeholder_in(value).empty()) return bad("there is a placeholder in it that was never filled in, or a brace");
  icu::UnicodeString text = wide(value);
  for (std::int32_t i = 0; i < text.length(); ++i) {
    if (text[i] < 0x20 || text[i] == 0x7F) return bad("it has a control character in it");
    if (text[i] == 0xFFFD) return bad("it is not UTF-8");
  }
  const auto length = static_cast<std::size_t>(text.countChar32());
  if (length > length_max) {
    return bad("it has " + std::to_string(length) + " characters, at most " + std::to_string(length_max) +
               " are expected");
  }
  return icu::Formattable(text);
}

Written address(std::string_view value, std::size_t length_max) {
  constexpr std::string_view kScheme = "https://";
  const auto part_of_one = [](unsigned char c) {
    return c > ' ' && c != 0x7F && std::string_view("{}<>\"").find(static_cast<char>(c)) == std::string_view::npos;
  };
  if (!value.starts_with(kScheme) || value.size() == kScheme.size() || !std::ranges::all_of(value, part_of_one)) {
    return bad("an address that begins with https:// is expected");
  }
  icu::UnicodeString text = wide(value);
  if (text.indexOf(char16_t{0xFFFD}) >= 0) return bad("it is not UTF-8");
  const auto length = static_cast<std::size_t>(text.countChar32());
  return length <= length_max ? Written(icu::Formattable(text))
                              : bad("at most " + std::to_string(length_max) + " characters are expected");
}

Written whole_number(std::string_view value) {
  std::int64_t number = -1;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool whole = problem == std::errc{} && end == value.data() + value.size() && value.front() != '-';
  if (!whole || number > 999'999'999) return bad("a whole number such as 3 is expected, at most 999999999");
  return icu::Formattable(number);
}

Written choice(std::string_view value, const Parameter& parameter) {
  if (std::ranges::find(parameter.values, value) != parameter.values.end()) return icu::Formattable(wide(value));
  std::string known;
  for (const std::string& each : parameter.values) known += (known.empty() ? "" : ", ") + each;
  return bad("one of these is expected: " + known);
}

// The values of one call, in the reader's way.
class Writer {
 public:
  Writer(const Templates::Entry& entry, const TemplateCall& call, Formatters& formatters)
      : entry_(entry), call_(call), formatters_(formatters) {}

  Written write(const Argument& argument) const {
    const std::string_view value = value_of(argument);
    if (value.empty()) return argument.required ? missing(argument) : Written(icu::Formattable(wide(kAbsent)));
    const bool is_fee = argument.field != nullptr && argument.field->value == &TemplateCall::fee;
    if (is_fee && parse_amount(value) && is_zero(value)) return icu::Formattable(wide(kAbsent));
    Written written = by_type(argument, value);
    if (!written && written.error().where.empty()) written.error().where = place_of(argument);
    return written;
  }

  static std::string place_of(const Argument& argument) {
    return (argument.field != nullptr ? "" : "params.") + argument.parameter.name;
  }

 private:
  std::string_view value_of(const Argument& argument) const {
    std::string_view value = argument.parameter.constant;
    if (argument.field != nullptr) {
      value = call_.*argument.field->value;
    } else if (const auto given = std::ranges::find(call_.params, argument.parameter.name, &Param::name);
               given != call_.params.end()) {
      value = given->value;
    }
    return value.find_first_not_of(" \t\r\n") == std::string_view::npos ? std::string_view{} : value;
  }

  static Written missing(const Argument& argument) {
    const std::string how =
        argument.field != nullptr ? "the template needs this field of the job"
        : argument.parameter.is_constant
            ? "the template needs it: set it once, in [constants] of the templates' folder, or with each job"
            : "the template needs it";
    return failure("missing_parameter", how, place_of(argument));
  }

  Written by_type(const Argument& argument, std::string_view value) const {
    const Parameter& parameter = argument.parameter;
    switch (parameter.type) {
      case ParamType::text: return in_letters(line_of_text(value, parameter.length_max), argument.field == nullptr);
      case ParamType::url: return address(value, parameter.length_max);
      case ParamType::plural: return whole_number(value);
      case ParamType::select: return choice(value, parameter);
      case ParamType::number: return in_letters(as_written(formatters_.number(value)), true);
      case ParamType::amount: return in_letters(money(argument, value), true);
      case ParamType::date: return in_letters(as_written(formatters_.date(value, parameter.style)), true);
    }
    return bad("it has no type");
  }

  Written money(const Argument& argument, std::string_view value) const {
    std::string_view decimal = value;
    std::string_view currency = call_.currency;
    const std::size_t blank = value.find(' ');
    const bool own_currency = argument.field == nullptr && blank != std::string_view::npos;
    if (own_currency) {
      decimal = value.substr(0, blank);
      currency = value.substr(blank + 1);
    }
    if (currency.empty()) return failure("missing_parameter", "an amount needs its currency", "currency");
    if (!own_currency && !currency_digits(currency))
      return failure("bad_parameter", "there is no such currency in ISO 4217", "currency");
    if (parse_amount(decimal) && is_zero(decimal)) return bad("an amount that is shown is above zero");
    return as_written(formatters_.amount(decimal, currency));
  }

  static Written as_written(Result<icu::UnicodeString> made) {
    if (!made) return tl::unexpected(std::move(made.error()));
    return icu::Formattable(*made);
  }

  // Accounts and invoices are names: they are shown as they are.
  Written in_letters(Written written, bool may_change) const {
    if (!written || !entry_.gsm_letters || !may_change) return written;
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString text = written->getString(status);
    write_in_gsm_letters(text);
    const bool brace = text.indexOf(u'{') >= 0 || text.indexOf(u'}') >= 0;  // some letter is written with one
    return brace ? bad("it has a sign in it that is written with a brace") : Written(icu::Formattable(text));
  }

  const Templates::Entry& entry_;
  const TemplateCall& call_;
  Formatters& formatters_;
};

Result<void> all_known(const Templates::Entry& entry, const TemplateCall& call) {
  for (auto param = call.params.begin(); param != call.params.end(); ++param) {
    const std::string place = "params." + std::string(param->name.substr(0, 64));
    if (field_named(param->name) != nullptr)
      return failure("unknown_field", "that is a field of the job, beside params", place);
    const bool known = std::ranges::find(entry.parameters, param->name, &Parameter::name) != entry.parameters.end();
    if (!known && !call.spare_params) {
      return failure("unknown_field", "the template has no such parameter", place);
    }
    const auto same = [&](const Param& other) { return other.name == param->name; };
    if (std::any_of(call.params.begin(), param, same)) return failure("bad_parameter", "it is given twice", place);
  }
  return {};
}

}  // namespace

const Field* field_named(std::string_view name) {
  const auto* found = std::ranges::find(kFields, name, &Field::name);
  return found != kFields.end() ? found : nullptr;
}

bool Templates::Entry::is_for(std::string_view kind) const {
  const auto* found = std::ranges::find(kKinds, kind);
  return found != kKinds.end() && ((kinds >> (found - kKinds.begin())) & 1U) != 0;
}

Formatters& Templates::Impl::formatters_for(std::string_view reader) const {
  if (const auto found = readers.find(std::string(reader)); found != readers.end()) return *found->second;
  if (readers.size() >= kReadersMax) readers.clear();
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale =
      icu::Locale::forLanguageTag({reader.data(), static_cast<std::int32_t>(reader.size())}, status);
  DUNLIN_CHECK(U_SUCCESS(status));  // lowered_tag() and the entry it led to vouch for the tag
  return *readers.emplace(std::string(reader), std::make_unique<Formatters>(locale)).first->second;
}

std::string lowered_tag(std::string_view tag) {
  std::string lowered(tag);
  std::size_t subtag = 0;
  bool first = true;
  for (char& c : lowered) {
    if (c == '_') c = '-';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool letter = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';
    if (c == '-') {
      if (subtag == 0 || (first && (subtag < 2 || subtag > 8))) return {};
      subtag = 0;
      first = false;
    } else if ((!letter && (first || !digit)) || ++subtag > 8) {
      return {};
    }
  }
  return subtag == 0 || (first && subtag < 2) || lowered.size() > kLocaleOctetsMax ? std::string{} : lowered;
}

std::string key_of(std::string_view name, std::string_view lowered) {
  std::string key;
  key.reserve(name.size() + 1 + lowered.size());
  return key.append(name).append(1, '\n').append(lowered);
}

Result<Templates::Chosen> Templates::find(const TemplateCall& call) const {
  std::string_view last;
  for (const std::string_view wanted : {call.locale, call.default_locale}) {
    if (wanted.empty() || wanted == last) continue;
    last = wanted;
    const std::string reader = lowered_tag(wanted);
    if (reader.empty()) return failure("bad_parameter", "a BCP 47 tag such as pt-BR is expected", "locale");
    std::string_view tag = reader;
    while (true) {
      const auto found = impl_->by_key.find(key_of(call.name, tag));
      if (found != impl_->by_key.end()) return Chosen{found->second, reader};
      const std::size_t parent = tag.rfind('-');
      if (parent == std::string_view::npos) break;
      tag = tag.substr(0, parent);
    }
  }
  if (!impl_->by_name.contains(std::string(call.name)))
    return failure("unknown_template", "there is no template of that name", "template");
  return failure("unknown_template", "the template has no text in this language, nor in the default one", "locale");
}

Result<Rendered> Templates::render(const TemplateCall& call) const {
  const Result<Chosen> chosen = find(call);
  if (!chosen) return tl::unexpected(chosen.error());
  return render(*chosen, call);
}

Result<Rendered> Templates::check(const TemplateCall& call, std::string_view kind) const {
  const Result<Chosen> chosen = find(call);
  if (!chosen) return tl::unexpected(chosen.error());
  if (!chosen->entry->is_for(kind)) return failure("wrong_kind", "the template is not for this kind of job", "kind");
  return render(*chosen, call);
}

Result<Rendered> Templates::render(const Chosen& chosen, const TemplateCall& call) const {
  const Entry& entry = *chosen.entry;
  if (Result<void> good = all_known(entry, call); !good) return tl::unexpected(std::move(good.error()));
  const Writer writer(entry, call, impl_->formatters_for(chosen.reader));
  std::vector<icu::Formattable> values;
  values.reserve(entry.arguments.size());
  for (const Argument& argument : entry.arguments) {
    Written written = writer.write(argument);
    if (!written) return tl::unexpected(std::move(written.error()));
    values.push_back(std::move(*written));
  }
  icu::UnicodeString text;
  UErrorCode status = U_ZERO_ERROR;
  entry.format->format(entry.names.data(), values.data(), static_cast<std::int32_t>(values.size()), text, status);
  if (U_FAILURE(status))
    return failure("bad_parameter", std::string("ICU cannot render it: ") + u_errorName(status), "template");
  if (entry.gsm_letters) {
    // The pattern's apostrophes, folded so that they quote nothing.
    for (std::int32_t at = text.indexOf(kApostrophe); at >= 0; at = text.indexOf(kApostrophe, at + 1))
      text.setCharAt(at, u'\'');
  }
  Rendered rendered;
  text.toUTF8String(rendered.text);
  rendered.locale = entry.locale;
  return rendered;
}

std::optional<TemplateOutline> Templates::outline(std::string_view name) const {
  const auto found = impl_->by_name.find(std::string(name));
  if (found == impl_->by_name.end()) return std::nullopt;
  TemplateOutline outline;
  for (const std::string_view kind : kKinds) {
    if (found->second->is_for(kind)) outline.kinds.push_back(kind);
  }
  for (const Parameter& each : found->second->parameters) outline.params.push_back(each.name);
  return outline;
}

std::size_t Templates::size() const { return impl_->entries.size(); }
bool Templates::same_as(const Templates& other) const { return impl_->read_from == other.impl_->read_from; }

Templates::Templates(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Templates::Templates(Templates&&) noexcept = default;
Templates& Templates::operator=(Templates&&) noexcept = default;
Templates::~Templates() = default;

}  // namespace dunlin::dunning
