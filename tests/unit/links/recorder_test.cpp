// The flight recorder of a link: what it keeps, how much, and what it knows to belong to a job.
#include "engine/recorder.hpp"

#include <gtest/gtest.h>

#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/receipt.hpp>

namespace dunlin::engine {
namespace {

using smpp::CommandStatus;

class RecorderTest : public testing::Test {
 protected:
  static SmscSettings settings(std::uint32_t pdus) {
    SmscSettings smsc;
    smsc.name = "alpha";
    smsc.recorder = pdus;
    return smsc;
  }
  static Octets encoded(smpp::Body body, std::uint32_t sequence) {
    Octets out;
    EXPECT_TRUE(smpp::encode({CommandStatus::ok, sequence, std::move(body)}, out));
    return out;
  }
  static smpp::SubmitSm submit(std::size_t text = 20) {
    smpp::SubmitSm body;
    body.destination_addr = "4915112345678";
    body.short_message = std::string(text, 't');
    return body;
  }
  static smpp::DeliverSm receipt(const std::string& id) {
    smpp::DeliverSm body;
    body.source_addr = "4915112345678";
    body.esm_class = 0x04;
    body.short_message = "id:" + id + " stat:DELIVRD err:000 text:secret";
    return body;
  }
  static std::vector<std::uint64_t> numbers(const std::vector<RecordedPdu>& pdus) {
    std::vector<std::uint64_t> all;
    for (const RecordedPdu& pdu : pdus) all.push_back(pdu.number);
    return all;
  }

  WallMicros clock;
};

TEST_F(RecorderTest, KeepsTheNewestRedactedAndInOrder) {
  Recorder recorder(settings(3), clock);
  const auto tap = recorder.tap(9);
  for (std::uint32_t i = 1; i <= 5; ++i) tap->sent(encoded(submit(), i));
  const auto pdus = recorder.recent(100);
  EXPECT_EQ(numbers(pdus), (std::vector<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(numbers(recorder.recent(2)), (std::vector<std::uint64_t>{4, 5}));
  for (const RecordedPdu& pdu : pdus) {
    EXPECT_EQ(pdu.session, 9u);
    EXPECT_TRUE(pdu.sent);
    EXPECT_EQ(pdu.size, pdu.octets.size());
    EXPECT_EQ(text_of(pdu.octets).find("1511234"), std::string_view::npos);
    EXPECT_EQ(text_of(pdu.octets).find("ttt"), std::string_view::npos);
  }
}

TEST_F(RecorderTest, IsBoundedInOctetsToo) {
  Recorder recorder(settings(1000), clock);
  const auto tap = recorder.tap(1);
  smpp::SubmitSm large = submit(0);
  large.tlvs.add(smpp::tlv::message_payload, Octets(6000, 'p'));
  for (std::uint32_t i = 1; i <= 500; ++i) tap->sent(encoded(i % 7 == 0 ? smpp::Body(submit()) : smpp::Body(large), i));
  const auto pdus = recorder.recent(1000);
  std::size_t octets = 0;
  for (const RecordedPdu& pdu : pdus) {
    octets += pdu.octets.size();
    EXPECT_LE(pdu.octets.size(), Recorder::kKeptMax);
    EXPECT_EQ(smpp::decode_header(pdu.octets).sequence_number, pdu.number);
    EXPECT_EQ(smpp::decode_header(pdu.octets).command_length, pdu.size);
  }
  EXPECT_EQ(pdus.back().number, 500u);
  EXPECT_LE(octets, 1000 * Recorder::kOctetsEach);
  EXPECT_GE(octets, 1000 * Recorder::kOctetsEach - 2 * Recorder::kKeptMax);
}

TEST_F(RecorderTest, KeepsNothingWhenItIsOff) {
  Recorder recorder(settings(0), clock);
  recorder.tap(1)->sent(encoded(submit(), 1));
  EXPECT_TRUE(recorder.recent(10).empty());
  recorder.about(recorder.last(), 4, 0);
  EXPECT_TRUE(recorder.of_job({.n = 4, .to = {}, .message_ids = {}}).empty());
}

TEST_F(RecorderTest, FindsAJobsSubmitsAnswersAndReceipts) {
  Recorder recorder(settings(64), clock);
  const auto one = recorder.tap(1), two = recorder.tap(2);
  one->sent(encoded(submit(), 1));  // 1: the job's first segment
  recorder.about(recorder.last(), 4, 0);
  two->sent(encoded(submit(), 1));  // 2: another job's, on another session with the same sequence_number
  recorder.about(recorder.last(), 5, 0);
  one->sent(encoded(submit(), 2));  // 3: its second segment
  recorder.about(recorder.last(), 4, 1);
  smpp::SubmitSmResp accepted;
  accepted.message_id = "38601fa";
  one->received(encoded(accepted, 2));               // 4: the second's answer comes first
  two->received(encoded(accepted, 1));               // 5: the other job's
  one->received(encoded(smpp::SubmitSmResp{}, 1));   // 6
  two->received(encoded(receipt("0059113978"), 7));  // 7: in decimal, over the other session
  two->received(encoded(receipt("0059113979"), 8));  // 8: of another message
  two->sent(encoded(smpp::DeliverSmResp{}, 8));      // 9
  two->sent(encoded(smpp::DeliverSmResp{}, 7));      // 10: the receipt's answer
  smpp::DeliverSm elsewhere = receipt("59113978");   // 11: of a number that is not the job's
  elsewhere.source_addr = "4915112345699";
  two->received(encoded(elsewhere, 9));
  smpp::DeliverSm reply = receipt("59113978");  // 12: what a person wrote
  reply.esm_class = 0;
  two->received(encoded(reply, 10));

  smpp::QuerySm query;  // 13
  query.message_id = "38601fa";
  one->sent(encoded(query, 3));
  query.message_id = "38601fb";
  one->sent(encoded(query, 4));                    // 14: of another message
  one->received(encoded(smpp::QuerySmResp{}, 4));  // 15
  one->received(encoded(smpp::QuerySmResp{}, 3));  // 16

  const auto found = recorder.of_job({.n = 4, .to = "+4915112345678", .message_ids = {"", "38601fa"}});
  EXPECT_EQ(numbers(found), (std::vector<std::uint64_t>{1, 3, 4, 6, 7, 10, 13, 16}));
  EXPECT_EQ(found[1].segment, 1u);
  EXPECT_EQ(numbers(recorder.of_job({.n = 5, .to = "+4915112345678", .message_ids = {}})),
            (std::vector<std::uint64_t>{2, 5}));
  EXPECT_TRUE(recorder.of_job({.n = 6, .to = "+4915112345678", .message_ids = {}}).empty());
}

TEST_F(RecorderTest, TellsMicrosecondsThatAgreeWithBothClocks) {
  const auto at = [](std::int64_t steady_us, std::int64_t wall_ms) {
    return Now{Steady{std::chrono::microseconds{steady_us}}, Wall{std::chrono::milliseconds{wall_ms}}};
  };
  clock.see(at(5'000'000, 1000));
  const std::int64_t first = clock.at();
  EXPECT_EQ(first / 1000, 1000);
  clock.see(at(5'000'250, 1000));
  EXPECT_EQ(clock.at(), first + 250);
  clock.see(Steady{std::chrono::microseconds{5'000'300}});
  EXPECT_EQ(clock.at(), first + 300);
  clock.see(at(5'000'400, 1001));  // the wall's millisecond began meanwhile
  EXPECT_EQ(clock.at(), 1'001'000);
  clock.see(at(5'000'500, 1001));
  EXPECT_EQ(clock.at(), 1'001'100);
  clock.see(at(5'000'600, 99'000));  // it stepped
  EXPECT_EQ(clock.at(), 99'000'000);
  clock.see(at(5'000'700, 500));
  EXPECT_EQ(clock.at() / 1000, 500);
}

TEST_F(RecorderTest, CapturesAreBoundedAndEndWithTheLink) {
  auto recorder = std::make_unique<Recorder>(settings(0), clock);
  const auto tap = recorder->tap(1);
  std::vector<std::shared_ptr<Capture>> captures;
  for (std::size_t i = 0; i < Recorder::kCapturesMax; ++i)
    captures.push_back(recorder->capture(smpp::Redact::personal));
  EXPECT_EQ(recorder->capture(smpp::Redact::personal), nullptr);
  captures.pop_back();
  const auto full = recorder->capture(smpp::Redact::passwords);
  ASSERT_NE(full, nullptr);
  int told = 0;
  full->on_change([&] { ++told; });
  tap->sent(encoded(submit(), 1));
  tap->sent(encoded(submit(), 2));
  EXPECT_EQ(told, 1);
  EXPECT_NE(full->take().find("4915112345678"), std::string::npos);
  EXPECT_EQ(captures.front()->take().find("1511234"), std::string::npos);

  // Nobody takes: what there is no room for is counted, what was written before stays whole.
  smpp::SubmitSm large = submit(0);
  large.tlvs.add(smpp::tlv::message_payload, Octets(60000, 'p'));
  for (std::uint32_t i = 3; i < 200; ++i) tap->sent(encoded(large, i));
  EXPECT_GT(full->dropped(), 0u);
  EXPECT_EQ(full->packets() + full->dropped(), 199u);
  EXPECT_EQ(recorder->dropped(), full->dropped() * Recorder::kCapturesMax);
  EXPECT_LE(full->take().size(), Capture::kPendingMax);
  EXPECT_FALSE(full->ended());
  recorder.reset();
  EXPECT_TRUE(full->ended());
}

}  // namespace
}  // namespace dunlin::engine
