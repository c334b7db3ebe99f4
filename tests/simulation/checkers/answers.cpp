#include "answers.hpp"

#include <algorithm>

namespace dunlin::simulation {

void Answers::hand_over(const AnswerHandedOver& fact, const Now& now) {
  Person& person = people_[fact.handed.number];
  if (now.wall > person.wrote + kWithin + kSlack)
    return broken("an answer leaves, and its reader wrote long ago or never");
  person.answers.emplace(fact.id, now.wall);
  const auto today = std::ranges::count_if(
      person.answers, [&](const auto& each) { return each.second + std::chrono::hours{24} > now.wall; });
  if (static_cast<std::size_t>(today) > kDayMost) return broken("somebody is answered too often in a day");
  if (!person.stopped) return;
  person.since.insert(fact.id);
  if (person.since.size() > 1) return broken("a STOP is answered more than once");
  if (now.wall > *person.stopped + kConfirmWithin + kSlack) broken("a STOP is answered too late");
}

void Answers::see(const Fact& fact, const Now& now) {
  std::visit(Overloaded{
                 [&](const Delivering& sent) {
                   const Delivery& one = *sent.delivery;
                   if (one.kind == DeliveryKind::receipt) return;
                   Person& person = people_[one.number];
                   person.wrote = now.wall;
                   if (one.kind != DeliveryKind::stop) {
                     person.stopped.reset();
                   } else if (!person.stopped) {
                     person.stopped = now.wall;
                     person.since.clear();
                   }
                 },
                 [&](const DeliveryAnswered& done) {  // it may have waited for its response to get through
                   if (done.delivery->kind != DeliveryKind::receipt) people_[done.delivery->number].wrote = now.wall;
                 },
                 [&](const AnswerHandedOver& handed) { hand_over(handed, now); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation
