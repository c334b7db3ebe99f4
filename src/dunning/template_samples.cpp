#include "dunning/template_samples.hpp"

#include <unicode/ucurr.h>

#include <algorithm>
#include <array>

namespace dunlin::dunning {
namespace {

constexpr std::string_view kDate = "2026-12-01";
constexpr std::string_view kUrl = "https://pay.example.com/x8Kd2";
constexpr std::size_t kUsualUrlMax = 60;   // characters; of one whose `max` says nothing
constexpr std::size_t kUsualNameMax = 20;  // of an account, an invoice, a constant that is not set
constexpr std::string_view kAmount = "1234.50", kLongAmount = "9999999.99";
constexpr std::string_view kFee = "99.99";

// The money where most of a language's readers live.
std::string currency_of(const icu::Locale& locale) {
  icu::Locale likely(locale);
  UErrorCode status = U_ZERO_ERROR;
  likely.addLikelySubtags(status);
  std::array<char16_t, 4> code{};
  ucurr_forLocale(likely.getName(), code.data(), static_cast<std::int32_t>(code.size()), &status);
  std::string currency;
  if (U_SUCCESS(status)) icu::UnicodeString(code.data()).toUTF8String(currency);
  return currency_digits(currency) ? currency : "EUR";
}

// With no more digits than the currency has.
std::string amount_in(std::string_view decimal, std::string_view currency) {
  const std::size_t digits = currency_digits(currency).value_or(CurrencyDigits{}).exact;
  const std::size_t point = decimal.find('.');
  return std::string(
      decimal.substr(0, digits == 0 ? point : point + 1 + std::min<std::size_t>(2, digits)));
}

std::string longest_date(Formatters& formatters, DateStyle style) {
  std::string longest(kDate);
  std::int32_t most = 0;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 20; day <= 26; ++day) {
      const std::string iso =
          "2026-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-" + std::to_string(day);
      const auto text = formatters.date(iso, style);
      if (text && text->length() > most) {
        most = text->length();
        longest = iso;
      }
    }
  }
  return longest;
}

std::string url_of_length(std::size_t length) {
  std::string url = "https://pay.example.com/";
  if (url.size() < length) url.append(length - url.size(), 'x');
  return url.size() > length ? "https://" + std::string(std::max<std::size_t>(length, 9) - 8, 'x') : url;
}

}  // namespace

std::vector<std::string> variants_of(const Parameter& parameter) {
  if (parameter.type == ParamType::select) return parameter.values;
  if (parameter.type == ParamType::plural) return {"0", "1", "2", "3", "5", "11", "21", "100", "365"};
  return {};
}

SampleCall::SampleCall(const Templates::Entry& entry, Sample sample, Formatters* formatters)
    : entry_(entry), currency_(currency_of(entry.icu_locale)) {
  for (const Argument& argument : entry.arguments) {
    auto& list = argument.field != nullptr ? fields_ : values_;
    list.emplace_back(argument.parameter.name, value_of(argument, sample, formatters));
  }
}

std::string SampleCall::value_of(const Argument& argument, Sample sample, Formatters* formatters) const {
  const Parameter& parameter = argument.parameter;
  const bool worst = sample == Sample::worst;
  const bool is_fee = parameter.name == "fee" && argument.field != nullptr;
  if (is_fee && !worst) return "";
  if (!worst && !parameter.example.empty()) return parameter.example;
  switch (parameter.type) {
    case ParamType::text:
      if (parameter.name == "currency") return currency_;
      if (argument.field != nullptr)
        return worst ? std::string(kUsualNameMax, '8') : parameter.name == "account" ? "A-100482" : "2026-4711";
      if (parameter.is_constant)
        return !parameter.constant.empty() ? parameter.constant
               : worst                     ? std::string(kUsualNameMax, 'M')
                                           : "Example Ltd";
      return worst ? std::string(parameter.length_max, 'M') : std::string("Example").substr(0, parameter.length_max);
    case ParamType::number: return worst ? "9999999.99" : "1234.5";
    case ParamType::amount: return amount_in(is_fee ? kFee : worst ? kLongAmount : kAmount, currency_);
    case ParamType::date:
      return worst && formatters != nullptr ? longest_date(*formatters, parameter.style) : std::string(kDate);
    case ParamType::url: {
      const std::size_t longest = parameter.length_max < kUrlLengthMax ? parameter.length_max : kUsualUrlMax;
      return !worst && longest >= kUrl.size() ? std::string(kUrl) : url_of_length(longest);
    }
    case ParamType::plural: return "3";
    case ParamType::select: return parameter.values.front();
  }
  return "";
}

void SampleCall::set(std::string_view name, std::string value) {
  for (auto& [known, held] : values_) {
    if (known == name) held = std::move(value);
  }
}

TemplateCall SampleCall::call() const {
  params_.clear();
  for (const auto& [name, value] : values_) params_.push_back({name, value});
  TemplateCall call;
  call.name = entry_.name;
  call.locale = entry_.locale;
  call.currency = currency_;
  call.params = params_;
  for (const auto& [name, value] : fields_) {
    if (const Field* field = field_named(name)) call.*field->value = value;
  }
  return call;
}

}  // namespace dunlin::dunning
