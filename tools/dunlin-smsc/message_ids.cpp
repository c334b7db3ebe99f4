#include "message_ids.hpp"

#include <array>
#include <charconv>

#include "chance.hpp"

namespace dunlin::smsc {
namespace {

constexpr std::array kForms{IdFormRow{IdForm::hex, "hex"}, IdFormRow{IdForm::upper, "upper"},
                            IdFormRow{IdForm::decimal, "decimal"}, IdFormRow{IdForm::uuid, "uuid"},
                            IdFormRow{IdForm::padded, "padded"}};

std::string digits(std::uint64_t number, int base) {
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, base).ptr;
  return {buffer.data(), end};
}

std::string padded_to(std::size_t size, std::string text) {
  return text.size() < size ? std::string(size - text.size(), '0') + text : text;
}

std::string uuid(std::uint64_t number) {
  auto text = padded_to(16, digits(mix(number), 16)) + padded_to(16, digits(mix(~number), 16));
  text[12] = '4';
  text[16] = "89ab"[static_cast<unsigned char>(text[16]) % 4];
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace

std::span<const IdFormRow> id_forms() { return kForms; }

Result<IdForm> parse_id_form(std::string_view name) {
  for (const auto& row : kForms) {
    if (row.name == name) return row.form;
  }
  return failure("bad_value", "not a form of message ids: hex, upper, decimal, uuid or padded");
}

std::string message_id(std::uint64_t number, IdForm form) {
  switch (form) {
    case IdForm::hex: return digits(number, 16);
    case IdForm::upper: {
      auto text = digits(number, 16);
      for (auto& digit : text) digit = digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
      return text;
    }
    case IdForm::decimal: return digits(number, 10);
    case IdForm::uuid: return uuid(number);
    case IdForm::padded: return padded_to(12, digits(number, 10));
  }
  return {};
}

}  // namespace dunlin::smsc
