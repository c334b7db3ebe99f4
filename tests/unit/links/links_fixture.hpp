// Links over a virtual network, for tests.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "unit/engine/virtual_network.hpp"

namespace dunlin::engine::test {

inline SmscSettings alpha() {
  SmscSettings settings;
  settings.name = "alpha";
  settings.host = "smsc.example";
  settings.system_id = "dunlin";
  settings.password = "secret";
  settings.window = 10;
  return settings;
}

inline Outgoing job(std::uint64_t n, std::uint32_t segments = 1, bool urgent = false) {
  Outgoing outgoing{n, urgent, {}};
  for (std::uint32_t i = 0; i < segments; ++i) {
    smpp::SubmitSm submit;
    submit.source_addr = "ACME";
    submit.destination_addr = "48600100200";
    submit.short_message = std::to_string(n) + "/" + std::to_string(i);
    outgoing.parts.push_back({i, std::move(submit)});
  }
  return outgoing;
}

class LinksTest : public ::testing::Test {
 protected:
  void open(std::vector<SmscSettings> smscs, bool settle = true) {
    links = std::make_unique<Links>(std::move(smscs), network, 7, [this](Severity severity, std::string sentence) {
      logged.emplace_back(severity, std::move(sentence));
    });
    network.links = links.get();
    links->start(network.now);
    if (settle) network.settle();
    take();
  }
  void hand(Outgoing outgoing, const std::string& smsc = "alpha") {
    links->hand_over(smsc, std::move(outgoing), network.time());
  }
  // Events since the last time, kept in `heard`, too.
  std::vector<LinkEvent> take() {
    auto events = links->take_events();
    heard.insert(heard.end(), events.begin(), events.end());
    return events;
  }
  template <class T>
  std::vector<T> all() {
    take();
    std::vector<T> found;
    for (const auto& event : heard) {
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }
  LinkStatus status(const std::string& smsc = "alpha") {
    for (auto& one : links->status(network.now)) {
      if (one.name == smsc) return one;
    }
    ADD_FAILURE() << "no such link";
    return {};
  }
  VirtualSmsc& smsc(const std::string& name = "alpha") { return network.smsc(name); }
  std::vector<std::string> texts(const std::string& name = "alpha") {
    std::vector<std::string> found;
    for (const auto& submit : smsc(name).submits) found.emplace_back(submit.body.short_message.text());
    return found;
  }
  bool was_logged(Severity severity, std::string_view part) const {
    return std::ranges::any_of(
        logged, [&](const auto& one) { return one.first == severity && one.second.find(part) != std::string::npos; });
  }

  VirtualNetwork network;
  std::unique_ptr<Links> links;
  std::vector<LinkEvent> heard;
  std::vector<std::pair<Severity, std::string>> logged;
};

}  // namespace dunlin::engine::test
