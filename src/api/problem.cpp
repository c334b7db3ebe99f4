#include "api/problem.hpp"

#include <algorithm>
#include <array>

#include "api/json_write.hpp"
#include "base/redact.hpp"

namespace dunlin::api {
namespace {

constexpr auto kRows = std::to_array<ProblemRow>({
    {"bad_request", 400, "The request is not HTTP as this server reads it", "all"},
    {"bad_target", 400, "The path or query is not well-formed", "all"},
    {"unknown_parameter", 400, "A query parameter that this call does not have", "all"},
    {"invalid_json", 400, "The body is not one JSON object", "body"},
    {"invalid_utf8", 400, "The body is not UTF-8", "body"},
    {"forbidden", 403, "This user may not use the socket, or not for this", "all"},
    {"not_found", 404, "There is no such thing"},
    {"method_not_allowed", 405, "The path does not have this method"},
    {"conflict", 409, "It contradicts what is recorded"},
    {"same_person", 409, "Another person has to do this"},
    {"import_over", 409, "This import is over"},
    {"too_late", 409, "It has gone too far for that"},
    {"not_in_doubt", 409, "The job is not in doubt"},
    {"needs_restart", 409, "The configuration changed in what only a restart takes over"},
    {"gone", 410, "Older than what is kept"},
    {"too_large", 413, "The body is too large", "body"},
    {"unsupported_media_type", 415, "The body has another media type than this call reads", "takes"},
    {"bad_configuration", 422, "The configuration is not well-formed; nothing was changed"},
    {"unknown_field", 422, "A field that does not exist", "body"},
    {"duplicate_field", 422, "A field that is there twice", "body"},
    {"duplicate_parameter", 422, "A query parameter that is there twice", "query"},
    {"unexpected_body", 422, "A body on a call that takes none", "bare"},
    {"missing", 422, "A required field is missing", "body query job"},
    {"bad_value", 422, "A value the field does not have", "job"},
    {"duplicate_id", 422, "Another row of the file has this id"},
    {"bad_number", 422, "Not a phone number that can be texted", "job"},
    {"not_mobile", 422, "A number of a kind that gets no SMS", "job"},
    {"ambiguous_number", 422, "A number that can be read in two ways", "job"},
    {"bad_amount", 422, "Not an exact decimal amount", "job"},
    {"bad_currency", 422, "Not an ISO 4217 currency", "job"},
    {"bad_date", 422, "Not a calendar date", "job"},
    {"bad_url", 422, "Not an https address", "job"},
    {"not_encodable", 422, "The text does not fit the encoding asked for", "job"},
    {"too_many_segments", 422, "The text is longer than allowed", "job"},
    {"no_route", 422, "No route serves this number", "job"},
    {"already_expired", 422, "It expired before it came", "job"},
    {"never_sent", 422, "It expires before it may be sent", "job"},
    {"wrong_type", 422, "A value of another type", "body query"},
    {"unknown_value", 422, "A value outside the field's list", "body query"},
    {"bad_time", 422, "Not an RFC 3339 time with an offset", "body query"},
    {"out_of_range", 422, "A value outside the field's bounds", "body query job"},
    {"too_long", 422, "A value or line longer than its bound", "job"},
    {"too_many", 422, "There are as many of these as there may be", "job"},
    {"consent_missing", 422, "Marketing needs a consent for its purpose", "job"},
    {"unknown_template", 422, "A template that is not there, or not in that language", "job"},
    {"wrong_kind", 422, "A template that is not for this kind of job", "job"},
    {"missing_parameter", 422, "A template's parameter is missing", "job"},
    {"bad_parameter", 422, "A value that a template's parameter can't have", "job"},
    {"unknown_plan", 422, "A plan that is not there", "job"},
    {"timezone_unknown", 422, "Nobody knows the time where the recipient is", "job"},
    {"cut_off", 422, "The body ended before it was whole"},
    {"bad_rows", 422, "Rows of the file can't be taken"},
    {"bad_map", 422, "A column or a field that is not there"},
    {"bad_csv", 422, "Not a file of rows and columns"},
    {"bad_header", 422, "The file's first line does not name its columns"},
    {"columns", 422, "A row with more or fewer cells than the header"},
    {"bad_charset", 422, "A charset that is not known"},
    {"bad_encoding", 422, "Octets that are not of the file's charset"},
    {"not_csv", 422, "A workbook or another file that is no text"},
    {"spreadsheet_number", 422, "A number that a spreadsheet has rounded"},
    {"ambiguous_amount", 422, "An amount that can be read in two ways"},
    {"header_too_large", 431, "The request's head is larger than 16 KiB", "all"},
    {"store_io", 500, "The store could not be read", "all"},
    {"store_corrupt", 500, "The store holds a row that cannot be read", "all"},
    {"busy", 503, "Busy with what was asked before, or with as many connections, streams or captures as there may be",
     "all"},
    {"unavailable", 503, "The gateway is opening its store anew", "all"},
    {"no_room", 507, "The disk has no room for more jobs", "all"},
    {"store_full", 507, "The disk is full", "all"},
});
constexpr ProblemRow kOther{"refused", 422, "The request was refused"};

}  // namespace

std::span<const ProblemRow> problem_rows() { return kRows; }

const ProblemRow& problem_row(std::string_view code) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const ProblemRow& each) { return each.code == code; });
  return row == kRows.end() ? kOther : *row;
}

std::string problem_document(const Error& error, std::string_view extra) {
  const ProblemRow& row = problem_row(error.code);
  std::string out;
  JsonObject problem(out);
  problem.put("type", "urn:dunlin:problem:" + error.code).put("title", row.title).put("status", row.status);
  problem.put("detail", redact(error.detail)).put("code", error.code).put_some("field", redact(error.where));
  if (!extra.empty()) out.append(",").append(extra);
  problem.end();
  out += '\n';
  return out;
}

void append_error(std::string& out, const Error& error) {
  JsonObject object(out);
  object.put("code", error.code).put("detail", redact(error.detail)).put_some("field", redact(error.where)).end();
}

}  // namespace dunlin::api
