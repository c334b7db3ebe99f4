// What `explain` tells, as JSON (docs/api.md).
#include "api/json_write.hpp"
#include "api/views.hpp"
#include "engine/explain.hpp"
#include "store/enum_names.hpp"

namespace dunlin::api {
namespace {

void append_step(std::string& out, const engine::ExplainedStep& told) {
  JsonObject object(out);
  object.put("time", told.step.time).put_some("local", told.local).put("state", store::name_of(told.step.state));
  object.put_some("reason", told.step.reason).put("until", told.step.until).put_some("until_local", told.until_local);
  object.put_some("rule", told.step.rule).put_some("source", told.source).end();
}

void put_whose(JsonObject& object, const engine::ExplainedJob& told) {
  const store::Job& job = told.job;
  object.put("id", job.id).put("state", store::name_of(told.state.state)).put_some("reason", told.state.reason);
  object.put_some("to", job.to).put("kind", store::name_of(job.kind)).put("purpose", store::name_of(job.purpose));
  object.put_some("account", job.account).put_some("invoice", job.invoice).put_some("stage", job.stage);
  object.put_some("campaign", job.campaign).put("sent", told.sent);
}

void append_segments(std::string& out, const store::JobState& state) {
  append_array(out, state.segments, [&](const store::Segment& segment) {
    JsonObject object(out);
    object.put("smsc", state.smsc).put_some("message_id", segment.message_id);
    object.put("state", store::name_of(segment.state)).put_some("error", segment.error);
    if (!segment.receipts.empty()) object.put("receipt_at", segment.receipts.back().at);
    object.end();
  });
}

void append_briefly(std::string& out, const engine::ExplainedJob& told) {
  JsonObject object(out);
  put_whose(object, told);
  if (!told.history.empty())
    object.put("time", told.history.back().step.time).put_some("local", told.history.back().local);
  if (told.next) {
    const engine::ShownGate* stop = first_stop(*told.next);
    JsonObject next(object.key("next"));
    next.put("decision", to_string(stop == nullptr ? dunning::Action::send : stop->action));
    if (stop != nullptr)
      next.put("reason", stop->reason)
          .put("gate", stop->gate)
          .put("until", stop->until)
          .put_some("until_local", stop->until_local)
          .put_some("rule", stop->rule);
    next.put("earliest", told.next->earliest).put_some("earliest_local", told.next->earliest_local).end();
  }
  object.end();
}

}  // namespace

void append_explained(std::string& out, const engine::ExplainedJob& told, bool briefly) {
  if (briefly) return append_briefly(out, told);
  JsonObject object(out);
  put_whose(object, told);
  object.put_some("amount", told.job.amount)
      .put_some("currency", told.job.currency)
      .put_some("due_date", told.job.due_date);
  object.put_some("time_zone", told.time_zone)
      .put("expires", told.state.expires_at)
      .put("attempts", told.state.attempts);
  append_array(object.key("history"), told.history, [&](const engine::ExplainedStep& step) { append_step(out, step); });
  if (told.decided) append_step(object.key("decided"), *told.decided);
  append_segments(object.key("segments"), told.state);
  object.put_some("text", told.text);
  if (told.next) append_preview(object.key("next"), *told.next);
  object.end();
}

namespace {

void put_changes(std::string& out, JsonObject& object, const std::vector<store::Change>& changes) {
  if (changes.empty()) return;
  append_array(object.key("changes"), changes, [&](const store::Change& change) {
    JsonObject(out).put("name", change.name).put("value", change.value).put("at", change.at).end();
  });
}

}  // namespace

void append_account(std::string& out, const store::Account& account, const std::vector<store::InvoiceView>& invoices) {
  JsonObject object(out);
  object.put("paid_at", account.paid_at).put("told_at", account.paid_told_at);
  append_array(object.key("parts"), account.parts, [&](const store::PartPayment& part) {
    JsonObject each(out);
    each.put("id", part.id).put_some("invoice", part.invoice).put("amount", part.amount).put("currency", part.currency);
    each.put("at", part.at).put("told_at", part.told_at).end();
  });
  append_array(object.key("holds"), account.holds, [&](const store::Hold& hold) {
    JsonObject(out).put("id", hold.id).put("reason", hold.reason).put("at", hold.at).put("until", hold.until).end();
  });
  put_changes(out, object, account.changes);
  append_array(object.key("recent"), account.recent, [&](Wall at) { append_json(out, at); });
  append_array(object.key("invoices"), invoices, [&](const store::InvoiceView& view) {
    JsonObject each(out);
    each.put("invoice", view.invoice).put("paid_at", view.row.paid_at).put("told_at", view.row.paid_told_at);
    each.put_some("currency", view.row.currency);
    put_changes(out, each, view.row.changes);
    each.end();
  });
  object.end();
}

}  // namespace dunlin::api
