// Reads of what people are to be asked, or have said, as store/reader.hpp reads jobs: the call list, the inbox, what
// was written. Each gives a slice; go on behind `last` until it is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/keys.hpp"
#include "store/reader.hpp"

namespace dunlin::store {

// A job whose person may be to be phoned, with the rows that engine::to_be_phoned() judges.
struct CallView {
  JobView view;
  Person person;
  Account account, invoice;
};
struct Calls {
  std::vector<CallView> calls;
  std::string last;  // a key of `calls`; empty: there is no more
};
// Of one campaign, or of all. At most `limit` rows of the list.
[[nodiscard]] Result<Calls> calls(Kv& kv, const std::optional<std::string>& campaign, const std::string& after,
                                  std::size_t limit);

// A hold that a reply has laid, with what was written last before it, or with it.
struct InboxView {
  std::string number;
  Hold hold;
  std::optional<Heard> heard;
  std::optional<Job> job;  // that it answers
};
struct Inbox {
  std::vector<InboxView> items;
  std::uint64_t last = 0;  // its number in the order; 0: there is no more
};
// In the order they were laid, behind the hold `after`. A hold that is over by now is left out.
[[nodiscard]] Result<Inbox> inbox(Kv& kv, keys::InboxClass kind, std::uint64_t after, std::size_t limit);

// What was written from a number, newest last, at most `limit` of the newest.
struct HeardAt {
  std::uint64_t seq = 0;  // of the event that told it
  Heard heard;
};
[[nodiscard]] Result<std::vector<HeardAt>> newest_heard(Kv& kv, std::string_view number, std::size_t limit);

}  // namespace dunlin::store
