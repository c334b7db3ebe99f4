#include "api/routes.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/verb.hpp>

#include "api/query_rows.hpp"

namespace dunlin::api {
namespace {

using enum boost::beast::http::verb;

constexpr auto kRoutes = std::to_array<Route>({
    {post, "/v1/jobs", submit_jobs, query::kSubmit, "application/json Job; application/x-ndjson Job",
     "201 Accepted; 200 Accepted; 200 application/x-ndjson JobAnswers", "conflict job",
     "Submits jobs. One: 201 `accepted`, 200 `duplicate`, 409 `conflict`, 422 refused, 507 no room. Many: 200 and one "
     "answer a line, in their order, each as it is durable; with `answer=refused` only refusals and a closing count"},
    {get,
     "/v1/jobs/{id}",
     show_job,
     {},
     "",
     "200 JobShown",
     "not_found",
     "The job's state, segments, history, and those of its PDUs that the flight recorders still hold"},
    {patch,
     "/v1/jobs/{id}",
     change_job,
     {},
     "JobChange",
     "200 JobNow",
     "not_found too_late conflict job",
     "Changes what was not sent yet; 409 `too_late` with its `state` when some of it was"},
    {delete_,
     "/v1/jobs/{id}",
     cancel_job,
     {},
     "",
     "200 JobNow",
     "not_found too_late busy",
     "Cancels; 409 `too_late` with its `state` when it cannot be stopped any more; `busy` while the file that it is a "
     "row of is imported"},
    {post,
     "/v1/jobs/{id}/resolve",
     resolve_job,
     {},
     "Resolution",
     "200 JobNow",
     "not_found not_in_doubt conflict",
     "Settles a job in doubt, or one that is held before its resend; 409 `not_in_doubt`"},
    {post, "/v1/preview", preview_job, query::kPreview, "Job", "200 Preview", "conflict job",
     "What it would send and when, and each gate it has to pass, from what is stored; stores nothing"},
    {post, "/v1/campaigns", import_campaign, query::kImport, "text/csv",
     "200 ImportAnswer; 200 application/x-ndjson ImportReport",
     "conflict import_over bad_rows cut_off bad_map bad_csv bad_header bad_charset bad_encoding not_csv bad_time "
     "bad_currency",
     "Imports a campaign's rows as they come ([campaigns](campaigns.md)). With a bad row, 422 `bad_rows` and nothing "
     "stays, unless `skip_bad`. With `dry_run` nothing is stored: what would go when, by language, "
     "encoding, segments, route and cost. With `report` the answer is NDJSON as the file comes: the header, each bad "
     "row with its cells, counts, and last that object or a `problem`"},
    {get, "/v1/campaigns", list_campaigns, query::kCampaigns, "", "200 Campaigns", "",
     "Campaigns by their ids; `next` is the `after` of the next page"},
    {get,
     "/v1/campaigns/{id}",
     show_campaign,
     {},
     "",
     "200 Campaign",
     "not_found",
     "Its stage, its jobs by state, its canary, how fast it goes, and when it would be through"},
    {post,
     "/v1/campaigns/{id}/pause",
     pause_campaign,
     {},
     "",
     "200 CampaignChanged",
     "not_found conflict",
     "Nothing of it leaves after the answer"},
    {post,
     "/v1/campaigns/{id}/resume",
     resume_campaign,
     {},
     "",
     "200 CampaignChanged",
     "not_found conflict",
     "It goes on"},
    {post,
     "/v1/campaigns/{id}/cancel",
     cancel_campaign,
     {},
     "",
     "200 CampaignChanged",
     "not_found conflict",
     "Nothing of it leaves after the answer, for ever"},
    {post,
     "/v1/campaigns/{id}/approve",
     approve_campaign,
     {},
     "",
     "200 CampaignChanged",
     "not_found conflict same_person",
     "A second person lets it go: another user than the one who imported it, by the socket's credentials; else 409 "
     "`same_person`"},
    {post,
     "/v1/campaigns/{id}/resend-failed",
     resend_failed,
     {},
     "",
     "200 CampaignResent",
     "not_found conflict",
     "Sends again what was given up or expired on its way; `resent`, and `left` that failed for good"},
    {get, "/v1/explain", explain, query::kExplain, "", "200 Explanation", "not_found missing bad_number",
     "Why a job was sent or not: what was decided when, by which rule; of what was not sent each gate, as of now or of "
     "`at`. Of an account or a number: what is known of it, and its newest 20 jobs"},
    {get, "/v1/plans", show_plans, {}, "", "200 Plans", "", "The dunning plans, each with its steps"},
    {get, "/v1/plans/{name}", show_plan, query::kPlan, "", "200 Plan",
     "not_found missing bad_date bad_value bad_number not_mobile timezone_unknown",
     "A plan; with a question the moments its steps would come at for a job that begins it now (or at `from`), and "
     "what moves them"},
    {post,
     "/v1/payments",
     record_payment,
     {},
     "Payment",
     "200 PaymentResult",
     "conflict bad_amount bad_currency out_of_range too_long too_many not_found",
     "Stops what the payment covers; lists of at most 1000 ids, and their counts. With `amount` (and `id`): a part was "
     "paid, what is left is "
     "what is told from now on. With `reversed`: it was taken back, and what it had stopped and is still in time goes "
     "on (`released`)"},
    {post,
     "/v1/accounts/{account}",
     change_account,
     {},
     "AccountChange",
     "200 AccountChanged",
     "conflict bad_value bad_amount bad_currency bad_date out_of_range too_long too_many",
     "Changes all that is not sent yet of the account, or of one of its invoices (an `amount` has to say which, where "
     "several are open); `hold` is the reason of a hold of the account; how many `jobs`"},
    {post,
     "/v1/holds",
     put_hold,
     {},
     "NewHold",
     "201 Hold",
     "bad_number bad_value too_long too_many out_of_range",
     "201: nothing automated goes there until it is released or over; what is queued is held. Asked for again with the "
     "same reason and end it is the same hold"},
    {get, "/v1/holds", show_holds, query::kHolds, "", "200 Holds", "missing", "The holds of an account or a number"},
    {delete_,
     "/v1/holds/{id}",
     release_hold,
     {},
     "",
     "200 HoldReleased",
     "not_found",
     "Releases a hold: what it held goes on"},
    {get,
     "/v1/consents/{number}",
     show_consent,
     {},
     "",
     "200 Consent",
     "not_found",
     "What stands between us and texting this number; 404 when nothing is known"},
    {put,
     "/v1/consents/{number}",
     put_consent,
     {},
     "NewConsent",
     "200 Consent",
     "conflict bad_number bad_value too_long out_of_range",
     "Allows or blocks, for one purpose or (blocked) for all; with `stopped` the block is the person's own STOP, heard "
     "elsewhere; 409 `conflict` when such a STOP stands against it"},
    {delete_,
     "/v1/consents/{number}",
     delete_consent,
     {},
     "",
     "200 Consent",
     "conflict bad_number",
     "Forgets an `allowed`; never lifts a block"},
    {post,
     "/v1/forget",
     forget,
     {},
     "Number",
     "200 Forgotten",
     "bad_number",
     "Erases a person from jobs, texts, events and what is parked; what is open is cancelled first. A block stays, "
     "under a keyed hash. How many `jobs` and `events`"},
    {get, "/v1/bad-numbers", show_bad_numbers, query::kBadNumbers, "",
     "200 application/x-ndjson BadNumber; 200 text/csv", "",
     "The numbers that texts failed to reach for good, each with `since`, `reason` and how many `failures` in a row; "
     "as NDJSON or `text/csv`"},
    {delete_,
     "/v1/bad-numbers/{number}",
     clear_bad_number,
     {},
     "",
     "200 BadNumberCleared",
     "not_found bad_number",
     "Takes a number off that list, until it fails again; a delivery and a newer `allowed` do so, too"},
    {get, "/v1/inbox", show_inbox, query::kInbox, "", "200 Inbox", "",
     "What replies hold, oldest first: `waiting` for a person, or for a `term` that ends by itself (paid, a promise); "
     "go on with `after` = `next`"},
    {get,
     "/v1/inbox/{number}",
     show_conversation,
     {},
     "",
     "200 Conversation",
     "not_found",
     "The number's `holds` and its `conversation`, the newest 50 in each direction, in the order of time: `from` is "
     "`them` or `us`"},
    {post,
     "/v1/inbox/{number}/answer",
     answer_person,
     {},
     "ClerksText",
     "201 Accepted",
     "not_found conflict job",
     "201: a text to somebody who wrote, as a job of its own; no hold and no cap keeps it, hours do, and a block "
     "refuses it (409 `conflict`)"},
    {post,
     "/v1/inbox/{number}/clear",
     clear_inbox,
     {},
     "",
     "200 InboxChanged",
     "not_found bad_number",
     "Releases what replies hold there: what comes by itself goes on"},
    {post,
     "/v1/inbox/{number}/block",
     block_inbox,
     {},
     "",
     "200 InboxBlocked",
     "bad_number",
     "Blocks the number for good, and clears its replies; one that said that it is somebody else's is on the list of "
     "bad numbers from then on"},
    {post,
     "/v1/inbox/{number}/promise",
     promise_inbox,
     {},
     "Promise",
     "200 InboxChanged",
     "not_found bad_number bad_date too_many",
     "Holds it until the end of that day there and `replies.promise_grace`, in place of what replies hold; unpaid "
     "then: `escalated`"},
    {post,
     "/v1/inbox/{number}/dispute",
     dispute_inbox,
     {},
     "",
     "200 InboxChanged",
     "not_found bad_number too_many",
     "Holds it as disputed until it is cleared, in place of what replies hold"},
    {get, "/v1/call-list", show_call_list, query::kCallList, "", "200 text/csv; 200 CallList", "",
     "Whom to phone, and why: who neither paid nor answered, broke a promise, asked for a call, cannot pay, or was not "
     "reached; without the paid, the disputed, the promised "
     "and wrong numbers, judged as it is read. Each person once for an account and an invoice"},
    {delete_,
     "/v1/call-list/{job}",
     clear_call,
     {},
     "",
     "200 CallDone",
     "not_found",
     "Takes a job off the list: its person was phoned, or need not be"},
    {get, "/v1/reports/jobs", report_jobs, query::kReport, "", "200 SentReport; 200 text/csv", "bad_date too_many",
     "What became of what was sent, by the day it was submitted ([reports](reports.md)): jobs by how they ended, paid "
     "within 48 hours, replies by intent, opt-outs, wrong numbers, who came to be phoned, segments and cost"},
    {get, "/v1/events", stream_events, query::kEvents, "", "200 application/x-ndjson Event", "gone out_of_range",
     "Events as NDJSON; with `follow` it goes on, blank lines keep it alive; 410 `gone` with `oldest` when older than "
     "what is kept"},
    {post,
     "/v1/consumers/{name}",
     ack_events,
     {},
     "Ack",
     "200 Acked",
     "not_found too_long too_many",
     "Remembers how far this consumer has read"},
    {get, "/v1/links", show_links, {}, "", "200 [Link]", "", "The links to the SMSCs, live"},
    {post,
     "/v1/links/{smsc}/pause",
     pause_link,
     {},
     "",
     "200 Link",
     "not_found",
     "Sends nothing more there; survives a restart"},
    {post, "/v1/links/{smsc}/resume", resume_link, {}, "", "200 Link", "not_found", "Sends there again"},
    {post, "/v1/links/{smsc}/rebind", rebind_link, {}, "", "200 Link", "not_found", "Unbinds and binds again"},
    {patch,
     "/v1/links/{smsc}",
     change_link,
     {},
     "LinkChange",
     "200 Link",
     "not_found out_of_range",
     "Until the next reload"},
    {get, "/v1/links/{smsc}/pdus", show_pdus, query::kPdus, "", "200 [Pdu]", "not_found",
     "The last PDUs of the link, oldest first: numbers masked, texts left out"},
    {get, "/v1/links/{smsc}/capture", capture_link, query::kCapture, "", "200 application/x-pcapng",
     "not_found forbidden",
     "What passes on the link from now on, as `application/x-pcapng`, until `seconds` are over or the reader goes; "
     "numbers masked and "
     "texts left out unless `full`, which only root and the daemon's own user may ask for; never with passwords"},
    {get, "/v1/status", show_status, {}, "", "200 Status", "", "Version, jobs by state, links, store, events"},
    {post,
     "/v1/reload",
     reload,
     {},
     "",
     "200 Reloaded",
     "bad_configuration needs_restart",
     "Reads the configuration again, as SIGHUP does"},
    {get,
     "/v1/openapi.json",
     show_openapi,
     {},
     "",
     "200 OpenApi",
     "",
     "All of this as an OpenAPI 3.1 description, for programs"},
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

}  // namespace dunlin::api
