// What `explain` and `preview` both print.
#pragma once

#include <string>

#include "client.hpp"

namespace dunlin::tool {

void print_gates(const Json& preview);           // a row a gate
std::string earliest_of(const Json& preview);    // on the recipient's clock and in UTC; empty: there is none
std::string preview_facts(const Json& preview);  // text, encoding, segments, the earliest time

}  // namespace dunlin::tool
