#include "engine/dialect.hpp"

#include <dunlin/smpp/message_id.hpp>

namespace dunlin::engine {

namespace {
constexpr std::array<std::string_view, 4> kNames{"auto", "verbatim", "hex-to-decimal", "decimal-to-hex"};
}

std::string_view to_string(MessageIdForm form) { return kNames[static_cast<std::size_t>(form)]; }

std::optional<std::string> as_receipts_name(MessageIdForm form, std::string_view response_id) {
  std::optional<std::string> id;
  switch (form) {
    case MessageIdForm::automatic:
    case MessageIdForm::verbatim: id = smpp::fold(response_id); break;
    case MessageIdForm::hex_to_decimal: id = smpp::hex_to_decimal(response_id); break;
    case MessageIdForm::decimal_to_hex: id = smpp::decimal_to_hex(response_id); break;
  }
  return id && !id->empty() ? id : std::nullopt;
}

std::optional<std::string> as_responses_name(MessageIdForm form, std::string_view receipt_id) {
  if (form == MessageIdForm::hex_to_decimal) return as_receipts_name(MessageIdForm::decimal_to_hex, receipt_id);
  if (form == MessageIdForm::decimal_to_hex) return as_receipts_name(MessageIdForm::hex_to_decimal, receipt_id);
  return as_receipts_name(form, receipt_id);
}

Dialect::Dialect(MessageIdForm configured) : configured_(configured) { remember(configured); }

void Dialect::remember(MessageIdForm form) {
  std::size_t count = 0;
  order_[count++] = form;
  for (MessageIdForm each : kMessageIdForms) {
    if (each != form) order_[count++] = each;
  }
  running_ = 0;
}

std::span<const MessageIdForm> Dialect::forms() const {
  if (configured_ != MessageIdForm::automatic) return std::span(order_).first(1);
  return form() == MessageIdForm::automatic ? std::span(order_).subspan(1) : std::span(order_).first(3);
}

bool Dialect::found(MessageIdForm form) {
  if (configured_ != MessageIdForm::automatic) return false;
  if (form == this->form()) {
    running_ = 0;
    return false;
  }
  running_ = form == other_ ? running_ + 1 : 1;
  other_ = form;
  if (this->form() != MessageIdForm::automatic && running_ < kChangeAfter) return false;
  remember(form);
  return true;
}

}  // namespace dunlin::engine
