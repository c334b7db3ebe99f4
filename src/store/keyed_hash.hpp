// What must be recognised again without being kept: the number of somebody who was forgotten, the text of a job whose
// texts are gone.
#pragma once

#include <string>
#include <string_view>

namespace dunlin::store {

inline constexpr std::size_t kSecretOctets = 32;

// HMAC-SHA256 (RFC 2104) of `octets`, 32 octets. Nobody without the key can try numbers until one fits.
[[nodiscard]] std::string keyed_hash(std::string_view key, std::string_view octets);

}  // namespace dunlin::store
