#include "store/rocks_manifest.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace dunlin::store::kv {
namespace {

// RocksDB's numbers for what an edit holds (db/version_edit.h); 8 is retired.
enum Tag : std::uint64_t {
  kComparator = 1,
  kLogNumber = 2,
  kNextFile = 3,
  kLastSequence = 4,
  kCompactCursor = 5,
  kDeletedFile = 6,
  kPrevLogNumber = 9,
  kMinLogToKeep = 10,
  kNewFile2 = 100,
  kNewFile4 = 103,
  kColumnFamily = 200,
  kColumnFamilyAdd = 201,
  kColumnFamilyDrop = 202,
  kMaxColumnFamily = 203,
  kInAtomicGroup = 300,
  kMayBeSkipped = 1 << 13,  // a bit: whoever does not know the tag skips its text
};
constexpr std::uint64_t kFieldsEnd = 1;  // of a new file

class Edit {
 public:
  explicit Edit(std::string_view octets) : left_(octets) {}
  bool at_end() const { return left_.empty(); }
  bool good() const { return good_; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) break;
      const auto octet = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(octet & 0x7F) << shift;
      if (octet < 0x80) return value;
    }
    return fail();
  }
  std::string_view text() {
    const std::uint64_t size = number();
    if (size > left_.size()) fail();
    const std::string_view text = good_ ? left_.substr(0, size) : std::string_view{};
    left_.remove_prefix(text.size());
    return text;
  }
  std::uint64_t fail() {
    good_ = false;
    left_ = {};
    return 0;
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

struct Change {
  std::uint32_t family = 0;
  std::optional<std::string> add;
  bool drop = false;
  std::optional<std::uint64_t> log;
  std::optional<std::uint64_t> sequence;
  std::optional<std::uint64_t> keep_from;
  std::map<std::uint64_t, std::uint64_t> new_files;  // number, size
  std::vector<std::uint64_t> deleted_files;
};

void read_new_file(Edit& edit, std::uint64_t tag, Change& change) {
  constexpr std::uint64_t kNumberMask = 0x3FFFFFFFFFFFFFFF;
  edit.number();  // its level
  const std::uint64_t number = edit.number() & kNumberMask;
  change.new_files[number] = edit.number();
  edit.text();  // smallest key
  edit.text();  // largest key
  edit.number();
  edit.number();
  if (tag != kNewFile4) return;
  while (edit.good() && edit.number() != kFieldsEnd) edit.text();
}

void read_field(Edit& edit, Change& change) {
  switch (const std::uint64_t tag = edit.number(); tag) {
    case kLogNumber: change.log = edit.number(); break;
    case kLastSequence: change.sequence = edit.number(); break;
    case kMinLogToKeep: change.keep_from = edit.number(); break;
    case kNextFile:
    case kPrevLogNumber:
    case kMaxColumnFamily:
    case kInAtomicGroup: edit.number(); break;
    case kComparator: edit.text(); break;
    case kCompactCursor:
      edit.number();
      edit.text();
      break;
    case kDeletedFile:
      edit.number();
      change.deleted_files.push_back(edit.number());
      break;
    case kNewFile2:
    case kNewFile4: read_new_file(edit, tag, change); break;
    case kColumnFamily: change.family = static_cast<std::uint32_t>(edit.number()); break;
    case kColumnFamilyAdd: change.add = std::string(edit.text()); break;
    case kColumnFamilyDrop: change.drop = true; break;
    default:
      if ((tag & kMayBeSkipped) != 0) {
        edit.text();
      } else {
        edit.fail();
      }
  }
}

}  // namespace

std::uint64_t Manifest::first_log() const {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [id, family] : families) first = std::min(first, family.first_log);
  return std::max(families.empty() ? 0 : first, logs_kept_from);
}

bool Manifest::apply(std::string_view octets) {
  Edit edit(octets);
  Change change;
  while (edit.good() && !edit.at_end()) read_field(edit, change);
  if (!edit.good()) return false;
  if (change.add) families[change.family].name = *change.add;
  if (change.family == 0 && families.empty()) families[0].name = "default";  // is never added
  if (change.drop) families.erase(change.family);
  if (const auto family = families.find(change.family); family != families.end() && change.log) {
    family->second.first_log = std::max(family->second.first_log, *change.log);
  }
  for (const std::uint64_t number : change.deleted_files) tables.erase(number);
  for (const auto& [number, size] : change.new_files) tables[number] = {change.family, size};
  if (change.sequence) last_sequence = std::max(last_sequence, *change.sequence);
  if (change.keep_from) logs_kept_from = std::max(logs_kept_from, *change.keep_from);
  return true;
}

std::string numbered_file(std::uint64_t number, std::string_view extension) {
  constexpr std::size_t kDigits = 6;  // or more
  const std::string digits = std::to_string(number);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + std::string(extension);
}

std::optional<std::uint64_t> number_of_file(std::string_view name, std::string_view extension) {
  if (!name.ends_with(extension)) return std::nullopt;
  name.remove_suffix(extension.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace dunlin::store::kv
