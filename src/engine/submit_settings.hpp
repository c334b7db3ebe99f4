// What an SMSC's settings put into every submit_sm, whatever its message says: addresses with their TON and NPI, flags,
// extra TLVs. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <string_view>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// Fills the fields that are the SMSC's to say. No address has a '+' on the wire (SMPP 3.4 §5.2.8 wants digits; some
// SMSCs refuse the sign with a status of their own).
void apply_settings(smpp::SubmitSm& submit, const store::Job& job, const SmscSettings& smsc);

// A sender is empty, a number ('+' and at most 15 digits, or at most 20 digits), or at most 11 printable ASCII
// characters. '@' is refused: in the GSM alphabet it is the octet that ends the field. Errors: "bad_value".
[[nodiscard]] Result<void> check_sender(std::string_view sender);

}  // namespace dunlin::engine
