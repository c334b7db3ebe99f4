// A campaign as the API tells it.
#pragma once

#include <dunlin/base/time.hpp>
#include <string>
#include <string_view>

#include "store/records.hpp"

namespace dunlin::api {

void append_campaign(std::string& out, std::string_view id, const store::Campaign& campaign, Wall now);

}  // namespace dunlin::api
