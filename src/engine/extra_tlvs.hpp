// The TLVs an operator adds to the submits of an SMSC: what is legal, and their octets. Pure.
//
// Legal is a tag the specifications list for submit_sm, with a value of that TLV's type and length, or one of the range
// they leave to SMSC vendors (SMPP 3.4 §5.3.1: 0x1400 to 0x3FFF) with any value. All else is reserved; message_payload,
// the sar_ TLVs and more_messages_to_send are Dunlin's own to set.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/smpp/tlv.hpp>

#include "engine/settings.hpp"

namespace dunlin::engine {

inline constexpr std::size_t kExtraTlvsMax = 32;         // of one SMSC; more are refused
inline constexpr std::size_t kExtraTlvOctetsMax = 1024;  // of one value; longer ones are refused

// Fills `octets` and `kind_bits`. Errors, with the key ("tag", "type", "value", "kinds") in `where`: "bad_value",
// "out_of_bounds".
[[nodiscard]] Result<void> prepare(ExtraTlv& tlv);

// Some job would carry both.
bool collide(const ExtraTlv& one, const ExtraTlv& other);

// Those a job of this kind carries, appended in their order.
void add_extra_tlvs(smpp::TlvSet& to, const SmscSettings& smsc, store::Kind kind);

}  // namespace dunlin::engine
