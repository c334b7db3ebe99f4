// docs/formats.md says what the code does: its tables are the lists themselves.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "store/codec.hpp"
#include "store/kv.hpp"
#include "unit/store/samples.hpp"

namespace dunlin::store {
namespace {

template <class E>
std::string_view enum_title();
template <>
std::string_view enum_title<Kind>() {
  return "kind";
}
template <>
std::string_view enum_title<Purpose>() {
  return "purpose";
}
template <>
std::string_view enum_title<Priority>() {
  return "priority";
}
template <>
std::string_view enum_title<InDoubtPolicy>() {
  return "in-doubt policy";
}
template <>
std::string_view enum_title<State>() {
  return "state";
}
template <>
std::string_view enum_title<SegmentState>() {
  return "segment state";
}
template <>
std::string_view enum_title<Handoff>() {
  return "handoff";
}
template <>
std::string_view enum_title<AnswerKind>() {
  return "answer";
}
template <>
std::string_view enum_title<EventType>() {
  return "event type";
}
template <>
std::string_view enum_title<ConsentStatus>() {
  return "consent status";
}
template <>
std::string_view enum_title<Cause>() {
  return "cause";
}

template <>
std::string_view enum_title<CampaignStage>() {
  return "campaign stage";
}
template <>
std::string_view enum_title<CampaignWalk>() {
  return "walk";
}
template <>
std::string_view enum_title<Canary>() {
  return "canary";
}

std::string type_name(const bool*) { return "flag"; }
std::string type_name(const std::uint32_t*) { return "number"; }
std::string type_name(const std::uint64_t*) { return "number"; }
std::string type_name(const Wall*) { return "time"; }
std::string type_name(const std::chrono::milliseconds*) { return "duration"; }
std::string type_name(const std::string*) { return "text"; }
template <NamedEnum E>
std::string type_name(const E*) {
  return std::string(enum_title<E>());
}
template <Record R>
std::string type_name(const R*) {
  return "`" + std::string(record_name<R>()) + "`";
}
template <class T>
std::string type_name(const std::optional<T>*) {
  return type_name(static_cast<const T*>(nullptr)) + "?";
}
template <class T>
std::string type_name(const std::vector<T>*) {
  return "list of " + type_name(static_cast<const T*>(nullptr));
}

template <class T>
std::string default_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? " = true" : "";
  } else if constexpr (NamedEnum<T>) {
    return " = " + std::string(name_of(value));
  } else if constexpr (std::is_integral_v<T>) {
    return value == 0 ? "" : " = " + std::to_string(value);
  } else {
    return value == T{} ? "" : " = something";
  }
}

std::string records_table() {
  std::string table;
  for_each_record([&]<class R>() {
    std::string row = "| `" + std::string(record_name<R>()) + "` | ";
    std::string separator;
    for_each_field(codec::defaults<R>(), [&](std::string_view name, const auto& member) {
      row += separator + std::string(name) + ": " + type_name(&member) + default_of(member);
      separator = ", ";
    });
    table += row + " |\n";
  });
  return table;
}

template <class... E>
std::string enums_table() {
  std::string table;
  const auto add = [&]<class One>(const One*) {
    table += "| " + std::string(enum_title<One>()) + " | ";
    for (std::size_t number = 0; number < names<One>.size(); ++number) {
      table += (number == 0 ? "" : ", ") + std::to_string(number) + " " + std::string(names<One>[number]);
    }
    table += " |\n";
  };
  (add(static_cast<const E*>(nullptr)), ...);
  return table;
}

const std::string kDocument = std::string(DUNLIN_SOURCE_DIR) + "/docs/formats.md";
std::string document() {
  std::ifstream in(kDocument);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Whole, between the table's heading and the empty line behind it.
void expect_table(const std::string& heading, const std::string& table) {
  const std::string text = document();
  const std::size_t begin = text.find(heading);
  ASSERT_NE(begin, std::string::npos) << heading;
  const std::size_t rows = begin + heading.size();
  std::size_t end = text.find("\n\n", rows);
  end = end == std::string::npos ? text.size() : end + 1;
  if (std::getenv("DUNLIN_WRITE_DOCS") != nullptr) {
    std::ofstream(kDocument) << text.substr(0, rows) << table << text.substr(end);
  } else {
    EXPECT_EQ(text.substr(rows, end - rows), table) << "run it with DUNLIN_WRITE_DOCS=1";
  }
}

TEST(Formats, TheRecordsAreDocumented) {
  expect_table("| record | fields, in their order |\n| --- | --- |\n", records_table());
}

TEST(Formats, TheEnumeratorsAreDocumented) {
  expect_table(
      "| enum | its numbers |\n| --- | --- |\n",
      enums_table<Kind, Purpose, Priority, Handoff, InDoubtPolicy, AnswerKind, State, SegmentState, EventType, ConsentStatus, Cause, CampaignStage, CampaignWalk, Canary>());
}

TEST(Formats, TheFamiliesAreDocumentedWithTheirNumbersAndRecords) {
  const std::string text = document();
  std::size_t at = 0;
  for (std::size_t number = 0; number < kFamilies; ++number) {
    const std::string head =
        "| " + std::to_string(number) + " | `" + std::string(family_name(static_cast<Family>(number))) + "` | ";
    at = text.find(head, at);
    ASSERT_NE(at, std::string::npos) << head << "should follow in docs/formats.md";
    const std::string row = text.substr(at, text.find('\n', at) - at);
    for_each_record([&]<class R>() {
      const bool holds = std::get<RecordRow<R>>(kRecords).family == static_cast<Family>(number);
      EXPECT_EQ(row.find("`" + std::string(record_name<R>()) + "`") != std::string::npos, holds) << row;
    });
  }
  EXPECT_EQ(text.find("\n| " + std::to_string(kFamilies) + " | "), std::string::npos);
}

TEST(Formats, TheExampleIsRight) {
  Job job;
  job.id = "A-1";
  job.to = "+48600700800";
  job.text = "Hi";
  const std::string octets = encode(job);
  EXPECT_EQ(octets.size(), 6 + 4 + 13 + 3u);
  EXPECT_EQ(octets.substr(0, 6), std::string("\x21\x07\0\0\0\0", 6)) << "the example in docs/formats.md has this head";
}

}  // namespace
}  // namespace dunlin::store
