#include "api/import_order.hpp"

#include <charconv>

#include "api/rfc3339.hpp"
#include "dunning/calendar.hpp"
#include "dunning/money.hpp"

namespace dunlin::api {

namespace {

Result<void> read_flag(const Target& target, const char* name, bool& into) {
  const std::string* text = target.find(name);
  if (text == nullptr) return {};
  if (*text != "true" && *text != "false") return failure("unknown_value", "expected one of true false", name);
  into = *text == "true";
  return {};
}

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

Result<void> read_canary(const std::string& text, std::optional<std::uint32_t>& into) {
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size())
    return failure("wrong_type", "expected a number of messages, 0 for none", "canary");
  into = number;
  return {};
}

Result<void> read_parameter(const std::string& name, const std::string& value, ImportOrder& order) {
  if (name == "id") order.defaults.campaign = value;
  if (name == "template") order.defaults.template_name = value;
  if (name == "locale") order.defaults.locale = value;
  if (name == "charset") order.charset = value;
  if (name == "map") return read_map(value, order.defaults);
  if (name == "send_at") return read_send_at(value, order.defaults);
  if (name == "canary") return read_canary(value, order.canary);
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
  for (const auto& [name, flag] : {std::pair{"skip_bad", &order.skip_bad}, std::pair{"dry_run", &order.dry_run},
                                   std::pair{"report", &order.report}}) {
    if (Result<void> read = read_flag(target, name, *flag); !read) return tl::unexpected(read.error());
  }
  if (order.defaults.campaign.empty()) return failure("missing", "a campaign needs its id", "id");
  return order;
}

}  // namespace dunlin::api
