// How many automated texts a number or an account gets within a while: "2/7d" is two in any seven days. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::dunning {

struct Cap {
  std::uint32_t texts = 0;  // 1 to kCapTextsMax
  std::chrono::milliseconds within{};
  bool operator==(const Cap&) const = default;
};
inline constexpr std::uint32_t kCapTextsMax = 128;  // so many moments are remembered of a number

// "2/7d". Errors: "bad_cap".
[[nodiscard]] Result<Cap> parse_cap(std::string_view written);
std::string to_string(const Cap& cap);

// When one more may be begun; nullopt: now. `begun`: when the others were, oldest first.
[[nodiscard]] std::optional<Wall> capped_until(std::span<const Wall> begun, std::span<const Cap> caps, Wall now);

// Drops what no cap counts any more.
void forget_begun(std::vector<Wall>& begun, std::span<const Cap> caps, Wall now);
// One more was begun at `now`; what no cap counts any more is forgotten.
void count_begun(std::vector<Wall>& begun, std::span<const Cap> caps, Wall now);

}  // namespace dunlin::dunning
