// A World with one campaign, "autumn", and its rows "row0", "row1", … each to a number of its own.
#pragma once

#include "engine/check_job.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine::testing {

class CampaignWorld : public World {
 public:
  using World::World;

  static std::string number(int i) {
    std::string digits = std::to_string(i);
    return "+48601" + std::string(6 - digits.size(), '0') + digits;
  }
  static store::Job job_of(int i, const std::string& campaign = "autumn") {
    store::Job made = job((campaign == "autumn" ? "row" : campaign) + std::to_string(i), number(i));
    made.campaign = campaign;
    return made;
  }

  std::uint64_t open(const std::string& name = "autumn", std::optional<std::uint32_t> canary = {}) {
    const auto opened = ask<OpenCampaign, CampaignOpened>({name, "friendly", 1, canary, {}});
    EXPECT_TRUE(opened && opened->has_value());
    return opened && *opened ? (*opened)->import : 0;
  }
  Result<Accepted> row(std::uint64_t import, store::Job job) {
    SubmitJob request{std::move(job)};
    request.importing = import;
    const auto answer = ask<SubmitJob, Accepted>(std::move(request), 0ms);
    EXPECT_TRUE(answer.has_value());
    return answer ? *answer : failure("no_answer", "");
  }
  Result<Accepted> row(std::uint64_t import, int i) { return row(import, job_of(i)); }
  std::optional<Result<CampaignClosed>> close_import(std::uint64_t import, bool discard = false,
                                                     const std::string& name = "autumn") {
    return ask<CloseCampaign, CampaignClosed>({name, import, discard, {}}, 0ms);
  }
  CampaignClosed import(int from, int to, const std::string& name = "autumn",
                        std::optional<std::uint32_t> canary = {}) {
    const std::uint64_t import = open(name, canary);
    for (int i = from; i < to; ++i) EXPECT_TRUE(row(import, job_of(i, name)).has_value());
    const auto closed = close_import(import, false, name);
    EXPECT_TRUE(closed && closed->has_value());
    return closed && *closed ? **closed : CampaignClosed{};
  }
  std::optional<Result<CampaignChanged>> order(CampaignOrder order, std::uint32_t uid = 1,
                                               std::chrono::nanoseconds wait = 5ms) {
    return ask<ChangeCampaign, CampaignChanged>({"autumn", order, uid, {}}, wait);
  }

  store::Campaign campaign(const std::string& name = "autumn") {
    const auto found = store::read_campaign(kv, name);
    return found && *found ? **found : store::Campaign{};
  }
  // What the events of type `campaign` told of it.
  std::vector<std::string> told(const std::string& name = "autumn") {
    std::vector<std::string> reasons;
    for (const store::Event& event : all_events()) {
      if (event.type == store::EventType::campaign && event.campaign == name) reasons.push_back(event.reason);
    }
    return reasons;
  }
  // The campaign's counts are those of its jobs.
  void expect_counts(const std::string& name = "autumn") {
    std::vector<std::uint64_t> counted(store::kStates);
    const auto numbers = store::jobs_of_campaign(kv, name, 0, 1'000'000);
    ASSERT_TRUE(numbers.has_value());
    const auto views = store::read_jobs(kv, *numbers);
    ASSERT_TRUE(views.has_value());
    for (const store::JobView& view : *views) ++counted[static_cast<std::size_t>(view.state.state)];
    EXPECT_EQ(campaign(name).by_state, counted);
  }
  // Rows of all families but what a turn always writes, and events.
  std::size_t rows() {
    std::size_t count = 0;
    for (std::size_t family = 0; family < store::kFamilies; ++family) {
      const auto each = static_cast<store::Family>(family);
      if (each == store::Family::events) continue;
      count += kv.scan({each, {}, {}, 1'000'000})->size();
    }
    return count;
  }
};

}  // namespace dunlin::engine::testing
