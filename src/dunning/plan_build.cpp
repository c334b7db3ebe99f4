// From what was written to plans: everything that is wrong is told at once, with file and line.
#include <algorithm>
#include <map>

#include "dunning/plan.hpp"
#include "dunning/template.hpp"

namespace dunlin::dunning {
namespace {

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= kPlanNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

bool among(std::string_view word, const auto& list) { return std::ranges::find(list, word) != std::end(list); }

std::string listed(const auto& list) {
  std::string all;
  for (const auto& each : list) all.append(all.empty() ? "" : ", ").append(each);
  return all;
}

// One plan under the eyes of a careful reader.
class Builder {
 public:
  Builder(Plan& plan, const Templates* templates, std::vector<Finding>& findings)
      : plan_(plan), templates_(templates), findings_(findings) {}

  void run() {
    const std::string key = "plan." + plan_.name;
    if (!plan_.on_failure.empty() && !among(plan_.on_failure, kChannels))
      add(plan_.line, key + ".on_failure", "bad_value",
          "a channel is expected: handoff: and one of " + listed(kChannels));
    if (plan_.steps.empty()) return add(plan_.line, key + ".step", "missing_key", "a plan has a step: [[plan.step]]");
    if (plan_.steps.size() > kStepsMax)
      return add(plan_.line, key + ".step", "too_many", "at most " + std::to_string(kStepsMax) + " steps");
    std::map<std::string, std::size_t> lines;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const PlanStep& step = plan_.steps[i];
      if (!is_plain(step.name)) {
        add(step.line, key + ".step.name", "bad_name", "letters, digits, '-', '_' and '.', at most 40");
        continue;
      }
      const auto [first, fresh] = lines.emplace(step.name, step.line);
      if (!fresh)
        add(step.line, at(step, "name"), "duplicate_name",
            "a step of line " + std::to_string(first->second) + " has it");
      check_time(i);
      check_action(i);
    }
  }

 private:
  void add(std::size_t line, std::string key, std::string code, std::string detail) {
    findings_.push_back({Severity::error, plan_.file, line, std::move(key), std::move(code), std::move(detail)});
  }
  std::string at(const PlanStep& step, std::string_view key) const {
    return "plan." + plan_.name + "." + step.name + "." + std::string(key);
  }

  void check_time(std::size_t index) {
    const PlanStep& step = plan_.steps[index];
    if (step.days < -kPlanDaysMax || step.days > kPlanDaysMax)
      add(step.line, at(step, "days"), "bad_value", "at most ten years");
    if (step.after_due && step.wait)
      add(step.line, at(step, "wait"), "bad_value", "a wait is after the step before: write after = \"previous\"");
    if (!step.after_due && step.days < 0)
      add(step.line, at(step, "days"), "bad_value", "a step comes after the one before it, not ahead of it");
    if (!step.after_due) return;
    for (std::size_t i = index; i-- > 0;) {
      const PlanStep& before = plan_.steps[i];
      if (!before.after_due) continue;
      if (before.days >= step.days)
        add(step.line, at(step, "days"), "out_of_order",
            "the step \"" + before.name + "\" stands above it and comes no sooner");
      return;
    }
  }

  void check_action(std::size_t index) {
    PlanStep& step = plan_.steps[index];
    if (step.action == StepAction::send) return check_texts(step);
    if (!step.text.template_name.empty() || !step.text.kind.empty() || step.text.fee || !step.text.params.empty() ||
        !step.variants.empty())
      add(step.line, at(step, "template"), "bad_value", "a step sends a text, hands over or escalates: one of these");
    if (step.after_due)
      add(step.line, at(step, "after"), "bad_value",
          std::string(to_string(step.action)) + " comes some time after a step: write after = \"previous\" and wait");
    if (step.action == StepAction::handoff && !among(step.channel, kChannels))
      add(step.line, at(step, "handoff"), "bad_value", "one of these is expected: " + listed(kChannels));
    const bool begins = index == 0;
    if (begins) add(step.line, at(step, "after"), "out_of_order", "a plan begins with a step that sends something");
    if (step.action != StepAction::escalate || begins) return;
    if (plan_.steps[index - 1].action != StepAction::send)
      add(step.line, at(step, "escalate"), "out_of_order", "the step before it must be one that sends something");
    if (step.at)
      add(step.line, at(step, "at"), "bad_value", "who is silent is told when the wait is over, at any hour");
    if (step.silent) add(step.line, at(step, "if"), "bad_value", "an escalation is about silence anyway");
    if (!step.wait && step.days == 0)
      add(step.line, at(step, "wait"), "missing_key", "how long somebody may be silent");
  }

  void check_texts(PlanStep& step) {
    check_text(step.line, step, step.text);
    if (step.variants.size() > kVariantsMax)
      return add(step.line, at(step, "variant"), "too_many", "at most " + std::to_string(kVariantsMax));
    for (StepVariant& variant : step.variants) {
      if (variant.conditions.empty())
        add(variant.line, at(step, "variant.if"), "missing_key", "for whom: if = { loyal = \"yes\" }");
      complete(step, variant.text);
      check_text(variant.line, step, variant.text);
    }
  }

  static void complete(const PlanStep& step, StepText& text) {
    const bool same_template = text.template_name.empty() || text.template_name == step.text.template_name;
    if (text.template_name.empty()) text.template_name = step.text.template_name;
    if (text.kind.empty() && same_template) text.kind = step.text.kind;
    if (!text.fee) text.fee = step.text.fee;
    for (const PlanParam& param : step.text.params) {
      if (std::ranges::find(text.params, param.name, &PlanParam::name) == text.params.end() && same_template)
        text.params.push_back(param);
    }
  }

  void check_text(std::size_t line, const PlanStep& step, StepText& text) {
    if (text.fee && !parse_fee(*text.fee))
      add(line, at(step, "fee"), "bad_value", "an exact decimal such as \"5.00\", or \"0\" for none");
    if (text.template_name.empty())
      return add(line, at(step, "template"), "missing_key", "what it sends; or handoff, or escalate = true");
    const std::optional<TemplateOutline> outline =
        templates_ == nullptr ? std::nullopt : templates_->outline(text.template_name);
    if (!outline)
      return add(line, at(step, "template"), "unknown_template", "there is no template \"" + text.template_name + "\"");
    if (text.kind.empty()) {
      if (outline->kinds.size() != 1)
        return add(line, at(step, "kind"), "missing_key", "the template is for several: " + listed(outline->kinds));
      text.kind = outline->kinds.front();
    } else if (!among(text.kind, kKinds)) {
      add(line, at(step, "kind"), "unknown_kind", "one of these is expected: " + listed(kKinds));
    } else if (!among(text.kind, outline->kinds)) {
      add(line, at(step, "kind"), "wrong_kind", "the template is not for that, but for " + listed(outline->kinds));
    }
    for (const PlanParam& param : text.params) {
      if (!among(param.name, outline->params))
        add(line, at(step, "params." + param.name), "unknown_parameter", "the template has no such parameter");
    }
  }

  static bool parse_fee(std::string_view fee) {
    const std::size_t dot = fee.find('.');
    const auto digits = [](std::string_view part) {
      return !part.empty() && part.size() <= 12 &&
             std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    return digits(fee.substr(0, dot)) && (dot == fee.npos || digits(fee.substr(dot + 1)));
  }

  Plan& plan_;
  const Templates* templates_;
  std::vector<Finding>& findings_;
};

void sort_findings(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, [](const Finding& one, const Finding& other) {
    return std::pair(std::string_view(one.file), one.line) < std::pair(std::string_view(other.file), other.line);
  });
}

}  // namespace

tl::expected<Plans, std::vector<Finding>> Plans::build(PlanSources sources, const Templates* templates) {
  std::vector<Finding> findings;
  std::map<std::string, const Plan*> named;
  for (Plan& plan : sources.plans) {
    const auto add = [&](const char* key, std::string code, std::string detail) {
      findings.push_back({Severity::error, plan.file, plan.line, key, std::move(code), std::move(detail)});
    };
    if (!is_plain(plan.name)) {
      add("plan.name", "bad_name", "letters, digits, '-', '_' and '.', at most 40");
      continue;
    }
    const auto [first, fresh] = named.emplace(plan.name, &plan);
    if (!fresh)
      add("plan.name", "duplicate_name",
          "the plan in " + first->second->file + ":" + std::to_string(first->second->line) + " has it");
    Builder(plan, templates, findings).run();
  }
  if (sources.plans.size() > kPlansMax)
    findings.push_back({Severity::error, {}, 0, "plan", "too_many", "at most " + std::to_string(kPlansMax) + " plans"});
  if (!findings.empty()) {
    sort_findings(findings);
    return tl::unexpected(std::move(findings));
  }
  Plans plans;
  plans.plans_ = std::move(sources.plans);
  std::ranges::sort(plans.plans_, {}, &Plan::name);
  plans.read_from_ = std::move(sources.read_from);
  return plans;
}

}  // namespace dunlin::dunning
