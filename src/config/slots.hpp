// Slots: how a written value becomes a member, chosen by the member's type.
//   bool toggle · std::string text · vector of strings, or of caps, list · unsigned numbers · std::uint64_t a size in octets ·
//   milliseconds a duration · variant of integer and string either
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/schema.hpp"
#include "dunning/caps.hpp"

namespace dunlin::config {

// One conversion a type; each says a Problem or assigns.
std::optional<Problem> assign(bool& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign(std::string& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign(std::vector<std::string>& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign(std::vector<dunning::Cap>& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign(std::chrono::milliseconds& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign(std::uint64_t& member, const Value& value, const Bounds& bounds);  // a size
using Either = std::variant<std::int64_t, std::string>;
std::optional<Problem> assign(Either& member, const Value& value,
                              const Bounds& bounds);  // bounds: of a string's octets
std::optional<Problem> assign_number(std::int64_t& member, const Value& value, const Bounds& bounds);
std::optional<Problem> assign_mode(std::uint32_t& member, const Value& value);
// The index in `names` of what was written.
std::optional<Problem> assign_choice(std::size_t& index, const Value& value, std::span<const std::string_view> names,
                                     std::string_view choices);

std::string literal(bool value);
std::string literal(const std::string& value);
std::string literal(const std::vector<std::string>& value);
std::string literal(const std::vector<dunning::Cap>& value);
std::string literal(std::chrono::milliseconds value);
std::string literal(std::uint64_t value);  // a size
std::string literal(const Either& value);
std::string literal_number(std::int64_t value);
std::string literal_mode(std::uint32_t value);

template <class T>
struct ShortNumber : std::bool_constant<std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t> ||
                                        std::is_same_v<T, std::uint32_t>> {};

template <class T>
std::optional<Problem> assign_any(T& member, const Value& value, const Bounds& bounds) {
  if constexpr (ShortNumber<T>::value) {
    std::int64_t number = 0;
    const Bounds narrowed{bounds.min, std::min<std::int64_t>(bounds.max, std::numeric_limits<T>::max())};
    if (auto problem = assign_number(number, value, narrowed)) return problem;
    member = static_cast<T>(number);
    return std::nullopt;
  } else {
    return assign(member, value, bounds);
  }
}
template <class T>
std::optional<Problem> assign_any(std::optional<T>& member, const Value& value, const Bounds& bounds) {
  T inner{};
  if (auto problem = assign_any(inner, value, bounds)) return problem;
  member = inner;
  return std::nullopt;
}

template <class T>
std::string literal_any(const T& member) {
  if constexpr (ShortNumber<T>::value) {
    return literal_number(member);
  } else {
    return literal(member);
  }
}
template <class T>
std::string literal_any(const std::optional<T>& member) {
  return member ? literal_any(*member) : std::string{};
}

template <class T>
constexpr Form form_of() {
  if constexpr (std::is_same_v<T, bool>) return Form::toggle;
  if constexpr (std::is_same_v<T, std::string>) return Form::text;
  if constexpr (std::is_same_v<T, std::vector<std::string>> || std::is_same_v<T, std::vector<dunning::Cap>>) return Form::list;
  if constexpr (std::is_same_v<T, std::chrono::milliseconds>) return Form::duration;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Form::size;
  if constexpr (std::is_same_v<T, Either>) return Form::either;
  return Form::number;
}

template <class Pointer>
struct MemberOf;
template <class Class, class Type>
struct MemberOf<Type Class::*> {
  using Owner = Class;
};

template <auto First, auto... Rest, class Object>
auto& follow(Object& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return follow<Rest...>(object.*First);
  }
}

// A chain of member pointers from the table's owner to the member: the type-erased way to read and write it.
template <auto First, auto... Rest>
struct Path {
  using Owner = typename MemberOf<decltype(First)>::Owner;
  static auto& in(void* owner) { return follow<First, Rest...>(*static_cast<Owner*>(owner)); }
  static const auto& in(const void* owner) { return follow<First, Rest...>(*static_cast<const Owner*>(owner)); }
  static void copy(const void* from, void* to) { in(to) = in(from); }
  static bool same(const void* one, const void* other) { return in(one) == in(other); }
  using Type = std::remove_cvref_t<decltype(in(static_cast<const void*>(nullptr)))>;
};

// at<&Configuration::log, &LogOptions::redact>()
template <auto... Members>
constexpr Slot at() {
  using To = Path<Members...>;
  return {.form = form_of<typename To::Type>(),
          .choices = {},
          .set = [](void* owner, const Value& value,
                    const Bounds& bounds) { return assign_any(To::in(owner), value, bounds); },
          .show = [](const void* owner) { return literal_any(To::in(owner)); },
          .copy = &To::copy,
          .same = &To::same};
}

// A uint32_t of permission bits, written "0660".
template <auto... Members>
constexpr Slot mode_at() {
  using To = Path<Members...>;
  return {.form = Form::mode,
          .choices = {},
          .set = [](void* owner, const Value& value, const Bounds&) { return assign_mode(To::in(owner), value); },
          .show = [](const void* owner) { return literal_mode(To::in(owner)); },
          .copy = &To::copy,
          .same = &To::same};
}

// A member whose values have names.
template <class T, std::size_t N>
struct Names {
  std::string_view choices;  // "text" or "json", for people
  std::array<std::string_view, N> names;
  std::array<T, N> values;
};

template <const auto& Listed, auto... Members>
constexpr Slot named_at() {
  using To = Path<Members...>;
  return {.form = Form::choice,
          .choices = Listed.choices,
          .set =
              [](void* owner, const Value& value, const Bounds&) {
                std::size_t index = 0;
                auto problem = assign_choice(index, value, Listed.names, Listed.choices);
                if (!problem) To::in(owner) = Listed.values[index];
                return problem;
              },
          .show =
              [](const void* owner) {
                if constexpr (std::is_constructible_v<typename To::Type, std::nullopt_t>) {
                  if (!To::in(owner)) return std::string{};
                }
                std::size_t index = 0;
                while (index + 1 < Listed.values.size() && Listed.values[index] != To::in(owner)) ++index;
                return literal(std::string(Listed.names[index]));
              },
          .copy = &To::copy,
          .same = &To::same};
}

// A path of something the reader loads into a member that points to it; equal are two that were read from the same
// words (same_as()).
template <auto... Members>
constexpr Slot loaded_at() {
  using To = Path<Members...>;
  return {.form = Form::text,
          .choices = {},
          .set =
              [](void*, const Value& value, const Bounds& bounds) {
                std::string path;
                return assign_any(path, value, bounds);
              },
          .show = [](const void*) { return std::string{}; },
          .copy = &To::copy,
          .same =
              [](const void* one, const void* other) {
                const auto& here = To::in(one);
                const auto& there = To::in(other);
                return here == there || (here && there && here->same_as(*there));
              }};
}

// A key that fills no member: its form is checked, and the reader knows what else to do with it.
template <class T>
constexpr Slot nowhere() {
  return {.form = form_of<T>(),
          .choices = {},
          .set =
              [](void*, const Value& value, const Bounds& bounds) {
                T ignored{};
                return assign_any(ignored, value, bounds);
              },
          .show = nullptr,
          .copy = nullptr,
          .same = nullptr};
}

}  // namespace dunlin::config
