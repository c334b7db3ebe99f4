// When the steps of a plan come: tables for what a reader would ask, and what holds for every plan on every clock.
#include "dunning/plan.hpp"

#include <gtest/gtest.h>

#include <random>

#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::dunning {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

PlanStep due(std::string name, int offset) {
  PlanStep step;
  step.name = std::move(name);
  step.days = offset;
  return step;
}
PlanStep then(std::string name, int offset) {
  PlanStep step = due(std::move(name), offset);
  step.after_due = false;
  return step;
}
PlanStep waits(std::string name, std::chrono::milliseconds wait, StepAction action = StepAction::send) {
  PlanStep step = then(std::move(name), 0);
  step.wait = wait;
  step.action = action;
  return step;
}
Plan plan_of(std::vector<PlanStep> steps) {
  Plan plan;
  plan.name = "p";
  plan.steps = std::move(steps);
  return plan;
}
Plan friendly() {
  return plan_of({due("reminder", -3), due("due", 0), due("overdue", 3), due("overdue2", 10), due("final", 17),
                  waits("call", 48h, StepAction::escalate)});
}

std::vector<const TimeZone*> clocks(std::string_view names) { return system_zones()->all_of(names); }
Date day(int year, unsigned month, unsigned of) {
  return std::chrono::local_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(of)};
}

// "reminder 2026-11-28 10:00", of the whole plan on one clock, each step taken when it comes.
std::vector<std::string> timeline(const Plan& plan, PlanMoment moment, std::vector<SkippedStep>* skipped = nullptr) {
  std::vector<std::string> told;
  while (const auto next = next_step(plan, moment, skipped)) {
    const LocalTime there = moment.zones.front()->local(next->at);
    const Date date = std::chrono::floor<days>(there);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(there - date).count();
    char hour[16];
    std::snprintf(hour, sizeof hour, "%02d:%02d", static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    told.push_back(plan.steps[next->step].name + " " + to_string(date) + " " + hour);
    moment.last = next->step;
    moment.taken_at = moment.now = next->at;
  }
  return told;
}

using Lines = std::vector<std::string>;

TEST(PlanTimeline, CountsFromTheDueDateOnTheRecipientsClock) {
  const PlanMoment moment{utc(2026, 11, 20, 12), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(friendly(), moment),
            (Lines{"reminder 2026-11-28 10:00", "due 2026-12-01 10:00", "overdue 2026-12-04 10:00",
                   "overdue2 2026-12-11 10:00", "final 2026-12-18 10:00"}));
}

TEST(PlanTimeline, SkipsWhatLiesBeforeItsBeginningUpToTheDueDate) {
  std::vector<SkippedStep> skipped;
  const PlanMoment moment{utc(2026, 11, 29, 12), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(friendly(), moment, &skipped).front(), "due 2026-12-01 10:00");
  ASSERT_EQ(skipped.size(), 1u);
  EXPECT_EQ(skipped[0].step, 0u);
  EXPECT_EQ(skipped[0].why, kSkipPassed);
}

TEST(PlanTimeline, TakesTheStepOfTodayAtOnceWhenItsHourHasPassed) {
  const PlanMoment moment{utc(2026, 12, 1, 14), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(friendly(), moment).front(), "due 2026-12-01 15:00");
  const PlanMoment sooner{utc(2026, 12, 1, 5), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(friendly(), sooner).front(), "due 2026-12-01 10:00");
}

// Who begins a month late is told in the same rhythm, not every day.
TEST(PlanTimeline, BeginsWithTheFirstStepAfterTheDueDateAtOnceAndKeepsTheDistances) {
  const PlanMoment moment{utc(2026, 12, 31, 14), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(friendly(), moment),
            (Lines{"overdue 2026-12-31 15:00", "overdue2 2027-01-07 10:00", "final 2027-01-14 10:00"}));
}

TEST(PlanCaps, CountWhatComesWithinTheirTime) {
  const auto over = [](const Plan& plan, std::uint32_t texts, int of_days) {
    const auto found = exceeded_by(plan, {texts, days{of_days}});
    return found ? plan.steps[found->step].name + " " + std::to_string(found->texts) : std::string{};
  };
  EXPECT_EQ(over(friendly(), 2, 7), "overdue 3");  // -3, 0 and +3
  EXPECT_EQ(over(friendly(), 4, 30), "final 5");
  EXPECT_EQ(over(friendly(), 4, 20), "") << "the first counts no more when the last comes";
  EXPECT_EQ(over(friendly(), 5, 30), "");
  EXPECT_EQ(over(friendly(), 1, 1), "");
  Plan letters = friendly();
  letters.steps[1].action = StepAction::handoff;
  EXPECT_EQ(over(letters, 4, 30), "") << "no text";
  const Plan counted = plan_of({waits("first", 0s), waits("second", 30h), then("third", 5)});
  EXPECT_EQ(over(counted, 2, 7), "third 3");
  EXPECT_EQ(over(counted, 1, 1), "");
}

// Steps for different people do not add up; those for the same do.
TEST(PlanCaps, LookAtWhomTheConditionsAreFor) {
  Plan plan = plan_of({due("kind", 1), due("harsh", 2), due("last", 3)});
  plan.steps[0].conditions = {{"loyal", "yes", true}};
  plan.steps[1].conditions = {{"loyal", "yes", false}};
  EXPECT_FALSE(exceeded_by(plan, {2, days{7}}));
  EXPECT_TRUE(exceeded_by(plan, {1, days{7}}));
  plan.steps[1].conditions = {{"loyal", "yes", true}};
  const auto found = exceeded_by(plan, {2, days{7}});
  ASSERT_TRUE(found);
  EXPECT_EQ(plan.steps[found->step].name, "last");
}

TEST(PlanTimeline, DoesNotBeginBeforeItMay) {
  PlanMoment moment{utc(2026, 11, 1), day(2026, 12, 1), clocks("Europe/Warsaw")};
  moment.not_before = utc(2026, 12, 2, 12);
  EXPECT_EQ(timeline(friendly(), moment).front(), "overdue 2026-12-04 10:00");
  moment.not_before = utc(2026, 12, 5, 12);
  EXPECT_EQ(timeline(friendly(), moment).front(), "overdue 2026-12-05 13:00");
}

TEST(PlanTimeline, ALateReminderPushesNothingUpToTheDueDatePastIt) {
  PlanMoment moment{utc(2026, 12, 1, 12), day(2026, 12, 1), clocks("Europe/Warsaw")};
  moment.last = 0;
  moment.taken_at = moment.now;  // on the due date, after a hold
  std::vector<SkippedStep> skipped;
  EXPECT_EQ(timeline(friendly(), moment, &skipped).front(), "overdue 2026-12-04 10:00");
  ASSERT_EQ(skipped.size(), 1u);
  EXPECT_EQ(skipped[0].step, 1u);
}

TEST(PlanTimeline, CountsFromTheStepBefore) {
  const Plan plan = plan_of({waits("first", 0s), then("second", 5), waits("third", 1h), waits("fourth", 30h)});
  const PlanMoment moment{utc(2026, 6, 1, 12, 30), {}, clocks("Europe/Lisbon")};
  EXPECT_EQ(timeline(plan, moment), (Lines{"first 2026-06-01 13:30", "second 2026-06-06 10:00",
                                           "third 2026-06-07 10:00",  // never two in a day
                                           "fourth 2026-06-08 16:00"}));
}

TEST(PlanTimeline, AWaitEndsAtTheHourItsStepNames) {
  Plan plan = plan_of({waits("first", 0s), waits("second", 48h)});
  plan.steps[1].at = 9h;
  const PlanMoment moment{utc(2026, 6, 1, 12, 30), {}, clocks("Europe/Lisbon")};
  EXPECT_EQ(timeline(plan, moment).back(), "second 2026-06-04 09:00");
}

TEST(PlanTimeline, PassesOverWhoseConditionsDoNotHold) {
  Plan plan = friendly();
  plan.steps[2].conditions = {{"loyal", "yes", false}};
  PlanMoment moment{utc(2026, 11, 20), day(2026, 12, 1), clocks("Europe/Warsaw")};
  EXPECT_EQ(timeline(plan, moment).size(), 5u);
  moment.value_of = [](std::string_view name) { return name == "loyal" ? "yes" : ""; };
  std::vector<SkippedStep> skipped;
  EXPECT_EQ(timeline(plan, moment, &skipped)[2], "overdue2 2026-12-11 10:00");
  EXPECT_EQ(skipped.at(0).why, kSkipCondition);
}

TEST(PlanTimeline, WithoutADueDateTakesWhatNeedsNone) {
  const Plan plan = plan_of({due("reminder", -3), then("hello", 1)});
  const PlanMoment moment{utc(2026, 6, 1, 12), {}, clocks("Europe/Lisbon")};
  EXPECT_EQ(timeline(plan, moment), (Lines{"hello 2026-06-02 10:00"}));
}

// 02:30 is skipped on the last Sunday of March and comes twice on that of October; the day stays the day.
TEST(PlanTimeline, KeepsItsDayWhereTheClockChanges) {
  Plan plan = plan_of({due("spring", 0)});
  plan.at = 2h + 30min;
  const PlanMoment spring{utc(2026, 3, 1), day(2026, 3, 29), clocks("Europe/Berlin")};
  EXPECT_EQ(timeline(plan, spring), (Lines{"spring 2026-03-29 03:00"}));
  const PlanMoment autumn{utc(2026, 10, 1), day(2026, 10, 25), clocks("Europe/Berlin")};
  EXPECT_EQ(next_step(plan, autumn)->at, utc(2026, 10, 25, 0, 30));
}

TEST(Plan, ChoosesTheFirstVariantThatFits) {
  PlanStep step = due("overdue", 3);
  step.text.template_name = "plain";
  step.variants = {{0, {{"loyal", "yes"}, {"tier", "1", false}}, {"kind", {}, {}, {}}},
                   {0, {{"loyal", "yes"}}, {"kinder", {}, {}, {}}}};
  const auto chosen = [&](std::string loyal, std::string tier) {
    return text_of(step, [&](std::string_view name) { return name == "loyal"  ? loyal
                                                             : name == "tier" ? tier
                                                                              : ""; })
        .template_name;
  };
  EXPECT_EQ(chosen("", ""), "plain");
  EXPECT_EQ(chosen("no", "2"), "plain");
  EXPECT_EQ(chosen("yes", "2"), "kind");
  EXPECT_EQ(chosen("yes", "1"), "kinder");
}

TEST(Plan, TellsSilenceAfterTheStepAheadOfTheEscalation) {
  const Plan plan = friendly();
  EXPECT_EQ(escalation_after(plan, 4, {}), std::optional<std::chrono::milliseconds>(48h));
  for (const std::size_t step : {0u, 1u, 2u, 3u}) EXPECT_EQ(escalation_after(plan, step, {}), std::nullopt);
  Plan choosy = plan;
  choosy.steps[5].conditions = {{"phone", "no", false}};
  const auto no_phone = [](std::string_view name) { return name == "phone" ? "no" : ""; };
  EXPECT_EQ(escalation_after(choosy, 4, no_phone), std::nullopt);
  choosy.steps[4].conditions = {{"phone", "no", false}};  // then what is ahead of it escalates
  choosy.steps[5].conditions.clear();
  EXPECT_EQ(escalation_after(choosy, 3, no_phone), std::optional<std::chrono::milliseconds>(48h));
}

// Of random plans, on clocks with and without summer time and on several at once, with steps that leave late: what
// plan.hpp promises.
TEST(PlanProperty, HoldsForAnyPlanOnAnyClock) {
  std::mt19937 random(4711);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  const char* const places[] = {"Europe/Warsaw",       "America/New_York",
                                "Australia/Lord_Howe", "Asia/Kolkata",
                                "Pacific/Apia",        "America/New_York,America/Los_Angeles",
                                "Africa/Casablanca",   "Asia/Kathmandu,Asia/Tokyo"};
  for (int run = 0; run < 4000; ++run) {
    Plan plan = plan_of({});
    plan.at = std::chrono::minutes{draw(0, 24 * 60 - 1)};
    int offset = draw(-10, 5);
    for (int i = draw(1, 8); i > 0; --i) {
      const std::string name = "s" + std::to_string(i);
      switch (draw(0, 3)) {
        case 0: plan.steps.push_back(then(name, draw(0, 12))); break;
        case 1: plan.steps.push_back(waits(name, std::chrono::minutes{draw(0, 10'000)})); break;
        default: plan.steps.push_back(due(name, offset)); offset += draw(1, 9);
      }
      if (draw(0, 4) == 0) plan.steps.back().at = std::chrono::minutes{draw(0, 24 * 60 - 1)};
    }
    const auto zones = clocks(places[draw(0, 7)]);
    ASSERT_FALSE(zones.empty());
    PlanMoment moment{utc(2026, 1, 1) + std::chrono::minutes{draw(0, 525'600)}, {}, zones};
    moment.due_date = day(2026, 1, 1) + days{draw(-20, 380)};
    std::vector<SkippedStep> skipped;
    std::size_t taken = 0;
    std::optional<NextStep> before;
    while (const auto next = next_step(plan, moment, &skipped)) {
      SCOPED_TRACE("run " + std::to_string(run) + " step " + std::to_string(next->step));
      ++taken;
      ASSERT_GE(next->at, moment.now);
      const PlanStep& step = plan.steps[next->step];
      for (const TimeZone* zone : zones) {
        const Date here = std::chrono::floor<days>(zone->local(next->at));
        if (before) {
          ASSERT_GT(here, std::chrono::floor<days>(zone->local(moment.taken_at)));
        }
        if (step.after_due) {
          ASSERT_GE(here, *moment.due_date + days{step.days});
        }
      }
      if (step.after_due && step.days <= 0) {
        ASSERT_EQ(days_at(next->at, zones).first, *moment.due_date + days{step.days});
      }
      if (before && step.after_due && step.days > 0 && plan.steps[before->step].after_due &&
          plan.steps[before->step].days > 0) {
        ASSERT_GE(days_at(next->at, zones).last - days_at(moment.taken_at, zones).last,
                  days{step.days - plan.steps[before->step].days});
      }
      before = next;
      moment.last = next->step;
      moment.taken_at = moment.now = next->at + std::chrono::minutes{draw(0, 2) * draw(0, 4000)};
    }
    for (const SkippedStep& each : skipped) {
      ASSERT_TRUE(plan.steps[each.step].after_due && plan.steps[each.step].days <= 0 && each.why == kSkipPassed);
    }
    ASSERT_EQ(taken + skipped.size(), plan.steps.size());
  }
}

}  // namespace
}  // namespace dunlin::dunning
