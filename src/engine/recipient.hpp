// To whom a new job goes.
#pragma once

#include <dunlin/base/result.hpp>
#include <string>

#include "engine/settings.hpp"
#include "store/job_records.hpp"

namespace dunlin::engine {

// As read_recipient() (compose.hpp), and refuses what may be a stranger's number. Errors besides: "ambiguous_number", on
// "to", which is E.164 by then all the same: what was taken once is known by it.
[[nodiscard]] Result<std::string> read_new_recipient(store::Job& job, const DunningSettings& dunning);

}  // namespace dunlin::engine
