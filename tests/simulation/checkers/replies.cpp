#include "replies.hpp"

#include <algorithm>
#include <cstdio>

namespace dunlin::simulation {

std::string text_of_part(std::uint32_t whole, std::uint32_t part, std::uint32_t total) {
  return "w" + std::to_string(whole) + "." + std::to_string(part) + "/" + std::to_string(total) + ";";
}

void Replies::read(const store::Event& event) {
  const std::size_t begin = event.text.find('w');
  if (begin == std::string::npos || event.text.find('/') == std::string::npos) return;
  std::uint32_t number = 0, last = 0, total = 0, parts = 0;
  bool in_order = true;
  for (std::size_t at = begin; at != std::string::npos; at = event.text.find('w', at + 1)) {
    unsigned one = 0, part = 0, of = 0;
    if (std::sscanf(event.text.c_str() + at, "w%u.%u/%u;", &one, &part, &of) != 3)
      return broken("a reply has parts of something else: " + event.text);
    if (parts++ > 0 && one != number) return broken("two replies were mixed: " + event.text);
    in_order = in_order && part > last;
    number = one;
    last = part;
    total = of;
    ++wholes_[number].told[part];
  }
  if (!in_order) broken("the parts of a reply are told out of order: " + event.text);
  if (event.partial != (parts < total))
    broken("a reply of " + std::to_string(parts) + " of " + std::to_string(total) + " parts is told as " +
           (event.partial ? "partial" : "whole"));
  Whole& whole = wholes_[number];
  ++whole.events;
}

void Replies::judge(std::uint32_t number, const Whole& whole) {
  const std::string name = "reply " + std::to_string(number);
  for (const std::uint32_t part : whole.answered) {
    if (!whole.told.contains(part))
      return broken("part " + std::to_string(part) + " of " + name + " was answered and never told");
  }
  // Longer than that the wait may have been over between two of them, or what was told was forgotten.
  if (whole.jumped || whole.last - whole.first >= wait_ / 2) return;
  for (const auto& [part, times] : whole.told) {
    if (times > 1)
      return broken("part " + std::to_string(part) + " of " + name + " is told " + std::to_string(times) + " times");
  }
  if (whole.answered.empty() || whole.events == 1) return;
  broken(name +
         (whole.answered.size() == whole.total ? " came whole and is told in " : " came in part and is told in ") +
         std::to_string(whole.events) + " pieces");
}

void Replies::see(const Fact& fact, const Now& now) {
  // A clock that jumps takes the wait with it.
  const auto ahead =
      now.wall.time_since_epoch() - std::chrono::floor<std::chrono::milliseconds>(now.steady.time_since_epoch());
  if (ahead_ && (ahead - *ahead_ > 1s || *ahead_ - ahead > 1s)) {
    for (auto& [number, whole] : wholes_) whole.jumped = true;
  }
  ahead_ = ahead;
  std::visit(Overloaded{
                 [&](const Delivering& sent) {
                   const Delivery& delivery = *sent.delivery;
                   if (delivery.whole == 0) return;
                   Whole& whole = wholes_[delivery.whole];
                   if (whole.total == 0) whole.first = now.wall;
                   whole.last = now.wall;
                   whole.total = delivery.total;
                   whole.number = delivery.number;
                 },
                 [&](const Asked& asked) {  // what has come of a person goes with them
                   if (asked.operation->op != Op::forget) return;
                   for (auto& [number, whole] : wholes_) {
                     if (whole.number == asked.operation->number) whole.answered.clear();
                   }
                 },
                 [&](const DeliveryAnswered& done) {
                   if (done.delivery->whole == 0 || done.status != smpp::CommandStatus::ok) return;
                   Whole& whole = wholes_[done.delivery->whole];
                   whole.answered.insert(done.delivery->part);
                   whole.last = now.wall;
                 },
                 [&](const EventRead& told) {
                   if (!told.again && told.event.type == store::EventType::replied) read(told.event);
                 },
                 [&](const Finished&) {
                   for (const auto& [number, whole] : wholes_) judge(number, whole);
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation
