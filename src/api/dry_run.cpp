#include "api/dry_run.hpp"

#include <algorithm>
#include <functional>

#include "api/json_write.hpp"
#include "dunning/decide.hpp"

namespace dunlin::api {

namespace {

constexpr std::string_view kOther = "other", kNoLanguage = "none";

std::string cost_of(const std::string& price, std::uint64_t segments) {
  Result<dunning::Amount> amount = dunning::parse_amount(price);
  if (!amount) return {};
  amount->units *= static_cast<std::int64_t>(segments);
  return dunning::to_string(*amount);
}

void append_counts(std::string& out, const std::map<std::string, std::uint64_t>& counts) {
  out += '{';
  bool first = true;
  for (const auto& [name, number] : counts) {
    if (!std::exchange(first, false)) out += ',';
    append_json(out, name);
    out += ':';
    append_json(out, number);
  }
  out += '}';
}

}  // namespace

bool SeenIds::first_time(std::string_view id) {
  constexpr std::size_t kFirst = 1024;
  if (full()) return true;
  if (slots_.empty()) slots_.resize(kFirst);
  if (2 * (count_ + 1) > slots_.size()) {
    std::vector<std::uint64_t> before = std::exchange(slots_, std::vector<std::uint64_t>(2 * slots_.size()));
    for (const std::uint64_t hash : before) {
      if (hash == 0) continue;
      std::size_t at = hash & (slots_.size() - 1);
      while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = hash;
    }
  }
  const std::uint64_t hash = std::max<std::uint64_t>(1, std::hash<std::string_view>{}(id));
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == hash) return false;
  }
  slots_[at] = hash;
  ++count_;
  return true;
}

void DryRun::count(Counts& counts, const std::string& name) {
  const bool named = counts.size() < kNamesMax || counts.contains(name);
  ++counts[named ? name : std::string(kOther)];
}

void DryRun::add(std::uint64_t line, const store::Job& job, const engine::Preview& preview) {
  if (preview.known) {
    ++known_;
    return;
  }
  const bool outside = std::ranges::any_of(preview.gates, [](const engine::ShownGate& gate) {
    return gate.gate == to_string(dunning::Gate::calendar) && gate.action != dunning::Action::send;
  });
  if (outside) ++outside_hours_;
  if (!job.plan.empty()) ++plans_;
  const std::string language = preview.locale.empty() ? job.locale : preview.locale;
  count(languages_, language.empty() ? std::string(kNoLanguage) : language);
  if (!preview.text.empty()) add_text(line, preview);
  if (!preview.earliest) {
    const std::string reason = !preview.blocked.empty() ? preview.blocked.front() : preview.waits_for;
    count(blocked_, reason.empty() ? std::string(kOther) : reason);
    return;
  }
  if (*preview.earliest <= preview.at) {
    ++go_now_;
  } else {
    count(later_, preview.waits_for.empty() ? std::string(kOther) : preview.waits_for);
  }
  count(encodings_, preview.encoding);
  count(by_segments_, std::to_string(preview.segments));
  segments_ += preview.segments;
  const bool named = routes_.size() < kNamesMax || routes_.contains(preview.route);
  const std::string route = named ? preview.route : std::string(kOther);
  RouteSum& sum = routes_[route];
  ++sum.rows;
  sum.segments += preview.segments;
  if (named) sum.price = preview.price, sum.currency = preview.currency;
  const std::string where = preview.time_zone + ' ' + preview.country + ' ' +
                            std::to_string(static_cast<int>(job.kind)) + ' ' +
                            std::to_string(static_cast<int>(job.purpose));
  finish_.add({&job, preview.carriers, where, *preview.earliest, preview.expires, preview.segments});
}

void DryRun::add_text(std::uint64_t line, const engine::Preview& preview) {
  const auto longer = [&] {
    return preview.segments != longest_.segments ? preview.segments > longest_.segments
                                                 : preview.text.size() > longest_.text.size();
  };
  const auto text = [&] { return Text{line, preview.locale, preview.text, preview.encoding, preview.segments}; };
  if (longer()) longest_ = text();
  if (samples_.size() < kNamesMax && !samples_.contains(preview.locale)) samples_.emplace(preview.locale, text());
}

void DryRun::append_members(std::string& out) const {
  const auto append_text = [&](std::string& into, const Text& text) {
    JsonObject(into)
        .put("line", text.line)
        .put_some("language", text.language)
        .put("encoding", text.encoding)
        .put("segments", text.segments)
        .put("text", text.text)
        .end();
  };
  const auto counts = [&](std::string_view name, const Counts& each) {
    out.append(",\"").append(name).append("\":");
    append_counts(out, each);
  };
  out += ",\"known\":" + std::to_string(known_) + ",\"now\":" + std::to_string(go_now_);
  counts("later", later_);
  counts("blocked", blocked_);
  out += ",\"outside_hours\":" + std::to_string(outside_hours_) + ",\"plans\":" + std::to_string(plans_);
  counts("languages", languages_);
  counts("encodings", encodings_);
  out += ",\"segments\":" + std::to_string(segments_);
  counts("by_segments", by_segments_);
  std::map<std::string, dunning::Amount> costs;
  out += ",\"routes\":[";
  for (const auto& [name, sum] : routes_) {
    if (out.back() == '}') out += ',';
    JsonObject object(out);
    object.put("route", name).put("rows", sum.rows).put("segments", sum.segments);
    if (const Result<dunning::Amount> price = dunning::parse_amount(sum.price); price && !sum.price.empty()) {
      object.put("price", sum.price).put("currency", sum.currency).put("cost", cost_of(sum.price, sum.segments));
      dunning::Amount& cost = costs[sum.currency];
      cost.units += price->units * static_cast<std::int64_t>(sum.segments);
      cost.decimals = std::max(cost.decimals, price->decimals);
    }
    object.end();
  }
  out += "],\"cost\":{";
  for (const auto& [currency, cost] : costs) {
    if (out.back() != '{') out += ',';
    append_json(out, currency);
    out += ':';
    append_json(out, dunning::to_string(cost));
  }
  out += '}';
  if (const auto first = finish_.first()) append_json(out.append(",\"first\":"), *first);
  if (const auto finish = finish_.finish()) append_json(out.append(",\"finish\":"), *finish);
  if (finish_.expire() > 0) out += ",\"expire_unsent\":" + std::to_string(finish_.expire());
  if (ids_.full()) out += ",\"ids_compared\":" + std::to_string(SeenIds::kIdsMax);
  if (!longest_.text.empty()) append_text(out.append(",\"longest\":"), longest_);
  out += ",\"samples\":";
  append_array(out, samples_, [&](const auto& each) { append_text(out, each.second); });
}

}  // namespace dunlin::api
