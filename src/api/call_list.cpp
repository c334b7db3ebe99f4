// /v1/call-list: whom to phone, and why. Streamed in slices; who is on it is judged as it is read.
#include "engine/call_list.hpp"

#include <unordered_set>

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/rfc3339.hpp"
#include "api/routes.hpp"
#include "api/slices.hpp"
#include "csv/writer.hpp"
#include "store/enum_names.hpp"
#include "store/people_reader.hpp"

namespace dunlin::api {
namespace {

constexpr std::size_t kSlice = 200;
// Who stands for several jobs of one account is told once. So many are remembered; beyond, somebody may be told twice.
constexpr std::size_t kSeenMax = 100'000;

struct Listing {
  std::optional<std::string> campaign;
  bool as_csv = true;
  Wall now{};
  bool any = false;  // of JSON: something stands before
  std::unordered_set<std::size_t> seen;
};

struct Shown {
  std::string_view name;
  std::string value;
};

std::vector<Shown> columns_of(const engine::JobAt& at, const store::Job& job) {
  return {{"number", job.to},
          {"account", job.account},
          {"invoice", job.invoice},
          {"amount", job.amount},
          {"currency", job.currency},
          {"due_date", job.due_date},
          {"reason", engine::why_of(at.state)},
          {"since", at.state.calls.empty() ? std::string{} : format_rfc3339(at.state.calls.front().at)},
          {"state", std::string(store::name_of(at.state.state))},
          {"language", job.locale.empty() ? at.state.locale : job.locale},
          {"campaign", job.campaign},
          {"job", job.id}};
}

template <class Member>
void append_line(std::string& out, const std::vector<Shown>& columns, Member Shown::*cell) {
  std::vector<std::string> cells;
  for (const Shown& each : columns) cells.emplace_back(each.*cell);
  csv::append_line(out, cells);
}

void append(Listing& listing, std::string& out, const store::CallView& call) {
  const auto [at, standing] = engine::callee_of(call);
  if (!engine::to_be_phoned(at, standing, listing.now)) return;
  const store::Job& job = engine::newest_of(at, standing);
  const std::size_t who =
      std::hash<std::string>{}(job.to + '\n' + (job.account.empty() ? job.id : job.account) + '\n' + job.invoice);
  if (listing.seen.contains(who)) return;
  if (listing.seen.size() < kSeenMax) listing.seen.insert(who);
  const std::vector<Shown> columns = columns_of(at, job);
  if (listing.as_csv) {
    append_line(out, columns, &Shown::value);
    return;
  }
  out += std::exchange(listing.any, true) ? ",\n" : "\n";
  JsonObject object(out);
  for (const Shown& each : columns) object.put_some(each.name, each.value);
  object.end();
}

Result<Slice> render(store::Kv& kv, const std::string& after, Listing& listing) {
  Result<store::Calls> found = store::calls(kv, listing.campaign, after, kSlice);
  if (!found) return tl::unexpected<Error>(found.error());
  Slice slice{{}, std::move(found->last)};
  for (const store::CallView& call : found->calls) append(listing, slice.text, call);
  return slice;
}

std::string head_of(bool as_csv) {
  if (!as_csv) return "{\"calls\":[";
  std::string head;
  append_line(head, columns_of({}, {}), &Shown::name);
  return head;
}

}  // namespace

Task<> show_call_list(Call& call) {
  auto listing = std::make_shared<Listing>();
  if (const std::string* campaign = call.target.find("campaign")) listing->campaign = *campaign;
  listing->as_csv = says(call.target, "format", "csv");
  listing->now = call.backend.now().wall;
  bool whole = co_await call.begin_stream(listing->as_csv ? "text/csv" : "application/json");
  const std::string head = head_of(listing->as_csv);
  if (whole) whole = co_await call.send(head);
  std::function<Result<Slice>(const std::string&)> slice = [&kv = call.context.kv, listing](const std::string& after) {
    return render(kv, after, *listing);
  };
  if (whole) whole = co_await send_slices(call, slice);
  if (whole && !listing->as_csv) whole = co_await call.send("\n]}\n");
  if (whole) whole = co_await call.end_stream();
  if (!whole) call.connection.close();
}

Task<> clear_call(Call& call) {
  const std::string id = call.segment(2);
  auto make = [&id](engine::Answer<engine::CallDone> answer) { return engine::ClearCall{id, std::move(answer)}; };
  Result<engine::CallDone> done = co_await call.ask<engine::CallDone>(make);
  if (!done) {
    co_await call.refuse(std::move(done.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("id", id).put("done", true).end();
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
