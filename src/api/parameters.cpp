#include "api/parameters.hpp"

#include <algorithm>
#include <charconv>

#include "api/bodies.hpp"

namespace dunlin::api {
namespace {

Result<std::uint64_t> parse_number(const Parameter& row, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digits = !text.empty() && end == text.data() + text.size();
  if (digits && error == std::errc::result_out_of_range) number = row.most;  // more than any bound
  if (!digits || error == std::errc::invalid_argument)
    return failure("wrong_type", "expected a whole number", std::string(row.name));
  Result<void> good = check_bounds(row.name, row.least, row.most, number);
  if (good && error != std::errc{}) good = failure("out_of_range", "the number is too great", std::string(row.name));
  return good.map([number] { return number; });
}

Result<void> check_value(const Parameter& row, const Target& target, std::string_view value) {
  if (row.type == "integer") return parse_number(row, value).map([](std::uint64_t) {});
  if (row.type == "boolean") return check_word(row.name, "true|false", value);
  if (row.type == "time") return time_in(target, row.name).map([](const std::optional<Wall>&) {});
  const std::string_view words = words_of(row.type);
  return words.empty() ? Result<void>{} : check_word(row.name, words, value);
}

}  // namespace

Result<void> check_word(std::string_view name, std::string_view words, std::string_view value) {
  std::string expected = "expected one of";
  for (std::string_view left = words; !left.empty();) {
    const std::string_view word = left.substr(0, left.find('|'));
    if (word == value) return {};
    expected.append(" ").append(word);
    left.remove_prefix(std::min(word.size() + 1, left.size()));
  }
  return failure("unknown_value", std::move(expected), std::string(name));
}

Result<void> check_bounds(std::string_view name, std::uint64_t least, std::uint64_t most, std::uint64_t value) {
  if (value >= least && value <= most) return {};
  return failure("out_of_range", "at least " + std::to_string(least) + ", at most " + std::to_string(most),
                 std::string(name));
}

Result<void> check_query(std::span<const Parameter> parameters, Target& target) {
  for (const auto& [name, value] : target.query) {
    const auto row = std::ranges::find(parameters, name, &Parameter::name);
    if (row == parameters.end()) return failure("unknown_parameter", "this call has no such parameter", name);
    if (!row->repeats && std::ranges::count(target.query, name, &std::pair<std::string, std::string>::first) > 1)
      return failure("duplicate_parameter", "the parameter is there twice", name);
    if (Result<void> good = check_value(*row, target, value); !good) return good;
  }
  for (const Parameter& row : parameters) {
    const std::string* value = target.find(row.name);
    if (row.required && (value == nullptr || value->empty()))
      return failure("missing", "the parameter is required", std::string(row.name));
    if (value == nullptr && !row.otherwise.empty()) target.query.emplace_back(row.name, row.otherwise);
  }
  return {};
}

std::optional<std::uint64_t> number_in(const Target& target, std::string_view name) {
  const std::string* text = target.find(name);
  if (text == nullptr) return std::nullopt;
  return parse_number({name, "integer", {}}, *text).value_or(0);
}

bool flag_in(const Target& target, std::string_view name) { return says(target, name, "true"); }

bool says(const Target& target, std::string_view name, std::string_view word) {
  const std::string* text = target.find(name);
  return text != nullptr && *text == word;
}

}  // namespace dunlin::api
