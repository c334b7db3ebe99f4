#include "store/keyed_hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <dunlin/base/check.hpp>

namespace dunlin::store {

std::string keyed_hash(std::string_view key, std::string_view octets) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(octets.data()), octets.size(), hash, &size);
  DUNLIN_CHECK(made != nullptr);
  return std::string(reinterpret_cast<const char*>(hash), size);
}

}  // namespace dunlin::store
