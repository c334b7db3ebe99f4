// A world in which people answer: phrases of every intent, and a look at what is kept of them.
#pragma once

#include "dunning/replies.hpp"
#include "engine/call_list.hpp"
#include "engine/newest.hpp"
#include "store/people_reader.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine::testing {

using Names = std::vector<std::string>;

using Phrases = std::vector<std::array<const char*, 3>>;  // language, list, phrase

inline std::shared_ptr<const dunning::Replies> replies_of(const Phrases& phrases,
                                                          std::vector<dunning::AnswerSource> answers = {}) {
  dunning::ReplySources sources;
  sources.answers = std::move(answers);
  std::size_t line = 0;
  for (const auto& [language, list, written] : phrases) sources.items.push_back({language, list, written, {}, ++line});
  sources.items.push_back({"en", "dates", "tomorrow", "+1", ++line});
  auto built = dunning::Replies::build(std::move(sources));
  EXPECT_TRUE(built.has_value());
  return std::make_shared<const dunning::Replies>(std::move(*built));
}

// By the hour: days of heartbeats, second by second, would take minutes.
inline void hop(World& world, std::chrono::hours how_long) {
  for (auto left = how_long; left.count() > 0; --left) {
    world.now.wall += std::chrono::hours{1};
    world.now.steady += std::chrono::hours{1};
    world.gateway->tick(world.now);
    world.run(std::chrono::milliseconds{50});
  }
}

struct PeopleWorld : World {
  PeopleWorld() {
    settings.replies.rules = rules({});
    settings.dunning.expires_default = std::chrono::hours{24};
    settings.replies.promise_grace = std::chrono::hours{1};
  }

  static std::shared_ptr<const dunning::Replies> rules(std::vector<dunning::AnswerSource> answers) {
    static const Phrases phrases{
        {"en", "paid", "paid"},           {"en", "promise", "will pay"},    {"en", "filler", "i"},
        {"en", "filler", "it"},           {"en", "filler", "on"},           {"en", "dispute", "scam"},
        {"en", "call_me", "call me"},     {"en", "hardship", "cannot pay"}, {"en", "wrong_number", "wrong number"},
        {"en", "pay_now", "link please"}, {"en", "acknowledgement", "ok"},  {"any", "help", "help"}};
    return replies_of(phrases, std::move(answers));
  }

  // Started, with this job submitted and answered.
  void begin(store::Job job) {
    start();
    send(std::move(job));
  }
  void send(store::Job job) {
    const std::size_t before = sent();
    ASSERT_TRUE(submit(std::move(job)));
    run(1s);
    ASSERT_EQ(sent(), before + 1);
  }
  // A receipt of what was sent last.
  void answer_receipt(const std::string& stat = "DELIVRD", const std::string& from = "48601000001") {
    receipt("alpha", "id" + std::to_string(smscs["alpha"].next_id - 1), from, stat);
    run(1s);
  }
  std::size_t rows(store::Family family) {
    auto found = kv.scan({family, {}, {}, 1000});
    return found ? found->size() : 0;
  }
  // "job: why" of everybody who is to be phoned, as a reader of the store judges it.
  Names called() {
    Names names;
    auto found = store::calls(kv, std::nullopt, {}, 1000);
    EXPECT_TRUE(found.has_value());
    if (!found) return names;
    for (const store::CallView& each : found->calls) {
      Standing standing;
      standing.known = true;
      standing.person = each.person;
      standing.account = each.account;
      standing.invoice = each.invoice;
      standing.newest = newest(each.view.n, each.view.job, each.view.state, each.account, each.invoice);
      const JobAt at{each.view.n, each.view.job, each.view.state};
      if (to_be_phoned(at, standing, now.wall)) names.push_back(at.job.id + ": " + why_of(at.state));
    }
    return names;
  }
};

}  // namespace dunlin::engine::testing
