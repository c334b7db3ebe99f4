// The rows of a store, each read by its record and held against the others.
#pragma once

#include "doctor/report.hpp"
#include "doctor/salvage.hpp"
#include "store/rocks_reading.hpp"

namespace dunlin::doctor {

// `reading` has its rows open.
void examine_rows(store::kv::RocksReading& reading, Report& report, Salvage* salvage);

}  // namespace dunlin::doctor
