// Gateways come and go; whoever asked is answered.
#include "daemon/switchboard.hpp"

#include <gtest/gtest.h>

#include <vector>


namespace dunlin::daemon {
namespace {

// Keeps what it is asked, and answers only when the test does.
class Scripted final : public api::Backend {
 public:
  Now now() const override { return {}; }
  void request(engine::Request request) override { requests.push_back(std::move(request)); }
  std::vector<engine::LinkStatus> links() const override { return std::vector<engine::LinkStatus>(2); }
  engine::GatewayStatus status() const override { return {}; }
  bool rebind(std::string_view) override { return true; }
  bool set_link(std::string_view, std::optional<std::uint32_t>, std::optional<std::uint32_t>) override { return true; }
  std::uint64_t last_event() const override { return 7; }
  std::uint64_t subscribe(std::function<void()> told) override {
    changed = std::move(told);
    return 1;
  }
  void unsubscribe(std::uint64_t) override { changed = nullptr; }
  Result<void> reload() override { return failure("unexpected", "a reload is the daemon's"); }

  std::vector<engine::Request> requests;
  std::function<void()> changed;
};

class SwitchboardTest : public testing::Test {
 protected:
  void submit() {
    switchboard.request(
        engine::SubmitJob{{}, [this](Result<engine::Accepted> told) { answers.push_back(code(told)); }});
  }
  void pay() {
    engine::RecordPayment payment{};
    payment.answer = [this](Result<engine::PaymentResult> told) { answers.push_back(code(told)); };
    switchboard.request(std::move(payment));
  }
  template <class T>
  static std::string code(const Result<T>& told) {
    return told ? "done" : told.error().code;
  }

  std::vector<std::string> answers;
  Switchboard switchboard{[] { return Result<void>{}; }};
};

TEST_F(SwitchboardTest, PassesCallsOnAndAnswersBack) {
  Scripted gateway;
  switchboard.connect(gateway);
  submit();
  ASSERT_EQ(gateway.requests.size(), 1u);
  EXPECT_TRUE(answers.empty());
  std::get<engine::SubmitJob>(gateway.requests[0]).answer(engine::Accepted{});
  gateway.requests.clear();
  EXPECT_EQ(answers, std::vector<std::string>{"done"});  // once
  EXPECT_EQ(switchboard.links().size(), 2u);
  EXPECT_TRUE(switchboard.rebind("alpha"));
  EXPECT_TRUE(switchboard.reload().has_value());
}

TEST_F(SwitchboardTest, AnswersUnavailableWhileNobodyIsThere) {
  submit();
  pay();
  EXPECT_EQ(answers, (std::vector<std::string>{"unavailable", "unavailable"}));
  EXPECT_TRUE(switchboard.links().empty());
  EXPECT_FALSE(switchboard.status().intake);
  EXPECT_FALSE(switchboard.rebind("alpha"));
  EXPECT_TRUE(switchboard.reload().has_value());
}

TEST_F(SwitchboardTest, SaysThatThereIsNoRoomForJobsWhenThatIsWhy) {
  Scripted gateway;
  switchboard.connect(gateway);
  switchboard.disconnect({"store_full", "no space left", ""});
  submit();
  pay();
  EXPECT_EQ(answers, (std::vector<std::string>{"no_room", "unavailable"}));
}

TEST_F(SwitchboardTest, AnswersWhatADroppedGatewayTookAlong) {
  {
    Scripted gateway;
    switchboard.connect(gateway);
    submit();
    pay();
    switchboard.disconnect({"store_io", "the disk is gone", ""});
    EXPECT_TRUE(answers.empty());
  }
  EXPECT_EQ(answers, (std::vector<std::string>{"unavailable", "unavailable"}));
}

TEST_F(SwitchboardTest, KeepsSubscribersFromOneGatewayToTheNext) {
  int told = 0;
  std::uint64_t own = 0;
  own = switchboard.subscribe([&] {
    ++told;
    if (told == 3) switchboard.unsubscribe(own);
  });
  Scripted first;
  switchboard.connect(first);
  EXPECT_EQ(told, 1);  // something may have happened meanwhile
  first.changed();
  EXPECT_EQ(told, 2);
  switchboard.disconnect({"store_io", "", ""});
  EXPECT_FALSE(first.changed);
  EXPECT_EQ(switchboard.last_event(), 7u);
  Scripted second;
  switchboard.connect(second);
  EXPECT_EQ(told, 3);
  second.changed();
  EXPECT_EQ(told, 3);
}

}  // namespace
}  // namespace dunlin::daemon
