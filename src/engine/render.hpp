// A job as the submit_sm PDUs that carry it. Pure: the same job at the same SMSC gives the same octets, so a resend is a repetition.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <dunlin/text/encode.hpp>
#include <string>
#include <vector>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// Errors: "not_encodable", "too_many_segments", "too_long", on "text" or "encoding".
[[nodiscard]] Result<text::Encoded> encode_text(const store::Job& job, const SmscSettings& smsc, std::uint16_t reference);

// Whether this SMSC can carry the job's text: another of its route may mean something else by data_coding 0.
[[nodiscard]] bool carries(const store::Job& job, const SmscSettings& smsc);

// One a segment, in order; `expires_at` gives the validity_period (absolute, UTC). Segments are held together by `reference` as
// smsc.long_messages says; with `payload` a long text is one submit_sm without short_message.
[[nodiscard]] Result<std::vector<smpp::SubmitSm>> render(const store::Job& job, std::uint32_t reference, Wall expires_at, const SmscSettings& smsc);

// Of the octets that make the parts one message: equal where they would be joined. 0: one part, nothing to join.
std::uint32_t checksum_of(const std::vector<smpp::SubmitSm>& submits);

struct Address {
  std::uint8_t ton = 0;
  std::uint8_t npi = 0;
  std::string digits;
};
// Alphanumeric 5/0; a short code of at most 8 digits 3/0; else international 1/1 without its '+' or 00 (SMPP 3.4 §5.2.5, §5.2.6).
Address guess_address(std::string_view address);

}  // namespace dunlin::engine
