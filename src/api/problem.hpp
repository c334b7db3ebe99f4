// Refusals as RFC 9457 problem documents, and the table of every code the API answers with.
#pragma once

#include <dunlin/base/result.hpp>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::api {

struct ProblemRow {
  std::string_view code;
  unsigned status;  // HTTP
  std::string_view title;
  // Which calls may be refused for it, by spaces: all, those with a body (`takes`), a JSON one (`body`) or none
  // (`bare`), a `query`, a `job`. Others name it in their row (routes.cpp).
  std::string_view of{};
};

// A code that is not here is a refused value: 422.
std::span<const ProblemRow> problem_rows();
const ProblemRow& problem_row(std::string_view code);

// {"type","title","status","detail","code","field"?}, and `extra`: further members, already JSON (`"oldest":17`), or
// empty.
std::string problem_document(const Error& error, std::string_view extra = {});
// {"code","detail","field"?}: the same inside an NDJSON answer.
void append_error(std::string& out, const Error& error);

}  // namespace dunlin::api
