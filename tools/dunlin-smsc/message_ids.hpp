// Message ids in the forms real SMSCs use. All forms of one number name the same message, as where a response says it
// in hex and the receipt in zero-padded decimal.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::smsc {

enum class IdForm : std::uint8_t { hex, upper, decimal, uuid, padded };

struct IdFormRow {
  IdForm form;
  std::string_view name;
};
std::span<const IdFormRow> id_forms();
[[nodiscard]] Result<IdForm> parse_id_form(std::string_view name);  // Errors: "bad_value"

// hex: "9f3a01c2"; upper: "9F3A01C2"; decimal: "2671378882"; uuid: a version 4 UUID mixed from the number; padded:
// decimal, at least 12 digits.
std::string message_id(std::uint64_t number, IdForm form);

}  // namespace dunlin::smsc
