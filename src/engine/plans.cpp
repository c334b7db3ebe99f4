// Jobs that follow a plan, step by step; and plans for who looks at them.
#include "engine/engine.hpp"
#include "engine/plan_view.hpp"

namespace dunlin::engine {

Engine::Handled Engine::handle(ReadPlans& request) {
  using Shown = std::vector<ShownPlan>;
  const auto answer_with = [&](Result<std::shared_ptr<const Shown>> result) {
    promise([answer = std::move(request.answer), result = std::move(result)](Now) { answer(result); });
    return Handled::yes;
  };
  const dunning::Plans* plans = settings_.dunning.plans.get();
  auto shown = std::make_shared<Shown>();
  if (request.name.empty()) {
    if (plans != nullptr) {
      for (const dunning::Plan& plan : plans->all()) shown->push_back(plan_outline(plan));
    }
    return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
  }
  const dunning::Plan* plan = plans == nullptr ? nullptr : plans->find(request.name);
  if (plan == nullptr) return answer_with(failure("not_found", "there is no plan of that name", "name"));
  if (request.question == nullptr) {
    shown->push_back(plan_outline(*plan));
    return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
  }
  dunning::Calendar calendar(rules_of(settings_.dunning));
  Result<ShownPlan> timeline = plan_timeline(*plan, *request.question, settings_.dunning, calendar, now_.wall);
  if (!timeline) return answer_with(tl::unexpected(timeline.error()));
  shown->push_back(std::move(*timeline));
  return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
}

}  // namespace dunlin::engine
