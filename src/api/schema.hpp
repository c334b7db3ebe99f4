// What the API reads and answers, as lists: docs/api.md, docs/openapi.json and the checks of requests walk them. What a
// struct says with its own `fields` is taken from there; of an answer that is written by hand a list beside says it,
// and a test holds every answer of a running daemon against it.
//
// A type is a few characters:
//   string integer number boolean true time duration any
//   [T] an array     {T} an object of any names     a|b words     A|B one of several schemas     Name a schema
// A member's name that ends with '?' may be left out; {"...", "Name"} takes over the members of that schema.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/time.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/enum_names.hpp"

namespace dunlin::api {

// A line of a list.
struct Row {
  std::string_view name, type, says;
};

inline constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();

struct Member {
  std::string_view name, type, says;
  bool required = true;
  std::uint64_t least = 0, most = kNoBound;  // of an integer
  bool filled = false;                       // a string that is not empty
};

struct Schema {
  std::string_view name;
  std::string_view says;
  std::vector<Member> members{};  // of an object that has these and no other
  std::string is{};               // else: its type
};

// What is said of a struct's fields beside their names: one a field, in their order. A type given here stands in the
// place of the one that C++ says.
struct Note {
  std::string_view field, says;
  bool required = false;  // of a string: and not empty
  std::string_view type{};
  std::uint64_t least = 0, most = kNoBound;  // of an integer
};

// In the order in which they are told; names are unique, and what a type names is there.
const std::vector<Schema>& schemas();
const Schema* find_schema(std::string_view name);
// The words of a type that has them, "a|b", also where it names their schema; else nothing.
std::string_view words_of(std::string_view type);

// "job_schemas.cpp", …: each adds its own.
void add_job_schemas(std::vector<Schema>& all);
void add_people_schemas(std::vector<Schema>& all);
void add_campaign_schemas(std::vector<Schema>& all);
void add_link_schemas(std::vector<Schema>& all);

// An object of these rows; what they take over was added before.
void add_object(std::vector<Schema>& all, std::string_view name, std::string_view says, std::span<const Row> rows);
void add_type(std::vector<Schema>& all, std::string_view name, std::string_view says, std::string is);

// The schema of an enum, where it has one.
template <class E>
inline constexpr std::string_view schema_name = "string";
template <>
inline constexpr std::string_view schema_name<store::State> = "State";
template <>
inline constexpr std::string_view schema_name<store::SegmentState> = "SegmentState";
template <>
inline constexpr std::string_view schema_name<store::Kind> = "Kind";
template <>
inline constexpr std::string_view schema_name<store::Purpose> = "Purpose";
template <>
inline constexpr std::string_view schema_name<store::Priority> = "Priority";
template <>
inline constexpr std::string_view schema_name<store::Handoff> = "Handoff";
template <>
inline constexpr std::string_view schema_name<store::InDoubtPolicy> = "InDoubt";
template <>
inline constexpr std::string_view schema_name<store::EventType> = "EventType";
template <>
inline constexpr std::string_view schema_name<store::ConsentStatus> = "ConsentStatus";
template <>
inline constexpr std::string_view schema_name<store::AnswerKind> = "AnswerKind";
template <>
inline constexpr std::string_view schema_name<store::CampaignStage> = "CampaignStage";
template <>
inline constexpr std::string_view schema_name<store::CampaignWalk> = "CampaignWalk";
template <>
inline constexpr std::string_view schema_name<store::Canary> = "CanaryState";

template <store::NamedEnum E>
void add_words(std::vector<Schema>& all, std::string_view says) {
  std::string is;
  for (const std::string_view name : store::names<E>) is.append(is.empty() ? "" : "|").append(name);
  add_type(all, schema_name<E>, says, std::move(is));
}

// The type of a field, by what it is in C++.
template <class V>
struct TypeOf {
  static constexpr std::string_view name = schema_name<V>;
};
template <>
struct TypeOf<std::string> {
  static constexpr std::string_view name = "string";
};
template <>
struct TypeOf<bool> {
  static constexpr std::string_view name = "boolean";
};
template <>
struct TypeOf<std::uint32_t> {
  static constexpr std::string_view name = "integer";
};
template <>
struct TypeOf<std::uint64_t> {
  static constexpr std::string_view name = "integer";
};
template <>
struct TypeOf<Wall> {
  static constexpr std::string_view name = "time";
};
template <>
struct TypeOf<std::chrono::milliseconds> {
  static constexpr std::string_view name = "duration";
};
template <>
struct TypeOf<std::vector<std::string>> {
  static constexpr std::string_view name = "[string]";
};
template <>
struct TypeOf<std::vector<store::Param>> {
  static constexpr std::string_view name = "Params";
};
template <>
struct TypeOf<store::JobConsent> {
  static constexpr std::string_view name = "JobConsent";
};
template <class V>
struct TypeOf<std::optional<V>> : TypeOf<V> {};

enum class Way : std::uint8_t {
  read,    // of a request: what its note says is required
  written  // of an answer, by views.cpp's put_fields: what says nothing is left out
};

template <class V>
constexpr bool always_written() {
  return store::NamedEnum<V> || std::is_same_v<V, Wall> || std::is_same_v<V, std::uint64_t>;
}

// Aborts where they differ: the lists are ours.
void check_notes(std::span<const std::string_view> fields, std::span<const Note> notes);

// The members of a struct that has `fields`.
template <class Record>
std::vector<Member> members_of(Way way, std::span<const Note> notes) {
  std::vector<Member> members;
  std::vector<std::string_view> fields;
  const Record unset{};
  for_each_field(unset, [&]<class V>(std::string_view name, const V&) {
    fields.push_back(name);
    Member member{name, TypeOf<V>::name, {}, always_written<V>()};
    if (way == Way::written && std::is_same_v<V, bool>) member.type = "true";
    members.push_back(member);
  });
  check_notes(fields, notes);
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i].says = notes[i].says;
    if (!notes[i].type.empty()) members[i].type = notes[i].type;
    members[i].least = notes[i].least;
    members[i].most = notes[i].most;
    if (way != Way::read) continue;
    members[i].required = notes[i].required;
    members[i].filled = notes[i].required && members[i].type == "string";
  }
  return members;
}

template <class Record>
void add_record(std::vector<Schema>& all, std::string_view name, std::string_view says, Way way,
                std::span<const Note> notes) {
  all.push_back({name, says, members_of<Record>(way, notes), {}});
}
// A request's body: it says its notes itself.
template <class Body>
void add_body(std::vector<Schema>& all, std::string_view name, std::string_view says) {
  add_record<Body>(all, name, says, Way::read, Body::notes);
}

}  // namespace dunlin::api
