#include "api/import_order.hpp"

#include "api/parameters.hpp"
#include "api/rfc3339.hpp"
#include "dunning/calendar.hpp"
#include "dunning/money.hpp"

namespace dunlin::api {

namespace {

Result<void> read_send_at(const std::string& text, CampaignDefaults& into) {
  if (const std::optional<Wall> moment = parse_rfc3339(text)) {
    into.not_before = *moment;
    return {};
  }
  if (!dunning::parse_send_at_local(text)) {
    return failure("bad_time",
                   "is neither a time where the recipients are, as 10:30 or 2026-12-01T10:30, nor a moment, as "
                   "2026-12-01T10:30:00+01:00",
                   "send_at");
  }
  into.send_at_local = text;
  return {};
}

// "column:field"; the column may have a colon in it, a field has none.
Result<void> read_map(const std::string& text, CampaignDefaults& into) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size())
    return failure("bad_map", "expected COLUMN:FIELD", "map");
  into.map.emplace_back(text.substr(0, colon), text.substr(colon + 1));
  return {};
}

Result<void> read_parameter(const std::string& name, const std::string& value, ImportOrder& order) {
  if (name == "id") order.defaults.campaign = value;
  if (name == "template") order.defaults.template_name = value;
  if (name == "locale") order.defaults.locale = value;
  if (name == "charset") order.charset = value;
  if (name == "map") return read_map(value, order.defaults);
  if (name == "send_at") return read_send_at(value, order.defaults);
  if (name == "currency") {
    const Result<void> known = dunning::check_currency(value);
    if (!known) return failure(known.error().code, known.error().detail, "currency");
    order.defaults.currency = value;
  }
  return {};
}

}  // namespace

Result<ImportOrder> read_import_order(const Target& target) {
  ImportOrder order;
  for (const auto& [name, value] : target.query) {
    if (Result<void> read = read_parameter(name, value, order); !read) return tl::unexpected(read.error());
  }
  order.skip_bad = flag_in(target, "skip_bad");
  order.dry_run = flag_in(target, "dry_run");
  order.report = flag_in(target, "report");
  if (const std::optional<std::uint64_t> canary = number_in(target, "canary"))
    order.canary = static_cast<std::uint32_t>(*canary);
  return order;
}

}  // namespace dunlin::api
