#include "api/campaign_view.hpp"

#include "api/json_write.hpp"
#include "store/enum_names.hpp"

namespace dunlin::api {

namespace {

std::uint64_t count_of(const store::Campaign& campaign, store::State state) {
  const auto index = static_cast<std::size_t>(state);
  return index < campaign.by_state.size() ? campaign.by_state[index] : 0;
}

// Jobs a second, from the first that was submitted to the last.
double rate_of(const store::Campaign& campaign) {
  if (campaign.submitted < 2 || !campaign.first_submitted_at || !campaign.last_submitted_at) return 0;
  const double seconds =
      std::chrono::duration<double>(*campaign.last_submitted_at - *campaign.first_submitted_at).count();
  return seconds > 0 ? static_cast<double>(campaign.submitted - 1) / seconds : 0;
}

void put_canary(JsonObject& object, const store::Campaign& campaign) {
  if (campaign.canary == store::Canary::none) return;
  JsonObject(object.key("canary"))
      .put("state", store::name_of(campaign.canary))
      .put("size", campaign.canary_size)
      .put("submitted", campaign.canary_submitted)
      .put("settled", campaign.canary_settled)
      .put("failed", campaign.canary_failed)
      .put("opt_outs", campaign.canary_opt_outs)
      .put("wrong_numbers", campaign.canary_wrong_numbers)
      .end();
}

}  // namespace

void append_campaign(std::string& out, std::string_view id, const store::Campaign& campaign, Wall now) {
  JsonObject object(out);
  object.put("id", id).put("stage", store::name_of(campaign.stage)).put("paused", campaign.paused);
  object.put_some("paused_reason", campaign.paused_reason).put("cancelled", campaign.cancelled);
  object.put_some("template", campaign.template_name).put("created", campaign.created_at);
  object.put("imported_by", campaign.imported_by).put("approved_by", campaign.approved_by);
  object.put("rows", campaign.rows);
  if (campaign.walk != store::CampaignWalk::none) object.put("walk", store::name_of(campaign.walk));
  std::uint64_t jobs = 0, open = 0;
  JsonObject counts(object.key("jobs"));
  for (std::size_t i = 0; i < store::kStates; ++i) {
    const auto state = static_cast<store::State>(i);
    const std::uint64_t count = count_of(campaign, state);
    jobs += count;
    if (!store::is_final(state)) open += count;
    if (count > 0) counts.put(store::name_of(state), count);
  }
  counts.end();
  object.put("total", jobs).put("open", open).put("submitted", campaign.submitted);
  object.put("first_submitted", campaign.first_submitted_at).put("last_submitted", campaign.last_submitted_at);
  put_canary(object, campaign);
  const double rate = rate_of(campaign);
  if (rate > 0) object.put("rate", rate);
  // What waits for hours, holds or an approval has no end that a rate could tell.
  const std::uint64_t queued = count_of(campaign, store::State::ready) + count_of(campaign, store::State::submitting);
  const bool waits = count_of(campaign, store::State::scheduled) + count_of(campaign, store::State::held) +
                         count_of(campaign, store::State::importing) >
                     0;
  if (rate > 0 && queued > 0 && !waits && !campaign.paused && !campaign.cancelled) {
    object.put("finish",
               now + std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(queued) / rate * 1000)));
  }
  object.put("finished", campaign.finished_at);
  object.end();
}

}  // namespace dunlin::api
