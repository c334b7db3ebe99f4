// A receipt as the dialect writes it.
#pragma once

#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>

#include "delivery.hpp"

namespace dunlin::smsc {

// A deliver_sm, or a data_sm where the dialect sends those.
smpp::Body receipt_pdu(const Delivery& delivery, const Options& options, Wall now);

}  // namespace dunlin::smsc
