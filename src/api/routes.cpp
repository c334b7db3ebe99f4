#include "api/routes.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/verb.hpp>

#include "api/import_order.hpp"
#include "api/target.hpp"

namespace dunlin::api {
namespace {

using enum boost::beast::http::verb;

constexpr auto kRoutes = std::to_array<Route>({
    {post, "/v1/jobs", submit_jobs, "answer",
     "`application/json`: a job; `application/x-ndjson`: a job a line; `?answer=refused`",
     "Submits jobs. One: 201 `accepted`, 200 `duplicate`, 409 `conflict`, 422 refused, 507 no room. Many: 200 and one "
     "answer a line, in "
     "their order, each as it is durable; with `answer=refused` only refusals and a closing count"},
    {get, "/v1/jobs/{id}", show_job, "", "", "The job's state, segments, history, and those of its PDUs that the flight recorders still hold"},
    {patch, "/v1/jobs/{id}", change_job, "",
     "`{\"params\"?,\"amount\"?,\"currency\"?,\"fee\"?,\"due_date\"?,\"ledger_as_of\"?,\"not_before\"?,\"expires\"?}`",
     "Changes what was not sent yet; 409 `too_late` with its `state` when some of it was"},
    {delete_, "/v1/jobs/{id}", cancel_job, "", "",
     "Cancels; 409 `too_late` with its `state` when it cannot be stopped any more"},
    {post, "/v1/jobs/{id}/resolve", resolve_job, "", "`{\"as\":\"resend\"|\"sent\"|\"drop\"}`",
     "Settles a job in doubt; 409 `not_in_doubt`"},
    {post, "/v1/preview", preview_job, "at", "a job; `?at=TIME`",
     "What it would send and when, and each gate it has to pass, from what is stored; stores nothing"},
    {post, "/v1/campaigns", import_campaign, kImportParameters,
     "`text/csv`; `?id=&template=&send_at=&map=COLUMN:FIELD&skip_bad=true&dry_run=true&report=true&charset=&locale=&currency=&canary=N`",
     "Imports a campaign's rows as they come ([campaigns](campaigns.md)): `{\"id\",\"accepted\",\"duplicate\",\"rejected\",\"stage\",\"bad\":[{\"line\",\"column\"?,\"code\",\"detail\"}]}`, of which "
     "`bad` has at most 1000 and `bad_more` the rest. With a bad row, 422 `bad_rows` and nothing stays, unless `skip_bad`. With `dry_run` nothing is stored: what would go when, by language, "
     "encoding, segments, route and cost. With `report` the answer is NDJSON as the file comes: the header, each bad row with its cells, counts, and last that object or a `problem`"},
    {get, "/v1/campaigns", list_campaigns, "after most", "`?after=ID&most=N`, default 100", "Campaigns by their ids; `next` is the `after` of the next page"},
    {get, "/v1/campaigns/{id}", show_campaign, "", "",
     "Its stage, its jobs by state, its canary, how fast it goes, and when it would be through"},
    {post, "/v1/campaigns/{id}/pause", pause_campaign, "", "", "Nothing of it leaves after the answer"},
    {post, "/v1/campaigns/{id}/resume", resume_campaign, "", "", "It goes on"},
    {post, "/v1/campaigns/{id}/cancel", cancel_campaign, "", "", "Nothing of it leaves after the answer, for ever"},
    {post, "/v1/campaigns/{id}/approve", approve_campaign, "", "",
     "A second person lets it go: another user than the one who imported it, by the socket's credentials; else 409 `same_person`"},
    {post, "/v1/campaigns/{id}/resend-failed", resend_failed, "", "",
     "Sends again what was given up or expired on its way; `resent`, and `left` that failed for good"},
    {get, "/v1/explain", explain, "of job account number at", "`?job=ID`, `?account=A`, `?number=N`, or `?of=` any of them; `&at=TIME`",
     "Why a job was sent or not: what was decided when, by which rule; of what was not sent each gate, as of now or of `at`. Of an account or a number: what is known of it, and its newest 20 jobs"},
    {get, "/v1/plans", show_plans, "", "", "The dunning plans, each with its steps"},
    {get, "/v1/plans/{name}", show_plan, "due zone number country purpose from with",
     "`?due=2026-12-01&zone=Europe/Warsaw`, or `&number=N` or `&country=PL`; `&purpose=`, `&from=TIME`, `&with=loyal=yes,…`",
     "A plan; with a question the moments its steps would come at for a job that begins it now (or at `from`), and what moves them"},
    {post, "/v1/payments", record_payment, "",
     "`{\"account\",\"invoice\"?,\"id\"?,\"amount\"?,\"currency\"?,\"paid_at\"?,\"reversed\"?}`",
     "Stops what the payment covers; lists of at most 1000 ids, and their counts. With `amount` (and `id`): a part was paid, what is left is "
     "what is told from now on. With `reversed`: it was taken back, and what it had stopped and is still in time goes on (`released`)"},
    {post, "/v1/accounts/{account}", change_account, "",
     "`{\"invoice\"?,\"amount\"?,\"currency\"?,\"fee\"?,\"due_date\"?,\"ledger_as_of\"?,\"hold\"?,\"hold_until\"?}`",
     "Changes all that is not sent yet of the account, or of one of its invoices (an `amount` has to say which, where several are open); `hold` is the reason of a hold of the account; how many `jobs`"},
    {post, "/v1/holds", put_hold, "", "`{\"account\"|\"number\",\"reason\",\"until\"?}`",
     "201: nothing automated goes there until it is released or over; what is queued is held. Asked for again with the same reason and end it is the same hold"},
    {get, "/v1/holds", show_holds, "account number", "`?account=A` or `?number=N`", "The holds of an account or a number"},
    {delete_, "/v1/holds/{id}", release_hold, "", "", "Releases a hold: what it held goes on"},
    {get, "/v1/consents/{number}", show_consent, "", "",
     "What stands between us and texting this number; 404 when nothing is known"},
    {put, "/v1/consents/{number}", put_consent, "", "`{\"status\",\"source\",\"purpose\"?,\"basis\"?,\"at\"?,\"override\"?,\"stopped\"?}`",
     "Allows or blocks, for one purpose or (blocked) for all; with `stopped` the block is the person's own STOP, heard elsewhere; 409 `conflict` when such a STOP stands against it"},
    {delete_, "/v1/consents/{number}", delete_consent, "", "", "Forgets an `allowed`; never lifts a block"},
    {post, "/v1/forget", forget, "", "`{\"number\"}`",
     "Erases a person from jobs, texts, events and what is parked; what is open is cancelled first. A block stays, under a keyed hash. How many `jobs` and `events`"},
    {get, "/v1/bad-numbers", show_bad_numbers, "format", "`?format=ndjson` (default) or `csv`",
     "The numbers that texts failed to reach for good, each with `since`, `reason` and how many `failures` in a row; as NDJSON or `text/csv`"},
    {delete_, "/v1/bad-numbers/{number}", clear_bad_number, "", "",
     "Takes a number off that list, until it fails again; a delivery and a newer `allowed` do so, too"},
    {get, "/v1/inbox", show_inbox, "kind after limit", "`?kind=waiting` (default) or `term`, `?after=SEQ&limit=N` (default 100, at most 1000)",
     "What replies hold, oldest first: `waiting` for a person, or for a `term` that ends by itself (paid, a promise). `{\"items\":[{\"number\",\"intent\",\"since\",\"until\"?,"
     "\"hold\",\"text\",\"language\",\"job\",\"account\",…}],\"next\"?}`; go on with `after` = `next`"},
    {get, "/v1/inbox/{number}", show_conversation, "", "",
     "The number's `holds` and its `conversation`, the newest 50 in each direction, in the order of time: `from` is `them` or `us`"},
    {post, "/v1/inbox/{number}/answer", answer_person, "", "`{\"text\"}`",
     "201: a text to somebody who wrote, as a job of its own; no hold and no cap keeps it, hours do, and a block refuses it (409 `conflict`)"},
    {post, "/v1/inbox/{number}/clear", clear_inbox, "", "", "Releases what replies hold there: what comes by itself goes on"},
    {post, "/v1/inbox/{number}/block", block_inbox, "", "", "Blocks the number for good, and clears its replies"},
    {post, "/v1/inbox/{number}/promise", promise_inbox, "", "`{\"date\"}`",
     "Holds it until the end of that day there and `replies.promise_grace`, in place of what replies hold; unpaid then: `escalated`"},
    {post, "/v1/inbox/{number}/dispute", dispute_inbox, "", "", "Holds it as disputed until it is cleared, in place of what replies hold"},
    {get, "/v1/call-list", show_call_list, "campaign format", "`?campaign=C`, `?format=csv` (default) or `json`",
     "Whom to phone, and why: who neither paid nor answered, broke a promise, asked for a call, cannot pay, or was not reached; without the paid, the disputed, the promised "
     "and wrong numbers, judged as it is read. Each person once for an account and an invoice; CSV, or `{\"calls\":[…]}`"},
    {delete_, "/v1/call-list/{job}", clear_call, "", "", "Takes a job off the list: its person was phoned, or need not be"},
    {get, "/v1/events", stream_events, "after follow consumer", "`?after=SEQ&follow=true&consumer=NAME`",
     "Events as NDJSON; with `follow` it goes on, blank lines keep it alive; 410 `gone` with `oldest` when older than "
     "what is kept"},
    {post, "/v1/consumers/{name}", ack_events, "", "`{\"ack\":SEQ}`", "Remembers how far this consumer has read"},
    {get, "/v1/links", show_links, "", "", "The links to the SMSCs, live"},
    {post, "/v1/links/{smsc}/pause", pause_link, "", "", "Sends nothing more there; survives a restart"},
    {post, "/v1/links/{smsc}/resume", resume_link, "", "", "Sends there again"},
    {post, "/v1/links/{smsc}/rebind", rebind_link, "", "", "Unbinds and binds again"},
    {patch, "/v1/links/{smsc}", change_link, "", "`{\"throughput\"?,\"window\"?}`", "Until the next reload"},
    {get, "/v1/links/{smsc}/pdus", show_pdus, "most", "`?most=N`, default 256",
     "The last PDUs of the link, oldest first: numbers masked, texts left out"},
    {get, "/v1/links/{smsc}/capture", capture_link, "seconds full", "`?seconds=N&full=true`",
     "What passes on the link from now on, as `application/x-pcapng`, until `seconds` are over or the reader goes; numbers masked and "
     "texts left out unless `full`, which only root and the daemon's own user may ask for; never with passwords"},
    {get, "/v1/status", show_status, "", "", "Version, jobs by state, links, store, events"},
    {post, "/v1/reload", reload, "", "", "Reads the configuration again, as SIGHUP does"},
});

bool matches(std::string_view pattern, std::span<const std::string> segments) {
  pattern.remove_prefix(1);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::size_t slash = pattern.find('/');
    const std::string_view part = pattern.substr(0, slash);
    if (part.starts_with('{') ? segments[i].empty() : part != segments[i]) return false;
    if (slash == pattern.npos) return i + 1 == segments.size();
    pattern.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch find_route(boost::beast::http::verb method, std::span<const std::string> segments) {
  RouteMatch match;
  for (const Route& route : kRoutes) {
    if (!matches(route.pattern, segments)) continue;
    if (route.method == method) return {&route, {}};
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += std::string_view(boost::beast::http::to_string(route.method));
  }
  return match;
}

const std::string* unknown_parameter(const Route& route, const Target& target) {
  for (const auto& [name, value] : target.query) {
    std::string_view left = route.query;
    bool known = false;
    while (!known && !left.empty()) {
      const std::size_t space = left.find(' ');
      known = left.substr(0, space) == name;
      left = space == left.npos ? std::string_view{} : left.substr(space + 1);
    }
    if (!known) return &name;
  }
  return nullptr;
}

}  // namespace dunlin::api
