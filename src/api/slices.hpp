// A long answer that is read from the store a slice at a time, so that neither side holds it whole.
#pragma once

#include <functional>
#include <string>

#include "api/call.hpp"

namespace dunlin::api {

struct Slice {
  std::string text;
  std::string last;  // where the next one goes on; empty: this was the last
};

// Sends what `render` makes, called on the reader's thread with where to go on, "" at first; it outlives the call.
// False: the peer is gone, or the store failed.
Task<bool> send_slices(Call& call, const std::function<Result<Slice>(const std::string& after)>& render);

}  // namespace dunlin::api
