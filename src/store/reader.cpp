#include "store/reader.hpp"

#include <algorithm>
#include <string>

#include "store/codec.hpp"
#include "store/keyed_hash.hpp"
#include "store/keys.hpp"

namespace dunlin::store {
namespace {

// At most this many rows are in memory at once while a list of jobs is read.
constexpr std::size_t kJobsAtOnce = 512;

Error in_family(Family family, Error error) {
  error.where = std::string(family_name(family)) + (error.where.empty() ? "" : ": " + error.where);
  return error;
}

tl::unexpected<Error> bad_key(Family family) {
  return failure("store_corrupt", "a key is not of its family's form", std::string(family_name(family)));
}

template <class R>
Result<R> decode_row(Family family, std::string_view octets) {
  return decode<R>(octets).map_error([&](Error error) { return in_family(family, std::move(error)); });
}

Result<std::optional<std::string>> get_one(Kv& kv, const Key& key) {
  return kv.get({&key, 1}).map(
      [](std::vector<std::optional<std::string>> values) { return std::move(values.front()); });
}

template <class R>
Result<std::optional<R>> read_record(Kv& kv, const Key& key) {
  Result<std::optional<std::string>> row = get_one(kv, key);
  if (!row) return tl::unexpected<Error>(row.error());
  if (!*row) return std::optional<R>{};
  return decode_row<R>(key.family, **row).map([](R record) { return std::optional<R>(std::move(record)); });
}

Result<std::optional<JobView>> view_of(std::uint64_t n, const std::optional<std::string>& job,
                                       const std::optional<std::string>& state) {
  if (!job && !state) return std::optional<JobView>{};
  if (!job || !state) {
    return failure("store_corrupt", "half of a job is missing", "jobs: n " + std::to_string(n));
  }
  Result<Job> decoded = decode_row<Job>(Family::jobs, *job);
  if (!decoded) return tl::unexpected<Error>(decoded.error());
  Result<JobState> decoded_state = decode_row<JobState>(Family::jobs, *state);
  if (!decoded_state) return tl::unexpected<Error>(decoded_state.error());
  return std::optional<JobView>(JobView{n, *std::move(decoded), *std::move(decoded_state)});
}

// Rows of an import that does not count are no jobs any more, though it takes a while to erase them.
Result<bool> is_discarded(Kv& kv, const JobView& view) {
  if (view.state.state != State::importing || view.job.campaign.empty()) return false;
  return read_record<Campaign>(kv, keys::campaign(view.job.campaign)).map([](const std::optional<Campaign>& campaign) {
    return campaign && campaign->stage == CampaignStage::discarding;
  });
}

Result<void> read_slice(Kv& kv, std::span<const std::uint64_t> ns, std::vector<JobView>& views) {
  std::vector<Key> wanted;
  wanted.reserve(2 * ns.size());
  for (const std::uint64_t n : ns) {
    wanted.push_back(keys::job(n));
    wanted.push_back(keys::job_state(n));
  }
  const Result<std::vector<std::optional<std::string>>> rows = kv.get(wanted);
  if (!rows) return tl::unexpected<Error>(rows.error());
  for (std::size_t i = 0; i < ns.size(); ++i) {
    Result<std::optional<JobView>> view = view_of(ns[i], (*rows)[2 * i], (*rows)[2 * i + 1]);
    if (!view) return tl::unexpected<Error>(view.error());
    if (!*view) continue;
    const Result<bool> discarded = is_discarded(kv, **view);
    if (!discarded) return tl::unexpected<Error>(discarded.error());
    if (!*discarded) views.push_back(std::move(**view));
  }
  return {};
}

Result<std::vector<std::uint64_t>> numbers_in(Kv& kv, const Range& range) {
  const Result<std::vector<Row>> rows = kv.scan(range);
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::vector<std::uint64_t> numbers;
  numbers.reserve(rows->size());
  for (const Row& row : *rows) {
    const std::optional<keys::ByKey> key = keys::parse_by(row.key);
    if (!key) return bad_key(range.family);
    numbers.push_back(key->n);
  }
  return numbers;
}

Result<std::vector<std::uint64_t>> newest_in(Kv& kv, const Range& range) {
  std::vector<std::uint64_t> numbers;
  std::string before = range.last;
  while (numbers.size() < range.limit) {
    Result<std::optional<Row>> row = kv.last(range.family, range.first, before);
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    const std::optional<keys::ByKey> key = keys::parse_by((*row)->key);
    if (!key) return bad_key(range.family);
    numbers.push_back(key->n);
    before = std::move((*row)->key);
  }
  return numbers;
}

Result<std::optional<std::uint64_t>> event_number(const std::optional<std::string>& key) {
  if (!key) return std::optional<std::uint64_t>{};
  const std::optional<std::uint64_t> seq = keys::parse_event(*key);
  if (!seq) return bad_key(Family::events);
  return seq;
}

}  // namespace

Result<std::optional<JobView>> find_job(Kv& kv, std::string_view id) {
  const Result<std::optional<std::string>> row = get_one(kv, keys::id(id));
  if (!row) return tl::unexpected<Error>(row.error());
  if (!*row) return std::optional<JobView>{};
  const std::optional<std::uint64_t> n = keys::parse_number(**row);
  if (!n) return failure("store_corrupt", "not a job's number", "ids");
  return read_job(kv, *n);
}

Result<std::optional<JobView>> read_job(Kv& kv, std::uint64_t n) {
  std::vector<JobView> views;
  const Result<void> read = read_slice(kv, {&n, 1}, views);
  if (!read) return tl::unexpected<Error>(read.error());
  if (views.empty()) return std::optional<JobView>{};
  return std::optional<JobView>(std::move(views.front()));
}

Result<std::vector<JobView>> read_jobs(Kv& kv, std::span<const std::uint64_t> ns) {
  std::vector<JobView> views;
  views.reserve(ns.size());
  while (!ns.empty()) {
    const std::span<const std::uint64_t> slice = ns.first(std::min(ns.size(), kJobsAtOnce));
    const Result<void> read = read_slice(kv, slice, views);
    if (!read) return tl::unexpected<Error>(read.error());
    ns = ns.subspan(slice.size());
  }
  return views;
}

Result<std::vector<NumberedEvent>> read_events(Kv& kv, std::uint64_t after_seq, std::uint64_t up_to_seq,
                                               std::size_t limit) {
  std::vector<NumberedEvent> events;
  if (after_seq >= up_to_seq || limit == 0) return events;
  const Result<std::vector<Row>> rows =
      kv.scan({Family::events, keys::event(after_seq + 1).key, keys::after(keys::event(up_to_seq).key), limit});
  if (!rows) return tl::unexpected<Error>(rows.error());
  events.reserve(rows->size());
  for (const Row& row : *rows) {
    const std::optional<std::uint64_t> seq = keys::parse_event(row.key);
    if (!seq) return bad_key(Family::events);
    Result<Event> event = decode_row<Event>(Family::events, row.value);
    if (!event) return tl::unexpected<Error>(event.error());
    events.emplace_back(*seq, *std::move(event));
  }
  return events;
}

Result<std::optional<std::uint64_t>> first_event(Kv& kv) {
  const Result<std::vector<Row>> rows = kv.scan(keys::events(0, 1));
  if (!rows) return tl::unexpected<Error>(rows.error());
  return event_number(rows->empty() ? std::nullopt : std::optional(rows->front().key));
}

Result<std::optional<std::uint64_t>> last_event(Kv& kv) {
  const Result<std::optional<Row>> row = kv.last(Family::events, {}, {});
  if (!row) return tl::unexpected<Error>(row.error());
  return event_number(*row ? std::optional((*row)->key) : std::nullopt);
}

Result<std::optional<Person>> read_person(Kv& kv, std::string_view number) {
  Result<std::optional<Person>> own = read_record<Person>(kv, keys::person(number));
  if (!own || *own) return own;
  const Result<std::optional<std::string>> any = get_one(kv, keys::any_forgotten());
  const Result<std::optional<std::string>> secret = get_one(kv, keys::secret());
  if (!any) return tl::unexpected<Error>(any.error());
  if (!secret) return tl::unexpected<Error>(secret.error());
  if (!*any || !*secret) return own;
  return read_record<Person>(kv, keys::forgotten(keyed_hash(**secret, number)));
}
Result<std::optional<Account>> read_account(Kv& kv, std::string_view account, std::string_view invoice) {
  return read_record<Account>(kv, keys::account(account, invoice));
}
Result<std::optional<Campaign>> read_campaign(Kv& kv, std::string_view name) {
  return read_record<Campaign>(kv, keys::campaign(name));
}
Result<std::vector<NamedCampaign>> read_campaigns(Kv& kv, std::string_view after, std::size_t limit) {
  const Result<std::vector<Row>> rows = kv.scan(keys::campaigns_after(after, limit));
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::vector<NamedCampaign> campaigns;
  campaigns.reserve(rows->size());
  for (const Row& row : *rows) {
    Result<Campaign> campaign = decode_row<Campaign>(Family::campaigns, row.value);
    if (!campaign) return tl::unexpected<Error>(campaign.error());
    campaigns.emplace_back(row.key, *std::move(campaign));
  }
  return campaigns;
}
Result<std::optional<Consumer>> read_consumer(Kv& kv, std::string_view name) {
  return read_record<Consumer>(kv, keys::consumer(name));
}

Result<BadNumbers> bad_numbers(Kv& kv, std::string_view after, std::size_t limit) {
  BadNumbers found;
  const Result<std::vector<Row>> rows = kv.scan(keys::bad_all(after, limit));
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::vector<Key> wanted;
  for (const Row& row : *rows) {
    found.last = keys::parse_bad(row.key).value_or(std::string{});
    wanted.push_back(keys::person(found.last));
  }
  const Result<std::vector<std::optional<std::string>>> people = kv.get(wanted);
  if (!people) return tl::unexpected<Error>(people.error());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!(*people)[i]) continue;  // a turn has cleared it between the two reads
    Result<Person> person = decode_row<Person>(Family::people, *(*people)[i]);
    if (!person) return tl::unexpected<Error>(person.error());
    if (person->bad_since) found.numbers.emplace_back(wanted[i].key, *std::move(person));
  }
  return found;
}

Result<std::vector<std::uint64_t>> jobs_of_account(Kv& kv, std::string_view account, std::uint64_t first_n,
                                                   std::size_t limit) {
  return numbers_in(kv, keys::by_account_range(account, first_n, limit));
}
Result<std::vector<std::uint64_t>> jobs_of_number(Kv& kv, std::string_view number, std::uint64_t first_n,
                                                  std::size_t limit) {
  return numbers_in(kv, keys::by_number_range(number, first_n, limit));
}
Result<std::vector<std::uint64_t>> jobs_of_campaign(Kv& kv, std::string_view campaign, std::uint64_t first_n,
                                                    std::size_t limit) {
  return numbers_in(kv, keys::by_campaign_range(campaign, first_n, limit));
}

Result<std::vector<std::uint64_t>> newest_jobs_of_account(Kv& kv, std::string_view account, std::size_t limit) {
  return newest_in(kv, keys::by_account_range(account, 0, limit));
}
Result<std::vector<std::uint64_t>> newest_jobs_of_number(Kv& kv, std::string_view number, std::size_t limit) {
  return newest_in(kv, keys::by_number_range(number, 0, limit));
}

Result<std::vector<InvoiceView>> invoices_of_account(Kv& kv, std::string_view account, std::size_t limit) {
  const Result<std::vector<Row>> rows = kv.scan(keys::account_all(account, limit + 1));  // and its own
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::vector<InvoiceView> invoices;
  for (const Row& row : *rows) {
    const std::optional<keys::AccountKey> key = keys::parse_account(row.key);
    if (!key) return bad_key(Family::accounts);
    if (key->invoice.empty() || invoices.size() == limit) continue;
    Result<Account> decoded = decode_row<Account>(Family::accounts, row.value);
    if (!decoded) return tl::unexpected<Error>(decoded.error());
    invoices.push_back({key->invoice, *std::move(decoded)});
  }
  return invoices;
}

}  // namespace dunlin::store
