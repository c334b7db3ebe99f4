// Apart from views.cpp: the views that need the engine's preview.
#include "api/json_write.hpp"
#include "api/views.hpp"
#include "engine/preview.hpp"

namespace dunlin::api {
namespace {

std::string_view verdict(dunning::Action action) {
  return action == dunning::Action::send ? "pass" : to_string(action);
}

void append_gate(std::string& out, const engine::ShownGate& gate) {
  JsonObject object(out);
  object.put("gate", gate.gate).put("verdict", verdict(gate.action)).put_some("reason", gate.reason);
  object.put("until", gate.until).put_some("until_local", gate.until_local).put_some("rule", gate.rule);
  object.put_some("detail", gate.detail).put_some("source", gate.source).end();
}

}  // namespace

void append_preview(std::string& out, const engine::Preview& preview) {
  const auto append_texts = [&](std::string& list, const std::vector<std::string>& texts) {
    append_array(list, texts, [&](const std::string& text) { append_json(out, text); });
  };
  const engine::ShownGate* stop = first_stop(preview);
  JsonObject object(out);
  object.put("at", preview.at)
      .put_some("at_local", preview.at_local)
      .put("decision", to_string(stop == nullptr ? dunning::Action::send : stop->action));
  if (stop != nullptr)
    object.put("reason", stop->reason)
        .put("gate", stop->gate)
        .put("until", stop->until)
        .put_some("until_local", stop->until_local);
  object.put("text", preview.text)
      .put("encoding", preview.encoding)
      .put("segments", preview.segments)
      .put("smsc", preview.smsc);
  append_texts(object.key("shift_tables"), preview.shift_tables);
  append_texts(object.key("parts"), preview.parts);
  object.put_some("locale", preview.locale)
      .put_some("country", preview.country)
      .put_some("time_zone", preview.time_zone);
  object.put("earliest", preview.earliest).put_some("earliest_local", preview.earliest_local);
  object.put_some("waits_for", preview.waits_for).put_some("rule", preview.rule);
  append_texts(object.key("blocked"), preview.blocked);
  append_texts(object.key("replaced"), preview.replaced);
  append_array(object.key("gates"), preview.gates, [&](const engine::ShownGate& gate) { append_gate(out, gate); });
  object.end();
}

}  // namespace dunlin::api
