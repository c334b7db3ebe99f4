#include "doctor/salvage.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include "api/json_write.hpp"
#include "store/codec.hpp"

namespace dunlin::doctor {
namespace {

using api::JsonObject;

template <class R>
void append_record(std::string& out, const R& record);

template <class T>
void append_value(std::string& out, const T& value) {
  if constexpr (store::NamedEnum<T>) {
    api::append_json(out, name_of(value));
  } else if constexpr (store::Record<T>) {
    append_record(out, value);
  } else {
    api::append_json(out, value);
  }
}
template <class T>
void append_value(std::string& out, const std::optional<T>& value) {
  append_value(out, *value);
}
template <class T>
void append_value(std::string& out, const std::vector<T>& list) {
  api::append_array(out, list, [&](const T& item) { append_value(out, item); });
}

// As a job has them: an object.
void append_value(std::string& out, const std::vector<store::Param>& params) {
  out += '{';
  for (const store::Param& each : params) {
    if (&each != &params.front()) out += ',';
    api::append_json(out, each.name);
    out += ':';
    api::append_json(out, each.value);
  }
  out += '}';
}

// Its fields by their names, those at their default left out, as everywhere.
template <class R>
void put_fields(JsonObject& object, const R& record) {
  const R unset{};
  const auto put = [&](const auto& row) {
    if (record.*(row.member) != unset.*(row.member)) append_value(object.key(row.name), record.*(row.member));
  };
  std::apply([&](const auto&... row) { (put(row), ...); }, R::fields);
}

template <class R>
void append_record(std::string& out, const R& record) {
  JsonObject object(out);
  put_fields(object, record);
  object.end();
}

}  // namespace

Result<Salvage> Salvage::make(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0) {
    if (errno == EEXIST) return failure("salvage_exists", "is there already; name a new directory", directory.string());
    return failure("salvage_io", "can't be made: " + std::generic_category().message(errno), directory.string());
  }
  Salvage salvage(directory);
  for (std::size_t file = 0; file < kNames.size(); ++file) salvage.files_[file].open(directory / kNames[file]);
  return salvage;
}

void Salvage::write(File file, std::string line) {
  line += '\n';
  files_[file] << line;
  ++lines_[file];
}

void Salvage::abandon() {
  for (std::ofstream& file : files_) file.close();
  std::error_code ignored;
  for (const std::string_view name : kNames) std::filesystem::remove(directory_ / name, ignored);
  std::filesystem::remove(directory_, ignored);
}

void Salvage::job(const store::Job& job, const std::optional<store::JobState>& state, bool unpaid) {
  using store::SegmentState;
  if (state && store::is_final(state->state)) return;
  bool begun = !unpaid || !state || state->resent || state->state == store::State::submitting ||
               state->state == store::State::submitted || state->state == store::State::in_doubt;
  for (std::size_t i = 0; !begun && i < state->segments.size(); ++i) {
    begun = state->segments[i].state != SegmentState::waiting;
  }
  std::string line;
  JsonObject object(line);
  if (begun) {
    append_record(object.key("job"), job);
    if (state) append_record(object.key("state"), *state);
  } else {
    put_fields(object, job);
  }
  object.end();
  write(begun ? under_way : jobs, std::move(line));
}

void Salvage::hold(std::string_view kind, std::string_view owner, const store::Hold& hold) {
  std::string line;
  JsonObject object(line);
  object.put(kind, owner).put("reason", hold.reason).put("until", hold.until);
  object.end();
  write(holds, std::move(line));
}

// Of one purpose first: where the whole number is blocked, what is allowed for one would be refused. A sender that was
// stopped becomes a block of the number: rather too few texts than one too many.
void Salvage::person(std::string_view number, const store::Person& person) {
  const auto source_of = [](const std::string& source) { return source.empty() ? std::string("salvage") : source; };
  for (const store::PurposeConsent& each : person.purposes) {
    if (each.status == store::ConsentStatus::unset) continue;
    std::string line;
    JsonObject object(line);
    object.put("number", number).put("status", name_of(each.status)).put("purpose", each.purpose);
    object.put_some("basis", each.basis).put("source", source_of(each.source)).put("at", each.at);
    object.end();
    write(consents, std::move(line));
  }
  for (const store::Hold& each : person.holds) hold("number", number, each);
  const bool sender_stopped = !person.stopped_senders.empty() && person.status != store::ConsentStatus::blocked;
  if (person.status == store::ConsentStatus::unset && !sender_stopped) return;
  std::string line;
  JsonObject object(line);
  object.put("number", number);
  if (sender_stopped) {
    object.put("status", name_of(store::ConsentStatus::blocked)).put("source", "reply");
    object.put("at", person.stopped_senders.back().at);
  } else {
    object.put("status", name_of(person.status)).put("source", source_of(person.source)).put("at", person.at);
  }
  if (person.stopped || sender_stopped) object.put("stopped", true);
  object.end();
  write(consents, std::move(line));
}

void Salvage::account(std::string_view account, std::string_view invoice, const store::Account& row) {
  for (const store::Hold& each : row.holds) hold("account", account, each);
  for (const store::PartPayment& each : row.parts) {
    std::string line;
    JsonObject object(line);
    object.put("account", account).put_some("invoice", each.invoice).put("id", each.id);
    object.put("amount", each.amount).put("currency", each.currency).put("paid_at", each.at);
    object.end();
    write(payments, std::move(line));
  }
  const auto whole = [&](const std::string& id, Wall at) {
    std::string line;
    JsonObject object(line);
    object.put("account", account).put_some("invoice", invoice).put_some("id", id).put("paid_at", at);
    object.end();
    write(payments, std::move(line));
  };
  for (const store::WholePayment& each : row.payments) whole(each.id, each.at);
  if (!row.payments.empty() || (!row.paid_at && !row.paid_told_at)) return;
  whole({}, row.paid_at ? *row.paid_at : *row.paid_told_at);  // an older program wrote it
}

void Salvage::event(std::uint64_t seq, const store::Event& event) {
  std::string line;
  JsonObject object(line);
  object.put("seq", seq).put("time", event.time).put("type", name_of(event.type));
  store::Event rest = event;
  rest.time = {};
  rest.type = {};
  put_fields(object, rest);
  object.end();
  write(events, std::move(line));
}

Result<void> Salvage::finish() {
  for (std::size_t file = 0; file < kNames.size(); ++file) {
    files_[file].close();
    if (files_[file].fail()) return failure("salvage_io", "can't be written", (directory_ / kNames[file]).string());
  }
  return {};
}

}  // namespace dunlin::doctor
