#include "engine/routes.hpp"

namespace dunlin::engine {

Routes::Routes(const Settings& settings) : routes_(settings.routes) {
  if (!routes_.empty()) return;
  RouteSettings everything;
  everything.name = "";
  everything.prefix = {"+"};
  everything.balance = true;
  for (const SmscSettings& smsc : settings.smscs) everything.smsc.push_back(smsc.name);
  routes_.push_back(std::move(everything));
}

const RouteSettings* Routes::find(std::string_view number) const {
  const RouteSettings* best = nullptr;
  std::size_t longest = 0;
  for (const RouteSettings& route : routes_) {
    for (const std::string& prefix : route.prefix) {
      if (number.starts_with(prefix) && (best == nullptr || prefix.size() > longest)) {
        best = &route;
        longest = prefix.size();
      }
    }
  }
  return best;
}

const RouteSettings* Routes::named(std::string_view name) const {
  for (const RouteSettings& route : routes_) {
    if (route.name == name) return &route;
  }
  return nullptr;
}

}  // namespace dunlin::engine
