#include "config/plans.hpp"

#include <algorithm>
#include <set>

#include "base/duration.hpp"
#include "config/toml_folder.hpp"

namespace dunlin::config {
namespace {

using dunning::Condition;
using dunning::Plan;
using dunning::PlanSources;
using dunning::PlanStep;
using dunning::StepAction;
using dunning::StepText;
using dunning::StepVariant;

constexpr std::string_view kSilent = "silent";

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(' ');
  return from == text.npos ? std::string_view{} : text.substr(from, text.find_last_not_of(' ') - from + 1);
}

// "params.loyal" and "loyal" are one.
std::string attribute_named(std::string_view name) {
  constexpr std::string_view kParams = "params.";
  return std::string(name.starts_with(kParams) ? name.substr(kParams.size()) : name);
}

// One file of the folder.
class File {
 public:
  File(std::string name, PlanSources& into) : name_(name), into_(into), findings_(std::move(name)) {}

  Errors run(const toml::table& root) {
    for (const auto& [word, node] : root) {
      if (word != "plan") {
        unknown(word, "", {"plan"});
        continue;
      }
      each_table(node, "plan", "[[plan]]", [&](const toml::table& from, std::size_t line) { read_plan(from, line); });
    }
    return findings_.take();
  }

 private:
  using Keys = std::vector<std::string_view>;

  void unknown(const toml::key& word, const std::string& label, const Keys& known) {
    findings_.add_unknown_key(line_of(word.source()), label, word.str(), known);
  }

  bool read(const toml::node& node, std::size_t line, const std::string& key, std::string& into) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      findings_.add(line, key, "wrong_type", "must be a string");
      return false;
    }
    into = text->get();
    return true;
  }

  template <class Each>
  void each_table(const toml::node& node, const std::string& key, const std::string& written, const Each& each) {
    const auto* list = node.as_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_table(); })) {
      findings_.add(line_of(node.source()), key, "wrong_type", "is a list of tables: write " + written + " over each");
      return;
    }
    for (const auto& item : *list) each(*item.as_table(), line_of(item.source()));
  }

  // The `name` of a table; false: it has none, which was said.
  bool read_name(const toml::table& from, std::size_t line, const std::string& key, std::string& into) {
    const auto name = from.find("name");
    if (name == from.end()) {
      findings_.add(line, key, "missing_key", "must be set");
      return false;
    }
    return read(name->second, line_of(name->first.source()), key, into);
  }

  void read_plan(const toml::table& from, std::size_t line) {
    Plan plan;
    plan.file = name_;
    plan.line = line;
    if (!read_name(from, line, "plan.name", plan.name)) return;
    const std::string label = "plan." + plan.name + ".";
    for (const auto& [word, node] : from) {
      const std::size_t at = line_of(word.source());
      const std::string key = label + std::string(word.str());
      if (word == "name") continue;
      if (word == "title") {
        read(node, at, key, plan.title);
      } else if (word == "at") {
        read_hour(node, at, key, plan.at);
      } else if (word == "on_failure") {
        read_on_failure(node, at, key, plan);
      } else if (word == "step") {
        each_table(node, key, "[[plan.step]]",
                   [&](const toml::table& step, std::size_t of) { read_step(step, of, label, plan); });
      } else {
        unknown(word, label, {"name", "title", "at", "on_failure", "step"});
      }
    }
    into_.plans.push_back(std::move(plan));
  }

  void read_on_failure(const toml::node& node, std::size_t line, const std::string& key, Plan& plan) {
    constexpr std::string_view kHandoff = "handoff:";
    std::string written;
    if (!read(node, line, key, written) || written == "escalate") return;
    if (written.starts_with(kHandoff)) {
      plan.on_failure = written.substr(kHandoff.size());
    } else {
      findings_.add(line, key, "bad_value",
                    "\"escalate\", or \"handoff:phone\", \"handoff:letter\", \"handoff:email\"");
    }
  }

  template <class Minutes>
  void read_hour(const toml::node& node, std::size_t line, const std::string& key, Minutes& into) {
    std::string written;
    if (!read(node, line, key, written)) return;
    const auto minutes = dunning::minutes_of(written);
    if (!minutes || *minutes == dunning::kDayMinutes) {
      findings_.add(line, key, "bad_value", "a time of the day such as \"10:00\" is expected");
      return;
    }
    into = std::chrono::minutes{*minutes};
  }

  void read_step(const toml::table& from, std::size_t line, const std::string& plan_label, Plan& plan) {
    PlanStep step;
    step.line = line;
    if (!read_name(from, line, plan_label + "step.name", step.name)) return;
    const std::string label = plan_label + step.name + ".";
    for (const auto& [word, node] : from) {
      const std::size_t at = line_of(word.source());
      const std::string key = label + std::string(word.str());
      if (word == "name" || read_text_key(word.str(), node, at, key, step.text)) continue;
      if (word == "after") {
        read_after(node, at, key, step);
      } else if (word == "days") {
        read_days(node, at, key, step);
      } else if (word == "wait") {
        read_wait(node, at, key, step);
      } else if (word == "at") {
        read_hour(node, at, key, step.at);
      } else if (word == "if") {
        read_conditions(node, at, key, step.conditions, &step.silent);
      } else if (word == "handoff") {
        step.action = StepAction::handoff;
        read(node, at, key, step.channel);
      } else if (word == "escalate") {
        read_escalate(node, at, key, step);
      } else if (word == "variant") {
        each_table(node, key, "[[plan.step.variant]]",
                   [&](const toml::table& variant, std::size_t of) { read_variant(variant, of, label, step); });
      } else {
        unknown(word, label,
                {"name", "after", "days", "wait", "at", "if", "template", "kind", "fee", "params", "handoff",
                 "escalate", "variant"});
      }
    }
    check_form(from, line, label);
    plan.steps.push_back(std::move(step));
  }

  void check_form(const toml::table& from, std::size_t line, const std::string& label) {
    if (!from.contains("after"))
      findings_.add(line, label + "after", "missing_key", "must be set: \"due_date\" or \"previous\"");
    if (from.contains("days") == from.contains("wait"))
      findings_.add(line, label + "days", from.contains("days") ? "bad_value" : "missing_key",
                    "days or wait, one of them");
    if (from.contains("handoff") && from.contains("escalate"))
      findings_.add(line, label + "handoff", "bad_value", "handoff or escalate, one of them");
  }

  void read_after(const toml::node& node, std::size_t line, const std::string& key, PlanStep& step) {
    std::string written;
    if (!read(node, line, key, written)) return;
    step.after_due = written == "due_date";
    if (!step.after_due && written != "previous")
      findings_.add(line, key, "bad_value", "\"due_date\" or \"previous\" is expected");
  }

  void read_days(const toml::node& node, std::size_t line, const std::string& key, PlanStep& step) {
    const auto* number = node.as_integer();
    if (number == nullptr) return findings_.add(line, key, "wrong_type", "must be an integer");
    step.days = static_cast<int>(
        std::clamp<std::int64_t>(number->get(), -dunning::kPlanDaysMax - 1, dunning::kPlanDaysMax + 1));
  }

  void read_wait(const toml::node& node, std::size_t line, const std::string& key, PlanStep& step) {
    std::string written;
    if (!read(node, line, key, written)) return;
    const Result<std::chrono::milliseconds> wait = parse_duration(written);
    if (!wait) return findings_.add(line, key, wait.error().code, wait.error().detail);
    if (*wait > std::chrono::days{dunning::kPlanDaysMax})
      return findings_.add(line, key, "bad_value", "at most ten years");
    step.wait = *wait;
  }

  void read_escalate(const toml::node& node, std::size_t line, const std::string& key, PlanStep& step) {
    const auto* flag = node.as_boolean();
    if (flag == nullptr || !flag->get()) return findings_.add(line, key, "bad_value", "true, or not at all");
    step.action = StepAction::escalate;
  }

  // What a step and a variant of it have in common; false: the word is none of that.
  bool read_text_key(std::string_view word, const toml::node& node, std::size_t line, const std::string& key,
                     StepText& into) {
    if (word == "template") {
      read(node, line, key, into.template_name);
    } else if (word == "kind") {
      read(node, line, key, into.kind);
    } else if (word == "fee") {
      std::string fee;
      if (read(node, line, key, fee)) into.fee = std::move(fee);
    } else if (word == "params") {
      read_params(node, line, key, into);
    } else {
      return false;
    }
    return true;
  }

  void read_params(const toml::node& node, std::size_t line, const std::string& key, StepText& into) {
    const auto* table = node.as_table();
    if (table == nullptr) return findings_.add(line, key, "wrong_type", "is a table: params = { days = \"7\" }");
    for (const auto& [word, value] : *table) {
      dunning::PlanParam param{std::string(word.str()), {}};
      if (read(value, line_of(word.source()), key + "." + param.name, param.value))
        into.params.push_back(std::move(param));
    }
  }

  void read_variant(const toml::table& from, std::size_t line, const std::string& step_label, PlanStep& step) {
    StepVariant variant;
    variant.line = line;
    const std::string label = step_label + "variant.";
    for (const auto& [word, node] : from) {
      const std::size_t at = line_of(word.source());
      const std::string key = label + std::string(word.str());
      if (read_text_key(word.str(), node, at, key, variant.text)) continue;
      if (word == "if") {
        read_conditions(node, at, key, variant.conditions, nullptr);
      } else {
        unknown(word, label, {"if", "template", "kind", "fee", "params"});
      }
    }
    step.variants.push_back(std::move(variant));
  }

  // A list of "NAME = VALUE", "NAME != VALUE" and "silent", or a table of names and values. `silent`: null where it
  // makes no sense.
  void read_conditions(const toml::node& node, std::size_t line, const std::string& key, std::vector<Condition>& into,
                       bool* silent) {
    if (const auto* table = node.as_table()) {
      for (const auto& [word, value] : *table) {
        Condition condition{attribute_named(word.str()), {}, true};
        if (read(value, line_of(word.source()), key + "." + std::string(word.str()), condition.value))
          into.push_back(std::move(condition));
      }
    } else if (const auto* list = node.as_array()) {
      for (const auto& item : *list) {
        std::string written;
        if (read(item, line, key, written)) read_condition(written, line, key, into, silent);
      }
    } else {
      findings_.add(line, key, "wrong_type",
                    "a list such as [\"loyal = yes\"], or a table such as { loyal = \"yes\" }");
    }
    if (into.size() > dunning::kConditionsMax)
      findings_.add(line, key, "too_many", "at most " + std::to_string(dunning::kConditionsMax) + " conditions");
  }

  void read_condition(std::string_view written, std::size_t line, const std::string& key, std::vector<Condition>& into,
                      bool* silent) {
    if (trimmed(written) == kSilent && silent != nullptr) {
      *silent = true;
      return;
    }
    const std::size_t sign = written.find('=');
    const bool other = sign != written.npos && sign > 0 && written[sign - 1] == '!';
    const std::string_view name =
        sign == written.npos ? std::string_view{} : trimmed(written.substr(0, other ? sign - 1 : sign));
    if (name.empty()) {
      findings_.add(
          line, key, "bad_value",
          std::string(silent == nullptr ? "" : "\"silent\", ") + "\"NAME = VALUE\" or \"NAME != VALUE\" is expected");
      return;
    }
    into.push_back({attribute_named(name), std::string(trimmed(written.substr(sign + 1))), !other});
  }

  std::string name_;
  PlanSources& into_;
  Findings findings_;
};

}  // namespace

tl::expected<PlanSources, Errors> read_plan_sources(const std::filesystem::path& folder) {
  return read_folder<File, PlanSources>(folder, kPlanFilesMax);
}

tl::expected<std::shared_ptr<const dunning::Plans>, Errors> read_plans(const std::filesystem::path& folder,
                                                                       const dunning::Templates* templates) {
  auto sources = read_plan_sources(folder);
  if (!sources) return tl::unexpected<Errors>(std::move(sources.error()));
  return shared(dunning::Plans::build(std::move(*sources), templates));
}

std::vector<dunning::Finding> capped_steps(const dunning::Plans& plans, const engine::DunningSettings& dunning) {
  struct Caps {
    std::string_view key;
    const std::vector<dunning::Cap>& caps;
  };
  std::vector<dunning::Finding> findings;
  for (const dunning::Plan& plan : plans.all()) {
    for (const Caps& of : {Caps{"cap_account", dunning.cap_account}, Caps{"cap_number", dunning.cap_number}}) {
      for (const dunning::Cap& cap : of.caps) {
        const std::optional<dunning::CapExceeded> over = exceeded_by(plan, cap);
        if (!over) continue;
        const dunning::PlanStep& step = plan.steps[over->step];
        findings.push_back({dunning::Severity::warning, plan.file, step.line, "plan." + plan.name + "." + step.name,
                            "capped",
                            "it is text " + std::to_string(over->texts) + " within " + format_duration(cap.within) +
                                ", and " + std::string(of.key) + " lets " + to_string(cap) +
                                " through: it waits for that, and expires where it waits too long"});
      }
    }
  }
  return findings;
}

}  // namespace dunlin::config
