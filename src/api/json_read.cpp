#include "api/json_read.hpp"

#include <simdjson.h>

#include <algorithm>

#include "api/rfc3339.hpp"
#include "base/duration.hpp"

namespace dunlin::api {

namespace ondemand = simdjson::ondemand;

class JsonValue {
 public:
  explicit JsonValue(ondemand::value of) : value(of) {}
  ondemand::value value;
};

struct JsonReader::Parser {
  ondemand::parser parser;
};

static_assert(JsonReader::kPadding >= simdjson::SIMDJSON_PADDING);

namespace {

tl::unexpected<Error> not_json(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) return failure("invalid_utf8", "the text is not UTF-8");
  return failure("invalid_json", std::string("not one JSON object: ") + simdjson::error_message(error));
}

tl::unexpected<Error> wrong_type(std::string_view expected) {
  return failure("wrong_type", "expected " + std::string(expected));
}

// A value of another type is `wrong_type`; one of the right type that is malformed is invalid_json.
template <class T>
Result<T> get(JsonValue& json, ondemand::json_type type, std::string_view expected) {
  ondemand::json_type found;
  if (const auto error = json.value.type().get(found)) return not_json(error);
  if (found != type) return wrong_type(expected);
  T value;
  if (const auto error = json.value.get(value)) {
    if (error == simdjson::INCORRECT_TYPE || error == simdjson::NUMBER_ERROR) return wrong_type(expected);
    return not_json(error);
  }
  return value;
}

Result<std::string_view> get_text(JsonValue& json, std::string_view expected = "a string") {
  auto text = get<std::string_view>(json, ondemand::json_type::string, expected);
  if (text && !simdjson::validate_utf8(*text)) return failure("invalid_utf8", "an escape names half a surrogate pair");
  return text;
}

bool same_name(std::string_view name, std::string_view other) {
  return name.size() == other.size() && name.front() == other.front() && name == other;
}

// A value of any other type is false: reading it says what is wrong with it.
Result<bool> is_null(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type) || type != ondemand::json_type::null) return false;
  bool null = false;
  if (value.is_null().get(null)) return failure("invalid_json", "not one JSON object: a value that is almost null");
  return null;
}

tl::unexpected<Error> at_field(Error error, std::string_view name) {
  error.where = error.where.empty() ? std::string(name) : std::string(name) + "." + error.where;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<void> read_value(JsonValue& value, std::string& into) {
  return get_text(value).map([&](std::string_view text) { into.assign(text); });
}

Result<void> read_value(JsonValue& value, bool& into) {
  return get<bool>(value, ondemand::json_type::boolean, "true or false").map([&](bool found) { into = found; });
}

Result<void> read_value(JsonValue& value, std::uint64_t& into) {
  return get<std::uint64_t>(value, ondemand::json_type::number, "a whole number, not below zero")
      .map([&](std::uint64_t found) { into = found; });
}

Result<void> read_value(JsonValue& value, std::uint32_t& into) {
  std::uint64_t wide = 0;
  if (auto read = read_value(value, wide); !read) return read;
  if (wide > UINT32_MAX) return failure("out_of_range", "the number is too great");
  into = static_cast<std::uint32_t>(wide);
  return {};
}

Result<void> read_value(JsonValue& value, Wall& into) {
  const auto text = get_text(value, "an RFC 3339 time");
  if (!text) return tl::unexpected<Error>(text.error());
  const auto time = parse_rfc3339(*text);
  if (!time) return failure("bad_time", "expected an RFC 3339 time with its offset, like 2026-12-01T10:30:00+01:00");
  into = *time;
  return {};
}

Result<void> read_value(JsonValue& value, std::chrono::milliseconds& into) {
  const auto text = get_text(value, "a duration like \"48h\"");
  if (!text) return tl::unexpected<Error>(text.error());
  return parse_duration(*text).map([&](std::chrono::milliseconds read) { into = read; });
}

Result<std::size_t> read_name(JsonValue& value, std::span<const std::string_view> names) {
  const auto text = get_text(value);
  if (!text) return tl::unexpected<Error>(text.error());
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string detail = "expected one of";
  for (const auto name : names) detail += " " + std::string(name);
  return failure("unknown_value", std::move(detail));
}

namespace {

Result<ondemand::object> get_object(JsonValue& json) {
  ondemand::json_type type;
  if (const auto error = json.value.type().get(type)) return not_json(error);
  if (type != ondemand::json_type::object) return wrong_type("an object");
  ondemand::object object;
  if (const auto error = json.value.get_object().get(object)) return not_json(error);
  return object;
}

// Each member of the object. `read` says what is wrong with one.
template <class Read>
Result<void> each_member(ondemand::object object, Read&& read) {
  for (auto item : object) {
    ondemand::field member;
    if (const auto error = std::move(item).get(member)) return not_json(error);
    std::string_view name;
    if (const auto error = member.unescaped_key().get(name)) return not_json(error);
    JsonValue value(member.value());
    if (Result<void> good = read(name, value); !good) return at_field(std::move(good.error()), name.substr(0, 64));
  }
  return {};
}

// Each into the slot of its name.
Result<void> fill(ondemand::object object, std::span<const JsonReader::Slot> slots) {
  std::uint64_t seen = 0;
  return each_member(object, [&](std::string_view name, JsonValue& value) -> Result<void> {
    const auto slot = std::ranges::find_if(slots, [&](const auto& row) { return same_name(row.name, name); });
    if (slot == slots.end()) return failure("unknown_field", "there is no field of this name");
    const std::uint64_t bit = 1ull << (slot - slots.begin());
    if ((seen & bit) != 0) return failure("duplicate_field", "the field is there twice");
    seen |= bit;
    const Result<bool> null = is_null(value.value);
    if (!null) return tl::unexpected<Error>(null.error());
    return *null ? Result<void>{} : slot->read(value, slot->into);
  });
}

// A scalar as text, numbers as they are written.
Result<std::string> get_scalar(JsonValue& json) {
  ondemand::json_type type;
  if (const auto error = json.value.type().get(type)) return not_json(error);
  switch (type) {
    case ondemand::json_type::string:
      return get_text(json).map([](std::string_view text) { return std::string(text); });
    case ondemand::json_type::boolean:
      return get<bool>(json, type, "true or false").map([](bool value) {
        return std::string(value ? "true" : "false");
      });
    case ondemand::json_type::number: {
      const std::string token(json.value.raw_json_token());
      double checked = 0;
      if (const auto error = json.value.get_double().get(checked)) return not_json(error);
      return token.substr(0, token.find_last_of("0123456789") + 1);
    }
    default: return wrong_type("a string or a number");
  }
}

}  // namespace

Result<void> read_value(JsonValue& value, std::vector<store::Param>& into) {
  const Result<ondemand::object> object = get_object(value);
  if (!object) return tl::unexpected<Error>(object.error());
  std::vector<std::string> left_out;  // by null
  return each_member(*object, [&](std::string_view name, JsonValue& member) -> Result<void> {
    if (into.size() + left_out.size() >= kParamsMax)
      return failure("too_many", "at most " + std::to_string(kParamsMax) + " are taken");
    if (std::ranges::find(into, name, &store::Param::name) != into.end() ||
        std::ranges::find(left_out, name) != left_out.end())
      return failure("duplicate_field", "the parameter is there twice");
    const Result<bool> null = is_null(member.value);
    if (!null) return tl::unexpected<Error>(null.error());
    if (*null) {
      left_out.emplace_back(name);
      return {};
    }
    store::Param& param = into.emplace_back(store::Param{std::string(name), {}});
    return get_scalar(member).map([&](std::string text) { param.value = std::move(text); });
  });
}

Result<void> read_value(JsonValue& value, store::JobConsent& into) {
  const Result<ondemand::object> object = get_object(value);
  if (!object) return tl::unexpected<Error>(object.error());
  return fill(*object, JsonReader::slots_of(into));
}

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

Result<void> JsonReader::read_slots(std::string_view padded, std::span<const Slot> slots) {
  ondemand::document document;
  const simdjson::padded_string_view text(padded.data(), padded.size(), padded.size() + kPadding);
  if (const auto error = parser_->parser.iterate(text).get(document)) return not_json(error);
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return not_json(error);

  if (Result<void> filled = fill(object, slots); !filled) return filled;
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
    return failure("invalid_json", "something follows the JSON object");
  return {};
}

}  // namespace dunlin::api
