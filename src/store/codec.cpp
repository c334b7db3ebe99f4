#include "store/codec.hpp"

namespace dunlin::store::codec {

// The innermost failure is the one that says where: an outer field that fails because of it changes nothing.
bool Reader::fail(std::string_view record, std::string_view field, std::string_view what) {
  if (error_.code.empty()) {
    error_ = {"store_corrupt", std::string(what),
              std::string(record) + "." + std::string(field) + " at octet " + std::to_string(position_)};
  }
  return false;
}

bool Reader::fail_newer(std::string_view record) {
  if (error_.code.empty()) {
    error_ = {"store_newer", "the row has more fields than this version knows",
              std::string(record) + ".count at octet " + std::to_string(position_ - 1)};
  }
  return false;
}

}  // namespace dunlin::store::codec
