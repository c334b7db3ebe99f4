// What the query of POST /v1/campaigns asks for.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <optional>
#include <string>

#include "api/campaign_rows.hpp"
#include "api/target.hpp"

namespace dunlin::api {

struct ImportOrder {
  CampaignDefaults defaults;
  std::string charset;  // of the file; empty: UTF-8, or what its byte order mark says
  bool skip_bad = false;
  bool dry_run = false;
  bool report = false;  // the answer as NDJSON while the file comes, each bad row with its cells
  std::optional<std::uint32_t> canary;
};

// Of a query that was checked. Errors: "bad_time" (send_at), "bad_map", "bad_currency"; `where` is the parameter.
[[nodiscard]] Result<ImportOrder> read_import_order(const Target& target);

}  // namespace dunlin::api
