// A plan as it is drawn: moments on the recipient's clock, what moves them and why, and what of a question is refused.
#include "engine/plan_view.hpp"

#include <gtest/gtest.h>

#include "engine/hours.hpp"
#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::engine {
namespace {

using dunning::utc;
using namespace std::chrono_literals;

dunning::PlanStep step(std::string name, int days) {
  dunning::PlanStep made;
  made.name = std::move(name);
  made.days = days;
  made.text = {made.name, "overdue", {}, {}};
  return made;
}

struct PlanView : ::testing::Test {
  dunning::Plan plan;
  DunningSettings settings;
  Wall now = utc(2026, 11, 20, 12);

  PlanView() {
    plan.name = "friendly";
    plan.steps = {step("reminder", -3), step("due", 0), step("final", 17)};
    plan.steps[2].variants = {{0, {{"loyal", "yes"}}, {"final", "overdue", "0", {}}}};
    plan.steps[1].silent = true;
    dunning::PlanStep call = step("call", 0);
    call.action = dunning::StepAction::escalate;
    call.after_due = false;
    call.wait = 48h;
    call.text = {};
    plan.steps.push_back(call);
    // Monday to Friday 09:00 to 18:00 in every country.
    settings.calendar = std::make_shared<const dunning::CalendarRules>(
        dunning::CalendarRules{std::make_shared<const dunning::Countries>(), dunning::system_zones(), {}});
  }
  Result<ShownPlan> shown(PlanQuestion question) {
    dunning::Calendar calendar(rules_of(settings));
    return plan_timeline(plan, question, settings, calendar, now);
  }
  static PlanQuestion asked(std::string due, std::string zone) {
    PlanQuestion question;
    question.due_date = std::move(due);
    question.time_zone = std::move(zone);
    return question;
  }
};

TEST_F(PlanView, DrawsDatesWeekdaysAndWhatMovesThem) {
  const Result<ShownPlan> told = shown(asked("2026-12-01", "Europe/Warsaw"));
  ASSERT_TRUE(told.has_value());
  const auto& steps = told->steps;
  ASSERT_EQ(steps.size(), 4u);
  EXPECT_EQ(steps[0].when, "3 days before the due date, 10:00");
  EXPECT_EQ(steps[0].planned_local, "2026-11-28T10:00:00+01:00");  // a Saturday
  EXPECT_EQ(steps[0].at_local, "2026-11-30T09:00:00+01:00");
  EXPECT_EQ(steps[0].weekday, "monday");
  EXPECT_EQ(steps[0].waits_for, "quiet_day");
  EXPECT_FALSE(steps[0].rule.empty());
  EXPECT_EQ(steps[1].at_local, "2026-12-01T10:00:00+01:00");
  EXPECT_EQ(steps[1].conditions, (std::vector<std::string>{"silent"}));
  EXPECT_EQ(steps[1].waits_for, "");
  EXPECT_EQ(steps[2].at_local, "2026-12-18T10:00:00+01:00");
  EXPECT_EQ(steps[2].fee, "");
  EXPECT_EQ(steps[3].at_local, "2026-12-20T10:00:00+01:00");  // a Sunday: nothing is sent then
  EXPECT_EQ(steps[3].when, "48 hours after the step before");
}

TEST_F(PlanView, GoesByTheNumbersCountryAndClock) {
  PlanQuestion question = asked("2026-12-01", "");
  question.number = "+12125550123";  // New York
  const Result<ShownPlan> told = shown(question);
  ASSERT_TRUE(told.has_value()) << to_string(told.error());
  EXPECT_EQ(told->country, "US");
  EXPECT_EQ(told->steps[1].at_local, "2026-12-01T10:00:00-05:00");
}

TEST_F(PlanView, TakesTheVariantOfWhoIsAskedAbout) {
  PlanQuestion question = asked("2026-12-01", "Europe/Warsaw");
  question.attributes = {{"loyal", "yes"}};
  EXPECT_EQ(shown(question)->steps[2].fee, "0");
}

TEST_F(PlanView, SaysWhatIsSkippedForOneThatBeginsLate) {
  PlanQuestion question = asked("2026-12-01", "Europe/Warsaw");
  question.from = utc(2026, 12, 7, 9, 30);
  const Result<ShownPlan> told = shown(question);
  EXPECT_EQ(told->steps[0].skipped, dunning::kSkipPassed);
  EXPECT_EQ(told->steps[0].at, std::nullopt);
  EXPECT_EQ(told->steps[1].skipped, dunning::kSkipPassed);
  EXPECT_EQ(told->steps[2].at_local, "2026-12-18T10:00:00+01:00");
  EXPECT_EQ(told->from_local, "2026-12-07T10:30:00+01:00");
}

TEST_F(PlanView, RefusesWhatItCannotAnswer) {
  const auto refused = [&](PlanQuestion question, std::string code, std::string where) {
    const Result<ShownPlan> told = shown(std::move(question));
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code, code);
    EXPECT_EQ(told.error().where, where);
  };
  refused(asked("", "Europe/Warsaw"), "missing", "due");
  refused(asked("2026-02-30", "Europe/Warsaw"), "bad_date", "due");
  refused(asked("2026-12-01", "Europe/Atlantis"), "bad_value", "zone");
  refused(asked("2026-12-01", ""), "missing", "zone");
  PlanQuestion number = asked("2026-12-01", "");
  number.number = "12";
  refused(number, "bad_number", "number");
  PlanQuestion purpose = asked("2026-12-01", "Europe/Warsaw");
  purpose.purpose = "gifts";
  refused(purpose, "bad_value", "purpose");
}

TEST_F(PlanView, OutlinesWithoutAQuestion) {
  const ShownPlan told = plan_outline(plan);
  EXPECT_EQ(told.from, std::nullopt);
  EXPECT_EQ(told.steps[1].when, "on the due date, 10:00");
  EXPECT_EQ(told.steps[3].action, "escalate");
}

}  // namespace
}  // namespace dunlin::engine
