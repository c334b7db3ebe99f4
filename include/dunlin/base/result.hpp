// Expected failures are values. A Result<T> is a T or an Error that says what went wrong and where.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace dunlin {

struct Error {
  std::string code;    // stable, snake_case: what a program matches on ("unknown_field", "too_long")
  std::string detail;  // a sentence for people; never a full number, a text or a password
  std::string where;   // the field, "file:line: key", or "field at octet N"; empty when there is no better place than the call itself

  bool operator==(const Error&) const = default;
};

// "where: detail (code)", for logs and the command line.
inline std::string to_string(const Error& error) {
  return (error.where.empty() ? "" : error.where + ": ") + error.detail + " (" + error.code + ")";
}

// Put [[nodiscard]] on every function that returns one: Debian's tl::expected is not itself marked.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string code, std::string detail, std::string where = {}) {
  return tl::unexpected<Error>(Error{std::move(code), std::move(detail), std::move(where)});
}

}  // namespace dunlin
