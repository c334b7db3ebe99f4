// docs/api.md's tables are written from the lists the program runs on. After a change: DUNLIN_WRITE_DOCS=1 unit_api
// --gtest_filter='Reference.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "api/problem.hpp"
#include "api/routes.hpp"
#include "store/enum_names.hpp"
#include "store/records.hpp"

namespace dunlin::api {
namespace {

struct Note {
  std::string_view field, says;
};

// One a field of store::Job, in its order.
constexpr Note kNotes[] = {
    {"id", "required, at most 128 octets of UTF-8; the idempotency key"},
    {"to", "required: E.164 with `+`, or national where `default_country` is set; a number that can get SMS, by libphonenumber"},
    {"text", "required: the text as it is to be read"},
    {"kind", "default `reminder`"},
    {"purpose", "default `billing` (own customers); `collection` for a third party; `marketing` needs a consent for it (a `referral` always is marketing)"},
    {"priority", "default `normal`; `high` passes a bulk campaign"},
    {"account", "whose debt it is: what a payment is matched to"},
    {"invoice", "which of the account's"},
    {"stage", "of the dunning; a second job of the same account, stage and due date is `blocked` (`duplicate`), unless the first ended without having been sent"},
    {"campaign", "a name to group by"},
    {"sender", "source address for this job"},
    {"locale", "BCP 47, like `pl` or `de-CH`"},
    {"amount", "exact decimal as a string, `\"120.50\"`, with no more digits than its currency has"},
    {"currency", "ISO 4217, one in use; the same as the invoice's"},
    {"fee", "exact decimal as a string"},
    {"due_date", "`2026-12-01`"},
    {"pay_url", "https, to a host of `link_hosts` where that is set; no shortener, nothing of the recipient in it"},
    {"ledger_as_of", "how old the upstream's knowledge is; older than `ledger_max_age` when it would be sent: held (`stale_ledger`)"},
    {"not_before", "not sent earlier"},
    {"expires", "not sent later; default as configured"},
    {"encoding",
     "`auto` (default, if the configuration has no other: the cheapest the SMSC takes), `gsm7`, `gsm7-national`, "
     "`latin1`, `ascii`, `ucs2`: [alphabets](alphabets.md)"},
    {"transliterate",
     "`safe` (default, if the configuration has no other: spaces and typographic signs become their GSM twins), "
     "`none`, `lossy`"},
    {"max_segments", "refused rather than sent longer; 0: no bound of its own"},
    {"in_doubt", "what to do when a crash or a lost link left it unanswered; default as configured"},
    {"template", "instead of `text`: the name of a [template](templates.md), chosen by `locale` and rendered when it is sent"},
    {"params", "of the template, by name: each that it needs, and no other"},
    {"time_zone", "IANA, like `Europe/Warsaw`; default from the number: where that may be in several, only times that suit them all ([calendar](calendar.md))"},
    {"send_at_local", "`10:30` or `2026-12-01T10:30` in the recipient's zone: not sent earlier"},
    {"consent", "on what basis (required in it), from where and since when this person agreed to the job's purpose; kept with the number"},
    {"plan", "instead of `text` and `template`: the name of a [plan](plans.md), whose first step it becomes; it needs `account`"},
    {"escalate_after", "so long after it was submitted, if it is unpaid, unanswered and not held: event `escalated`, and a row of the [call list](people.md); needs `account`"},
    {"handoff", "where it can't be delivered: event `handoff` with this channel; `phone` also puts it on the call list"},
    {"hops", "how many channels had it before; `hops_max` of them, and it is `escalated` rather than handed on"},
};

std::string type_of(const std::string&) { return "string"; }
std::string type_of(std::uint32_t) { return "number"; }
std::string type_of(const std::vector<store::Param>&) { return "object of strings and numbers"; }
std::string type_of(const store::JobConsent&) { return "`{\"basis\",\"source\",\"at\"}`"; }
std::string type_of(const std::optional<Wall>&) { return "RFC 3339 with offset"; }
std::string type_of(const std::optional<std::chrono::milliseconds>&) { return "duration, like `48h`"; }
template <store::NamedEnum E>
std::string type_of(E) {
  std::string all;
  for (const auto name : store::names<E>) all += (all.empty() ? "`" : " `") + std::string(name) + "`";
  return all;
}
template <store::NamedEnum E>
std::string type_of(const std::optional<E>&) {
  return type_of(E{});
}

// A bar inside a cell would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string calls() {
  std::string out = "| call | takes | does |\n| --- | --- | --- |\n";
  for (const Route& route : routes()) {
    out += "| `" + std::string(boost::beast::http::to_string(route.method)) + " " + std::string(route.pattern) +
           "` | " + cell(route.takes) + " | " + cell(route.does) + " |\n";
  }
  return out;
}

std::string fields() {
  std::string out = "| field | value | |\n| --- | --- | --- |\n";
  const Note* note = kNotes;
  const store::Job unset;
  for_each_field(unset, [&](std::string_view name, const auto& value) {
    EXPECT_LT(note, std::end(kNotes)) << name << " has no note";
    EXPECT_EQ(note->field, name);
    out += "| `" + std::string(name) + "` | " + type_of(value) + " | " + cell((note++)->says) + " |\n";
  });
  EXPECT_EQ(note, std::end(kNotes));
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

TEST(Reference, IsWhatTheProgramDoes) {
  const std::string path = DUNLIN_SOURCE_DIR "/docs/api.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  std::string wanted = with_block(written, "calls", calls());
  wanted = with_block(wanted, "fields", fields());
  wanted = with_block(wanted, "codes", codes());
  if (std::getenv("DUNLIN_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
  } else {
    EXPECT_EQ(written, wanted) << "run it with DUNLIN_WRITE_DOCS=1";
  }
}

}  // namespace
}  // namespace dunlin::api
