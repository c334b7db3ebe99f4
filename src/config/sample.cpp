// The sample is the manual: every row, explained where it is set. conf/dunlin.toml must equal it.
#include <limits>
#include <sstream>

#include "base/duration.hpp"
#include "config/configuration.hpp"
#include "config/schema.hpp"

namespace dunlin::config {
namespace {

constexpr std::size_t kColumns = 110;

constexpr std::string_view kOpening =
    "Dunlin's configuration, and its manual: every key is here, with its default unless it says otherwise. "
    "Durations are strings: \"250ms\", \"30s\", \"5m\", \"48h\", \"7d\"; sizes too: \"512MiB\". Relative paths start "
    "from this file's folder. "
    "A path that is written must exist; a default path that does not exist means none. An unknown key is an error.\n"
    "`dunlind --config FILE --check` says everything that is wrong with a file. SIGHUP, or `dunlin reload`, takes over "
    "what is marked (live) "
    "and names what needs a restart.";

// Wrapped into comment lines; '\n' begins a new one.
void comment(std::ostream& out, std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string filled = "#";
    for (std::string word; words >> word;) {
      if (filled.size() + 1 + word.size() > kColumns) {
        out << filled << '\n';
        filled = "#";
      }
      filled += ' ' + word;
    }
    out << filled << '\n';
  }
}

std::string shown(Form form, std::int64_t bound) {
  if (form == Form::duration) return format_duration(std::chrono::milliseconds(bound));
  if (form == Form::size) return format_size(static_cast<std::uint64_t>(bound));
  return std::to_string(bound);
}

std::string form_of(const Row& row) {
  const Form form = row.slot.form;
  const bool open = row.bounds.max == std::numeric_limits<std::int64_t>::max();
  const std::string range = open ? "" : shown(form, row.bounds.min) + " to " + shown(form, row.bounds.max);
  switch (form) {
    case Form::toggle: return "true or false";
    case Form::number: return range;
    case Form::duration: return "duration, " + range;
    case Form::size: return "size";
    case Form::mode: return "octal digits";
    case Form::either: return "integer, or string of at most " + shown(form, row.bounds.max) + " octets";
    case Form::choice: return "one of " + std::string(row.slot.choices);
    case Form::list: return "list of strings";
    case Form::text:
      return row.place != Place::none ? "path" : "string of at most " + shown(form, row.bounds.max) + " octets";
  }
  return {};
}

// "(0s to 1h; default "10s"; live)"
std::string facts(const Row& row) {
  std::string line = "(" + form_of(row);
  const std::string fallback = default_of(row);
  if (row.required) {
    line += "; required";
  } else if (fallback.empty()) {
    line += "; not set by default";
  } else {
    line += "; default " + fallback;
  }
  if (!row.only.empty()) line += "; only " + std::string(row.only) + " in this version, anything else is refused";
  if (row.live) line += "; live";
  return line + ")";
}

void describe(std::ostream& out, const Row& row, bool commented) {
  comment(out, row.text);
  comment(out, facts(row));
  const std::string value = row.example.empty() ? default_of(row) : std::string(row.example);
  out << (row.commented || commented ? "# " : "") << row.key << " = " << value << '\n';
}

}  // namespace

std::string sample() {
  std::ostringstream out;
  comment(out, kOpening);
  for (const auto& table : tables()) {
    out << "\n\n";
    comment(out, table.text);
    out << (table.commented ? "# " : "") << (table.repeated ? "[[" : "[") << table.name << (table.repeated ? "]]" : "]")
        << '\n';
    for (const auto& row : rows()) {
      if (row.table != table.name) continue;
      out << '\n';
      describe(out, row, table.commented);
    }
  }
  return out.str();
}

}  // namespace dunlin::config
