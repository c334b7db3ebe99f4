// What each call takes in its query, one list a call (routes.cpp names them).
#pragma once

#include <array>

#include "api/parameters.hpp"
#include "engine/recorder.hpp"

namespace dunlin::api::query {

inline constexpr std::uint64_t kPageMax = 1000;
inline constexpr std::uint64_t kCaptureMax = 24 * 60 * 60;  // seconds
inline constexpr std::uint64_t kAfterMax = std::numeric_limits<std::uint64_t>::max() - 1;
inline constexpr std::uint64_t kCanaryMax = std::numeric_limits<std::uint32_t>::max();

inline constexpr auto kSubmit = std::to_array<Parameter>({
    {"answer", "all|refused", "of NDJSON: an answer a line, or refusals alone and a closing count", "all"},
});
inline constexpr auto kPreview = std::to_array<Parameter>({{"at", "time", "as of then; default now"}});
inline constexpr auto kImport = std::to_array<Parameter>({
    {.name = "id", .type = "string", .says = "the campaign's name", .required = true},
    {"template", "string", "of rows that name no text of their own"},
    {"send_at", "string", "a time where the recipients are, `10:30` or `2026-12-01T10:30`, or RFC 3339"},
    {.name = "map",
     .type = "string",
     .says = "`COLUMN:FIELD`: what a column is taken as; once a column",
     .repeats = true},
    {"skip_bad", "boolean", "go on without the bad rows", "false"},
    {"dry_run", "boolean", "store nothing, and tell what would happen", "false"},
    {"charset", "string", "of the file; default UTF-8, or what its byte order mark says"},
    {"locale", "string", "of rows that have none; also how amounts are written"},
    {"currency", "string", "of rows that have none"},
    {.name = "canary",
     .type = "integer",
     .says = "so many go first, and the rest waits for what becomes of them; 0: none",
     .most = kCanaryMax},
    {"report", "boolean", "answer as the file comes, with each bad row's cells", "false"},
});
inline constexpr auto kCampaigns = std::to_array<Parameter>({
    {"after", "string", "`next` of the page before"},
    {"most", "integer", "campaigns in a page", "100", 1, kPageMax},
});
inline constexpr auto kExplain = std::to_array<Parameter>({
    {"of", "string", "a job's id, else an account, else a number;"},
    {"job", "string", "or a job's id;"},
    {"account", "string", "or an account;"},
    {"number", "string", "or a number: one of the four"},
    {"at", "time", "as of then; default now"},
});
inline constexpr auto kPlan = std::to_array<Parameter>({
    {"due", "string", "the due date, `2026-12-01`"},
    {"zone", "string", "where the recipient is: `Europe/Warsaw`;"},
    {"number", "string", "or a number that tells it;"},
    {"country", "string", "or a country, `PL`"},
    {"purpose", "Purpose", "as of a job"},
    {"from", "time", "when its first job comes; default now"},
    {"with", "string", "attributes of the account, `loyal=yes,tier=2`"},
});
inline constexpr auto kHolds = std::to_array<Parameter>({
    {"account", "string", "whose: an account's,"},
    {"number", "string", "or a number's; one of the two"},
});
inline constexpr auto kBadNumbers =
    std::to_array<Parameter>({{"format", "ndjson|csv", "how the list is written", "ndjson"}});
inline constexpr auto kInbox = std::to_array<Parameter>({
    {"kind", "waiting|term", "what waits for a person, or for a term that ends by itself", "waiting"},
    {"after", "integer", "`next` of the page before", "0", 0, kAfterMax},
    {"limit", "integer", "items in a page", "100", 1, kPageMax},
});
inline constexpr auto kCallList = std::to_array<Parameter>({
    {"campaign", "string", "of that one alone"},
    {"format", "csv|json", "how the list is written", "csv"},
});
inline constexpr auto kReport = std::to_array<Parameter>({
    {"from", "string", "the first day, `2026-12-01`, in UTC; default of a campaign all, else so that there are 31"},
    {"to", "string", "the last day; default today"},
    {"campaign", "string", "of that one alone"},
    {"by", "string", "what each row is of: some of `day`, `campaign`, `stage`, by commas", "day"},
    {"format", "json|csv", "how the report is written", "json"},
});
inline constexpr auto kEvents = std::to_array<Parameter>({
    {"after", "integer", "the `seq` that the reader has; default what the consumer acknowledged, else the oldest"},
    {"follow", "boolean", "go on with what comes", "false"},
    {"consumer", "string", "a name that events are acknowledged by"},
});
inline constexpr auto kPdus = std::to_array<Parameter>({
    {"most", "integer", "PDUs, the newest", "256", 1, engine::Recorder::kPdusMax},
});
inline constexpr auto kCapture = std::to_array<Parameter>({
    {.name = "seconds",
     .type = "integer",
     .says = "how long; default until the reader goes",
     .least = 1,
     .most = kCaptureMax},
    {"full", "boolean", "with numbers and texts: for root and the daemon's own user", "false"},
});

}  // namespace dunlin::api::query
