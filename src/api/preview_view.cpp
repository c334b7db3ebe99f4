// Apart from views.cpp: the only view that needs the engine's preview.
#include "api/json_write.hpp"
#include "api/views.hpp"
#include "engine/preview.hpp"

namespace dunlin::api {

void append_preview(std::string& out, const engine::Preview& preview) {
  const auto append_texts = [&](std::string& list, const std::vector<std::string>& texts) {
    append_array(list, texts, [&](const std::string& text) { append_json(out, text); });
  };
  JsonObject object(out);
  object.put("text", preview.text).put("encoding", preview.encoding).put("segments", preview.segments).put("smsc", preview.smsc);
  append_texts(object.key("shift_tables"), preview.shift_tables);
  append_texts(object.key("parts"), preview.parts);
  object.put_some("locale", preview.locale).put_some("country", preview.country).put_some("time_zone", preview.time_zone);
  object.put("earliest", preview.earliest).put_some("waits_for", preview.waits_for).put_some("rule", preview.rule);
  append_texts(object.key("blocked"), preview.blocked);
  append_texts(object.key("replaced"), preview.replaced);
  object.end();
}

}  // namespace dunlin::api
