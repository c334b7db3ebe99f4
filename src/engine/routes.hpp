// Which SMSCs serve a number: the route with the longest matching prefix; no route at all means that every SMSC serves everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/settings.hpp"

namespace dunlin::engine {

class Routes {
 public:
  explicit Routes(const Settings& settings);
  // The route for an E.164 number with '+', or nullptr: none serves it. Valid as long as this object.
  const RouteSettings* find(std::string_view number) const;
  const RouteSettings* named(std::string_view name) const;
  const std::vector<RouteSettings>& all() const { return routes_; }

 private:
  std::vector<RouteSettings> routes_;
};

}  // namespace dunlin::engine
