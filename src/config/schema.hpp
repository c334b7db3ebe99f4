// The schema: one row a key. Reader, sample, reload and tests are loops over it; a default is the member's own
// initializer, said once.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dunlin::config {

// A value as it was written, before it means anything.
using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

// How a key is written.
enum class Form : std::uint8_t { toggle, number, text, list, duration, size, choice, mode, either };

// Inclusive. Of a number: itself; of a text: its octets; of a list: how many; of a duration: milliseconds; of a size:
// octets.
struct Bounds {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

struct Problem {
  std::string code;
  std::string detail;
};

// Where a value goes: a member of the table's owner, reached without naming its type. Made by slots.hpp.
struct Slot {
  Form form;
  std::string_view choices;  // of a choice: what may be written, as people read it
  // Checks and assigns; untouched when there is a problem.
  std::optional<Problem> (*set)(void* owner, const Value& value, const Bounds& bounds);
  // As a TOML literal. Null where the key fills no member.
  std::string (*show)(const void* owner);
  void (*copy)(const void* from, void* to);
  bool (*same)(const void* one, const void* other);
};

enum class Place : std::uint8_t {
  none,      // not a path
  made,      // made by the daemon: its folder is not looked at here
  file,      // must exist when it is written
  defaulted  // must exist when it is written; at its default, absent means none
};

struct Row {
  std::string_view table;
  std::string_view key;
  Slot slot;
  Bounds bounds{};
  bool required = false;
  bool live = false;    // taken over by a reload
  bool secret = false;  // never shown
  Place place = Place::none;
  // A TOML literal: the only value this version can honour. Everything else is refused, since ignoring it would be a
  // lie.
  std::string_view only = {};
  std::string_view fallback = {};  // TOML literal of the default, where the member's initializer does not say it
  std::string_view example = {};   // TOML literal for the sample, where the default would teach nothing
  bool commented = false;          // stands in the sample as a comment
  std::string_view text;           // the explanation, for the sample
};

// Whose members a table's rows fill.
enum class Owner : std::uint8_t { configuration, smsc, extra_tlv, route };

struct Table {
  std::string_view name;
  Owner owner;
  bool repeated;  // [[name]]: any number of them
  std::string_view text;
  bool commented = false;  // stands in the sample as a comment, with its rows
};

std::span<const Table> tables();
std::span<const Row> rows();  // a table's rows stand together, tables in their order

// The default as a TOML literal; empty when there is none.
std::string default_of(const Row& row);
std::string literal_of(const Value& value);

}  // namespace dunlin::config
