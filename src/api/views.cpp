#include "api/views.hpp"

#include "api/json_write.hpp"
#include "engine/dialect.hpp"
#include "store/enum_names.hpp"

namespace dunlin::api {
namespace {

template <store::NamedEnum E>
void append_json(std::string& out, E value) {
  api::append_json(out, store::name_of(value));
}

// Every field that says something, under its record's own name.
template <class Record>
void put_fields(JsonObject& object, const Record& record) {
  for_each_field(record, [&]<class Value>(std::string_view name, const Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
      if (value) object.put(name, true);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      object.put_some(name, value);
    } else if constexpr (store::NamedEnum<Value>) {
      object.put(name, store::name_of(value));
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      if (value.empty()) return;
      std::string& out = object.key(name);
      append_array(out, value, [&](const std::string& item) { api::append_json(out, item); });
    } else if constexpr (std::is_same_v<Value, std::optional<store::State>> ||
                         std::is_same_v<Value, std::optional<store::Handoff>>) {
      if (value) object.put(name, store::name_of(*value));
    } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
      if (value != 0) object.put(name, value);
    } else {
      object.put(name, value);
    }
  });
}

template <class Record>
void append_fields(std::string& out, const Record& record) {
  JsonObject object(out);
  put_fields(object, record);
  object.end();
}

void append_segment(std::string& out, const store::Segment& segment, std::string_view smsc) {
  JsonObject object(out);
  object.put("smsc", smsc).put("message_id", segment.message_id).put("state", store::name_of(segment.state));
  object.put("error", segment.error);
  if (!segment.receipts.empty()) {
    append_array(object.key("receipts"), segment.receipts,
                 [&](const store::KeptReceipt& receipt) { append_fields(out, receipt); });
  }
  object.end();
}

void append_ids(std::string& out, const std::vector<std::string>& ids) {
  append_array(out, ids, [&](const std::string& id) { api::append_json(out, id); });
}

}  // namespace

void append_job(std::string& out, const store::Job& job, const store::JobState& state,
                std::span<const engine::Told> told, std::string_view pdus) {
  JsonObject object(out);
  object.put("id", job.id).put("state", store::name_of(state.state)).put_some("reason", state.reason).put("to", job.to);
  object.put("kind", store::name_of(job.kind)).put_some("account", job.account).put_some("invoice", job.invoice);
  object.put_some("campaign", job.campaign).put_some("stage", job.stage).put_some("plan", job.plan).put("attempts", state.attempts).put("next_attempt", state.next_attempt);
  object.put("accepted_at", state.accepted_at).put("expires", state.expires_at);
  append_array(object.key("segments"), state.segments,
               [&](const store::Segment& segment) { append_segment(out, segment, state.smsc); });
  append_array(object.key("history"), state.history,
               [&](const store::Transition& transition) { append_fields(out, transition); });
  if (!told.empty()) {
    append_array(object.key("newest"), told, [&](const engine::Told& each) {
      JsonObject one(out);
      one.put("name", each.name);
      if (const std::optional<Wall> moment = each.name == "ledger_as_of" || each.name == engine::kChangedEnd ? engine::wall_of(each.value) : std::nullopt) {
        one.put("value", *moment);
      } else {
        one.put("value", each.value);
      }
      one.put("at", each.at).put("of", each.of).end();
    });
  }
  if (!state.content.empty()) object.put("texts_erased", true);
  object.key("pdus") += pdus;
  object.end();
}

void append_event(std::string& out, std::uint64_t seq, const store::Event& event) {
  JsonObject object(out);
  object.put("seq", seq);
  put_fields(object, event);
  object.end();
}

void append_consent(std::string& out, std::string_view number, const store::Person& person) {
  JsonObject object(out);
  object.put("number", number).put("status", store::name_of(person.status)).put_some("purpose", person.purpose);
  object.put("source", person.source);
  if (person.at != Wall{}) object.put("at", person.at);
  if (person.stopped) object.put("stopped", true);
  append_array(object.key("history"), person.history,
               [&](const store::ConsentChange& change) { append_fields(out, change); });
  if (!person.purposes.empty()) {
    append_array(object.key("purposes"), person.purposes,
                 [&](const store::PurposeConsent& each) { append_fields(out, each); });
  }
  if (!person.stopped_senders.empty()) {
    append_array(object.key("stopped_senders"), person.stopped_senders,
                 [&](const store::StoppedSender& each) { append_fields(out, each); });
  }
  if (!person.holds.empty()) {
    append_array(object.key("holds"), person.holds, [&](const store::Hold& each) { append_fields(out, each); });
  }
  if (person.bad_since) object.put("bad_since", *person.bad_since).put_some("bad_reason", person.bad_reason).put("failures", person.failures);
  object.end();
}

void append_payment(std::string& out, const engine::PaymentResult& result) {
  JsonObject object(out);
  append_ids(object.key("cancelled"), result.cancelled);
  append_ids(object.key("under_way"), result.under_way);
  append_ids(object.key("sent"), result.sent);
  if (result.released_count > 0) append_ids(object.key("released"), result.released);
  JsonObject counts(object.key("counts"));
  counts.put("cancelled", result.cancelled_count).put("under_way", result.under_way_count).put("sent", result.sent_count);
  if (result.released_count > 0) counts.put("released", result.released_count);
  counts.end();
  object.end();
}

namespace {

std::string version_text(std::uint8_t version) {
  return std::to_string(version >> 4) + "." + std::to_string(version & 0x0F);
}

void append_bind(std::string& out, const engine::BindRecord& bind) {
  JsonObject object(out);
  object.put("kind", to_string(bind.kind)).put("bound", bind.bound).put("at", bind.at);
  object.put_some("peer", bind.peer);
  if (bind.version != 0) object.put("version", version_text(bind.version));
  object.put("ended", bind.ended).put("lasted_ms", bind.lasted.count()).put_some("why", bind.why);
  object.put("times", bind.times);
  object.end();
}

constexpr std::string_view tls_text(engine::TlsUse use) {
  return use == engine::TlsUse::none ? "none" : use == engine::TlsUse::verified ? "verified" : "unverified";
}

// How the link stands, and how it came to.
void put_life(JsonObject& object, const engine::LinkStatus& link) {
  object.put("state", engine::to_string(link.state)).put_some("peer", link.peer);
  if (link.version != 0) object.put("version", version_text(link.version));
  object.put("tls", tls_text(link.tls));
  if (link.refused) object.put("refused", smpp::to_string(*link.refused));
  if (link.next_attempt) object.put("next_attempt_ms", link.next_attempt->count());
  if (link.failback) object.put("failback_ms", link.failback->count());
  object.put("tls_errors", link.tls_errors).put("alerts", link.alerts);
  std::string& out = object.key("history");
  append_array(out, link.history, [&out](const engine::BindRecord& bind) { append_bind(out, bind); });
}

}  // namespace

void append_link(std::string& out, const engine::LinkStatus& link) {
  JsonObject object(out);
  object.put("smsc", link.name).put("host", link.host).put("port", link.port).put("bound", link.bound);
  object.put("paused", link.paused).put("sessions", link.sessions).put("sessions_bound", link.sessions_bound);
  object.put("in_flight", link.in_flight).put("outbox", link.outbox).put("window", link.window);
  object.put("throughput", link.throughput).put("rate_effective", link.rate_effective);
  object.put("rate_sent", link.rate_sent).put("round_trip_seconds", link.round_trip_seconds);
  object.put("rate_window", link.rate_window).put("limited_by", engine::to_string(link.limited_by));
  if (link.rate_learned > 0) {
    JsonObject(object.key("learned"))
        .put("rate", link.rate_learned)
        .put("ceiling", link.rate_ceiling)
        .put("for_seconds", link.learned_seconds)
        .end();
  }
  if (link.congestion) object.put("congestion", std::uint32_t{*link.congestion});
  object.put_some("last_error", link.last_error);
  object.put("message_id", engine::to_string(link.message_id)).put("message_id_learned", link.message_id_learned);
  object.put("reconnects", link.reconnects).put("throttled", link.throttled);
  put_life(object, link);
  object.end();
}

void append_status(std::string& out, std::string_view version, std::chrono::seconds uptime,
                   const engine::GatewayStatus& status, std::span<const engine::LinkStatus> links) {
  JsonObject object(out);
  object.put("version", version).put("uptime", uptime.count());
  JsonObject jobs(object.key("jobs"));
  for (std::size_t state = 0; state < store::kStates; ++state) {
    jobs.put(store::name_of(static_cast<store::State>(state)), status.jobs[state]);
  }
  jobs.end();
  append_array(object.key("links"), links, [&](const engine::LinkStatus& link) {
    JsonObject(out).put("smsc", link.name).put("bound", link.bound).put("in_flight", link.in_flight).end();
  });
  JsonObject(object.key("store"))
      .put("bytes", status.usage.store_bytes)
      .put("free_bytes", status.usage.free_bytes)
      .put("intake", status.intake)
      .end();
  object.put("dispatching", status.dispatching).put("oldest_ready_seconds", status.oldest_ready_seconds);
  JsonObject(object.key("events")).put("first", status.events_first).put("last", status.events_last).end();
  object.end();
}

}  // namespace dunlin::api
