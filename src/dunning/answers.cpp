#include "dunning/answers.hpp"

#include <algorithm>
#include <map>

#include "dunning/replies.hpp"

namespace dunlin::dunning {
namespace {

constexpr std::string_view kKey = "replies.answer.";

// Who has only said thanks, or was not understood, is not written to.
bool is_answered(Intent intent) { return intent != Intent::acknowledgement && intent != Intent::unclear; }

const IntentRow& row_at(std::size_t number) { return row_of(static_cast<Intent>(number)); }

// "template.help.text.fr" is "replies.answer.help.fr" in this file.
Finding renamed(Finding finding) {
  constexpr std::string_view kTemplate = "template.", kText = ".text";
  if (!finding.key.starts_with(kTemplate)) return finding;
  std::string key = std::string(kKey) + finding.key.substr(kTemplate.size());
  if (const std::size_t at = key.find(kText); at != std::string::npos) key.erase(at, kText.size());
  finding.key = std::move(key);
  return finding;
}

// What every answer may use.
TemplateCall sample_call(std::string_view locale) {
  TemplateCall call;
  call.locale = call.default_locale = locale;
  call.amount = "10.00";
  call.currency = "EUR";
  call.due_date = "2026-12-01";
  call.account = call.invoice = "4711";
  call.pay_url = "https://pay.example.com/x8Kd2";
  return call;
}

}  // namespace

tl::expected<Answers, std::vector<Finding>> Answers::build(std::string file, std::vector<AnswerSource> sources) {
  Answers made;
  made.file_ = std::move(file);
  std::vector<Finding> findings;
  std::map<std::string, TemplateSource> own;
  const auto say = [&](const AnswerSource& source, std::string code, std::string detail) {
    findings.push_back({Severity::error, made.file_, source.line, std::string(kKey) + source.intent, std::move(code),
                        std::move(detail)});
  };
  for (AnswerSource& source : sources) {
    const std::optional<Intent> intent = intent_named(source.intent);
    if (!intent || !is_answered(*intent)) {
      say(source, "unknown_key", "is no intent that is answered");
      continue;
    }
    Set& set = made.sets_[static_cast<std::size_t>(*intent)];
    const bool both = source.language.empty() ? set.own || !set.name.empty() : !set.name.empty();
    if (both) {
      say(source, "duplicate_answer", "is a template's name, or texts by language: one of them");
      continue;
    }
    set.line = source.line;
    if (source.language.empty()) {
      set.name = std::move(source.written);
      continue;
    }
    set.own = true;
    TemplateSource& text = own[source.intent];
    if (text.name.empty()) {
      text = {made.file_, source.line, source.intent, {"news"}, "gsm7", {}, {}};
      if (*intent == Intent::promise)
        text.params.push_back({std::string(kAnswerDate), "date", {}, {}, {}, {}, source.line});
    }
    text.texts.push_back({std::move(source.language), std::move(source.written), source.line});
  }
  TemplateSources all;
  for (auto& [name, source] : own) all.templates.push_back(std::move(source));
  if (!all.templates.empty()) {
    auto built = Templates::build(std::move(all));
    if (built) {
      made.own_ = std::move(*built);
    } else {
      for (Finding& finding : built.error()) findings.push_back(renamed(std::move(finding)));
    }
  }
  if (!findings.empty()) return tl::unexpected(std::move(findings));
  return made;
}

bool Answers::has(Intent intent) const {
  const Set& set = sets_[static_cast<std::size_t>(intent)];
  return set.own || !set.name.empty();
}

bool Answers::none() const {
  return std::ranges::all_of(sets_, [](const Set& set) { return !set.own && set.name.empty(); });
}

Result<Rendered> Answers::render(Intent intent, TemplateCall call, const Templates* templates) const {
  const Set& set = sets_[static_cast<std::size_t>(intent)];
  if (set.own) {
    call.name = row_of(intent).name;
    return own_->render(call);
  }
  if (set.name.empty()) return failure("not_set", "nothing is answered to that");
  if (templates == nullptr) return failure("unknown_template", "there are no templates", "template");
  call.name = set.name;
  return templates->render(call);
}

std::vector<Finding> Answers::check(const Templates* templates, std::string_view default_locale) const {
  std::vector<Finding> findings;
  for (std::size_t number = 0; number < sets_.size(); ++number) {
    const Set& set = sets_[number];
    if (set.name.empty()) continue;
    const auto say = [&](std::string code, std::string detail) {
      findings.push_back({Severity::error, file_, set.line, std::string(kKey) + std::string(row_at(number).name),
                          std::move(code), std::move(detail)});
    };
    const auto intent = static_cast<Intent>(number);
    const Param date{kAnswerDate, "2026-12-01"};
    for (const bool dated : {false, true}) {
      if (dated && intent != Intent::promise) continue;
      TemplateCall call = sample_call(default_locale);
      if (dated) call.params = {&date, 1};
      const Result<Rendered> rendered = render(intent, call, templates);
      if (rendered) continue;
      const bool unknown = rendered.error().code == "unknown_template";
      say(unknown ? "unknown_template" : "bad_answer",
          "\"" + set.name + "\": " + rendered.error().detail +
              (rendered.error().where.empty() ? "" : " (" + rendered.error().where + ")"));
      break;
    }
  }
  return findings;
}

std::vector<Finding> Answers::lint() const {
  std::vector<Finding> findings;
  if (!own_) return findings;
  for (Finding& finding : own_->lint()) {
    if (finding.severity != Severity::note) findings.push_back(renamed(std::move(finding)));
  }
  return findings;
}

}  // namespace dunlin::dunning
