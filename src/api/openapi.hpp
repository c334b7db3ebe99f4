// All calls as an OpenAPI 3.1 description, made of the lists that the server runs on: routes.cpp, query_rows.hpp,
// problem.cpp, schema.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "api/routes.hpp"

namespace dunlin::api {

// As docs/openapi.json has it, with a newline at its end. Made once.
const std::string& openapi_document();

// What a row of the routes says in a few characters, read.
struct Content {
  unsigned status = 0;  // of an answer
  std::string_view media_type;
  std::string_view type;  // of a schema; empty: octets or text
};
std::vector<Content> bodies_of(const Route& route);
std::vector<Content> answers_of(const Route& route);
// What it may be refused for, but what any call may.
std::vector<const ProblemRow*> problems_of(const Route& route);
// Of its segment in braces: "a job's id".
std::string_view path_parameter_says(const Route& route);

}  // namespace dunlin::api
