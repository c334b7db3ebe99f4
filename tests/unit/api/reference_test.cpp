// docs/api.md's tables and docs/openapi.json are written from the lists the program runs on. After a change:
// DUNLIN_WRITE_DOCS=1 unit_api
// --gtest_filter='Reference.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

#include "api/openapi.hpp"
#include "api/problem.hpp"
#include "api/routes.hpp"
#include "api/schema.hpp"

namespace dunlin::api {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// As docs/api.md tells a type of schema.hpp.
std::string shown(std::string_view type) {
  if (type == "integer") return "number";
  if (type == "time") return "RFC 3339 with offset";
  if (type == "duration") return "duration, like `48h`";
  if (type == "true") return "`true`";
  if (type == "Params") return "object of strings and numbers";
  if (type == "any") return "";
  if (type.starts_with('[')) return "list of " + shown(type.substr(1, type.size() - 2));
  if (type.starts_with('{')) return "object of " + shown(type.substr(1, type.size() - 2)) + "s by name";
  const bool upper = type.front() >= 'A' && type.front() <= 'Z';
  if (upper && type.find('|') == type.npos) {
    const Schema* schema = find_schema(type);
    EXPECT_NE(schema, nullptr) << type;
    if (schema == nullptr || schema->is.empty()) return "`" + std::string(type) + "`";
    type = schema->is;
  }
  if (type.find('|') == type.npos) return std::string(type);
  std::string all;
  for (const std::string& word : split(type, '|')) all += (all.empty() ? "`" : " `") + word + "`";
  return all;
}

// A bar inside a cell would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string call_of(const Route& route) {
  return "`" + std::string(boost::beast::http::to_string(route.method)) + " " + std::string(route.pattern) + "`";
}

// `{"account","invoice"?,"as":"resend"|"drop"}`
std::string object_of(const Schema& schema) {
  std::string out;
  for (const Member& member : schema.members) {
    out += (out.empty() ? "{\"" : ",\"") + std::string(member.name) + "\"" + (member.required ? "" : "?");
    if (member.type.find('|') == member.type.npos || member.type.front() < 'a') continue;
    std::string words;
    for (const std::string& word : split(member.type, '|')) words += (words.empty() ? ":\"" : "|\"") + word + "\"";
    out += words;
  }
  return "`" + out + "}`";
}

std::string takes(const Route& route) {
  std::string out;
  for (const Content& content : bodies_of(route)) {
    if (!out.empty()) out += "; ";
    if (content.media_type != "application/json") out += "`" + std::string(content.media_type) + "`";
    const Schema* schema = find_schema(content.type);
    if (content.type == "Job") {
      out += content.media_type == "application/json" ? "a job" : ": a job a line";
    } else if (schema != nullptr) {
      out += object_of(*schema);
    }
  }
  std::string query;
  for (const Parameter& row : route.query) query += (query.empty() ? "`?" : "&") + std::string(row.name) + "=";
  if (!query.empty()) out += (out.empty() ? "" : "; ") + query + "`";
  return out;
}

std::string calls() {
  std::string out = "| call | takes | does |\n| --- | --- | --- |\n";
  for (const Route& route : routes()) {
    out += "| " + call_of(route) + " | " + cell(takes(route)) + " | " + cell(route.does) + " |\n";
  }
  return out;
}

std::string parameters() {
  std::string out = "| call | parameter | value | |\n| --- | --- | --- | --- |\n";
  for (const Route& route : routes()) {
    for (const Parameter& row : route.query) {
      std::string value = row.type == "boolean" ? "`true` `false`" : row.type == "integer" ? "number" : shown(row.type);
      const bool bounded = row.most != std::numeric_limits<std::uint64_t>::max();
      if (row.type == "integer" && bounded && row.most < std::numeric_limits<std::uint32_t>::max())
        value += ", " + std::to_string(row.least) + " to " + std::to_string(row.most);
      if (!row.otherwise.empty()) value += ", default `" + std::string(row.otherwise) + "`";
      if (row.required) value += ", required";
      out += "| " + call_of(route) + " | `" + std::string(row.name) + "` | " + value + " | " + cell(row.says) + " |\n";
    }
  }
  return out;
}

std::string table_of(std::string_view name) {
  const Schema* schema = find_schema(name);
  EXPECT_NE(schema, nullptr) << name;
  std::string out = "| field | value | |\n| --- | --- | --- |\n";
  for (const Member& member : schema->members) {
    out += "| `" + std::string(member.name) + "` | " +
           (member.type == "JobConsent" ? object_of(*find_schema("JobConsent")) : shown(member.type)) + " | " +
           cell(member.says) + " |\n";
  }
  return out;
}

std::string codes() {
  std::string out = "| code | HTTP | |\n| --- | --- | --- |\n";
  for (const ProblemRow& row : problem_rows()) {
    out +=
        "| `" + std::string(row.code) + "` | " + std::to_string(row.status) + " | " + std::string(row.title) + " |\n";
  }
  return out;
}

// Replaces what stands between "<!-- NAME -->" and "<!-- /NAME -->".
std::string with_block(std::string document, const std::string& name, const std::string& text) {
  const std::string begin = "<!-- " + name + " -->\n", end = "<!-- /" + name + " -->";
  const std::size_t from = document.find(begin), to = document.find(end);
  EXPECT_NE(from, document.npos) << name;
  EXPECT_NE(to, document.npos) << name;
  if (from == document.npos || to == document.npos) return document;
  return document.replace(from + begin.size(), to - from - begin.size(), text);
}

void expect_written(const std::string& path, const std::string& written, const std::string& wanted) {
  if (std::getenv("DUNLIN_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
  } else {
    EXPECT_EQ(written, wanted) << "run it with DUNLIN_WRITE_DOCS=1";
  }
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Reference, IsWhatTheProgramDoes) {
  const std::string path = DUNLIN_SOURCE_DIR "/docs/api.md";
  const std::string written = read(path);
  ASSERT_FALSE(written.empty()) << path;
  std::string wanted = with_block(written, "calls", calls());
  wanted = with_block(wanted, "parameters", parameters());
  wanted = with_block(wanted, "fields", table_of("Job"));
  wanted = with_block(wanted, "event", table_of("Event"));
  wanted = with_block(wanted, "codes", codes());
  expect_written(path, written, wanted);
}

TEST(Reference, OpenApiIsWhatTheProgramDoes) {
  const std::string path = DUNLIN_SOURCE_DIR "/docs/openapi.json";
  expect_written(path, read(path), openapi_document());
}

// Names in a type: the schemas it needs.
void names_in(std::string_view type, std::set<std::string>& names) {
  std::string name;
  for (const char c : std::string(type) + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (letter) {
      name += c;
      continue;
    }
    if (!name.empty() && name.front() <= 'Z') names.insert(name);
    name.clear();
  }
}

TEST(Reference, EachNameIsThereAndNeeded) {
  std::set<std::string> needed = {"Problem"};
  for (const Route& route : routes()) {
    EXPECT_FALSE(answers_of(route).empty()) << route.pattern;
    for (const Content& content : bodies_of(route)) names_in(content.type, needed);
    for (const Content& content : answers_of(route)) {
      names_in(content.type, needed);
      EXPECT_TRUE(content.status == 200 || content.status == 201) << route.pattern;
    }
    for (const std::string& code : split(route.refuses, ' ')) {
      EXPECT_TRUE(code == "job" || problem_row(code).code == code) << route.pattern << " " << code;
    }
    const bool has_parameter = route.pattern.find('{') != route.pattern.npos;
    EXPECT_TRUE(!has_parameter || !path_parameter_says(route).empty()) << route.pattern;
  }
  std::set<std::string> given;
  std::set<std::string> bases = {"ExplainedWhose", "ImportSums"};  // others take them over
  for (const Schema& schema : schemas()) {
    EXPECT_TRUE(given.insert(std::string(schema.name)).second) << schema.name << " is there twice";
    names_in(schema.is, needed);
    std::set<std::string_view> members;
    for (const Member& member : schema.members) {
      names_in(member.type, needed);
      EXPECT_TRUE(members.insert(member.name).second) << schema.name << "." << member.name;
    }
  }
  needed.merge(bases);
  EXPECT_EQ(given, needed);
}

}  // namespace
}  // namespace dunlin::api
