// Request objects, read from JSON into a struct by its own list of fields: there is no second table of names. A value
// is a scalar, a flat object of scalars (params) or a record (consent), so depth is bounded by itself; simdjson checks
// UTF-8 and syntax. What is wrong inside one is named "params.NAME".
//
// Errors, with the field in `where`: "invalid_json", "invalid_utf8", "unknown_field", "duplicate_field",
// "wrong_type", "unknown_value" (no such enumerator), "bad_time", "bad_duration", "out_of_range". null is the same as
// leaving the field out, or the parameter.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/enum_names.hpp"

namespace dunlin::api {

class JsonValue;  // one member's value, of simdjson

[[nodiscard]] Result<void> read_value(JsonValue& value, std::string& into);
[[nodiscard]] Result<void> read_value(JsonValue& value, bool& into);
[[nodiscard]] Result<void> read_value(JsonValue& value, std::uint32_t& into);
[[nodiscard]] Result<void> read_value(JsonValue& value, std::uint64_t& into);
[[nodiscard]] Result<void> read_value(JsonValue& value, Wall& into);
[[nodiscard]] Result<void> read_value(JsonValue& value,
                                      std::chrono::milliseconds& into);  // "48h", as the configuration has them
// {"name":"value",…}: at most kParamsMax. A number is taken as it is written, so that it stays exact; true and false as
// those words.
[[nodiscard]] Result<void> read_value(JsonValue& value, std::vector<store::Param>& into);
[[nodiscard]] Result<void> read_value(JsonValue& value, store::JobConsent& into);
inline constexpr std::size_t kParamsMax = 64;
[[nodiscard]] Result<std::size_t> read_name(JsonValue& value, std::span<const std::string_view> names);
template <store::NamedEnum E>
[[nodiscard]] Result<void> read_value(JsonValue& value, E& into) {
  return read_name(value, store::names<E>).map([&](std::size_t number) { into = static_cast<E>(number); });
}
template <class T>
[[nodiscard]] Result<void> read_value(JsonValue& value, std::optional<T>& into) {
  return read_value(value, into.emplace());
}

class JsonReader {
 public:
  // A field of an object being read: its name, where its value goes, and how.
  struct Slot {
    std::string_view name;
    void* into;
    Result<void> (*read)(JsonValue& value, void* into);
  };
  static constexpr std::size_t kPadding =
      64;  // octets after the text that may be read (not used): the caller's buffer has them

  // By the struct's own list of fields.
  template <class T>
  static auto slots_of(T& into) {
    const auto slots =
        std::apply([&](const auto&... row) { return std::array{slot(row.name, into.*(row.member))...}; }, T::fields);
    static_assert(std::tuple_size_v<std::remove_cvref_t<decltype(slots)>> <= 64);
    return slots;
  }

  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Fills `into`; what was read before an error stays there.
  template <class T>
  [[nodiscard]] Result<void> read(std::string_view padded, T& into) {
    return read_slots(padded, slots_of(into));
  }

 private:
  template <class V>
  static Slot slot(std::string_view name, V& member) {
    return {name, &member, [](JsonValue& value, void* where) { return read_value(value, *static_cast<V*>(where)); }};
  }
  Result<void> read_slots(std::string_view padded, std::span<const Slot> slots);

  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace dunlin::api
