// A whole store examined, and saved as far as it can be read: every checksum, every row by its record, every reference
// between rows. Reads only: no octet of the store changes. Memory is bounded whatever the store holds; time is that of
// reading every table twice.
#pragma once

#include <dunlin/base/result.hpp>
#include <filesystem>

#include "doctor/report.hpp"
#include "doctor/salvage.hpp"

namespace dunlin::doctor {

// `salvage` may be nullptr. Errors, when there is nothing to examine: store_missing, store_foreign, store_newer,
// store_locked (a daemon runs; its process is named), store_io. A damaged store is no error but a report.
[[nodiscard]] Result<Report> examine(const std::filesystem::path& store, Salvage* salvage);

}  // namespace dunlin::doctor
