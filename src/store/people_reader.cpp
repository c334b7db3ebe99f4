#include "store/people_reader.hpp"

#include <algorithm>
#include <charconv>

#include "store/codec.hpp"

namespace dunlin::store {
namespace {

template <class T>
Result<T> or_none(Result<std::optional<T>> found) {
  if (!found) return tl::unexpected<Error>(found.error());
  return found->value_or(T{});
}

Result<CallView> call_of(Kv& kv, JobView view) {
  CallView call{std::move(view), {}, {}, {}};
  const Job& job = call.view.job;
  Result<Person> person = or_none(read_person(kv, job.to));
  if (!person) return tl::unexpected<Error>(person.error());
  call.person = *std::move(person);
  if (job.account.empty()) return call;
  Result<Account> account = or_none(read_account(kv, job.account));
  if (!account) return tl::unexpected<Error>(account.error());
  call.account = *std::move(account);
  if (job.invoice.empty()) return call;
  Result<Account> invoice = or_none(read_account(kv, job.account, job.invoice));
  if (!invoice) return tl::unexpected<Error>(invoice.error());
  call.invoice = *std::move(invoice);
  return call;
}

Result<HeardAt> heard_of(const Row& row) {
  const std::optional<keys::ByKey> key = keys::parse_by(row.key);
  if (!key) return failure("store_corrupt", "a key is not of its family's form", "conversations");
  Result<Heard> heard = decode<Heard>(row.value);
  if (!heard) return tl::unexpected<Error>(heard.error());
  return HeardAt{key->n, *std::move(heard)};
}

Result<std::optional<InboxView>> view_of(Kv& kv, const Row& row, std::uint64_t seq) {
  const std::optional<keys::InboxRow> item = keys::parse_inbox_value(row.value);
  if (!item) return failure("store_corrupt", "a row of the inbox can't be read", "meta");
  Result<std::optional<Person>> person = read_person(kv, item->number);
  if (!person) return tl::unexpected<Error>(person.error());
  if (!*person) return std::optional<InboxView>{};
  const std::string id = "h" + std::to_string(seq);
  const auto hold = std::ranges::find((*person)->holds, id, &Hold::id);
  if (hold == (*person)->holds.end()) return std::optional<InboxView>{};  // a turn released it between the two reads
  InboxView view{item->number, *hold, {}, {}};
  const Range range = keys::conversation_range(item->number, 0, 1);
  Result<std::optional<Row>> newest = kv.last(Family::conversations, range.first, range.last);
  if (!newest) return tl::unexpected<Error>(newest.error());
  if (*newest) {
    Result<HeardAt> heard = heard_of(**newest);
    if (!heard) return tl::unexpected<Error>(heard.error());
    view.heard = std::move(heard->heard);
  }
  if (hold->job.empty()) return std::optional<InboxView>(std::move(view));
  Result<std::optional<JobView>> job = find_job(kv, hold->job);
  if (!job) return tl::unexpected<Error>(job.error());
  if (*job) view.job = std::move((*job)->job);
  return std::optional<InboxView>(std::move(view));
}

}  // namespace

Result<Calls> calls(Kv& kv, const std::optional<std::string>& campaign, const std::string& after, std::size_t limit) {
  Range range = campaign ? keys::calls_of(*campaign, 0, limit) : keys::calls_all({}, limit);
  if (!after.empty()) range = keys::resume(std::move(range), after);
  const Result<std::vector<Row>> rows = kv.scan(range);
  if (!rows) return tl::unexpected<Error>(rows.error());
  Calls found;
  if (rows->size() == limit) found.last = rows->back().key;
  for (const Row& row : *rows) {
    const std::optional<keys::ByKey> key = keys::parse_by(row.key);
    if (!key) return failure("store_corrupt", "a key is not of its family's form", "calls");
    Result<std::optional<JobView>> view = read_job(kv, key->n);
    if (!view) return tl::unexpected<Error>(view.error());
    if (!*view) continue;
    Result<CallView> call = call_of(kv, std::move(**view));
    if (!call) return tl::unexpected<Error>(call.error());
    found.calls.push_back(*std::move(call));
  }
  return found;
}

Result<Inbox> inbox(Kv& kv, keys::InboxClass kind, std::uint64_t after, std::size_t limit) {
  const Result<std::vector<Row>> rows = kv.scan(keys::inbox_range(kind, after == 0 ? 0 : after + 1, limit));
  if (!rows) return tl::unexpected<Error>(rows.error());
  Inbox found;
  for (const Row& row : *rows) {
    const std::optional<keys::InboxKey> key = keys::parse_inbox(row.key);
    if (!key) return failure("store_corrupt", "a key is not of its family's form", "meta");
    if (rows->size() == limit) found.last = key->seq;
    Result<std::optional<InboxView>> view = view_of(kv, row, key->seq);
    if (!view) return tl::unexpected<Error>(view.error());
    if (*view) found.items.push_back(std::move(**view));
  }
  return found;
}

Result<std::vector<HeardAt>> newest_heard(Kv& kv, std::string_view number, std::size_t limit) {
  std::vector<HeardAt> heard;
  const Range range = keys::conversation_range(number, 0, limit);
  std::string before = range.last;
  while (heard.size() < limit) {
    Result<std::optional<Row>> row = kv.last(Family::conversations, range.first, before);
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    Result<HeardAt> each = heard_of(**row);
    if (!each) return tl::unexpected<Error>(each.error());
    heard.push_back(*std::move(each));
    before = std::move((*row)->key);
  }
  std::ranges::reverse(heard);
  return heard;
}

}  // namespace dunlin::store
