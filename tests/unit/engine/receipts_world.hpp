// A world whose one SMSC answers with ids and sends receipts as a test says.
#pragma once

#include "engine/engine.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine::testing {

using Names = std::vector<std::string>;
using smpp::CommandStatus;

inline constexpr std::chrono::minutes kExpires{10}, kTimeout{20};
inline const std::string kLong(200, 'x');  // two segments

class Receipts : public ::testing::Test {
 protected:
  Receipts() {
    world.settings.dunning.expires_default = kExpires;
    smsc().receipt_timeout = kTimeout;
  }
  SmscSettings& smsc() { return world.settings.smscs[0]; }
  ScriptedSmsc& peer() { return world.smscs["alpha"]; }
  void start() { world.start(); }
  // A job of which the SMSC has everything and has answered nothing.
  void start_unanswered(const std::string& text = "Please pay 120.50 by Friday.") {
    start();
    peer().answering = false;
    ASSERT_TRUE(world.submit(World::job("A", "+48601000001", text)));
    world.run(10ms);
  }
  // Submitted and answered with these ids, one a segment.
  void submit(const std::string& id, const std::vector<std::string>& message_ids,
              const std::string& to = "+48601000001") {
    peer().answering = false;
    const std::size_t first = peer().submits.size();
    ASSERT_TRUE(world.submit(World::job(id, to, message_ids.size() > 1 ? kLong : "Please pay")));
    world.run(10ms);
    ASSERT_EQ(peer().submits.size(), first + message_ids.size());
    for (std::size_t i = 0; i < message_ids.size(); ++i) world.answer_as("alpha", first + i, message_ids[i]);
    world.run(10ms);
  }
  void receipt(const std::string& id, const std::string& stat = "DELIVRD", const std::string& from = "48601000001") {
    world.receipt("alpha", id, from, stat);
    world.run(10ms);
  }
  // A deliver_sm that no flag calls a receipt.
  void unflagged(const std::string& text, const std::string& from = "48601000001") {
    world.reply("alpha", from, text);
    world.run(10ms);
  }
  std::size_t rows(store::Family family) {
    auto found = world.kv.scan({family, {}, {}, 1000});
    return found ? found->size() : 0;
  }
  std::size_t logged(std::string_view words) {
    return static_cast<std::size_t>(
        std::count_if(world.logged.begin(), world.logged.end(),
                      [&](const std::string& each) { return each.find(words) != std::string::npos; }));
  }
  MessageIdForm form() { return world.gateway->links(world.now)[0].message_id; }
  std::uint64_t replies() {
    const auto all = world.events();
    return static_cast<std::uint64_t>(std::count(all.begin(), all.end(), "replied"));
  }
  World world;
};

}  // namespace dunlin::engine::testing
