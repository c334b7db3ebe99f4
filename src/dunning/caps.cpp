#include "dunning/caps.hpp"

#include <algorithm>
#include <charconv>

#include "base/duration.hpp"

namespace dunlin::dunning {

Result<Cap> parse_cap(std::string_view written) {
  const std::size_t slash = written.find('/');
  Cap cap;
  const std::string_view texts = written.substr(0, slash);
  const auto [end, problem] = std::from_chars(texts.data(), texts.data() + texts.size(), cap.texts);
  if (slash == std::string_view::npos || problem != std::errc{} || end != texts.data() + texts.size()) {
    return failure("bad_cap", "a cap is a number of texts and a duration, as in \"2/7d\"");
  }
  if (cap.texts == 0 || cap.texts > kCapTextsMax) {
    return failure("bad_cap",
                   "a cap lets 1 to " + std::to_string(kCapTextsMax) + " texts through, not " + std::string(texts));
  }
  const Result<std::chrono::milliseconds> within = parse_duration(written.substr(slash + 1));
  if (!within) return failure("bad_cap", within.error().detail);
  if (within->count() == 0) return failure("bad_cap", "no text fits into no time");
  cap.within = *within;
  return cap;
}

std::string to_string(const Cap& cap) { return std::to_string(cap.texts) + "/" + format_duration(cap.within); }

// Those begun before now - within do not count any more, so the cap opens when the last but texts - 1 of them has gone.
std::optional<Wall> capped_until(std::span<const Wall> begun, std::span<const Cap> caps, Wall now) {
  std::optional<Wall> until;
  for (const Cap& cap : caps) {
    if (begun.size() < cap.texts) continue;
    const Wall opens = begun[begun.size() - cap.texts] + cap.within;
    if (opens > now && (!until || opens > *until)) until = opens;
  }
  return until;
}

void forget_begun(std::vector<Wall>& begun, std::span<const Cap> caps, Wall now) {
  std::chrono::milliseconds longest{};
  for (const Cap& cap : caps) {
    longest = std::max(longest, cap.within);
  }
  std::erase_if(begun, [&](Wall at) { return at + longest <= now; });
}

void count_begun(std::vector<Wall>& begun, std::span<const Cap> caps, Wall now) {
  forget_begun(begun, caps, now);
  begun.insert(std::upper_bound(begun.begin(), begun.end(), now), now);
  if (begun.size() > kCapTextsMax) begun.erase(begun.begin());
}

}  // namespace dunlin::dunning
