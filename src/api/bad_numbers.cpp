// /v1/bad-numbers: what nothing reaches, for whoever can correct it. Streamed in slices: the list is as long as it is.
#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/rfc3339.hpp"
#include "api/routes.hpp"
#include "api/slices.hpp"
#include "csv/writer.hpp"
#include "store/reader.hpp"

namespace dunlin::api {
namespace {

constexpr std::size_t kSlice = 500;

void append_ndjson(std::string& out, std::string_view number, const store::Person& person) {
  JsonObject(out)
      .put("number", number)
      .put("since", *person.bad_since)
      .put("reason", person.bad_reason)
      .put("failures", person.failures)
      .end();
  out += '\n';
}

Result<Slice> render(store::Kv& kv, const std::string& after, bool as_csv) {
  Result<store::BadNumbers> found = store::bad_numbers(kv, after, kSlice);
  if (!found) return tl::unexpected<Error>(found.error());
  Slice slice{{}, std::move(found->last)};
  for (const auto& [number, person] : found->numbers) {
    if (as_csv) {
      csv::append_line(slice.text,
                       {number, format_rfc3339(*person.bad_since), person.bad_reason, std::to_string(person.failures)});
    } else {
      append_ndjson(slice.text, number, person);
    }
  }
  return slice;
}

}  // namespace

Task<> show_bad_numbers(Call& call) {
  const bool as_csv = says(call.target, "format", "csv");
  bool whole = co_await call.begin_stream(as_csv ? "text/csv" : "application/x-ndjson");
  std::string head;
  if (as_csv) csv::append_line(head, {"number", "since", "reason", "failures"});
  if (whole) whole = co_await call.send(head);
  std::function<Result<Slice>(const std::string&)> slice = [&kv = call.context.kv, as_csv](const std::string& after) {
    return render(kv, after, as_csv);
  };
  if (whole) whole = co_await send_slices(call, slice);
  if (whole) whole = co_await call.end_stream();
  if (!whole) call.connection.close();
}

Task<> clear_bad_number(Call& call) {
  const std::string number = call.segment(2);
  auto make = [&number](engine::Answer<engine::BadCleared> answer) {
    return engine::ClearBad{number, std::move(answer)};
  };
  Result<engine::BadCleared> cleared = co_await call.ask<engine::BadCleared>(make);
  if (!cleared) {
    co_await call.refuse(std::move(cleared.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("number", number).put("cleared", true).end();
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
