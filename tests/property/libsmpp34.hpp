// Debian's libsmpp34 as a witness of the codec, both directions: it reads every field of what we encode as we meant it,
// and packs the same fields into the same octets. Its own field lists (def_frame/*) drive the walk, so no field can be
// forgotten on its side.
#pragma once

#include <dunlin/smpp/pdu.hpp>
#include <string>

namespace dunlin::smpp::libsmpp34 {

// Cuts a PDU to what libsmpp34 has room for; false where it has none at all. No broadcasts; no times in deliver_sm and
// no id in its response (it gives them one octet); a short source in data_sm; TLVs only where its lists have them, and
// alert_on_message_delivery empty as in 3.4. It logs each field into a buffer of 2048 octets whose end it forgets, so
// texts and lists are kept short and TLVs come one at a time.
bool fit(Pdu& pdu);

// Empty when libsmpp34 agrees with us about a PDU that fits and the octets we encoded it to; else what it says.
std::string disagreement(const Pdu& pdu, OctetView octets);

}  // namespace dunlin::smpp::libsmpp34
