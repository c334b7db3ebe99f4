#include "api/openapi.hpp"

#include <algorithm>
#include <dunlin/base/ascii.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "api/call.hpp"
#include "api/schema.hpp"
#include "base/version.hpp"

namespace dunlin::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kJson = "application/json", kNdjson = "application/x-ndjson",
                           kProblem = "application/problem+json";

// What stands in braces, by the segment before it.
struct PathRow {
  std::string_view before, says;
};
constexpr PathRow kPathRows[] = {
    {"jobs", "a job's id; `/` in it as `%2F`"},
    {"campaigns", "a campaign's id"},
    {"plans", "a plan's name"},
    {"accounts", "an account"},
    {"holds", "a hold's id"},
    {"consents", "a number, E.164"},
    {"bad-numbers", "a number, E.164"},
    {"inbox", "a number, E.164"},
    {"call-list", "a job's id"},
    {"consumers", "a consumer's name"},
    {"links", "an SMSC's name"},
};

// Takes what stands before `separator` off `text`, without blanks around it.
std::string_view next_of(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (part.starts_with(' ')) part.remove_prefix(1);
  while (part.ends_with(' ')) part.remove_suffix(1);
  return part;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (next_of(words, ' ') == word) return true;
  }
  return false;
}

Content content_of(std::string_view text) {
  Content content{0, kJson, {}};
  if (text.find('/') == text.npos) {
    content.type = text;
  } else {
    content.media_type = next_of(text, ' ');
    content.type = text;
  }
  return content;
}

bool names_schema(std::string_view type) { return !type.empty() && type.front() >= 'A' && type.front() <= 'Z'; }

Json ref(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

Json enum_of(std::string_view type) {
  Json words = Json::array();
  while (!type.empty()) words.push_back(std::string(next_of(type, '|')));
  return words;
}

Json schema_of(std::string_view type) {
  if (type.starts_with('[')) return {{"type", "array"}, {"items", schema_of(type.substr(1, type.size() - 2))}};
  if (type.starts_with('{'))
    return {{"type", "object"}, {"additionalProperties", schema_of(type.substr(1, type.size() - 2))}};
  if (names_schema(type) && type.find('|') == type.npos) return ref(type);
  if (names_schema(type)) {
    Json several = Json::array();
    while (!type.empty()) several.push_back(ref(next_of(type, '|')));
    return {{"anyOf", std::move(several)}};
  }
  if (type.find('|') != type.npos) return {{"type", "string"}, {"enum", enum_of(type)}};
  if (type == "integer") return {{"type", "integer"}, {"minimum", 0}};
  if (type == "time") return {{"type", "string"}, {"format", "date-time"}};
  if (type == "duration") return {{"type", "string"}, {"pattern", "^[0-9]+(ms|s|m|h|d)$"}};
  if (type == "true") return {{"const", true}};
  if (type == "any" || type.empty()) return Json::object();
  // One word that a string always is: "them".
  if (type != "string" && type != "number" && type != "boolean") return {{"const", std::string(type)}};
  return {{"type", std::string(type)}};
}

Json described(Json json, std::string_view says) {
  if (!says.empty()) json["description"] = std::string(says);
  return json;
}

Json schema_of(const Member& member) {
  Json schema = schema_of(member.type);
  if (member.type == "integer") schema["minimum"] = member.least;
  if (member.type == "integer" && member.most != kNoBound) schema["maximum"] = member.most;
  if (member.filled) schema["minLength"] = 1;
  return schema;
}

Json component_of(const Schema& schema) {
  if (!schema.is.empty()) return described(schema_of(schema.is), schema.says);
  Json properties = Json::object(), required = Json::array();
  for (const Member& member : schema.members) {
    properties[std::string(member.name)] = described(schema_of(member), member.says);
    if (member.required) required.push_back(std::string(member.name));
  }
  Json object = {{"type", "object"}, {"description", std::string(schema.says)}, {"properties", std::move(properties)}};
  if (!required.empty()) object["required"] = std::move(required);
  object["additionalProperties"] = false;
  return object;
}

Json parameter_of(const Parameter& row) {
  Json schema = schema_of(row.type);
  if (row.type == "integer") {
    schema["minimum"] = row.least;
    if (row.most != kNoBound) schema["maximum"] = row.most;
    if (!row.otherwise.empty()) schema["default"] = Json::parse(row.otherwise);
  } else if (!row.otherwise.empty()) {
    schema["default"] = row.type == "boolean" ? Json(row.otherwise == "true") : Json(std::string(row.otherwise));
  }
  if (row.required && row.type == "string") schema["minLength"] = 1;
  if (row.repeats) schema = {{"type", "array"}, {"items", std::move(schema)}};
  Json parameter = {{"name", std::string(row.name)}, {"in", "query"}, {"description", std::string(row.says)}};
  if (row.required) parameter["required"] = true;
  parameter["schema"] = std::move(schema);
  return parameter;
}

std::string method_of(const Route& route) { return lowered(boost::beast::http::to_string(route.method)); }

// Each call's own name, from its row: "post_jobs_resolve".
std::string operation_id(const Route& route) {
  std::string id = method_of(route);
  std::string_view left = route.pattern.substr(std::string_view("/v1/").size());
  while (!left.empty()) {
    const std::string_view segment = next_of(left, '/');
    id += segment.starts_with('{') ? "_by_" : "_";
    for (const char c : segment) {
      if (c != '{' && c != '}') id += c == '-' || c == '.' ? '_' : c;
    }
  }
  return id;
}

std::string_view tag_of(const Route& route) {
  std::string_view left = route.pattern.substr(std::string_view("/v1/").size());
  return next_of(left, '/');
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  std::string_view left = route.pattern;
  while (!left.empty()) {
    const std::string_view segment = next_of(left, '/');
    if (!segment.starts_with('{')) continue;
    const std::string_view name = segment.substr(1, segment.size() - 2);
    parameters.push_back({{"name", std::string(name)},
                          {"in", "path"},
                          {"required", true},
                          {"description", std::string(path_parameter_says(route))},
                          {"schema", {{"type", "string"}, {"minLength", 1}}}});
  }
  for (const Parameter& row : route.query) parameters.push_back(parameter_of(row));
  return parameters;
}

Json media_of(const Content& content) {
  if (content.type.empty())
    return content.media_type == "text/csv" ? Json{{"schema", {{"type", "string"}}}} : Json::object();
  Json media = {{"schema", schema_of(content.type)}};
  if (content.media_type == kNdjson) media["schema"] = {{"description", "of each line"}, {"allOf", {media["schema"]}}};
  return media;
}

std::string_view reason_of(unsigned status) { return status == 201 ? "It was made" : "Done, or what was asked for"; }

Json responses_of(const Route& route) {
  Json responses = Json::object();
  for (const Content& content : answers_of(route)) {
    Json& response = responses[std::to_string(content.status)];
    response["description"] = std::string(reason_of(content.status));
    response["content"][std::string(content.media_type)] = media_of(content);
  }
  std::map<unsigned, std::vector<const ProblemRow*>> by_status;
  for (const ProblemRow* row : problems_of(route)) by_status[row->status].push_back(row);
  for (const auto& [status, rows] : by_status) {
    Json codes = Json::array();
    std::string says;
    for (const ProblemRow* row : rows) {
      codes.push_back(std::string(row->code));
      says.append(says.empty() ? "" : "; ").append("`").append(row->code).append("`: ").append(row->title);
    }
    responses[std::to_string(status)] = {{"description", std::move(says)},
                                         {"content", {{std::string(kProblem), {{"schema", ref("Problem")}}}}},
                                         {"x-codes", std::move(codes)}};
  }
  responses["default"] = {{"$ref", "#/components/responses/Refused"}};
  return responses;
}

Json operation_of(const Route& route) {
  Json operation = {{"operationId", operation_id(route)},
                    {"tags", {std::string(tag_of(route))}},
                    {"description", std::string(route.does)}};
  if (Json parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = std::move(parameters);
  const std::vector<Content> bodies = bodies_of(route);
  for (const Content& content : bodies)
    operation["requestBody"]["content"][std::string(content.media_type)] = media_of(content);
  if (!bodies.empty()) operation["requestBody"]["required"] = true;
  operation["responses"] = responses_of(route);
  return operation;
}

Json make_components() {
  Json all = Json::object();
  for (const Schema& schema : schemas()) all[std::string(schema.name)] = component_of(schema);
  Json codes = Json::array();
  std::string says = "Any call may be refused so";
  for (const ProblemRow& row : problem_rows()) {
    if (!has_word(row.of, "all")) continue;
    codes.push_back(std::string(row.code));
    says.append("; `")
        .append(row.code)
        .append("` (")
        .append(std::to_string(row.status))
        .append("): ")
        .append(row.title);
  }
  const Json refused = {{"description", std::move(says)},
                        {"content", {{std::string(kProblem), {{"schema", ref("Problem")}}}}},
                        {"x-codes", std::move(codes)}};
  return {{"schemas", std::move(all)}, {"responses", {{"Refused", refused}}}};
}

std::string make_document() {
  Json tags = Json::array(), paths = Json::object();
  for (const Route& route : routes()) {
    const Json tag = {{"name", std::string(tag_of(route))}};
    if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    paths[std::string(route.pattern)][method_of(route)] = operation_of(route);
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Dunlin"},
        {"version", std::string(kVersion)},
        {"summary", "SMS for payment reminders"},
        {"description",
         "HTTP/1.1 and JSON over a Unix stream socket, `[api] socket` in the configuration. An answer that says a "
         "thing "
         "was done means: on disk, fsynced. In bodies `null` is the same as leaving a field out; a field or a "
         "parameter "
         "that does not exist is refused. Codes of problems that a version does not tell here may be added by a later "
         "one."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", {{{"url", "http://localhost"}, {"description", "over the Unix socket, /run/dunlin/api.sock"}}}},
      {"tags", std::move(tags)},
      {"paths", std::move(paths)},
      {"components", make_components()}};
  return document.dump(1) + "\n";
}

}  // namespace

std::vector<Content> bodies_of(const Route& route) {
  std::vector<Content> bodies;
  for (std::string_view left = route.takes; !left.empty();) bodies.push_back(content_of(next_of(left, ';')));
  return bodies;
}

std::vector<Content> answers_of(const Route& route) {
  std::vector<Content> answers;
  for (std::string_view left = route.answers; !left.empty();) {
    std::string_view one = next_of(left, ';');
    const std::string_view status = next_of(one, ' ');
    answers.push_back(content_of(one));
    for (const char digit : status)
      answers.back().status = answers.back().status * 10 + static_cast<unsigned>(digit - '0');
  }
  return answers;
}

std::vector<const ProblemRow*> problems_of(const Route& route) {
  const auto is_json = [](const Content& each) { return each.media_type == kJson; };
  const bool has_json = std::ranges::any_of(bodies_of(route), is_json);
  std::vector<const ProblemRow*> rows;
  for (const ProblemRow& row : problem_rows()) {
    const bool may = has_word(route.refuses, row.code) || (has_json && has_word(row.of, "body")) ||
                     has_word(row.of, route.takes.empty() ? "bare" : "takes") ||
                     (!route.query.empty() && has_word(row.of, "query")) ||
                     (has_word(route.refuses, "job") && has_word(row.of, "job"));
    if (may) rows.push_back(&row);
  }
  return rows;
}

std::string_view path_parameter_says(const Route& route) {
  const std::string_view before = tag_of(route);
  const auto* row = std::ranges::find(kPathRows, before, &PathRow::before);
  return row == std::end(kPathRows) ? std::string_view{} : row->says;
}

const std::string& openapi_document() {
  static const std::string document = make_document();
  return document;
}

Task<> show_openapi(Call& call) {
  std::string text = openapi_document();
  text.pop_back();  // answer() adds one
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
