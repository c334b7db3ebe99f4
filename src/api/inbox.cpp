// /v1/inbox: what replies hold, with what was said in both directions, and what a person decides of it.
#include <algorithm>

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "store/enum_names.hpp"
#include "store/people_reader.hpp"

namespace dunlin::api {
namespace {

namespace keys = store::keys;

constexpr std::size_t kSaidMax = 50;  // of a conversation, in each direction: the newest
constexpr std::string_view kReply = "reply:";

std::string_view intent_of(const store::Hold& hold) { return std::string_view(hold.reason).substr(kReply.size()); }

void append_item(std::string& out, const store::InboxView& item) {
  JsonObject object(out);
  object.put("number", item.number).put("intent", intent_of(item.hold)).put("since", item.hold.at);
  object.put("until", item.hold.until).put("hold", item.hold.id);
  if (item.heard) {
    object.put("text", item.heard->text).put_some("language", item.heard->language).put_some("date", item.heard->date);
    if (item.heard->ambiguous) object.put("ambiguous", true);
    if (item.heard->needs_person) object.put("needs_person", true);
  }
  object.put_some("job", item.hold.job);
  if (item.job) {
    object.put_some("account", item.job->account).put_some("invoice", item.job->invoice);
    object.put_some("campaign", item.job->campaign);
  }
  object.end();
}

// What was said once, by them or by us.
struct Said {
  Wall at{};
  std::string json;
};

Said said_by_them(const store::HeardAt& each) {
  Said said{each.heard.at, {}};
  JsonObject object(said.json);
  object.put("time", each.heard.at).put("from", "them").put("text", each.heard.text).put("intent", each.heard.intent);
  object.put_some("language", each.heard.language).put_some("rule", each.heard.rule).put_some("date", each.heard.date);
  object.put_some("job", each.heard.job).put_some("to", each.heard.to);
  if (each.heard.ambiguous) object.put("ambiguous", true);
  if (each.heard.partial) object.put("partial", true);
  if (each.heard.needs_person) object.put("needs_person", true);
  object.end();
  return said;
}

Said said_by_us(const store::JobView& view) {
  Said said{*view.state.decided_at, {}};
  JsonObject object(said.json);
  object.put("time", said.at).put("from", "us");
  object.put("text", view.state.text.empty() ? view.job.text : view.state.text).put("job", view.job.id);
  object.put("state", store::name_of(view.state.state)).put("kind", store::name_of(view.job.kind));
  object.put_some("account", view.job.account).put_some("invoice", view.job.invoice);
  if (view.state.answer != store::AnswerKind::none) object.put("answer", store::name_of(view.state.answer));
  object.end();
  return said;
}

// nullopt: nobody has written from it, and nothing was sent there.
Result<std::optional<std::string>> conversation(store::Kv& kv, const std::string& number) {
  const Result<std::vector<store::HeardAt>> heard = store::newest_heard(kv, number, kSaidMax);
  if (!heard) return tl::unexpected<Error>(heard.error());
  const Result<std::vector<std::uint64_t>> numbers = store::newest_jobs_of_number(kv, number, kSaidMax);
  if (!numbers) return tl::unexpected<Error>(numbers.error());
  const Result<std::vector<store::JobView>> jobs = store::read_jobs(kv, *numbers);
  if (!jobs) return tl::unexpected<Error>(jobs.error());
  const Result<std::optional<store::Person>> person = store::read_person(kv, number);
  if (!person) return tl::unexpected<Error>(person.error());
  if (heard->empty() && jobs->empty()) return std::optional<std::string>{};
  std::vector<Said> all;
  for (const store::HeardAt& each : *heard) all.push_back(said_by_them(each));
  for (const store::JobView& each : *jobs) {
    if (each.state.decided_at) all.push_back(said_by_us(each));  // else nothing of it has left
  }
  std::ranges::stable_sort(all, {}, &Said::at);
  std::string text;
  JsonObject object(text);
  object.put("number", number);
  object.put("status", store::name_of(*person ? (*person)->status : store::ConsentStatus::unset));
  std::vector<store::Hold> holds;
  if (*person) holds = (*person)->holds;
  append_array(object.key("holds"), holds, [&](const store::Hold& hold) {
    JsonObject one(text);
    one.put("id", hold.id).put("reason", hold.reason).put("at", hold.at).put("until", hold.until);
    one.put_some("job", hold.job).end();
  });
  append_array(object.key("conversation"), all, [&](const Said& said) { text += said.json; });
  object.end();
  return std::optional<std::string>(std::move(text));
}

Task<> change(Call& call, engine::InboxOrder order, std::string date) {
  auto make = [&](engine::Answer<engine::InboxChanged> answer) {
    return engine::ChangeInbox{call.segment(2), order, date, std::move(answer)};
  };
  Result<engine::InboxChanged> changed = co_await call.ask<engine::InboxChanged>(make);
  if (!changed) {
    co_await call.refuse(std::move(changed.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  object.put("number", call.segment(2)).put("released", changed->released);
  if (changed->hold) object.put("hold", changed->hold->id).put("until", changed->hold->until);
  object.end();
  co_await call.answer(200, std::move(text));
}

}  // namespace

Task<> show_inbox(Call& call) {
  const auto wanted = says(call.target, "kind", "term") ? keys::InboxClass::term : keys::InboxClass::waiting;
  auto look = [&kv = call.context.kv, wanted, from = *number_in(call.target, "after"),
               limit = *number_in(call.target, "limit")] { return store::inbox(kv, wanted, from, limit); };
  Result<store::Inbox> found = co_await call.look(look);
  if (!found) {
    co_await call.refuse(std::move(found.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  append_array(object.key("items"), found->items, [&](const store::InboxView& item) { append_item(text, item); });
  if (found->last != 0) object.put("next", found->last);
  object.end();
  co_await call.answer(200, std::move(text));
}

Task<> show_conversation(Call& call) {
  auto look = [&kv = call.context.kv, number = call.segment(2)] { return conversation(kv, number); };
  Result<std::optional<std::string>> text = co_await call.look(look);
  if (!text) {
    co_await call.refuse(std::move(text.error()));
  } else if (!*text) {
    co_await call.refuse("not_found", "nothing was sent to this number, and nothing came from it");
  } else {
    co_await call.answer(200, std::move(**text));
  }
}

Task<> answer_person(Call& call) {
  Result<TextBody> body = co_await call.read_object<TextBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  auto make = [&](engine::Answer<engine::Answered> answer) {
    return engine::AnswerPerson{call.segment(2), body->text, std::move(answer)};
  };
  Result<engine::Answered> answered = co_await call.ask<engine::Answered>(make);
  if (!answered) {
    co_await call.refuse(std::move(answered.error()));
    co_return;
  }
  std::string text;
  JsonObject(text).put("id", answered->id).put("status", "accepted").end();
  co_await call.answer(201, std::move(text));
}

Task<> clear_inbox(Call& call) { co_await change(call, engine::InboxOrder::clear, {}); }

Task<> dispute_inbox(Call& call) { co_await change(call, engine::InboxOrder::dispute, {}); }

Task<> promise_inbox(Call& call) {
  Result<DateBody> body = co_await call.read_object<DateBody>();
  if (!body) {
    co_await call.refuse(std::move(body.error()));
    co_return;
  }
  co_await change(call, engine::InboxOrder::promise, body->date);
}

// The block lies before the holds go: nothing leaves in between.
Task<> block_inbox(Call& call) {
  auto make = [&](engine::Answer<store::Person> answer) {
    engine::PutConsent block;
    block.number = call.segment(2);
    block.status = store::ConsentStatus::blocked;
    block.source = "inbox";
    block.answer = std::move(answer);
    return block;
  };
  Result<store::Person> person = co_await call.ask<store::Person>(make);
  if (!person) {
    co_await call.refuse(std::move(person.error()));
    co_return;
  }
  auto clear = [&](engine::Answer<engine::InboxChanged> answer) {
    return engine::ChangeInbox{call.segment(2), engine::InboxOrder::wrong, {}, std::move(answer)};
  };
  Result<engine::InboxChanged> cleared = co_await call.ask<engine::InboxChanged>(clear);
  if (!cleared && cleared.error().code != "not_found") {
    co_await call.refuse(std::move(cleared.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  object.put("number", call.segment(2)).put("status", "blocked").put("released", cleared ? cleared->released : 0);
  object.end();
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api
