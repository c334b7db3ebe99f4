// Conversations with the SMS centre over the loopback, in one event loop.
#include "centre.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/write.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "control.hpp"
#include "session/esme.hpp"

namespace dunlin::smsc {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using smpp::CommandStatus;

// An ESME that writes down what it hears, and answers what is delivered unless told otherwise.
struct TestEsme {
  TestEsme(asio::io_context& io, const tcp::endpoint& to) : socket(io), session(options(), now()) {
    socket.connect(to);
    read();
  }
  static session::Options options() { return {}; }
  static Steady now() { return std::chrono::steady_clock::now(); }

  void bind(std::string system_id, std::string password = "", session::BindKind kind = session::BindKind::transceiver) {
    session::Bind bind;
    bind.kind = kind;
    bind.system_id = std::move(system_id);
    bind.password = std::move(password);
    ASSERT_TRUE(session.bind(bind, now()).has_value());
    flush();
  }
  void submit(const std::string& to, const std::string& text, std::uint8_t registered_delivery = 1) {
    smpp::SubmitSm submit;
    submit.source_addr = "ACME";
    submit.source_addr_ton = smpp::Ton::alphanumeric;
    submit.destination_addr = to;
    submit.dest_addr_ton = smpp::Ton::international;
    submit.dest_addr_npi = smpp::Npi::isdn;
    submit.registered_delivery = registered_delivery;
    submit.short_message = text;
    ASSERT_TRUE(session.send(submit, session::Tag{++tags, 0}, now()).has_value());
    flush();
  }
  void flush() {
    auto& output = session.output();
    ErrorCode ignored;
    asio::write(socket, asio::buffer(output.view().data(), output.view().size()), ignored);
    output.consume(output.unsent());
  }
  void read() {
    socket.async_read_some(asio::buffer(buffer), [this](const ErrorCode& error, std::size_t size) {
      if (error) {
        ended = error.message();
        return;
      }
      session.received({buffer.data(), size});
      while (auto event = session.next_event(now())) std::visit([this](auto& told) { on(told); }, *event);
      flush();
      read();
    });
  }
  void on(session::Bound& told) { bound = told.system_id; }
  void on(session::BindRefused& told) { refused = told.status; }
  void on(session::Answered& told) {
    log.push_back("response");
    statuses.push_back(told.response.command_status);
    const auto* body = std::get_if<smpp::SubmitSmResp>(&told.response.body);
    if (body == nullptr) return;
    ids.push_back(body->message_id.str());
    if (body->tlvs.empty()) return;
    if (const auto state = body->tlvs.get(smpp::tlv::congestion_state)) congestion.push_back(*state);
  }
  void on(session::Received& told) {
    const auto* deliver = std::get_if<smpp::DeliverSm>(&told.request.body);
    ASSERT_NE(deliver, nullptr);
    delivered.push_back(*deliver);
    log.push_back(deliver->esm_class == smpp::esm_class::kDeliveryReceipt ? "receipt" : "text");
    if (!answers) return;
    smpp::Pdu response;
    response.command_status = answer_with;
    response.body = smpp::DeliverSmResp{};
    EXPECT_TRUE(session.respond(told.request.sequence_number, response).has_value());
  }
  void on(session::Closed& told) { closed = std::string(session::to_string(told.reason)); }
  template <class Other>
  void on(Other&) {}

  smpp::Receipt receipt(std::size_t index) const { return *smpp::parse_receipt(delivered.at(index)); }

  tcp::socket socket;
  session::Esme session;
  std::array<std::uint8_t, 65536> buffer;
  std::uint64_t tags = 0;
  bool answers = true;
  CommandStatus answer_with = CommandStatus::ok;
  std::string bound, closed, ended;
  std::optional<CommandStatus> refused;
  std::vector<std::string> log, ids;
  std::vector<CommandStatus> statuses;
  std::vector<int> congestion;
  std::vector<smpp::DeliverSm> delivered;
};

class CentreTest : public testing::Test {
 protected:
  CentreTest() {
    options.port = 0;
    options.receipt_delay = 1ms;
  }
  void start() {
    centre.emplace(io, options);
    auto listening = centre->listen();
    ASSERT_TRUE(listening.has_value()) << to_string(listening.error());
    endpoint = *listening;
  }
  bool run(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < until) io.run_one_for(100ms);
    return done();
  }
  std::unique_ptr<TestEsme> bound(const std::string& system_id = "dunlin",
                                  session::BindKind kind = session::BindKind::transceiver) {
    auto esme = std::make_unique<TestEsme>(io, endpoint);
    esme->bind(system_id, "", kind);
    EXPECT_TRUE(run([&] { return !esme->bound.empty(); }));
    return esme;
  }
  nlohmann::json tell(const std::string& line) {
    return nlohmann::json::parse(obey(line, *centre, [this] { quits = true; }));
  }

  asio::io_context io;
  Options options;
  std::optional<Centre> centre;
  tcp::endpoint endpoint;
  bool quits = false;
};

TEST_F(CentreTest, AnswersASubmitAndSendsItsReceipt) {
  options.id_form = IdForm::hex;
  options.receipt_id_form = options.tlv_id_form = IdForm::padded;
  start();
  auto esme = bound();
  esme->submit("48601000001", "Please pay");
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 1; }));
  EXPECT_THAT(esme->log, testing::ElementsAre("response", "receipt"));
  EXPECT_EQ(esme->statuses[0], CommandStatus::ok);
  const auto receipt = esme->receipt(0);
  const auto number = std::stoull(esme->ids[0], nullptr, 16);
  EXPECT_EQ(receipt.message_id, message_id(number, IdForm::padded));
  EXPECT_EQ(receipt.text_message_id, receipt.message_id);
  EXPECT_EQ(receipt.stat, "DELIVRD");
  EXPECT_EQ(receipt.text, "Please pay");
  EXPECT_EQ(esme->delivered[0].source_addr, "48601000001");
  EXPECT_EQ(esme->delivered[0].destination_addr, "ACME");
  EXPECT_EQ(centre->undelivered(), 0U);
}

TEST_F(CentreTest, ChecksCredentials) {
  options.system_id = "dunlin";
  options.password = "secret";
  start();
  TestEsme stranger(io, endpoint), wrong(io, endpoint), right(io, endpoint);
  stranger.bind("someone", "secret");
  wrong.bind("dunlin", "guess");
  right.bind("dunlin", "secret");
  ASSERT_TRUE(run([&] { return stranger.refused && wrong.refused && !right.bound.empty(); }));
  EXPECT_EQ(stranger.refused, CommandStatus::invalid_system_id);
  EXPECT_EQ(wrong.refused, CommandStatus::invalid_password);
  EXPECT_EQ(centre->totals().binds_refused, 2U);
}

TEST_F(CentreTest, SendsNoReceiptThatWasNotAskedFor) {
  start();
  auto esme = bound();
  esme->submit("48601000001", "no receipt", 0);
  esme->submit("48601000002", "only of failure", 2);
  esme->submit("48601000003", "receipt", 1);
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 1; }));
  EXPECT_EQ(esme->receipt(0).message_id, esme->ids[2]);
}

TEST_F(CentreTest, ThrottlesOverAllBindsOfASystemId) {
  options.limit.rate = 10;
  start();
  auto first = bound(), second = bound(), other = bound("other");
  for (int i = 0; i < 20; ++i) {
    first->submit("48601000001", "a");
    second->submit("48601000001", "b");
  }
  other->submit("48601000001", "c");
  ASSERT_TRUE(
      run([&] { return first->statuses.size() == 20 && second->statuses.size() == 20 && !other->statuses.empty(); }));
  EXPECT_GE(centre->totals().throttled, 30U);
  EXPECT_EQ(other->statuses[0], CommandStatus::ok);
}

TEST_F(CentreTest, AnswersWhatIsAboveTheLimitAsToldAndSaysHowLoadedItIs) {
  options.limit = {.rate = 2, .form = LimitForm::queue};
  options.congestion = true;
  start();
  auto esme = bound();
  for (int i = 0; i < 3; ++i) esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return esme->statuses.size() == 3; }));
  EXPECT_EQ(esme->statuses, (std::vector{CommandStatus::ok, CommandStatus::ok, CommandStatus::message_queue_full}));
  EXPECT_EQ(esme->congestion, (std::vector<int>{50, 100, 100}));
  EXPECT_EQ(centre->totals().throttled, 1U);
}

TEST_F(CentreTest, ClosesTheConnectionInsteadOfThrottling) {
  options.limit = {.rate = 2, .answer = LimitAnswer::close};
  start();
  auto esme = bound();
  for (int i = 0; i < 3; ++i) esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return !esme->ended.empty(); }));
  EXPECT_EQ(esme->statuses, (std::vector{CommandStatus::ok, CommandStatus::ok}));
  EXPECT_EQ(centre->bound(), 0U);
}

TEST_F(CentreTest, RefusesItsShareOfSubmits) {
  ASSERT_TRUE(add_error(options.errors, "ESME_RSYSERR=1").has_value());
  start();
  auto esme = bound();
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return !esme->statuses.empty(); }));
  EXPECT_EQ(esme->statuses[0], CommandStatus::system_error);
  EXPECT_EQ(centre->totals().refused, 1U);
  EXPECT_EQ(centre->undelivered(), 0U);
}

TEST_F(CentreTest, SendsReceiptsBeforeTheirResponses) {
  options.early_receipts = 1;
  start();
  auto esme = bound();
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return esme->log.size() == 2; }));
  EXPECT_THAT(esme->log, testing::ElementsAre("receipt", "response"));
  EXPECT_EQ(esme->receipt(0).message_id, esme->ids[0]);
}

TEST_F(CentreTest, LatencyDelaysResponsesAndKeepsTheirOrder) {
  options.latency = 5ms;
  options.receipts = false;
  start();
  auto esme = bound();
  for (int i = 0; i < 50; ++i) esme->submit("48601000001", "a");
  EXPECT_TRUE(esme->ids.empty());
  ASSERT_TRUE(run([&] { return esme->ids.size() == 50; }));
  for (std::size_t i = 1; i < 50; ++i) {
    EXPECT_EQ(std::stoull(esme->ids[i], nullptr, 16), std::stoull(esme->ids[i - 1], nullptr, 16) + 1);
  }
}

TEST_F(CentreTest, DeliversAgainWhatAnEndedSessionLeftUnanswered) {
  start();
  auto esme = bound();
  esme->answers = false;
  esme->submit("48601000001", "a");
  esme->submit("48601000002", "b");
  ASSERT_TRUE(run([&] { return esme->delivered.size() == 2; }));
  esme->socket.close();
  ASSERT_TRUE(run([&] { return centre->bound() == 0; }));
  EXPECT_EQ(centre->undelivered(), 2U);
  auto again = bound();
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 2; }));
  EXPECT_EQ(centre->totals().redelivered, 2U);
  EXPECT_EQ(centre->undelivered(), 0U);
}

TEST_F(CentreTest, DropsWhatIsRefusedForGood) {
  start();
  auto esme = bound();
  esme->answer_with = CommandStatus::rejected_by_application;
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return centre->totals().dropped == 1; }));
  EXPECT_EQ(centre->undelivered(), 0U);
}

TEST_F(CentreTest, DeliversToReceiversAlone) {
  start();
  auto transmitter = bound("dunlin", session::BindKind::transmitter);
  auto receiver = bound("dunlin", session::BindKind::receiver);
  transmitter->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 1; }));
  EXPECT_THAT(transmitter->log, testing::ElementsAre("response"));
  EXPECT_THAT(receiver->log, testing::ElementsAre("receipt"));
}

TEST_F(CentreTest, ANumberRepliesOnce) {
  ASSERT_TRUE(add_reply(options.replies, "1=Zapłacone").has_value());
  start();
  auto esme = bound();
  esme->submit("48601000001", "a");
  esme->submit("48601000001", "b");
  ASSERT_TRUE(run([&] { return centre->totals().texts_acked == 1 && centre->totals().receipts_acked == 2; }));
  EXPECT_EQ(esme->delivered[2].source_addr, "48601000001");
  EXPECT_EQ(esme->delivered[2].destination_addr, "ACME");
  EXPECT_EQ(esme->delivered[2].data_coding, 8);
  EXPECT_EQ(centre->undelivered(), 0U);
}

TEST_F(CentreTest, SendsTextsOnDemand) {
  start();
  EXPECT_EQ(tell(R"({"mo":{"from":"48601000001","to":"ACME","text":"STOP"}})")["code"], "not_found");
  auto esme = bound();
  const auto answer = tell(R"({"mo":{"from":"48601000001","to":"ACME","text":"STOP"}})");
  EXPECT_EQ(answer["ok"], true);
  EXPECT_EQ(answer["segments"], 1);
  ASSERT_TRUE(run([&] { return centre->totals().texts_acked == 1; }));
  EXPECT_EQ(esme->delivered[0].short_message.text(), "STOP");
  EXPECT_EQ(esme->delivered[0].source_addr, "48601000001");
  EXPECT_EQ(esme->delivered[0].esm_class, 0);
  auto other = bound("other");
  EXPECT_EQ(tell(R"({"mo":{"from":"1","to":"2","text":"x"}})")["code"], "ambiguous");
  EXPECT_EQ(tell(R"({"mo":{"from":"1","to":"2","text":"x","system_id":"other"}})")["ok"], true);
  ASSERT_TRUE(run([&] { return other->delivered.size() == 1; }));
}

TEST_F(CentreTest, WithholdsAnswersAndGivesThemLater) {
  start();
  auto esme = bound();
  EXPECT_EQ(tell(R"({"stop_answering":true})")["ok"], true);
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 1; }));
  EXPECT_THAT(esme->log, testing::ElementsAre("receipt"));
  EXPECT_EQ(tell(R"({"stop_answering":false})")["ok"], true);
  ASSERT_TRUE(run([&] { return esme->ids.size() == 1; }));
}

TEST_F(CentreTest, AFrozenCentreHearsAndSaysNothing) {
  start();
  auto esme = bound();
  tell(R"({"freeze":true})");
  esme->submit("48601000001", "a");
  io.run_for(20ms);
  EXPECT_EQ(centre->totals().accepted, 0U);
  tell(R"({"freeze":false})");
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 1; }));
}

TEST_F(CentreTest, UnbindsAndDropsOnDemand) {
  start();
  auto esme = bound(), other = bound("other");
  EXPECT_EQ(tell(R"({"unbind":true,"system_id":"dunlin"})")["sessions"], 1);
  ASSERT_TRUE(run([&] { return esme->closed == session::to_string(session::CloseReason::peer_unbound); }));
  EXPECT_EQ(tell(R"({"drop":true,"system_id":"other"})")["sessions"], 1);
  ASSERT_TRUE(run([&] { return other->ended == "Connection reset by peer"; }));
  EXPECT_EQ(centre->bound(), 0U);
}

TEST_F(CentreTest, AnswersEveryLineOfControl) {
  start();
  EXPECT_EQ(tell("no json")["code"], "bad_json");
  EXPECT_EQ(tell("{}")["code"], "unknown_command");
  EXPECT_EQ(tell(R"({"limit":"fast"})")["code"], "bad_value");
  EXPECT_EQ(tell(R"({"limit":{"rate":5,"form":"round"}})")["code"], "bad_value");
  EXPECT_EQ(centre->limit().rate, 0) << "what is refused changes nothing";
  EXPECT_EQ(tell(R"({"mo":{"from":1}})")["code"], "bad_value");
  EXPECT_EQ(tell(R"({"limit":5})")["ok"], true);
  EXPECT_EQ(tell(R"({"limit":{"form":"queue","depth":"2s","answer":"throttled"}})")["ok"], true);
  EXPECT_EQ(centre->limit().rate, 5);
  EXPECT_EQ(centre->limit().form, LimitForm::queue);
  EXPECT_EQ(centre->limit().depth, 2s);
  EXPECT_EQ(centre->limit().answer, LimitAnswer::throttled);
  EXPECT_EQ(tell(R"({"status":true})")["accepted"], 0);
  EXPECT_EQ(tell(R"({"quit":true})")["ok"], true);
  EXPECT_TRUE(quits);
}

TEST_F(CentreTest, RefusesBindsBeyondItsLimitUntilOneIsGone) {
  options.binds_max = 2;
  start();
  auto first = bound(), second = bound();
  TestEsme third(io, endpoint);
  third.bind("dunlin");
  ASSERT_TRUE(run([&] { return third.refused.has_value(); }));
  EXPECT_EQ(third.refused, CommandStatus::already_bound);
  auto other = bound("other");
  first->socket.close();
  ASSERT_TRUE(run([&] { return centre->bound() == 2; }));
  EXPECT_FALSE(bound()->bound.empty());
}

TEST_F(CentreTest, SpeaksItsDialect) {
  options.dialect.intermediate_esm_class = 0x20;
  options.dialect.copies = 2;
  options.dialect.answers = 3;
  options.receipt_delay = 40ms;
  start();
  auto esme = bound();
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return centre->totals().receipts_acked == 3; }));
  EXPECT_EQ(esme->session.counters().unexpected_responses, 2U);
  EXPECT_EQ(esme->delivered[0].esm_class, 0x20);
  EXPECT_EQ(esme->receipt(0).stat, "ENROUTE");
  for (const std::size_t copy : {1, 2}) EXPECT_EQ(esme->receipt(copy).stat, "DELIVRD");
}

TEST_F(CentreTest, RefusesTheLongMessagesItDoesNotTake) {
  options.dialect.long_messages = kTakesSar;
  options.dialect.error_body = true;
  start();
  auto esme = bound();
  const auto send = [&](const std::function<void(smpp::SubmitSm&)>& change) {
    smpp::SubmitSm submit;
    submit.destination_addr = "48601000001";
    submit.short_message = "part";
    change(submit);
    ASSERT_TRUE(esme->session.send(submit, session::Tag{++esme->tags, 0}, TestEsme::now()).has_value());
    esme->flush();
  };
  send([](auto& submit) { submit.esm_class = smpp::esm_class::kUdhi; });
  send([](auto& submit) { submit.tlvs.set(smpp::tlv::sar_msg_ref_num, 1); });
  send([](auto& submit) {
    submit.short_message = "";
    submit.tlvs.set(smpp::tlv::message_payload, "all of it");
  });
  ASSERT_TRUE(run([&] { return esme->statuses.size() == 3; }));
  EXPECT_THAT(esme->statuses, testing::ElementsAre(CommandStatus::invalid_esm_class, CommandStatus::ok,
                                                   CommandStatus::tlv_not_allowed));
  EXPECT_THAT(esme->ids, testing::ElementsAre("0", testing::Ne("0"), "0"));
}

TEST_F(CentreTest, SaysErrorsByGenericNackWhereItsDialectDoes) {
  options.dialect.nack_errors = true;
  ASSERT_TRUE(add_error(options.errors, "ESME_RINVDSTADR=1").has_value());
  start();
  auto esme = bound();
  esme->submit("48601000001", "a");
  ASSERT_TRUE(run([&] { return esme->statuses.size() == 1; }));
  EXPECT_EQ(esme->statuses[0], CommandStatus::invalid_destination_address);
  EXPECT_EQ(esme->session.counters().nacks_in, 1U);
}

TEST_F(CentreTest, StopsInOrder) {
  start();
  auto esme = bound();
  bool finished = false;
  centre->stop([&] { finished = true; });
  ASSERT_TRUE(run([&] { return finished; }));
  EXPECT_EQ(esme->closed, session::to_string(session::CloseReason::peer_unbound));
}

}  // namespace
}  // namespace dunlin::smsc
