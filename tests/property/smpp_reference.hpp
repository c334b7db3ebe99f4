// docs/smpp.md, written from the codec's own lists.
#pragma once

#include <string>

namespace dunlin::smpp {

std::string reference_page();

}  // namespace dunlin::smpp
