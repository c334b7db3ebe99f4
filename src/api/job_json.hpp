// A job as JSON: store::Job's own fields are the contract's names (docs/api.md).
#pragma once

#include <dunlin/base/result.hpp>
#include <string_view>

#include "api/json_read.hpp"
#include "store/records.hpp"

namespace dunlin::api {

// One job from the text of one JSON object, padded by JsonReader::kPadding octets. What was read before an error stays
// in `job` (its id names the refusal). Errors: those of JsonReader. What is required, and whether the values make
// sense, is the engine's check_job.
[[nodiscard]] Result<void> read_job(JsonReader& reader, std::string_view padded, store::Job& job);

}  // namespace dunlin::api
