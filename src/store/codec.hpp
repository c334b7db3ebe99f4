// Records as octets and back, by walking Record::fields; docs/formats.md has the grammar:
//
// clang-format off
//   record := count bitmap value*        count: how many fields the writer knew (one octet, at most 127)
//   bitmap := ceil(count / 8) octets     bit i % 8 of octet i / 8 is set where field i differs from its default; spare bits are 0
//   value  := number | enum | string | list | record      of the fields whose bit is set, in order; a bool is all said by its bit
//   number := varint (LEB128, shortest form); a time is zigzag of its milliseconds since 1970, a duration of its milliseconds
//   enum   := one octet, its number
//   string := length:varint octets
//   list   := count:varint (string | record)*
// clang-format on
//
// What a default is belongs to the format: it is never changed for a field that exists. An older row (smaller count)
// reads with the later fields at their defaults; a newer one (greater count) is refused, since writing it back would
// lose what this program does not know.
//
// Decoding takes any octets without harm: it fails with "store_corrupt" ("store_newer" for a greater count) and names
// record, field and octet; one value has one encoding, so what decodes encodes to the same octets again (unless it was
// older).
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "store/enum_names.hpp"
#include "store/record_list.hpp"

namespace dunlin::store {

namespace codec {

inline constexpr std::size_t kFieldsMax = 127;

template <class R>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<std::remove_cvref_t<decltype(R::fields)>>;

template <class R>
const R& defaults() {
  static const R value{};
  return value;
}

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

template <class R>
void put_record(std::string& out, const R& record);

inline void put_value(std::string&, bool) {}
inline void put_value(std::string& out, std::uint32_t value) { put_varint(out, value); }
inline void put_value(std::string& out, std::uint64_t value) { put_varint(out, value); }
inline void put_value(std::string& out, std::chrono::milliseconds value) { put_varint(out, zigzag(value.count())); }
inline void put_value(std::string& out, Wall value) { put_varint(out, zigzag(value.time_since_epoch().count())); }
template <NamedEnum E>
void put_value(std::string& out, E value) {
  out.push_back(static_cast<char>(value));
}
inline void put_value(std::string& out, const std::string& value) {
  put_varint(out, value.size());
  out.append(value);
}
template <class T>
void put_value(std::string& out, const std::optional<T>& value) {
  put_value(out, *value);
}
template <Record R>
void put_value(std::string& out, const R& value) {
  put_record(out, value);
}
template <class T>
void put_value(std::string& out, const std::vector<T>& list) {
  put_varint(out, list.size());
  for (const T& item : list) put_value(out, item);
}

template <class R>
void put_record(std::string& out, const R& record) {
  constexpr std::size_t count = kFieldCount<R>;
  static_assert(count <= kFieldsMax);
  const R& unset = defaults<R>();
  out.push_back(static_cast<char>(count));
  const std::size_t bitmap = out.size();
  out.append((count + 7) / 8, '\0');
  std::size_t index = 0;
  const auto put_field = [&](const auto& row) {
    if (record.*(row.member) != unset.*(row.member)) {
      out[bitmap + index / 8] = static_cast<char>(out[bitmap + index / 8] | (1 << (index % 8)));
      put_value(out, record.*(row.member));
    }
    ++index;
  };
  std::apply([&](const auto&... row) { (put_field(row), ...); }, R::fields);
}

// Reads forward over the octets of one row; the first thing that does not fit is kept, and nothing is read after it.
class Reader {
 public:
  explicit Reader(std::string_view octets) : octets_(octets) {}

  template <class R>
  bool record(R& into);
  bool at_end() const { return position_ == octets_.size(); }
  bool fail(std::string_view record, std::string_view field, std::string_view what);
  bool fail_newer(std::string_view record);
  const Error& error() const { return error_; }

 private:
  bool octet(std::uint8_t& into) {
    if (at_end()) return false;
    into = static_cast<std::uint8_t>(octets_[position_++]);
    return true;
  }
  bool varint(std::uint64_t& into) {
    into = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      std::uint8_t next = 0;
      if (!octet(next)) return false;
      const std::uint64_t bits = next & 0x7F;
      if (shift == 63 && bits > 1) return false;  // beyond 64 bits
      into |= bits << shift;
      if (next < 0x80) return next != 0 || shift == 0;  // a longer form than needed is not ours
    }
    return false;
  }

  bool value(bool&) { return true; }
  bool value(std::uint64_t& into) { return varint(into); }
  bool value(std::uint32_t& into) {
    std::uint64_t wide = 0;
    if (!varint(wide) || wide > UINT32_MAX) return false;
    into = static_cast<std::uint32_t>(wide);
    return true;
  }
  bool value(Wall& into) {
    std::uint64_t wide = 0;
    if (!varint(wide)) return false;
    into = Wall{std::chrono::milliseconds{unzigzag(wide)}};
    return true;
  }
  bool value(std::chrono::milliseconds& into) {
    std::uint64_t wide = 0;
    if (!varint(wide)) return false;
    into = std::chrono::milliseconds{unzigzag(wide)};
    return true;
  }
  template <NamedEnum E>
  bool value(E& into) {
    std::uint8_t number = 0;
    if (!octet(number) || number >= names<E>.size()) return false;
    into = static_cast<E>(number);
    return true;
  }
  bool value(std::string& into) {
    std::uint64_t length = 0;
    if (!varint(length) || length > octets_.size() - position_) return false;
    into.assign(octets_.substr(position_, length));
    position_ += length;
    return true;
  }
  template <class T>
  bool value(std::optional<T>& into) {
    return value(into.emplace());
  }
  template <Record R>
  bool value(R& into) {
    return record(into);
  }
  template <class T>
  bool value(std::vector<T>& into) {
    std::uint64_t count = 0;
    if (!varint(count) || count > octets_.size() - position_) return false;  // an item takes an octet at least
    into.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!value(into.emplace_back())) return false;
    }
    return true;
  }

  std::string_view octets_;
  std::size_t position_ = 0;
  Error error_;
};

template <class R>
bool Reader::record(R& into) {
  constexpr std::size_t known = kFieldCount<R>;
  std::uint8_t count = 0;
  if (!octet(count) || count > kFieldsMax) return fail(record_name<R>(), "count", "no field count");
  if (count > known) return fail_newer(record_name<R>());
  const std::size_t bitmap_size = (count + 7u) / 8u;
  if (octets_.size() - position_ < bitmap_size) return fail(record_name<R>(), "bitmap", "cut short");
  const std::string_view bitmap = octets_.substr(position_, bitmap_size);
  position_ += bitmap_size;
  if (count % 8 != 0 && (static_cast<std::uint8_t>(bitmap.back()) >> (count % 8)) != 0) {
    return fail(record_name<R>(), "bitmap", "a spare bit is set");
  }
  const R& unset = defaults<R>();
  std::size_t index = 0;
  const auto read_field = [&](const auto& row) {
    const bool present = index < count && ((static_cast<std::uint8_t>(bitmap[index / 8]) >> (index % 8)) & 1) != 0;
    ++index;
    if (!present) return true;
    auto& member = into.*(row.member);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, bool>) {
      member = !(unset.*(row.member));
      return true;
    } else {
      if (!value(member)) return fail(record_name<R>(), row.name, "not a value of this field");
      if (member == unset.*(row.member)) return fail(record_name<R>(), row.name, "a default that was written");
      return true;
    }
  };
  return std::apply([&](const auto&... row) { return (read_field(row) && ...); }, R::fields);
}

}  // namespace codec

// Never fails. Typically 1 + fields / 8 octets more than the texts themselves.
template <Record R>
[[nodiscard]] std::string encode(const R& record) {
  std::string out;
  out.reserve(128);
  codec::put_record(out, record);
  return out;
}

// The whole of `octets` is one record. Errors: "store_corrupt", "store_newer"; `where` is "Job.text at octet 17".
template <Record R>
[[nodiscard]] Result<R> decode(std::string_view octets) {
  codec::Reader reader(octets);
  Result<R> record{tl::in_place};
  if (!reader.record(*record)) return tl::unexpected<Error>(reader.error());
  if (!reader.at_end()) {
    reader.fail(record_name<R>(), "end", "octets follow the record");
    return tl::unexpected<Error>(reader.error());
  }
  return record;
}

}  // namespace dunlin::store
