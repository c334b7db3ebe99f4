#include "config/slots.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace dunlin::config {
namespace {

std::string_view form_found(const Value& value) {
  static constexpr std::array<std::string_view, 4> kFound{"true or false", "an integer", "a string", "a list"};
  return kFound[value.index()];
}

Problem wrong_type(std::string_view wanted, const Value& value) {
  return {"wrong_type", "needs " + std::string(wanted) + ", but " + std::string(form_found(value)) + " is written"};
}

std::optional<Problem> bounded(std::int64_t number, const Bounds& bounds, std::string_view what,
                               std::string (*show)(std::int64_t)) {
  if (number >= bounds.min && number <= bounds.max) return std::nullopt;
  const bool open = bounds.max == std::numeric_limits<std::int64_t>::max();
  return Problem{"out_of_bounds",
                 std::string(what) + " must be " +
                     (open ? "at least " + show(bounds.min) : "from " + show(bounds.min) + " to " + show(bounds.max))};
}

std::string plain(std::int64_t number) { return std::to_string(number); }
std::string as_duration(std::int64_t number) { return format_duration(std::chrono::milliseconds(number)); }
std::string as_size(std::int64_t number) { return format_size(static_cast<std::uint64_t>(number)); }

}  // namespace

std::optional<Problem> assign(bool& member, const Value& value, const Bounds&) {
  const auto* written = std::get_if<bool>(&value);
  if (written == nullptr) return wrong_type("true or false", value);
  member = *written;
  return std::nullopt;
}

std::optional<Problem> assign(std::string& member, const Value& value, const Bounds& bounds) {
  const auto* written = std::get_if<std::string>(&value);
  if (written == nullptr) return wrong_type("a string", value);
  if (written->find('\0') != std::string::npos) return Problem{"bad_value", "must not contain a NUL"};
  if (auto problem = bounded(static_cast<std::int64_t>(written->size()), bounds, "its length in octets", plain))
    return problem;
  member = *written;
  return std::nullopt;
}

std::optional<Problem> assign(std::vector<std::string>& member, const Value& value, const Bounds& bounds) {
  const auto* written = std::get_if<std::vector<std::string>>(&value);
  if (written == nullptr) return wrong_type("a list of strings", value);
  if (auto problem = bounded(static_cast<std::int64_t>(written->size()), bounds, "how many it lists", plain))
    return problem;
  member = *written;
  return std::nullopt;
}

std::optional<Problem> assign(std::vector<dunning::Cap>& member, const Value& value, const Bounds& bounds) {
  std::vector<std::string> written;
  if (auto problem = assign(written, value, bounds)) return problem;
  std::vector<dunning::Cap> caps;
  for (const std::string& each : written) {
    Result<dunning::Cap> cap = dunning::parse_cap(each);
    if (!cap) return Problem{cap.error().code, literal(each) + ": " + cap.error().detail};
    caps.push_back(*cap);
  }
  member = std::move(caps);
  return std::nullopt;
}

std::optional<Problem> assign(std::chrono::milliseconds& member, const Value& value, const Bounds& bounds) {
  const auto* written = std::get_if<std::string>(&value);
  if (written == nullptr) return wrong_type("a duration as a string, like \"30s\"", value);
  const auto duration = parse_duration(*written);
  if (!duration) return Problem{duration.error().code, duration.error().detail};
  if (auto problem = bounded(duration->count(), bounds, "it", as_duration)) return problem;
  member = *duration;
  return std::nullopt;
}

std::optional<Problem> assign(std::uint64_t& member, const Value& value, const Bounds& bounds) {
  const auto* written = std::get_if<std::string>(&value);
  if (written == nullptr) return wrong_type("a size as a string, like \"512MiB\"", value);
  const auto size = parse_size(*written);
  if (!size) return Problem{size.error().code, size.error().detail};
  if (auto problem = bounded(static_cast<std::int64_t>(*size), bounds, "it", as_size)) return problem;
  member = *size;
  return std::nullopt;
}

std::optional<Problem> assign(Either& member, const Value& value, const Bounds& bounds) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    member = *number;
    return std::nullopt;
  }
  std::string text;
  if (!std::holds_alternative<std::string>(value)) return wrong_type("an integer or a string", value);
  if (auto problem = assign(text, value, bounds)) return problem;
  member = std::move(text);
  return std::nullopt;
}

std::optional<Problem> assign_number(std::int64_t& member, const Value& value, const Bounds& bounds) {
  const auto* written = std::get_if<std::int64_t>(&value);
  if (written == nullptr) return wrong_type("an integer", value);
  if (auto problem = bounded(*written, bounds, "it", plain)) return problem;
  member = *written;
  return std::nullopt;
}

std::optional<Problem> assign_mode(std::uint32_t& member, const Value& value) {
  const auto* written = std::get_if<std::string>(&value);
  if (written == nullptr) return wrong_type("permission bits as a string, like \"0660\"", value);
  const auto octal = [](char digit) { return digit >= '0' && digit <= '7'; };
  const bool three = written->size() == 3 || (written->size() == 4 && written->front() == '0');
  if (!three || !std::all_of(written->begin(), written->end(), octal)) {
    return Problem{"bad_value", "not permission bits: three octal digits, as in \"0660\""};
  }
  member = static_cast<std::uint32_t>(std::stoul(*written, nullptr, 8));
  return std::nullopt;
}

std::optional<Problem> assign_choice(std::size_t& index, const Value& value, std::span<const std::string_view> names,
                                     std::string_view choices) {
  const auto* written = std::get_if<std::string>(&value);
  if (written == nullptr) return wrong_type("one of " + std::string(choices), value);
  const auto found = std::find(names.begin(), names.end(), *written);
  if (found == names.end()) return Problem{"bad_value", "must be one of " + std::string(choices)};
  index = static_cast<std::size_t>(found - names.begin());
  return std::nullopt;
}

std::string literal(bool value) { return value ? "true" : "false"; }

std::string literal(const std::string& value) {
  std::string quoted = "\"";
  for (const char octet : value) {
    if (octet == '"' || octet == '\\') quoted += '\\';
    quoted += octet;
  }
  return quoted + '"';
}

std::string literal(const std::vector<std::string>& value) {
  std::string listed = "[";
  for (const auto& item : value) listed += (listed.size() > 1 ? ", " : "") + literal(item);
  return listed + "]";
}

std::string literal(const std::vector<dunning::Cap>& value) {
  std::vector<std::string> written;
  for (const dunning::Cap& cap : value) written.push_back(dunning::to_string(cap));
  return literal(written);
}

std::string literal(std::chrono::milliseconds value) { return literal(format_duration(value)); }
std::string literal(std::uint64_t value) { return literal(format_size(value)); }
std::string literal(const Either& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? literal_number(*number) : literal(std::get<std::string>(value));
}
std::string literal_number(std::int64_t value) { return std::to_string(value); }

std::string literal_mode(std::uint32_t value) {
  std::string digits = "\"0";
  for (int shift = 6; shift >= 0; shift -= 3) digits += static_cast<char>('0' + ((value >> shift) & 7));
  return digits + '"';
}

std::string literal_of(const Value& value) {
  return std::visit(
      [](const auto& written) {
        if constexpr (std::is_same_v<std::decay_t<decltype(written)>, std::int64_t>) {
          return literal_number(written);
        } else {
          return literal(written);
        }
      },
      value);
}

}  // namespace dunlin::config
