// One receipt looked at as a specimen: where its data sits and how its text is written. Pure.
#pragma once

#include <dunlin/smpp/pdu.hpp>
#include <string_view>

#include "certify/observed.hpp"

namespace dunlin::certify {

// Everything of a ReceiptSeen that its PDU alone tells; nothing for what is no receipt. `number`, without its '+', is
// left out of the words.
std::optional<ReceiptSeen> look_at(const smpp::Body& body, std::string_view number);

}  // namespace dunlin::certify
