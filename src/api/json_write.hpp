// JSON, written straight into a string: answers and events are many, so nothing is built in between.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/rfc3339.hpp"
#include "base/duration.hpp"

namespace dunlin::api {

// Quoted and escaped (RFC 8259 §7). Octets that are not UTF-8 (an SMSC's message id may hold anything) become U+FFFD.
void append_json(std::string& out, std::string_view text);
inline void append_json(std::string& out, const std::string& text) { append_json(out, std::string_view(text)); }
inline void append_json(std::string& out, const char* text) { append_json(out, std::string_view(text)); }
inline void append_json(std::string& out, bool value) { out += value ? "true" : "false"; }
inline void append_json(std::string& out, Wall time) {
  out += '"';
  append_rfc3339(out, time);
  out += '"';
}
inline void append_json(std::string& out, std::chrono::milliseconds duration) { append_json(out, format_duration(duration)); }
template <class Number>
requires(std::integral<Number> || std::floating_point<Number>) void append_json(std::string& out, Number value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

// {"key":value,…}, one put at a time. `key` is a name of ours: written as it is.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  template <class T>
  JsonObject& put(std::string_view key, const T& value) {
    append_json(this->key(key), value);
    return *this;
  }
  template <class T>
  JsonObject& put(std::string_view key, const std::optional<T>& value) {
    return value ? put(key, *value) : *this;
  }
  // Left out when empty.
  JsonObject& put_some(std::string_view key, std::string_view text) { return text.empty() ? *this : put(key, text); }
  // Writes `"key":`; the caller appends the value.
  std::string& key(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += key;
    out_ += "\":";
    return out_;
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

// [item,…]: `write(item)` appends one of them.
template <class Items, class Write>
void append_array(std::string& out, const Items& items, Write&& write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(item);
  }
  out += ']';
}

}  // namespace dunlin::api
