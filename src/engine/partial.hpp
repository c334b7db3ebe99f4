// What a reader may have of a message in parts that did not arrive whole.
#pragma once

#include <string>

#include "store/records.hpp"

namespace dunlin::engine {

// The reason of a job's end, for people: `why`, and before it what arrived of it all the same. "partial: 2 of 3 parts
// delivered; UNDELIV 011"; where none is known to have arrived, "partial: 1 of 3 parts taken; ESME_RINVDSTADR" (by the
// SMSC, which may deliver it). Just `why` where the message is one part, or all or nothing of it arrived or was taken.
std::string with_parts(const store::JobState& state, std::string why);

}  // namespace dunlin::engine
