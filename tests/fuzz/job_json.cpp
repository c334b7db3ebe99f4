// One NDJSON line as a job. A second JSON reader must take what ours takes; what was read is UTF-8, survives the
// store's octets, and reads back from JSON; neither the octets behind the text nor what the reader read before make a
// difference.
#include <dunlin/text/unicode.hpp>
#include <nlohmann/json.hpp>

#include "api/job_json.hpp"
#include "api/json_write.hpp"
#include "engine/check_job.hpp"
#include "fuzz/fuzz.hpp"
#include "store/codec.hpp"

namespace {

using namespace dunlin;

struct Read {
  Result<void> result;
  store::Job job;
};

Read read(api::JsonReader& reader, std::string_view text, char behind) {
  std::string padded(text);
  padded.append(api::JsonReader::kPadding, behind);
  Read done;
  done.result = api::read_job(reader, std::string_view(padded).substr(0, text.size()), done.job);
  return done;
}

// A '}' behind an unbalanced text has simdjson see at once what it else sees later, so a refusal may be another then.
bool same(const Read& one, const Read& other, char behind) {
  if (one.result.has_value() != other.result.has_value()) return false;
  if (behind == '}' && !one.result) return true;
  return one.job == other.job && (one.result || one.result.error() == other.result.error());
}

std::string told(const Read& read) {
  if (read.result) return "read";
  const Error& error = read.result.error();
  return error.code + " (" + error.detail + ") at " + error.where;
}

template <class T>
void put(api::JsonObject& object, std::string_view name, const T& value) {
  if constexpr (store::NamedEnum<T>) {
    object.put(name, store::name_of(value));
  } else {
    object.put(name, value);
  }
}
void put(api::JsonObject& object, std::string_view name, const std::vector<store::Param>& value) {
  if (value.empty()) return;
  std::string& out = object.key(name);
  const char* before = "{";
  for (const store::Param& param : value) {
    api::append_json(out += before, param.name);
    api::append_json(out += ':', param.value);
    before = ",";
  }
  out += '}';
}
void put(api::JsonObject& object, std::string_view name, const store::JobConsent& value) {
  api::JsonObject consent(object.key(name));
  consent.put("basis", value.basis).put("source", value.source).put("at", value.at).end();
}
template <class T>
void put(api::JsonObject& object, std::string_view name, const std::optional<T>& value) {
  if (value) put(object, name, *value);
}

std::string written(const store::Job& job) {
  std::string text;
  api::JsonObject object(text);
  for_each_field(job, [&](std::string_view name, const auto& value) { put(object, name, value); });
  object.end();
  return text;
}

const engine::Settings& settings() {
  static const auto made = [] {
    engine::Settings some;
    some.smscs.emplace_back().name = "alpha";
    return some;
  }();
  return made;
}

void check_job(const store::Job& job, std::string_view line) {
  for_each_field(job, [&](std::string_view name, const auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
      FUZZ_CHECK(text::to_code_points(value).has_value(), name);
  });
  const auto row = store::encode(job);
  const auto back = store::decode<store::Job>(row);
  FUZZ_CHECK(back && *back == job, line);

  static const engine::Routes routes(settings());
  if (const auto good = engine::check_job(job, settings(), routes); !good)
    FUZZ_CHECK(!good.error().code.empty() && !good.error().where.empty(), good.error().detail);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto line = text_of({data, size});
  if (line.size() > (64 << 10)) return 0;
  static api::JsonReader used;
  api::JsonReader fresh;
  const auto first = read(fresh, line, '\0');
  for (const char behind : {'\0', '"', '}', '\\', ' '}) {
    const auto other = read(used, line, behind);
    FUZZ_CHECK(same(first, other, behind), "what stands behind the text, or was read before, makes a difference: " +
                                               told(first) + ", " + told(other));
  }
  if (!first.result) {
    FUZZ_CHECK(!first.result.error().code.empty(), "an error without a code");
    return 0;
  }
  const auto witness = nlohmann::json::parse(line, nullptr, false);
  FUZZ_CHECK(witness.is_object(), "a second reader finds no JSON object here");
  check_job(first.job, line);
  const auto text = written(first.job);
  const auto again = read(used, text, '\0');
  FUZZ_CHECK(again.result && again.job == first.job, text + (again.result ? "" : "\n" + again.result.error().detail));
  return 0;
}
