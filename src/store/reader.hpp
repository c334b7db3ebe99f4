// Reads that are too long for a turn, over the store itself, for the reader's thread. What they show was committed; a
// turn under way is not in it. Errors are the store's own ("store_io", "store_corrupt", "store_newer"), `where` naming
// family and field.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "store/kv.hpp"
#include "store/records.hpp"

namespace dunlin::store {

struct JobView {
  std::uint64_t n = 0;
  Job job;
  JobState state;
};

// nullopt: no such job. A job whose two parts are not both there is "store_corrupt".
[[nodiscard]] Result<std::optional<JobView>> find_job(Kv& kv, std::string_view id);
[[nodiscard]] Result<std::optional<JobView>> read_job(Kv& kv, std::uint64_t n);
// At most one answer an n, in their order; an n without job is left out.
[[nodiscard]] Result<std::vector<JobView>> read_jobs(Kv& kv, std::span<const std::uint64_t> ns);

using NumberedEvent = std::pair<std::uint64_t, Event>;
// Events with after_seq < seq <= up_to_seq in their order, at most `limit`.
[[nodiscard]] Result<std::vector<NumberedEvent>> read_events(Kv& kv, std::uint64_t after_seq, std::uint64_t up_to_seq,
                                                             std::size_t limit);
// The oldest that is kept, the newest; nullopt: none.
[[nodiscard]] Result<std::optional<std::uint64_t>> first_event(Kv& kv);
[[nodiscard]] Result<std::optional<std::uint64_t>> last_event(Kv& kv);

[[nodiscard]] Result<std::optional<Person>> read_person(Kv& kv, std::string_view number);
[[nodiscard]] Result<std::optional<Account>> read_account(Kv& kv, std::string_view account,
                                                          std::string_view invoice = {});
[[nodiscard]] Result<std::optional<Campaign>> read_campaign(Kv& kv, std::string_view name);
// Behind the one named `after` ("": from the first), by name, at most `limit`.
using NamedCampaign = std::pair<std::string, Campaign>;
[[nodiscard]] Result<std::vector<NamedCampaign>> read_campaigns(Kv& kv, std::string_view after, std::size_t limit);
[[nodiscard]] Result<std::optional<Consumer>> read_consumer(Kv& kv, std::string_view name);

// Numbers that are told as bad, behind `after` ("": from the first), in their order, at most `limit` rows of the list: go
// on behind `last`, until it is empty.
struct BadNumbers {
  std::vector<std::pair<std::string, Person>> numbers;
  std::string last;
};
[[nodiscard]] Result<BadNumbers> bad_numbers(Kv& kv, std::string_view after, std::size_t limit);

// Numbers of the jobs from first_n on, ascending, at most `limit`: go on at the last + 1.
[[nodiscard]] Result<std::vector<std::uint64_t>> jobs_of_account(Kv& kv, std::string_view account,
                                                                 std::uint64_t first_n, std::size_t limit);
[[nodiscard]] Result<std::vector<std::uint64_t>> jobs_of_number(Kv& kv, std::string_view number, std::uint64_t first_n,
                                                                std::size_t limit);
[[nodiscard]] Result<std::vector<std::uint64_t>> jobs_of_campaign(Kv& kv, std::string_view campaign,
                                                                  std::uint64_t first_n, std::size_t limit);
// The newest ones, newest first, at most `limit`: a look at the end of the index, however long it is.
[[nodiscard]] Result<std::vector<std::uint64_t>> newest_jobs_of_account(Kv& kv, std::string_view account,
                                                                        std::size_t limit);
[[nodiscard]] Result<std::vector<std::uint64_t>> newest_jobs_of_number(Kv& kv, std::string_view number,
                                                                       std::size_t limit);

// Rows of an account's invoices, by invoice, at most `limit`.
struct InvoiceView {
  std::string invoice;
  Account row;
};
[[nodiscard]] Result<std::vector<InvoiceView>> invoices_of_account(Kv& kv, std::string_view account, std::size_t limit);

}  // namespace dunlin::store
