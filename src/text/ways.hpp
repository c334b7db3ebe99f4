// The ways to write a text at an SMSC, and what each costs.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/segment.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::text {

struct Way {
  Encoding encoding = Encoding::ucs2;
  std::uint8_t data_coding = 0;
  bool packed = false;
  ShiftTables tables{};
  bool (*takes_one)(char32_t) = nullptr;  // nullptr: septets_of() says
  std::string_view what;                  // completes "U+20AC is not in …"

  bool takes(char32_t character) const {
    return takes_one != nullptr ? takes_one(character) : gsm_septets_with(character) > 0;
  }
  std::size_t gsm_septets_with(char32_t character) const;
};

// Those that `options.encoding` allows, in the order of encode.hpp's list: the simplest first. Errors: "bad_value".
[[nodiscard]] Result<std::vector<Way>> ways(const EncodeOptions& options);

// What a text is counted by that the way takes.
[[nodiscard]] Budget budget_of(const Way& way, std::u32string_view text, LongMessages how);

// Index of the first character a way does not take.
[[nodiscard]] std::optional<std::size_t> first_outside(std::u32string_view text, const Way& way);

struct Cost {
  std::size_t messages = 0;
  std::size_t octets = 0;  // on the air, headers included
};
[[nodiscard]] Cost cost_of(std::u32string_view text, const Budget& budget);

// Appends a text the way takes, without a header; what is in `octets` already is the header of packed septets.
void append_text(Octets& octets, std::u32string_view text, const Way& way);

}  // namespace dunlin::text
