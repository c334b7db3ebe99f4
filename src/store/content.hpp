// What was submitted, as octets to be hashed: every field that is not at its default, by its name, so that a program
// that knows further fields makes the same of the same job.
#pragma once

#include <string>

#include "store/records.hpp"

namespace dunlin::store {

//   content := (name:text value:text)*      values as store/codec.hpp writes them, records as content
[[nodiscard]] std::string content_of(const Job& job);

}  // namespace dunlin::store
