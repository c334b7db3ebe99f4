#include "config/templates.hpp"

#include <algorithm>
#include <array>

#include "config/plans.hpp"
#include "config/toml_folder.hpp"
#include "dunning/replies.hpp"

namespace dunlin::config {
namespace {

using dunning::Finding;
using dunning::Severity;
using dunning::TemplateSources;

// One file of the folder.
class File {
 public:
  File(std::string name, TemplateSources& into) : name_(name), into_(into), findings_(std::move(name)) {}

  Errors run(const toml::table& root) {
    for (const auto& [word, node] : root) {
      if (word == "constants") {
        read_constants(node);
      } else if (word == "template") {
        read_templates(node);
      } else {
        unknown(word, "", {"constants", "template"});
      }
    }
    return findings_.take();
  }

 private:
  void unknown(const toml::key& word, const std::string& label, const std::vector<std::string_view>& known) {
    findings_.add_unknown_key(line_of(word.source()), label, word.str(), known);
  }

  void wrong_type(std::size_t line, const std::string& key, const char* what) {
    findings_.add(line, key, "wrong_type", what);
  }

  // False: it is none, which was said.
  bool read(const toml::node& node, std::size_t line, const std::string& key, std::string& into) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      wrong_type(line, key, "must be a string");
      return false;
    }
    into = text->get();
    return true;
  }

  bool read(const toml::node& node, std::size_t line, const std::string& key, std::vector<std::string>& into) {
    const auto* list = node.as_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_string(); })) {
      wrong_type(line, key, "must be a list of strings");
      return false;
    }
    for (const auto& item : *list) into.push_back(item.as_string()->get());
    return true;
  }

  void read_constants(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong_type(line_of(node.source()), "constants", "is a table: write [constants]");
    for (const auto& [word, value] : *table) {
      dunning::ConstantSource constant{name_, line_of(word.source()), std::string(word.str()), {}};
      if (read(value, constant.line, "constants." + constant.name, constant.value))
        into_.constants.push_back(std::move(constant));
    }
  }

  void read_templates(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_table(); })) {
      return wrong_type(line_of(node.source()), "template", "is a list of tables: write [[template]] over each");
    }
    for (const auto& item : *list) read_template(*item.as_table(), line_of(item.source()));
  }

  void read_template(const toml::table& from, std::size_t line) {
    dunning::TemplateSource made;
    made.file = name_;
    made.line = line;
    const auto name = from.find("name");
    if (name == from.end()) return findings_.add(line, "template.name", "missing_key", "must be set");
    if (!read(name->second, line_of(name->first.source()), "template.name", made.name)) return;
    const std::string label = "template." + made.name + ".";
    for (const auto& [word, node] : from) {
      const std::size_t at = line_of(word.source());
      const std::string key = label + std::string(word.str());
      if (word == "name") continue;
      if (word == "kinds") {
        read(node, at, key, made.kinds);
      } else if (word == "letters") {
        read(node, at, key, made.letters);
      } else if (word == "params") {
        read_params(node, at, key, made);
      } else if (word == "text") {
        read_texts(node, at, key, made);
      } else {
        unknown(word, label, {"name", "kinds", "letters", "params", "text"});
      }
    }
    into_.templates.push_back(std::move(made));
  }

  void read_params(const toml::node& node, std::size_t line, const std::string& key, dunning::TemplateSource& into) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong_type(line, key, "is a table: write [template.params] below its [[template]]");
    for (const auto& [word, value] : *table) {
      dunning::ParamSource param;
      param.name = word.str();
      param.line = line_of(word.source());
      read_param(value, key + "." + param.name, param);
      into.params.push_back(std::move(param));
    }
  }

  void read_param(const toml::node& node, const std::string& key, dunning::ParamSource& into) {
    if (const auto* type = node.as_string()) {
      into.type = type->get();
      return;
    }
    const auto* table = node.as_table();
    if (table == nullptr)
      return wrong_type(into.line, key, "is the type as a string, or a table: { type = \"text\", max = 30 }");
    if (!table->contains("type")) findings_.add(into.line, key + ".type", "missing_key", "must be set");
    for (const auto& [word, value] : *table) {
      const std::size_t at = line_of(word.source());
      const std::string member = key + "." + std::string(word.str());
      if (word == "type") {
        read(value, at, member, into.type);
      } else if (word == "values") {
        read(value, at, member, into.values);
      } else if (word == "style") {
        read(value, at, member, into.style);
      } else if (word == "example") {
        read(value, at, member, into.example);
      } else if (word == "max") {
        if (const auto* number = value.as_integer()) {
          into.length_max = number->get();
        } else {
          wrong_type(at, member, "must be an integer");
        }
      } else {
        unknown(word, key + ".", {"type", "values", "style", "example", "max"});
      }
    }
  }

  void read_texts(const toml::node& node, std::size_t line, const std::string& key, dunning::TemplateSource& into) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong_type(line, key, "is a table: write [template.text] below its [[template]]");
    for (const auto& [word, value] : *table) {
      dunning::TextSource text{std::string(word.str()), {}, line_of(word.source())};
      if (read(value, text.line, key + "." + text.locale, text.pattern)) into.texts.push_back(std::move(text));
    }
  }

  std::string name_;
  TemplateSources& into_;
  Findings findings_;
};

}  // namespace

tl::expected<TemplateSources, Errors> read_template_sources(const std::filesystem::path& folder) {
  return read_folder<File, TemplateSources>(folder, kTemplateFilesMax);
}

tl::expected<std::shared_ptr<const dunning::Templates>, Errors> read_templates(const std::filesystem::path& folder) {
  auto sources = read_template_sources(folder);
  if (!sources) return tl::unexpected<Errors>(std::move(sources.error()));
  return shared(dunning::Templates::build(std::move(*sources)));
}

std::vector<Remark> lint(const Configuration& configuration) {
  std::vector<Remark> remarks;
  const auto add = [&remarks](std::vector<Finding> findings) {
    for (Finding& finding : findings) {
      const Severity severity = finding.severity;
      remarks.push_back({severity == Severity::error, severity == Severity::note, as_error(std::move(finding))});
    }
  };
  const engine::DunningSettings& dunning = configuration.gateway.dunning;
  if (dunning.link_hosts.empty())
    remarks.push_back({false, true, {"any_host", "it is not set: a job's pay_url may lead to any host", "dunning.link_hosts"}});
  if (dunning.templates != nullptr) add(dunning.templates->lint());
  if (dunning.plans != nullptr) add(capped_steps(*dunning.plans, dunning));
  const engine::ReplySettings& replies = configuration.gateway.replies;
  if (replies.rules != nullptr) add(replies.rules->answers().lint());
  return remarks;
}

}  // namespace dunlin::config
