// The plans' folder: what is wrong with it is named with file, line and key, and a reload with it changes nothing; and
// the plans that are shipped.
#include "config/plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/configuration.hpp"
#include "config/templates.hpp"
#include "unit/config/fault.hpp"
#include "unit/config/folder.hpp"

namespace dunlin::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kTemplates =
    "[[template]]\nname = \"a\"\nkinds = [\"overdue\"]\n[template.params]\ndays = \"plural\"\n[template.text]\nen = "
    "\"x\"\n"
    "[[template]]\nname = \"b\"\nkinds = [\"due\", \"final\"]\n[template.text]\nen = \"x\"\n";

std::shared_ptr<const dunning::Templates> templates() {
  const Folder folder;
  folder.file("t.toml", kTemplates);
  return *read_templates(folder.path());
}

const std::string kPlan = "[[plan]]\nname = \"p\"\n";                                              // lines 1 and 2
const std::string kStep = "[[plan.step]]\nname = \"s\"\nafter = \"due_date\"\n";                   // the next three
const std::string kGood = kPlan + kStep + "days = 3\ntemplate = \"a\"\n";                          // 7 lines
const std::string kLater = "[[plan.step]]\nname = \"t\"\nafter = \"previous\"\nwait = \"48h\"\n";  // 8 to 11

class EachPlanFault : public testing::TestWithParam<Fault> {};

TEST_P(EachPlanFault, IsNamedWithFileLineAndKey) {
  const Folder folder;
  folder.file("p.toml", GetParam().text);
  const auto plans = read_plans(folder.path(), templates().get());
  ASSERT_FALSE(plans.has_value());
  expect_alone(plans.error(), GetParam(), (folder.path() / "p.toml").string());
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachPlanFault,
    testing::Values(
        Fault{"not_toml", "[[plan]\n", ":1", "bad_toml", "not TOML"},
        Fault{"unknown_table", "[[plans]]\nname = \"p\"\n", ":1: plans", "unknown_key", "\"plan\"?"},
        Fault{"not_a_list", "[plan]\nname = \"p\"\n", ":1: plan", "wrong_type", "[[plan]]"},
        Fault{"no_name", "[[plan]]\ntitle = \"x\"\n", ":1: plan.name", "missing_key", "must be set"},
        Fault{"bad_name", "[[plan]]\nname = \"a b\"\n", ":1: plan.name", "bad_name", "letters"},
        Fault{"unknown_key", kPlan + "on_fail = \"x\"\n" + kStep + "days = 3\ntemplate = \"a\"\n", ":3: plan.p.on_fail",
              "unknown_key", "\"on_failure\"?"},
        Fault{"no_step", kPlan, ":1: plan.p.step", "missing_key", "[[plan.step]]"},
        Fault{"plan_twice", kGood + kGood, ":8: plan.name", "duplicate_name", "p.toml:1"},
        Fault{"step_twice", kGood + kStep + "days = 4\ntemplate = \"a\"\n", ":8: plan.p.s.name", "duplicate_name",
              "line 3"},
        Fault{"bad_hour", kPlan + "at = \"25:00\"\n" + kStep + "days = 3\ntemplate = \"a\"\n", ":3: plan.p.at",
              "bad_value", "10:00"},
        Fault{"bad_on_failure", kPlan + "on_failure = \"phone\"\n" + kStep + "days = 3\ntemplate = \"a\"\n",
              ":3: plan.p.on_failure", "bad_value", "handoff:phone"},
        Fault{"bad_channel_on_failure",
              kPlan + "on_failure = \"handoff:fax\"\n" + kStep + "days = 3\ntemplate = \"a\"\n",
              ":1: plan.p.on_failure", "bad_value", "email"},
        Fault{"unknown_step_key", kPlan + kStep + "days = 3\ntemplate = \"a\"\nfees = \"1\"\n", ":8: plan.p.s.fees",
              "unknown_key", "\"fee\"?"},
        Fault{"no_after", kPlan + "[[plan.step]]\nname = \"s\"\ndays = 3\ntemplate = \"a\"\n", ":3: plan.p.s.after",
              "missing_key", "due_date"},
        Fault{"bad_after", kPlan + "[[plan.step]]\nname = \"s\"\nafter = \"last\"\ndays = 3\ntemplate = \"a\"\n",
              ":5: plan.p.s.after", "bad_value", "previous"},
        Fault{"no_days", kPlan + kStep + "template = \"a\"\n", ":3: plan.p.s.days", "missing_key", "wait"},
        Fault{"days_and_wait",
              kPlan + "[[plan.step]]\nname = \"s\"\nafter = \"previous\"\ndays = 3\nwait = \"1h\"\ntemplate = \"a\"\n",
              ":3: plan.p.s.days", "bad_value", "one of them"},
        Fault{"days_as_text", kPlan + kStep + "days = \"3\"\ntemplate = \"a\"\n", ":6: plan.p.s.days", "wrong_type",
              "integer"},
        Fault{"days_far_off", kPlan + kStep + "days = 99999999999\ntemplate = \"a\"\n", ":3: plan.p.s.days",
              "bad_value", "ten years"},
        Fault{"bad_wait",
              kPlan + "[[plan.step]]\nname = \"s\"\nafter = \"previous\"\nwait = \"2 days\"\ntemplate = \"a\"\n",
              ":6: plan.p.s.wait", "bad_duration", ""},
        Fault{"wait_from_the_due_date", kPlan + kStep + "wait = \"48h\"\ntemplate = \"a\"\n", ":3: plan.p.s.wait",
              "bad_value", "previous"},
        Fault{"back_in_time",
              kGood + "[[plan.step]]\nname = \"t\"\nafter = \"previous\"\ndays = -1\ntemplate = \"a\"\n",
              ":8: plan.p.t.days", "bad_value", "after the one before"},
        Fault{"out_of_order", kGood + "[[plan.step]]\nname = \"t\"\nafter = \"due_date\"\ndays = 3\ntemplate = \"a\"\n",
              ":8: plan.p.t.days", "out_of_order", "\"s\""},
        Fault{"no_template", kPlan + kStep + "days = 3\n", ":3: plan.p.s.template", "missing_key", "handoff"},
        Fault{"unknown_template", kPlan + kStep + "days = 3\ntemplate = \"c\"\n", ":3: plan.p.s.template",
              "unknown_template", "\"c\""},
        Fault{"kind_to_choose", kPlan + kStep + "days = 3\ntemplate = \"b\"\n", ":3: plan.p.s.kind", "missing_key",
              "due, final"},
        Fault{"wrong_kind", kPlan + kStep + "days = 3\ntemplate = \"a\"\nkind = \"due\"\n", ":3: plan.p.s.kind",
              "wrong_kind", "overdue"},
        Fault{"unknown_kind", kPlan + kStep + "days = 3\ntemplate = \"a\"\nkind = \"late\"\n", ":3: plan.p.s.kind",
              "unknown_kind", "overdue"},
        Fault{"bad_fee", kPlan + kStep + "days = 3\ntemplate = \"a\"\nfee = \"5,00\"\n", ":3: plan.p.s.fee",
              "bad_value", "5.00"},
        Fault{"unknown_param", kPlan + kStep + "days = 3\ntemplate = \"a\"\nparams = { dayz = \"7\" }\n",
              ":3: plan.p.s.params.dayz", "unknown_parameter", "no such"},
        Fault{"param_as_number", kPlan + kStep + "days = 3\ntemplate = \"a\"\nparams = { days = 7 }\n",
              ":8: plan.p.s.params.days", "wrong_type", "string"},
        Fault{"bad_condition", kPlan + kStep + "days = 3\ntemplate = \"a\"\nif = [\"loyal\"]\n", ":8: plan.p.s.if",
              "bad_value", "NAME = VALUE"},
        Fault{"variant_for_nobody", kGood + "[[plan.step.variant]]\nfee = \"0\"\n", ":8: plan.p.s.variant.if",
              "missing_key", "for whom"},
        Fault{"variant_of_silence", kGood + "[[plan.step.variant]]\nif = [\"silent\"]\n", ":9: plan.p.s.variant.if",
              "bad_value", "NAME = VALUE"},
        Fault{"unknown_variant_key", kGood + "[[plan.step.variant]]\nif = { a = \"b\" }\ndays = 1\n",
              ":10: plan.p.s.variant.days", "unknown_key", "no such key"},
        Fault{"begins_with_a_letter",
              kPlan + "[[plan.step]]\nname = \"s\"\nafter = \"previous\"\nwait = \"1h\"\nhandoff = \"letter\"\n",
              ":3: plan.p.s.after", "out_of_order", "sends"},
        Fault{"unknown_channel", kGood + kLater + "handoff = \"fax\"\n", ":8: plan.p.t.handoff", "bad_value", "letter"},
        Fault{"handoff_and_escalate", kGood + kLater + "handoff = \"letter\"\nescalate = true\n",
              ":8: plan.p.t.handoff", "bad_value", "one of them"},
        Fault{"handoff_with_a_text", kGood + kLater + "handoff = \"letter\"\ntemplate = \"a\"\n",
              ":8: plan.p.t.template", "bad_value", "one of these"},
        Fault{"escalate_not", kGood + kLater + "escalate = false\ntemplate = \"a\"\n", ":12: plan.p.t.escalate",
              "bad_value", "true"},
        Fault{"escalate_at_an_hour", kGood + kLater + "escalate = true\nat = \"10:00\"\n", ":8: plan.p.t.at",
              "bad_value", "any hour"},
        Fault{
            "escalate_twice",
            kGood + kLater +
                "escalate = true\n[[plan.step]]\nname = \"u\"\nafter = \"previous\"\nwait = \"1h\"\nescalate = true\n",
            ":13: plan.p.u.escalate", "out_of_order", "sends"}),
    [](const auto& each) { return std::string(each.param.title); });

TEST(Plans, ReadsWhatIsWritten) {
  const Folder folder;
  folder.file("p.toml",
              kPlan +
                  "title = \"T\"\nat = \"09:30\"\non_failure = \"handoff:email\"\n"
                  "[[plan.step]]\nname = \"one\"\nafter = \"due_date\"\ndays = -3\nat = \"18:00\"\ntemplate = "
                  "\"b\"\nkind = \"due\"\nfee = \"5.00\"\n"
                  "if = [\"silent\", \"params.loyal != yes\", \"purpose=billing\"]\n"
                  "[[plan.step.variant]]\nif = { tier = \"1\" }\ntemplate = \"a\"\nparams = { days = \"7\" }\n" +
                  kLater + "handoff = \"letter\"\n");
  folder.file("q.toml", "[[plan]]\nname = \"a\"\n" + kStep + "days = 3\ntemplate = \"a\"\n");
  folder.file("readme.md", "not a plan");
  const auto plans = read_plans(folder.path(), templates().get());
  ASSERT_TRUE(plans.has_value()) << to_string(plans.error().front());
  ASSERT_EQ((*plans)->all().size(), 2u);
  EXPECT_EQ((*plans)->all()[0].name, "a");
  const dunning::Plan& plan = *(*plans)->find("p");
  EXPECT_EQ(plan.title, "T");
  EXPECT_EQ(plan.at, 9h + 30min);
  EXPECT_EQ(plan.on_failure, "email");
  const dunning::PlanStep& one = plan.steps.at(0);
  EXPECT_EQ(one.days, -3);
  EXPECT_EQ(one.at, std::optional<std::chrono::minutes>(18h));
  EXPECT_EQ(one.text, (dunning::StepText{"b", "due", "5.00", {}}));
  EXPECT_TRUE(one.silent);
  EXPECT_EQ(one.conditions, (std::vector<dunning::Condition>{{"loyal", "yes", false}, {"purpose", "billing", true}}));
  ASSERT_EQ(one.variants.size(), 1u);
  EXPECT_EQ(one.variants[0].text, (dunning::StepText{"a", "overdue", "5.00", {{"days", "7"}}}));
  const dunning::PlanStep& two = plan.steps.at(1);
  EXPECT_EQ(two.action, dunning::StepAction::handoff);
  EXPECT_EQ(two.channel, "letter");
  EXPECT_EQ(two.wait, std::optional<std::chrono::milliseconds>(48h));
  EXPECT_EQ((*plans)->find("nobody"), nullptr);
}

TEST(Plans, AreSharedByReloadsOnlyWhereTheyAreRight) {
  const Folder folder;
  folder.file("templates.d/t.toml", kTemplates);
  folder.file("plans.d/p.toml", kGood);
  const auto file = folder.path() / "d.toml";
  const std::string text = "[[smsc]]\nname = \"alpha\"\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"p\"\n";
  const auto first = read(text, file);
  ASSERT_TRUE(first.has_value()) << to_string(first.error().front());
  ASSERT_NE(first->gateway.dunning.plans, nullptr);
  EXPECT_TRUE(diff(*first, *read(text, file)).empty());

  folder.file("plans.d/p.toml", kGood + kLater + "template = \"a\"\n");
  const auto second = read(text, file);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(diff(*first, *second), (std::vector<Change>{{"dunning.plans", true}}));
  EXPECT_EQ(take_live(*first, *second).gateway.dunning.plans->find("p")->steps.size(), 2u);

  folder.file("plans.d/p.toml", kGood + kLater + "template = \"gone\"\n");
  const auto third = read(text, file);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().front().code, "unknown_template");
  EXPECT_THAT(third.error().front().where, HasSubstr("p.toml:8: plan.p.t.template"));
  EXPECT_TRUE(read(text + "[dunning]\nplans = \"\"\n", file).has_value());
}

TEST(Plans, OfABrokenFolderAreNamed) {
  const Folder folder;
  const auto plans = read_plans(folder.path() / "none", nullptr);
  ASSERT_FALSE(plans.has_value());
  EXPECT_EQ(plans.error().front().code, "unreadable_file");
}

TEST(ShippedPlans, UseTheShippedTemplates) {
  const auto texts = read_templates(DUNLIN_SOURCE_DIR "/conf/templates.d");
  ASSERT_TRUE(texts.has_value());
  const auto plans = read_plans(DUNLIN_SOURCE_DIR "/conf/plans.d", texts->get());
  ASSERT_TRUE(plans.has_value()) << to_string(plans.error().front());
  ASSERT_EQ((*plans)->all().size(), 3u);
  for (const char* name : {"collection", "friendly", "returned"}) EXPECT_NE((*plans)->find(name), nullptr) << name;
  for (const dunning::Plan& plan : (*plans)->all()) {
    EXPECT_FALSE(plan.title.empty()) << plan.name;
    EXPECT_EQ(plan.steps.back().action, dunning::StepAction::escalate) << plan.name;
  }
}

// A reader of the shipped files sees no text expire because another shipped file keeps it back.
TEST(ShippedPlans, SendNoMoreThanTheShippedCapsLetThrough) {
  const auto configuration = load(DUNLIN_SOURCE_DIR "/conf/dunlin.toml");
  ASSERT_TRUE(configuration.has_value()) << to_string(configuration.error().front());
  const engine::DunningSettings& dunning = configuration->gateway.dunning;
  ASSERT_FALSE(dunning.cap_account.empty() || dunning.cap_number.empty());
  ASSERT_EQ(dunning.plans->all().size(), 3u);
  for (const dunning::Finding& finding : capped_steps(*dunning.plans, dunning))
    ADD_FAILURE() << finding.key << ": " << finding.detail;
}

TEST(PlanLint, TellsWhichTextACapKeepsBack) {
  const Folder folder;
  folder.file("templates.d/t.toml", kTemplates);
  folder.file("plans.d/p.toml",
              kGood + "[[plan.step]]\nname = \"t\"\nafter = \"due_date\"\ndays = 9\ntemplate = \"a\"\n");
  const std::string file = (folder.path() / "d.toml").string();
  const auto told = [&](const std::string& caps) {
    std::vector<std::string> found;
    const auto configuration = read("[dunning]\n" + caps, file);
    EXPECT_TRUE(configuration.has_value());
    for (const Remark& remark : lint(*configuration)) {
      if (remark.error.code != "capped") continue;
      found.push_back(remark.error.where + ": " + remark.error.detail);
      EXPECT_FALSE(remark.refused || remark.note);
    }
    return found;
  };
  EXPECT_THAT(told("cap_account = [\"1/7d\"]\n"),
              testing::ElementsAre(testing::AllOf(HasSubstr("p.toml:8: plan.p.t"), HasSubstr("text 2 within 7d"),
                                                  HasSubstr("cap_account lets 1/7d through"))));
  EXPECT_THAT(told("cap_number = [\"1/30d\", \"2/30d\"]\n"), testing::ElementsAre(HasSubstr("cap_number")));
  EXPECT_THAT(told("cap_account = [\"1/6d\", \"2/30d\"]\n"), testing::IsEmpty()) << "six days apart are no six days";
}

}  // namespace
}  // namespace dunlin::config
