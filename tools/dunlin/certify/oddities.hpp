// What was odd: each habit is a row of docs/quirks.md, by its name there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "certify/observed.hpp"

namespace dunlin::certify {

struct Oddity {
  std::string_view quirks;  // rows of docs/quirks.md, by blanks
  std::string_view says;
};
std::vector<Oddity> oddities(const Observed& observed);

}  // namespace dunlin::certify
