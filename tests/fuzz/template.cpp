// A template of one text, and a job for it. Whatever the pattern and the values are: a refusal has a code, a reason and
// a place; what is rendered is UTF-8 and has no brace in it, for nothing may reach a phone as {name}; the check at
// intake says what rendering says.
//
//   input := "any" | "gsm7" LF locale LF pattern (LF name "=" value)*    names: of a job's fields, else of its params
#include "dunning/template.hpp"

#include <dunlin/text/unicode.hpp>
#include <vector>

#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using dunning::TemplateCall;

std::string_view line_of(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

std::string_view* field_of(TemplateCall& call, std::string_view name) {
  if (name == "amount") return &call.amount;
  if (name == "currency") return &call.currency;
  if (name == "fee") return &call.fee;
  if (name == "due_date") return &call.due_date;
  if (name == "account") return &call.account;
  if (name == "invoice") return &call.invoice;
  if (name == "pay_url") return &call.pay_url;
  return nullptr;
}

dunning::TemplateSources sources_of(std::string_view letters, std::string_view locale, std::string_view pattern) {
  dunning::TemplateSource source;
  source.file = "t.toml";
  source.name = "t";
  source.kinds = {"due"};
  source.letters = letters;
  for (const auto type : dunning::kParamTypes) {
    auto& param = source.params.emplace_back();
    param.name = "a_" + std::string(type);
    param.type = type;
    if (type == "select") param.values = {"north", "south"};
  }
  source.texts.push_back({std::string(locale), std::string(pattern), 1});
  dunning::TemplateSources sources;
  sources.constants.push_back({"t.toml", 1, "creditor", "ACME"});
  sources.templates.push_back(std::move(source));
  return sources;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of({data, size});
  const auto letters = line_of(input);
  const auto locale = line_of(input);
  const auto pattern = line_of(input);
  const auto built = dunning::Templates::build(sources_of(letters, locale, pattern));
  if (!built) {
    FUZZ_CHECK(!built.error().empty(), "refused without a reason");
    for (const auto& finding : built.error())
      FUZZ_CHECK(!finding.code.empty() && !finding.detail.empty() && !finding.key.empty(), finding.detail);
    return 0;
  }
  for (const auto& finding : built->lint()) FUZZ_CHECK(!finding.code.empty() && !finding.detail.empty(), finding.key);

  TemplateCall call;
  call.name = "t";
  call.locale = call.default_locale = locale;
  std::vector<dunning::Param> params;
  while (!input.empty()) {
    const auto line = line_of(input);
    const auto equals = line.find('=');
    const auto value = equals == line.npos ? std::string_view{} : line.substr(equals + 1);
    if (auto* field = field_of(call, line.substr(0, equals))) {
      *field = value;
    } else {
      params.push_back({line.substr(0, equals), value});
    }
  }
  call.params = params;
  const auto rendered = built->render(call);
  const auto checked = built->check(call, "due");
  FUZZ_CHECK(rendered.has_value() == checked.has_value(), "check and render disagree");
  if (!rendered) {
    FUZZ_CHECK(!rendered.error().code.empty() && !rendered.error().detail.empty() && !rendered.error().where.empty(),
               to_string(rendered.error()));
    FUZZ_CHECK(rendered.error() == checked.error(), "check says something else");
    return 0;
  }
  FUZZ_CHECK(text::to_code_points(rendered->text).has_value(), "not UTF-8");
  FUZZ_CHECK(rendered->text.find_first_of("{}") == std::string::npos, rendered->text);
  return 0;
}
