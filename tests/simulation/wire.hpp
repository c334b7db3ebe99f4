// What a submit_sm says, as the handset that gets it would read it.
#pragma once

#include <cstdint>
#include <dunlin/smpp/pdu.hpp>
#include <string>
#include <string_view>

namespace dunlin::simulation {

struct Part {
  std::uint32_t segment = 0;  // from 0
  std::uint32_t segments = 1;
};
// From its SAR TLVs or the concatenation element of its user data header (TS 23.040 §9.2.3.24).
Part part_of(const smpp::SubmitSm& submit);
// What a handset writes where GSM 7 has not all of it (TS 23.038 §6.2.3).
inline constexpr std::uint8_t kUcs2 = 8;
Octets ucs2_of(std::string_view utf8);
// This part's text, as UTF-8.
std::string text_of(const smpp::SubmitSm& submit);

}  // namespace dunlin::simulation
