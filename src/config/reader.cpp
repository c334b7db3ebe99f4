// From TOML to a Configuration: a walk over the file with the table of rows in hand.
#include <algorithm>
#include <map>
#include <optional>

#include "config/calendar.hpp"
#include "config/findings.hpp"
#include "config/plans.hpp"
#include "config/replies.hpp"
#include "config/schema.hpp"
#include "config/templates.hpp"
#include "config/toml_file.hpp"

namespace dunlin::config {
namespace {

constexpr std::size_t kPasswordFileMax = 4096;  // a password file beyond that is not one

// nullopt: of a type no row has.
std::optional<Value> value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return Value{flag->get()};
  if (const auto* number = node.as_integer()) return Value{number->get()};
  if (const auto* text = node.as_string()) return Value{text->get()};
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& item : *list) {
    const auto* text = item.as_string();
    if (text == nullptr) return std::nullopt;
    texts.push_back(text->get());
  }
  return Value{std::move(texts)};
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file)
      : folder_(std::filesystem::absolute(file).parent_path()), findings_(file.string()) {}

  tl::expected<Configuration, Errors> run(const toml::table& root);

 private:
  void read_root(const toml::table& root);
  void read_tables(const toml::node& node, const Table& table);
  void read_smsc(const toml::table& from, std::size_t line);
  void read_extra_tlvs(const toml::node& node, const std::string& label, engine::SmscSettings& smsc);
  void read_route(const toml::table& from, std::size_t line);
  void read_table(const toml::table& from, std::size_t line, std::string_view table, const std::string& label,
                  void* owner);
  void read_row(const toml::node& node, std::size_t line, const Row& row, const std::string& key, void* owner);
  void read_path(const Row& row, Value& value, std::size_t line, const std::string& key);
  void absent_row(std::size_t line, const Row& row, const std::string& label);
  void load_places();
  void load_calendar();
  void load_replies();
  void load_plans();
  void check_answers();
  void read_password(const toml::table& from, const std::string& label, const std::string& name,
                     engine::SmscSettings& smsc);
  void unknown(std::size_t line, std::string_view table, const std::string& label, std::string_view word);
  std::string label_of(const toml::table& from, std::string_view table, std::size_t index) const;
  std::filesystem::path resolved(const std::string& path) const { return (folder_ / path).lexically_normal(); }

  std::filesystem::path folder_;
  Findings findings_;
  Labels labels_;
  Configuration configuration_;
  std::map<std::string, std::filesystem::path> places_;  // of the keys with Place::defaulted: what is there to be read
  Errors elsewhere_;                                     // what is wrong in those
};

tl::expected<Configuration, Errors> Reader::run(const toml::table& root) {
  read_root(root);
  check_whole(configuration_, labels_, findings_);
  load_places();
  Errors errors = findings_.take();
  errors.insert(errors.end(), std::make_move_iterator(elsewhere_.begin()), std::make_move_iterator(elsewhere_.end()));
  if (!errors.empty()) return tl::unexpected<Errors>(std::move(errors));
  return std::move(configuration_);
}

void Reader::load_places() {
  load_calendar();
  load_replies();
  if (const auto place = places_.find("dunning.templates"); place != places_.end()) {
    auto templates = read_templates(place->second);
    if (templates) {
      configuration_.gateway.dunning.templates = std::move(*templates);
    } else {
      elsewhere_.insert(elsewhere_.end(), templates.error().begin(), templates.error().end());
      return;  // plans name templates: nothing can be said of them
    }
  }
  load_plans();
  check_answers();
}

void Reader::load_plans() {
  const auto place = places_.find("dunning.plans");
  if (place == places_.end()) return;
  auto& dunning = configuration_.gateway.dunning;
  auto plans = read_plans(place->second, dunning.templates.get());
  if (plans) {
    dunning.plans = std::move(*plans);
  } else {
    elsewhere_.insert(elsewhere_.end(), plans.error().begin(), plans.error().end());
  }
}

// What is answered must be there, whoever asks.
void Reader::check_answers() {
  const engine::Settings& gateway = configuration_.gateway;
  if (gateway.replies.rules == nullptr || !elsewhere_.empty()) return;
  const auto findings =
      gateway.replies.rules->answers().check(gateway.dunning.templates.get(), gateway.dunning.default_locale);
  for (const dunning::Finding& finding : findings) {
    Findings found(finding.file);
    found.add(finding.line, finding.key, finding.code, finding.detail);
    for (Error& error : found.take()) elsewhere_.push_back(std::move(error));
  }
}

void Reader::load_replies() {
  const auto place = places_.find("dunning.replies");
  if (place == places_.end()) return;
  auto replies = read_replies(place->second);
  if (replies) {
    configuration_.gateway.replies.rules = std::move(*replies);
  } else {
    elsewhere_.insert(elsewhere_.end(), replies.error().begin(), replies.error().end());
  }
}

void Reader::load_calendar() {
  auto& dunning = configuration_.gateway.dunning;
  const auto place = places_.find("dunning.countries");
  auto rules = read_calendar(dunning, place == places_.end() ? std::filesystem::path{} : place->second, findings_);
  if (rules) {
    dunning.calendar = std::move(*rules);
    for (std::size_t i = 0; i < labels_.smscs.size(); ++i)
      check_windows(configuration_.gateway.smscs[i], labels_.smscs[i], *dunning.calendar, findings_);
  } else {
    elsewhere_.insert(elsewhere_.end(), rules.error().begin(), rules.error().end());
  }
}

void Reader::read_root(const toml::table& root) {
  for (const auto& [word, node] : root) {
    const auto known = [&](const Table& table) { return table.name == word.str(); };
    if (std::none_of(tables().begin(), tables().end(), known)) unknown(line_of(word.source()), "", "", word.str());
  }
  for (const auto& table : tables()) {
    if (table.name.find('.') != std::string_view::npos) continue;  // read with the one it belongs to
    if (const toml::node* node = root.get(table.name)) {
      read_tables(*node, table);
    } else if (!table.repeated) {
      const toml::table empty;
      read_table(empty, 0, table.name, std::string(table.name), &configuration_);
    }
  }
}

void Reader::read_tables(const toml::node& node, const Table& table) {
  const std::string name(table.name);
  const std::size_t line = line_of(node.source());
  if (!table.repeated) {
    if (const auto* from = node.as_table()) {
      read_table(*from, line, table.name, name, &configuration_);
    } else {
      findings_.add(line, name, "wrong_type", "is a table: write [" + name + "]");
    }
    return;
  }
  const auto* list = node.as_array();
  if (list == nullptr ||
      !std::all_of(list->begin(), list->end(), [](const toml::node& item) { return item.is_table(); })) {
    findings_.add(line, name, "wrong_type", "is a list of tables: write [[" + name + "]] over each");
    return;
  }
  for (const auto& item : *list) {
    const auto& from = *item.as_table();
    table.owner == Owner::smsc ? read_smsc(from, line_of(item.source())) : read_route(from, line_of(item.source()));
  }
}

std::string Reader::label_of(const toml::table& from, std::string_view table, std::size_t index) const {
  const std::string numbered = std::string(table) + "[" + std::to_string(index + 1) + "]";
  const auto name = from["name"].value<std::string>();
  if (!name || name->empty() || name->size() > 64) return numbered;
  const std::string named = std::string(table) + "." + *name;
  return findings_.written(named + ".name") ? numbered
                                            : named;  // a second one of that name must not hide behind the first
}

void Reader::read_smsc(const toml::table& from, std::size_t line) {
  const std::string label = label_of(from, "smsc", labels_.smscs.size());
  labels_.smscs.push_back(label);
  auto& smsc = configuration_.gateway.smscs.emplace_back();
  read_table(from, line, "smsc", label, &smsc);
  read_password(from, label, "password", smsc);
  read_password(from, label, "outbind_password", smsc);
  if (const toml::node* tlvs = from.get("extra_tlvs")) read_extra_tlvs(*tlvs, label, smsc);
  const toml::node* tls = from.get("tls");
  if (tls == nullptr) return;
  if (const auto* tls_table = tls->as_table()) {
    read_table(*tls_table, line_of(tls->source()), "smsc.tls", label + ".tls", &smsc);
  } else {
    findings_.add(line_of(tls->source()), label + ".tls", "wrong_type",
                  "is a table: write [smsc.tls] below its [[smsc]]");
  }
}

void Reader::read_extra_tlvs(const toml::node& node, const std::string& label, engine::SmscSettings& smsc) {
  const std::string key = label + ".extra_tlvs";
  findings_.saw(key, line_of(node.source()));
  const auto* list = node.as_array();
  if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_table(); })) {
    findings_.add(key, "wrong_type", "is a list of tables: write [[smsc.extra_tlvs]] over each, below its [[smsc]]");
    return;
  }
  for (const auto& item : *list) {
    const std::string one = key + "[" + std::to_string(smsc.extra_tlvs.size() + 1) + "]";
    read_table(*item.as_table(), line_of(item.source()), "smsc.extra_tlvs", one, &smsc.extra_tlvs.emplace_back());
  }
}

void Reader::read_route(const toml::table& from, std::size_t line) {
  const std::string label = label_of(from, "route", labels_.routes.size());
  labels_.routes.push_back(label);
  read_table(from, line, "route", label, &configuration_.gateway.routes.emplace_back());
}

void Reader::read_table(const toml::table& from, std::size_t line, std::string_view table, const std::string& label,
                        void* owner) {
  for (const auto& [word, node] : from) {
    const auto known = [&](const Row& row) { return row.table == table && row.key == word.str(); };
    const bool nested = std::any_of(tables().begin(), tables().end(), [&](const Table& one) {
      return one.name == std::string(table) + "." + std::string(word.str());
    });
    if (!nested && std::none_of(rows().begin(), rows().end(), known))
      unknown(line_of(word.source()), table, label, word.str());
  }
  for (const auto& row : rows()) {
    if (row.table != table) continue;
    const auto place = from.find(row.key);
    if (place == from.end()) {
      absent_row(line, row, label);
    } else {
      read_row(place->second, line_of(place->first.source()), row, label + "." + std::string(row.key), owner);
    }
  }
}

void Reader::read_row(const toml::node& node, std::size_t line, const Row& row, const std::string& key, void* owner) {
  findings_.saw(key, line);
  auto value = value_of(node);
  if (!value) {
    findings_.add(line, key, "wrong_type", "has " + std::string(found_form(node)) + ", which no key takes");
    return;
  }
  const Value written = *value;
  if (row.place != Place::none) read_path(row, *value, line, key);
  if (auto problem = row.slot.set(owner, *value, row.bounds)) {
    findings_.add(line, key, std::move(problem->code), std::move(problem->detail));
    return;
  }
  if (row.place == Place::defaulted && row.only.empty()) {
    const auto& path = std::get<std::string>(*value);
    std::error_code ignored;
    if (!path.empty() && std::filesystem::exists(path, ignored)) places_[key] = path;
  }
  // A path that is missing was named as such; one that exists would be expected to have an effect.
  const bool missing = row.place == Place::defaulted && findings_.written(key) &&
                       !std::filesystem::exists(resolved(std::get<std::string>(written)));
  if (!row.only.empty() && literal_of(written) != row.only && !missing) {
    findings_.add(line, key, "not_in_this_version",
                  "only " + std::string(row.only) +
                      " has an effect in this version; anything else is refused rather than ignored");
  }
}

// Makes a path absolute, and looks whether it is there where it must be.
void Reader::read_path(const Row& row, Value& value, std::size_t line, const std::string& key) {
  auto* path = std::get_if<std::string>(&value);
  if (path == nullptr || path->empty()) return;
  *path = resolved(*path).string();
  std::error_code ignored;
  if (row.place != Place::made && !std::filesystem::exists(*path, ignored)) {
    findings_.add(line, key, "missing_file", "there is no such file: " + *path);
  }
}

void Reader::absent_row(std::size_t line, const Row& row, const std::string& label) {
  const std::string key = label + "." + std::string(row.key);
  if (row.required) {
    findings_.add(line, key, "missing_key", "must be set");
    return;
  }
  if (row.place != Place::defaulted) return;
  const std::string unquoted(row.fallback.substr(1, row.fallback.size() - 2));
  std::error_code ignored;
  if (!std::filesystem::exists(resolved(unquoted), ignored)) return;
  if (row.only.empty()) {
    places_[key] = resolved(unquoted);
  } else {
    findings_.add(0, key, "not_in_this_version",
                  resolved(unquoted).string() +
                      " is there, but this version does not read it; set the key to \"\" or move the file away");
  }
}

void Reader::read_password(const toml::table& from, const std::string& label, const std::string& name,
                           engine::SmscSettings& smsc) {
  const std::string key = label + "." + name + "_file";
  const auto file = from[name + "_file"].value<std::string>();
  if (!file || file->empty()) return;
  if (from.contains(name)) {
    findings_.add(key, "both_passwords", name + " and " + name + "_file are both set; keep one");
    return;
  }
  auto text = read_file(resolved(*file), kPasswordFileMax);
  if (!text) {
    // A missing one was named by its row.
    if (text.error().code != "missing_file")
      findings_.add(key, text.error().code, "cannot be read: " + text.error().detail);
    return;
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  const auto row = std::find_if(rows().begin(), rows().end(),
                                [&](const Row& one) { return one.table == "smsc" && one.key == name; });
  auto problem = row->slot.set(&smsc, Value{std::move(*text)}, row->bounds);
  if (problem) findings_.add(key, std::move(problem->code), "what it holds: " + problem->detail);
}

void Reader::unknown(std::size_t line, std::string_view table, const std::string& label, std::string_view word) {
  std::vector<std::string_view> here;
  std::string_view elsewhere;
  for (const auto& one : tables()) {
    if (table.empty() && one.name.find('.') == std::string_view::npos) here.push_back(one.name);
  }
  for (const auto& row : rows()) {
    if (row.table == table) here.push_back(row.key);
    if (row.key == word && elsewhere.empty()) elsewhere = row.table;
  }
  std::string detail =
      table.empty() ? "there is no such table or key" : "there is no such key in [" + std::string(table) + "]";
  const auto meant = nearest(word, here);
  if (!elsewhere.empty()) {
    detail += "; it belongs in [" + std::string(elsewhere) + "]";
  } else if (!meant.empty()) {
    detail += "; did you mean \"" + std::string(meant) + "\"?";
  }
  findings_.add(line, (label.empty() ? "" : label + ".") + std::string(word), "unknown_key", std::move(detail));
}

}  // namespace

tl::expected<Configuration, Errors> read(std::string_view text, const std::filesystem::path& file) {
  try {
    return Reader(file).run(toml::parse(text, file.string()));
  } catch (const toml::parse_error& error) {
    Findings findings(file.string());
    findings.add(line_of(error.source()), "", "bad_toml", parser_says(error));
    return tl::unexpected<Errors>(findings.take());
  } catch (const std::filesystem::filesystem_error& error) {
    return tl::unexpected<Errors>(Errors{Error{"unreadable_file", error.code().message(), file.string()}});
  }
}

tl::expected<Configuration, Errors> load(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileMax);
  if (!text) return tl::unexpected<Errors>(Errors{Error{text.error().code, text.error().detail, file.string()}});
  return read(*text, file);
}

Result<std::filesystem::path> store_path(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileMax);
  if (!text) return failure(text.error().code, text.error().detail, file.string());
  try {
    const toml::table root = toml::parse(*text);
    const toml::node_view<const toml::node> path = root["store"]["path"];
    if (path && !path.is_string()) return failure("wrong_type", "store.path is no text", file.string());
    return file.parent_path() / path.value_or(StoreOptions{}.path);
  } catch (const toml::parse_error& error) {
    return failure("bad_toml", parser_says(error), file.string());
  }
}

}  // namespace dunlin::config
