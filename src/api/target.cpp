#include "api/target.hpp"

#include <simdjson.h>

#include "api/rfc3339.hpp"

namespace dunlin::api {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Calls part(piece) for each piece between separators; false as soon as it says false.
template <class Part>
bool split(std::string_view text, char separator, Part&& part) {
  for (;;) {
    const std::size_t at = text.find(separator);
    if (!part(text.substr(0, at))) return false;
    if (at == text.npos) return true;
    text.remove_prefix(at + 1);
  }
}

tl::unexpected<Error> bad_target() { return failure("bad_target", "the request's path is not well-formed"); }

// As UTF-8: what is named here is told in JSON.
std::optional<std::string> decoded(std::string_view piece) {
  std::optional<std::string> text = percent_decode(piece);
  if (text && !simdjson::validate_utf8(*text)) text.reset();
  return text;
}

}  // namespace

const std::string* Target::find(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 0x0F];
    }
  }
  return out;
}

Result<Target> parse_target(std::string_view text) {
  if (text.starts_with("http://")) {
    text.remove_prefix(7);
    const std::size_t slash = text.find('/');
    text = slash == text.npos ? "/" : text.substr(slash);
  }
  if (!text.starts_with('/')) return bad_target();
  text.remove_prefix(1);
  text = text.substr(0, text.find('#'));

  Target target;
  const std::size_t mark = text.find('?');
  const bool path = split(text.substr(0, mark), '/', [&](std::string_view piece) {
    auto segment = decoded(piece);
    if (segment) target.segments.push_back(std::move(*segment));
    return segment.has_value();
  });
  if (!path) return bad_target();
  if (mark == text.npos) return target;
  const bool query = split(text.substr(mark + 1), '&', [&](std::string_view piece) {
    if (piece.empty()) return true;
    const std::size_t equals = piece.find('=');
    auto name = decoded(piece.substr(0, equals));
    auto value = decoded(equals == piece.npos ? std::string_view{} : piece.substr(equals + 1));
    if (!name || !value) return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
    return true;
  });
  if (!query) return bad_target();
  return target;
}

Result<std::optional<Wall>> time_in(const Target& target, std::string_view name) {
  constexpr Wall kFirst = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
  constexpr Wall kEnd = std::chrono::sys_days{std::chrono::year{2100} / 1 / 1};
  const std::string* text = target.find(name);
  if (text == nullptr) return std::optional<Wall>{};
  const std::optional<Wall> at = parse_rfc3339(*text);
  if (!at) return failure("bad_time", "a time as 2026-12-01T10:30:00+01:00 is expected", std::string(name));
  if (*at < kFirst || *at >= kEnd)
    return failure("out_of_range", "a time of the years 2000 to 2099 is expected", std::string(name));
  return at;
}

}  // namespace dunlin::api
