// How the receipts of one SMSC name messages, compared with its responses: as configured, or learned from receipts that
// leave no choice. Ids themselves are never altered; what is converted are the keys they are compared by. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/settings.hpp"

namespace dunlin::engine {

std::string_view to_string(
    MessageIdForm form);  // as in the configuration: "auto", "verbatim", "hex-to-decimal", "decimal-to-hex"
inline constexpr std::array kMessageIdForms{MessageIdForm::verbatim, MessageIdForm::hex_to_decimal,
                                            MessageIdForm::decimal_to_hex};

// A form says how the response's id becomes the receipt's. Both are folded (case, leading zeros, 0x); empty where an id
// can't be read so.
std::optional<std::string> as_receipts_name(MessageIdForm form, std::string_view response_id);
std::optional<std::string> as_responses_name(MessageIdForm form, std::string_view receipt_id);

class Dialect {
 public:
  // So many receipts running in another form than the learned one, and it has changed: an SMSC of many machines may mix
  // them.
  static constexpr std::uint32_t kChangeAfter = 5;

  explicit Dialect(MessageIdForm configured = MessageIdForm::automatic);
  MessageIdForm configured() const { return configured_; }
  MessageIdForm form() const { return order_[0]; }  // automatic: not known yet
  bool learned() const { return configured_ == MessageIdForm::automatic && form() != MessageIdForm::automatic; }
  // Those worth trying, the likeliest first.
  std::span<const MessageIdForm> forms() const;
  // A receipt was of this form and could be of no other. True: form() is another now.
  bool found(MessageIdForm form);
  // What a former run has learned.
  void remember(MessageIdForm form);

 private:
  MessageIdForm configured_;
  std::array<MessageIdForm, 4> order_;  // the one in use, or automatic; then the others
  MessageIdForm other_ = MessageIdForm::automatic;
  std::uint32_t running_ = 0;  // receipts running that were of `other_`
};

}  // namespace dunlin::engine
