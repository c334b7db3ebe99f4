#include "store/kv.hpp"

#include <array>

namespace dunlin::store {

std::string_view family_name(Family family) {
  static constexpr std::array<std::string_view, kFamilies> kNames{
      "meta",      "ids",      "jobs",       "queue",         "calendar",    "inflight", "sent",      "parked",
      "people",    "accounts", "by_account", "by_number",     "by_campaign", "stages",   "campaigns", "events",
      "consumers", "parts",    "references", "conversations", "calls",       "reports"};
  return kNames[static_cast<std::size_t>(family)];
}

}  // namespace dunlin::store
