// A gateway with one plan, "p", whose texts are short, on a virtual clock that runs by the hour.
#pragma once

#include "dunning/calendar.hpp"
#include "dunning/plan.hpp"
#include "dunning/template.hpp"
#include "unit/dunning/zoneinfo.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine::testing {

using dunning::utc;

inline const std::string kNumber = "+48601000001";

inline std::shared_ptr<const dunning::Templates> templates() {
  dunning::TemplateSources sources;
  for (const char* name : {"reminder", "due", "overdue", "final"}) {
    dunning::TemplateSource source;
    source.file = "t.toml";
    source.line = 1;
    source.name = name;
    source.kinds = {name};
    dunning::ParamSource who, left;
    who.name = "name";
    who.type = "text";
    left.name = "days";
    left.type = "plural";
    source.params = {who};
    if (source.name == "final") source.params.push_back(left);
    source.texts = {{"en",
                     "{name}, " + source.name + " {amount}{fee, select, none{} other{ and {fee}}}" +
                         (source.name == "final" ? " in {days, plural, one{# day} other{# days}}" : ""),
                     2}};
    sources.templates.push_back(source);
  }
  auto built = dunning::Templates::build(std::move(sources));
  EXPECT_TRUE(built.has_value()) << built.error().front().detail;
  return std::make_shared<const dunning::Templates>(std::move(*built));
}

inline dunning::PlanStep step(std::string name, int days, std::string text = {}) {
  dunning::PlanStep made;
  made.name = name;
  made.days = days;
  made.text.template_name = text.empty() ? name : std::move(text);
  return made;
}
inline dunning::PlanStep after(std::string name, std::chrono::milliseconds wait, std::string text = {}) {
  dunning::PlanStep made = step(std::move(name), 0, std::move(text));
  made.after_due = false;
  made.wait = wait;
  return made;
}
inline dunning::PlanStep letter(std::string name, std::chrono::milliseconds wait) {
  dunning::PlanStep made = after(std::move(name), wait);
  made.text = {};
  made.action = dunning::StepAction::handoff;
  made.channel = "letter";
  return made;
}
inline dunning::Plan plan(std::vector<dunning::PlanStep> steps, std::string on_failure = {}) {
  dunning::Plan made;
  made.file = "p.toml";
  made.name = "p";
  made.on_failure = std::move(on_failure);
  made.steps = std::move(steps);
  return made;
}

struct ThePlans : ::testing::Test {
  World world;
  std::vector<dunning::PlanStep> steps{step("reminder", -3), step("due", 0), step("overdue", 3)};

  std::shared_ptr<const dunning::Plans> built(dunning::Plan of) {
    auto made = dunning::Plans::build({{std::move(of)}, "read"}, world.settings.dunning.templates.get());
    EXPECT_TRUE(made.has_value()) << made.error().front().key << made.error().front().detail;
    return std::make_shared<const dunning::Plans>(std::move(*made));
  }
  // A Monday at noon in Warsaw; the due date is the Monday after. No hours are closed.
  void begin(dunning::Plan of) {
    world.now.wall = utc(2026, 11, 23, 11);
    world.settings.dunning.calendar =
        std::make_shared<const dunning::CalendarRules>(dunning::CalendarRules{nullptr, dunning::system_zones(), {}});
    world.settings.dunning.templates = templates();
    world.settings.dunning.plans = built(std::move(of));
    world.settings.smscs[0].enquire_link = 6h;
    world.settings.smscs[0].receipt_timeout = std::chrono::hours{24 * 30};
    world.start();
  }
  void begin() { begin(plan(steps)); }
  static store::Job planned(std::string id) {
    store::Job job = World::job(std::move(id), kNumber, "");
    job.plan = "p";
    job.account = "A";
    job.params = {{"name", "Ana"}};
    job.amount = "120.50";
    job.currency = "PLN";
    job.due_date = "2026-11-30";
    return job;
  }
  // By the hour, then by the second: weeks of heartbeats would take minutes.
  void run_to(Wall when) {
    ASSERT_GT(when, world.now.wall);
    while (when - world.now.wall > 1h + 2min) {
      world.now.wall += 1h;
      world.now.steady += 1h;
      world.gateway->tick(world.now);
      world.run(50ms);
    }
    world.run(when - world.now.wall);
  }
  std::size_t sent() { return world.smscs["alpha"].submits.size(); }
  std::string text(std::size_t index) { return world.smscs["alpha"].text_of(index); }
  bool exists(const std::string& id) {
    auto found = store::find_job(world.kv, id);
    return found && *found;
  }
  std::vector<store::Event> told(store::EventType type) {
    std::vector<store::Event> found;
    for (const store::Event& event : world.all_events()) {
      if (event.type == type) found.push_back(event);
    }
    return found;
  }
  void pay(bool reversed = false) {
    RecordPayment payment;
    payment.account = "A";
    payment.reversed = reversed;
    const auto answer = world.ask<RecordPayment, PaymentResult>(std::move(payment), 1s);
    ASSERT_TRUE(answer && *answer);
  }
};

}  // namespace dunlin::engine::testing
