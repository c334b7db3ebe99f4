#include "window.hpp"

#include <algorithm>

namespace dunlin::simulation {

Window::Window(const Terms& terms) : Checker("window") {
  for (const auto& [name, smsc] : terms.smscs) windows_[name] = smsc.window;
}

void Window::see(const Fact& fact, const Now& now) {
  std::visit(Overloaded{
                 [&](const Connected& up) {
                   connections_[up.connection] = {up.smsc, windows_[up.smsc], {}};
                 },
                 [&](const Disconnected& gone) { connections_.erase(gone.connection); },
                 [&](const LinkSet& set) {
                   windows_[set.smsc] = set.window;
                   for (auto& [number, connection] : connections_) {
                     if (connection.smsc != set.smsc) continue;
                     // What was on its way to a kernel that takes no more may still be handed over.
                     connection.window = set.blocked ? std::max(connection.window, set.window) : set.window;
                   }
                 },
                 [&](const AnswerHandedOver& answer) { see(answer.handed, now); },
                 [&](const HandedOver& handed) {
                   Connection& connection = connections_[handed.connection];
                   connection.unanswered.insert(handed.sequence);
                   if (connection.unanswered.size() <= connection.window) return;
                   broken(std::to_string(connection.unanswered.size()) + " submits are unanswered on one session of " +
                              handed.smsc + ", whose window is " + std::to_string(connection.window),
                          handed.job);
                 },
                 [&](const GivenAnswer& given) {
                   const auto found = connections_.find(given.connection);
                   if (found != connections_.end()) found->second.unanswered.erase(given.sequence);
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation
