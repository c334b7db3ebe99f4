// The API's calls, one row each: what is served, and what docs/api.md says of it.
#pragma once

#include <boost/beast/http/verb.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/parameters.hpp"
#include "api/task.hpp"

namespace dunlin::api {

class Call;

struct Route {
  boost::beast::http::verb method;
  std::string_view pattern;  // "/v1/jobs/{id}": a braced segment takes any one that is not empty
  Task<> (*serve)(Call& call);
  std::span<const Parameter> query;  // any other is refused
  std::string_view takes;  // its body: "text/csv", "Payment" (a schema, as JSON), or several: "application/json Job; …"
  std::string_view answers;  // where all is well, the same with their status: "200 Accepted; 200 text/csv"
  std::string_view refuses;  // codes of problems, beside those that any call may have (problem.hpp)
  std::string_view does;
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;
  std::string allowed;  // methods the path has, when it does not have this one; empty: no such path
};
RouteMatch find_route(boost::beast::http::verb method, std::span<const std::string> segments);

// The rows' handlers, by file: jobs.cpp, campaigns.cpp, accounts.cpp, people.cpp, explain.cpp, plans.cpp,
// bad_numbers.cpp, reports.cpp, events.cpp, operations.cpp, recorder.cpp, openapi.cpp.
Task<> submit_jobs(Call& call);
Task<> show_job(Call& call);
Task<> cancel_job(Call& call);
Task<> resolve_job(Call& call);
Task<> preview_job(Call& call);
Task<> import_campaign(Call& call);
Task<> list_campaigns(Call& call);
Task<> show_campaign(Call& call);
Task<> pause_campaign(Call& call);
Task<> resume_campaign(Call& call);
Task<> cancel_campaign(Call& call);
Task<> approve_campaign(Call& call);
Task<> resend_failed(Call& call);
Task<> explain(Call& call);
Task<> show_plans(Call& call);
Task<> show_plan(Call& call);
Task<> record_payment(Call& call);
Task<> change_job(Call& call);
Task<> change_account(Call& call);
Task<> put_hold(Call& call);
Task<> release_hold(Call& call);
Task<> show_holds(Call& call);
Task<> forget(Call& call);
Task<> show_bad_numbers(Call& call);
Task<> clear_bad_number(Call& call);
Task<> show_call_list(Call& call);
Task<> clear_call(Call& call);
Task<> show_inbox(Call& call);
Task<> show_conversation(Call& call);
Task<> answer_person(Call& call);
Task<> clear_inbox(Call& call);
Task<> block_inbox(Call& call);
Task<> promise_inbox(Call& call);
Task<> dispute_inbox(Call& call);
Task<> show_consent(Call& call);
Task<> put_consent(Call& call);
Task<> delete_consent(Call& call);
Task<> report_jobs(Call& call);
Task<> stream_events(Call& call);
Task<> ack_events(Call& call);
Task<> show_links(Call& call);
Task<> pause_link(Call& call);
Task<> resume_link(Call& call);
Task<> rebind_link(Call& call);
Task<> change_link(Call& call);
Task<> show_pdus(Call& call);
Task<> capture_link(Call& call);
Task<> show_status(Call& call);
Task<> reload(Call& call);
Task<> show_openapi(Call& call);

}  // namespace dunlin::api
