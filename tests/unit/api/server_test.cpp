// Requests over a real socket: one at a time, many, malformed, cut, by two clients.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

class Requests : public ApiTest {
 protected:
  void add_alpha() {
    engine::LinkStatus link;
    link.name = "alpha";
    on_io([&] { backend_.link_list = {link}; });
  }
};

void expect_problem(const Response& response, unsigned status, std::string_view code, std::string_view field = {}) {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.fields.at("content-type"), "application/problem+json");
  const Json problem = response.json();
  ASSERT_TRUE(problem.is_object()) << response.body;
  EXPECT_EQ(problem["code"], code);
  EXPECT_EQ(problem["status"], status);
  if (!field.empty()) {
    EXPECT_EQ(problem["field"], field);
  }
}

TEST_F(Requests, OneJobIsAcceptedOnceThenADuplicateThenAConflict) {
  Client client(path_);
  const Response first = client.call("POST", "/v1/jobs", job_line("a"));
  EXPECT_EQ(first.status, 201u);
  EXPECT_EQ(first.json(), (Json{{"id", "a"}, {"status", "accepted"}}));
  const Response again = client.call("POST", "/v1/jobs", job_line("a"), "application/json; charset=utf-8");
  EXPECT_EQ(again.status, 200u);
  EXPECT_EQ(again.json()["status"], "duplicate");
  expect_problem(client.call("POST", "/v1/jobs", R"({"id":"a","to":"+491","text":"other"})"), 409, "conflict");
}

TEST_F(Requests, RefusalsCarryCodeAndField) {
  backend_.refuse["full"] = {"no_room", "the disk is full", ""};
  backend_.refuse["bad"] = {"bad_number", "not a number", "to"};
  Client client(path_);
  expect_problem(client.call("POST", "/v1/jobs", job_line("full")), 507, "no_room");
  expect_problem(client.call("POST", "/v1/jobs", job_line("bad")), 422, "bad_number", "to");
  expect_problem(client.call("POST", "/v1/jobs", R"({"id":"a","colour":1})"), 422, "unknown_field", "colour");
  expect_problem(client.call("POST", "/v1/jobs", R"({"id":)"), 400, "invalid_json");
  expect_problem(client.call("GET", "/v1/nothing"), 404, "not_found");
  expect_problem(client.call("GET", "/v1/nothing"), 404, "not_found");
  expect_problem(client.call("GET", "/v1/events?after=1&after=2"), 422, "duplicate_parameter", "after");
  const Response method = client.call("DELETE", "/v1/status");
  expect_problem(method, 405, "method_not_allowed");
  EXPECT_EQ(method.fields.at("allow"), "GET");
  expect_problem(client.call("POST", "/v1/jobs", "id=a", "application/x-www-form-urlencoded"), 415,
                 "unsupported_media_type");
}

TEST_F(Requests, AnUnreadBodyEndsTheConnectionAfterTheAnswer) {
  Client client(path_);
  expect_problem(client.call("POST", "/v1/nothing", job_line("a")), 404, "not_found");
  EXPECT_TRUE(client.closed());
}

TEST_F(Requests, ABodyThatNobodyReadsIsRefused) {
  add_alpha();
  const char* calls[][2] = {{"POST", "/v1/links/alpha/pause"}, {"DELETE", "/v1/holds/h1"}, {"GET", "/v1/status"}};
  for (const auto& [method, target] : calls) {
    Client client(path_);
    expect_problem(client.call(method, target, R"({"a":1})"), 422, "unexpected_body");
    expect_problem(client.call(method, target, "[]", "text/plain"), 422, "unexpected_body");
    expect_problem(client.call(method, target, std::string(70'000, ' ')), 422, "unexpected_body");
    EXPECT_TRUE(client.closed()) << "what is too long is not read";
  }
  EXPECT_FALSE(backend_.links()[0].paused);
}

TEST_F(Requests, ABodyThatSaysNothingIsNone) {
  add_alpha();
  Client client(path_);
  for (const char* body : {"", "{}", " { }\r\n", "\n"}) {
    EXPECT_EQ(client.call("POST", "/v1/links/alpha/pause", body).status, 200u) << body;
    EXPECT_EQ(client.call("GET", "/v1/status", body).status, 200u) << body;
  }
  const std::string head = "POST /v1/links/alpha/resume HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  client.send(head + "0\r\n\r\n");
  EXPECT_EQ(client.response().status, 200u);
  client.send(head + "1\r\nx\r\n0\r\n\r\n");
  expect_problem(client.response(), 422, "unexpected_body");
  EXPECT_EQ(client.call("GET", "/v1/status").status, 200u) << "the connection goes on";
}

TEST_F(Requests, ATooLargeBodyIsRefusedHoweverItComes) {
  const std::string large(70'000, ' ');
  expect_problem(Client(path_).call("POST", "/v1/jobs", large), 413, "too_large");
  Client chunked(path_);
  chunked.send(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.send("11170\r\n" + large + "\r\n0\r\n\r\n");
  expect_problem(chunked.response(), 413, "too_large");
  Client announced(path_);
  announced.send("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n");
  expect_problem(announced.response(), 413, "too_large");
}

TEST_F(Requests, AChunkedBodyIsOneBody) {
  Client client(path_);
  const std::string job = job_line("a");
  client.send(
      "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char c : job) client.send(std::string("1\r\n") + c + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.response().status, 201u);
}

TEST_F(Requests, MalformedHeadsAreAnsweredAndClosed) {
  Client nonsense(path_);
  nonsense.send("hello\r\n\r\n");
  expect_problem(nonsense.response(), 400, "bad_request");
  EXPECT_TRUE(nonsense.closed());
  Client long_head(path_);
  long_head.send("GET /v1/status HTTP/1.1\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n");
  expect_problem(long_head.response(), 431, "header_too_large");
  EXPECT_TRUE(long_head.closed());
  Client target(path_);
  target.send("GET /v1/jobs/%zz HTTP/1.1\r\n\r\n");
  expect_problem(target.response(), 400, "bad_target");
}

TEST_F(Requests, ACutHeadOrBodyHarmsNobody) {
  {
    Client head(path_);
    head.send("POST /v1/jo");
    Client body(path_);
    body.send("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\"");
    body.end();
    expect_problem(body.response(), 400, "bad_request");
  }
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u);
  until([&] { return server_->connections() == 0; });
  EXPECT_TRUE(backend_.jobs.empty());
}

TEST_F(Requests, PipelinedOnesAreAnsweredInOrder) {
  Client client(path_);
  std::string all;
  for (int i = 0; i < 50; ++i) all += request("POST", "/v1/jobs", job_line("p" + std::to_string(i)));
  all += request("POST", "/v1/jobs", job_line("m1") + job_line("m2"), "application/x-ndjson");
  all += request("GET", "/v1/status");
  client.send(all);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.response().json()["id"], "p" + std::to_string(i));
  EXPECT_EQ(client.response().lines().size(), 2u);
  EXPECT_EQ(client.response().json()["version"], "1.2.3");
}

TEST_F(Requests, TwoClientsDoNotWaitForEachOther) {
  Client waiting(path_), other(path_);
  on_io([&] { backend_.hold = true; });
  waiting.send(request("POST", "/v1/jobs", job_line("a")));
  until([&] { return backend_.held.size() == 1; });
  EXPECT_EQ(other.call("GET", "/v1/status").status, 200u);
  on_io([&] { backend_.release(); });
  EXPECT_EQ(waiting.response().status, 201u);
}

TEST_F(Requests, ExpectContinueIsAnsweredBeforeTheBody) {
  Client client(path_);
  const std::string job = job_line("a");
  client.send("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(job.size()) + "\r\n\r\n");
  EXPECT_EQ(client.line(), "HTTP/1.1 100 Continue\r\n");
  EXPECT_EQ(client.line(), "\r\n");
  client.send(job);
  EXPECT_EQ(client.response().status, 201u);
}

TEST_F(Requests, Http10IsAnsweredAndClosed) {
  Client client(path_);
  client.send("GET /v1/status HTTP/1.0\r\n\r\n");
  const Response response = client.response();
  EXPECT_EQ(response.status, 200u);
  EXPECT_TRUE(client.closed());
  Client events(path_);
  add_events(3);
  events.send("GET /v1/events HTTP/1.0\r\n\r\n");
  const Response stream = events.response();
  EXPECT_FALSE(stream.fields.contains("transfer-encoding"));
  EXPECT_EQ(stream.lines().size(), 3u);
}

TEST_F(Requests, HeadIsAnsweredWithAHeadAlone) {
  Client client(path_);
  client.send(request("HEAD", "/v1/status") + request("GET", "/v1/links"));
  EXPECT_EQ(client.line(), "HTTP/1.1 405 Method Not Allowed\r\n");
  while (client.line().size() > 2) {
  }
  EXPECT_EQ(client.response().status, 200u);
}

TEST_F(Requests, AJobIsShownFromTheStore) {
  store::Job job;
  job.id = "a/b+c";
  job.to = "+4915112345678";
  job.account = "4711";
  store::JobState state;
  state.state = store::State::submitted;
  state.smsc = "alpha";
  state.segments = {{store::SegmentState::submitted, "id\xff", "", {}}};
  state.history = {{Wall{}, store::State::ready, ""}, {Wall{1500ms}, store::State::submitted, ""}};
  on_io([&] {
    store::Batch batch;
    const std::pair<store::Key, std::string> rows[] = {{store::keys::id(job.id), store::keys::number(7)},
                                                       {store::keys::job(7), store::encode(job)},
                                                       {store::keys::job_state(7), store::encode(state)}};
    for (const auto& [key, value] : rows) batch.put(key.family, key.key, value);
    ASSERT_TRUE(kv_.commit(batch, true));
  });
  Client client(path_);
  const Response response = client.call("GET", "/v1/jobs/a%2Fb+c");
  ASSERT_EQ(response.status, 200u) << response.body;
  const Json shown = response.json();
  EXPECT_EQ(shown["id"], "a/b+c");
  EXPECT_EQ(shown["state"], "submitted");
  EXPECT_EQ(shown["account"], "4711");
  EXPECT_EQ(shown["segments"][0],
            (Json{{"smsc", "alpha"}, {"message_id", "id\xEF\xBF\xBD"}, {"state", "submitted"}, {"error", ""}}));
  EXPECT_EQ(shown["history"][1], (Json{{"time", "1970-01-01T00:00:01.500Z"}, {"state", "submitted"}}));
  expect_problem(client.call("GET", "/v1/jobs/none"), 404, "not_found");
}

TEST_F(Requests, JobsAreCancelledAndResolved) {
  Client client(path_);
  client.call("POST", "/v1/jobs", job_line("a"));
  EXPECT_EQ(client.call("DELETE", "/v1/jobs/a").json(), (Json{{"id", "a"}, {"state", "cancelled"}}));
  const Response late = client.call("DELETE", "/v1/jobs/late");
  expect_problem(late, 409, "too_late");
  EXPECT_EQ(late.json()["state"], "submitted");
  expect_problem(client.call("DELETE", "/v1/jobs/none"), 404, "not_found");
  EXPECT_EQ(client.call("POST", "/v1/jobs/doubt/resolve", R"({"as":"sent"})").json()["state"], "submitted");
  expect_problem(client.call("POST", "/v1/jobs/a/resolve", R"({"as":"drop"})"), 409, "not_in_doubt");
  expect_problem(client.call("POST", "/v1/jobs/a/resolve", R"({"as":"burn"})"), 422, "unknown_value", "as");
  on_io([&] {
    ASSERT_EQ(backend_.others.size(), 5u);
    EXPECT_EQ(std::get<engine::ResolveJob>(backend_.others[3]).as, engine::Resolution::sent);
    EXPECT_EQ(std::get<engine::ResolveJob>(backend_.others[4]).as, engine::Resolution::drop);
  });
}

TEST_F(Requests, APreviewStoresNothing) {
  Client client(path_);
  const Json preview = client.call("POST", "/v1/preview", job_line("a")).json();
  EXPECT_EQ(preview["text"], "Your invoice is due.");
  EXPECT_EQ(preview["segments"], 1);
  EXPECT_EQ(preview["parts"].size(), 1u);
  EXPECT_EQ(preview["replaced"].size(), 1u);
  EXPECT_EQ(preview["blocked"], Json::array());
  EXPECT_EQ(preview["earliest"], "2027-01-15T08:00:00Z");
  expect_problem(client.call("POST", "/v1/preview", R"({"id":"a","to":"+49","text":"?"})"), 422, "not_encodable",
                 "text");
  EXPECT_TRUE(backend_.jobs.empty());
}

TEST_F(Requests, PaymentsCarryEveryField) {
  Client client(path_);
  const Response paid = client.call(
      "POST", "/v1/payments",
      R"({"account":"4711","invoice":"7","id":"p1","amount":"12.50","currency":"EUR","paid_at":"2026-12-01T10:30:00Z","reversed":true})");
  ASSERT_EQ(paid.status, 200u) << paid.body;
  EXPECT_EQ(paid.json(), (Json{{"cancelled", {"a"}},
                               {"under_way", {"b"}},
                               {"sent", Json::array()},
                               {"counts", {{"cancelled", 1500}, {"under_way", 1}, {"sent", 0}}}}));
  on_io([&] {
    const auto& payment = std::get<engine::RecordPayment>(backend_.others.at(0));
    EXPECT_EQ(payment.account + payment.invoice + payment.id + payment.amount + payment.currency, "47117p112.50EUR");
    EXPECT_TRUE(payment.paid_at && payment.reversed);
  });
  expect_problem(client.call("POST", "/v1/payments", R"({"invoice":"7"})"), 422, "missing", "account");
  expect_problem(client.call("POST", "/v1/payments", R"({"account":"4711","amount":"1"})"), 422, "missing", "id");
}

TEST_F(Requests, ConsentsAreShownSetAndKept) {
  Client client(path_);
  expect_problem(client.call("GET", "/v1/consents/+4915112345678"), 404, "not_found");
  const Response put = client.call("PUT", "/v1/consents/+4915112345678",
                                   R"({"status":"blocked","source":"letter","purpose":"marketing"})");
  ASSERT_EQ(put.status, 200u) << put.body;
  EXPECT_EQ(put.json()["number"], "+4915112345678");
  EXPECT_EQ(put.json()["status"], "blocked");
  EXPECT_EQ(put.json()["purpose"], "marketing");
  for (const char* wrong : {"unset", "maybe", "allowed|blocked"}) {
    const Response refused = client.call("PUT", "/v1/consents/+49", Json{{"status", wrong}, {"source", "x"}}.dump());
    expect_problem(refused, 422, "unknown_value", "status");
    EXPECT_EQ(refused.json()["detail"], "expected one of allowed blocked");
  }
  expect_problem(client.call("PUT", "/v1/consents/+49", R"({"status":"allowed"})"), 422, "missing", "source");
  expect_problem(client.call("PUT", "/v1/consents/+49", R"({"number":"+48","status":"allowed","source":"x"})"), 409,
                 "conflict", "number");
  expect_problem(client.call("DELETE", "/v1/consents/+49"), 409, "conflict");
  on_io([&] {
    store::Person person;
    person.status = store::ConsentStatus::blocked;
    person.stopped = true;
    person.source = "reply";
    person.history = {{Wall{}, store::ConsentStatus::blocked, "", "reply", "STOP"}};
    store::Batch batch;
    const store::Key key = store::keys::person("+49151");
    batch.put(key.family, key.key, store::encode(person));
    ASSERT_TRUE(kv_.commit(batch, true));
  });
  const Json shown = client.call("GET", "/v1/consents/+49151").json();
  EXPECT_EQ(shown["status"], "blocked");
  EXPECT_EQ(shown["history"][0]["reason"], "STOP");
}

TEST_F(Requests, HoldsChangesAndForgets) {
  Client client(path_);
  const Response held =
      client.call("POST", "/v1/holds", R"({"account":"4711","reason":"dispute","until":"2026-12-04T09:00:00Z"})");
  EXPECT_EQ(held.status, 201u);
  EXPECT_EQ(held.json()["id"], "h7");
  EXPECT_EQ(held.json()["account"], "4711");
  EXPECT_EQ(held.json()["until"], "2026-12-04T09:00:00Z");
  expect_problem(client.call("POST", "/v1/holds", R"({"account":"4711"})"), 422, "missing", "reason");
  EXPECT_EQ(client.call("DELETE", "/v1/holds/h7").status, 200u);
  expect_problem(client.call("DELETE", "/v1/holds/h8"), 404, "not_found", "id");
  expect_problem(client.call("GET", "/v1/holds"), 422, "missing", "account");
  expect_problem(client.call("GET", "/v1/holds?account=a&number=%2B49"), 422, "missing", "account");
  EXPECT_EQ(client.call("GET", "/v1/holds?account=a").json(), (Json{{"holds", Json::array()}}));
  EXPECT_EQ(client.call("PATCH", "/v1/jobs/a%2Fb", R"({"amount":"1.50","params":{"name":"Jan"}})").json(),
            (Json{{"id", "a/b"}, {"state", "ready"}}));
  const Response late = client.call("PATCH", "/v1/jobs/late", R"({"fee":"1"})");
  expect_problem(late, 409, "too_late", "id");
  EXPECT_EQ(late.json()["state"], "submitted");
  expect_problem(client.call("PATCH", "/v1/jobs/a", R"({"text":"x"})"), 422, "unknown_field", "text");
  EXPECT_EQ(client.call("POST", "/v1/accounts/4711", R"({"invoice":"i","amount":"2","hold":"dispute"})").json(),
            (Json{{"account", "4711"}, {"invoice", "i"}, {"jobs", 3}, {"hold", "h8"}}));
  expect_problem(client.call("POST", "/v1/accounts/4711", R"({"account":"4712"})"), 409, "conflict", "account");
  EXPECT_EQ(client.call("POST", "/v1/forget", R"({"number":"+4915112345678"})").json(),
            (Json{{"forgotten", true}, {"jobs", 2}, {"events", 5}}));
}

TEST_F(Requests, LinksAreShownAndChanged) {
  on_io([&] {
    engine::LinkStatus link;
    link.name = "alpha";
    link.host = "127.0.0.1";
    link.bound = true;
    backend_.link_list = {link};
    backend_.gateway.jobs[static_cast<std::size_t>(store::State::ready)] = 12;
    backend_.gateway.events_last = 99;
  });
  Client client(path_);
  const Json links = client.call("GET", "/v1/links").json();
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0]["smsc"], "alpha");
  EXPECT_EQ(links[0]["limited_by"], "idle");
  EXPECT_EQ(client.call("POST", "/v1/links/alpha/pause").json()["paused"], true);
  EXPECT_EQ(client.call("POST", "/v1/links/alpha/resume").json()["paused"], false);
  EXPECT_EQ(client.call("POST", "/v1/links/alpha/rebind").status, 200u);
  const Json changed = client.call("PATCH", "/v1/links/alpha", R"({"throughput":200,"window":50})").json();
  EXPECT_EQ(changed["throughput"], 200);
  EXPECT_EQ(changed["window"], 50);
  expect_problem(client.call("PATCH", "/v1/links/alpha", R"({"window":0})"), 422, "out_of_range", "window");
  for (const char* action : {"pause", "resume", "rebind"}) {
    expect_problem(client.call("POST", std::string("/v1/links/none/") + action), 404, "not_found");
  }
  expect_problem(client.call("PATCH", "/v1/links/none", R"({"window":1})"), 404, "not_found");
  const Json status = client.call("GET", "/v1/status").json();
  EXPECT_EQ(status["jobs"]["ready"], 12);
  EXPECT_EQ(status["jobs"].size(), store::kStates);
  EXPECT_EQ(status["links"], (Json{{{"smsc", "alpha"}, {"bound", true}, {"in_flight", 0}}}));
  EXPECT_EQ(status["events"]["last"], 99);
  EXPECT_EQ(status["uptime"], 0);
}

TEST_F(Requests, AReloadSaysWhyItWasRefused) {
  Client client(path_);
  EXPECT_EQ(client.call("POST", "/v1/reload").status, 200u);
  on_io([&] { backend_.reload_error = Error{"unknown_key", "there is no such key", "dunlin.toml:7: smsc.color"}; });
  expect_problem(client.call("POST", "/v1/reload"), 422, "unknown_key", "dunlin.toml:7: smsc.color");
}

class ShortPatience : public ApiTest {
  ServerOptions options() override {
    ServerOptions options = ApiTest::options();
    options.peer_timeout = 200ms;
    return options;
  }
};

TEST_F(ShortPatience, ASilentPeerIsClosed) {
  Client idle(path_), half(path_);
  half.send("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_TRUE(idle.closed());
  until([&] { return server_->connections() == 0; });
}

TEST_F(ShortPatience, APeerThatWaitsForUsIsNot) {
  Client client(path_), idle(path_);
  on_io([&] { backend_.hold = true; });
  client.send(request("POST", "/v1/jobs", job_line("a")));
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(Client(path_).closed()) << "twice the time has passed";
  on_io([&] { backend_.release(); });
  EXPECT_EQ(client.response().status, 201u);
}

TEST_F(Requests, TheSocketHasItsModeAndIsTakenAwayAtTheEnd) {
  struct stat found {};
  ASSERT_EQ(::stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660u);
  on_io([&] { server_.reset(); });
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(Requests, ASecondServerIsRefusedAndASocketLeftBehindIsTakenOver) {
  on_io([&] {
    Server second(io_, backend_, kv_, *reader_, options());
    const auto listening = second.listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, "socket_in_use");
  });
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u);

  const std::string stale = directory_ / "stale.sock";
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  stale.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(left);
  path_ = stale;
  restart();
  EXPECT_EQ(Client(stale).call("GET", "/v1/status").status, 200u);

  const std::string file = directory_ / "file";
  std::ofstream(file) << "precious";
  path_ = file;
  on_io([&] {
    Server third(io_, backend_, kv_, *reader_, options());
    EXPECT_EQ(third.listen().error().code, "socket_in_use");
  });
  EXPECT_TRUE(std::filesystem::exists(file));
}

class Patient : public ApiTest {
  ServerOptions options() override {
    ServerOptions options = ApiTest::options();
    options.gives_way_after = 1h;
    return options;
  }
};

TEST_F(Patient, ConnectionsAreBounded) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < kConnectionsMax; ++i) clients.push_back(std::make_unique<Client>(path_));
  until([&] { return server_->connections() == kConnectionsMax; });
  Client one_more(path_);
  const Response refused = one_more.response();
  expect_problem(refused, 503, "busy");
  EXPECT_EQ(refused.fields.at("retry-after"), "1");
  EXPECT_TRUE(one_more.closed());
  EXPECT_FALSE(warnings_.empty());
  clients.pop_back();
  until([&] { return server_->connections() < kConnectionsMax; });
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u);
}

class Crowded : public ApiTest {
 protected:
  ServerOptions options() override {
    ServerOptions options = ApiTest::options();
    options.connections_max = 4;
    options.gives_way_after = 0ms;
    options.followers_max = 2;
    return options;
  }
};

TEST_F(Crowded, WhoBroughtNothingForLongestGivesWay) {
  Client slow(path_);
  slow.send("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Le");
  std::vector<std::unique_ptr<Client>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(std::make_unique<Client>(path_));
    EXPECT_EQ(others.back()->call("GET", "/v1/status").status, 200u);
    slow.send("n");  // octets, but nothing whole
  }
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u);
  EXPECT_TRUE(slow.closed());
  for (const auto& other : others) EXPECT_EQ(other->call("GET", "/v1/status").status, 200u);
}

TEST_F(Crowded, WhoWaitsForUsDoesNotGiveWay) {
  on_io([&] { backend_.hold = true; });
  std::vector<std::unique_ptr<Client>> clients;
  for (const char* id : {"a", "b", "c", "d"}) {
    clients.push_back(std::make_unique<Client>(path_));
    clients.back()->send(request("POST", "/v1/jobs", job_line(id)));
  }
  until([&] { return backend_.held.size() == 4; });
  Client newcomer(path_);
  expect_problem(newcomer.response(), 503, "busy");
  on_io([&] { backend_.release(); });
  for (const auto& client : clients) EXPECT_EQ(client->response().status, 201u);
}

TEST_F(Crowded, WhoWaitsForItsLinesDoesNotGiveWayThoughItsBodyIsOpen) {
  on_io([&] { backend_.hold = true; });
  std::vector<std::unique_ptr<Client>> clients;
  for (const char* id : {"a", "b", "c", "d"}) {
    clients.push_back(std::make_unique<Client>(path_));
    clients.back()->send(
        "POST /v1/jobs HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n" +
        job_line(id) + "\n");
  }
  until([&] { return backend_.held.size() == 4; });
  expect_problem(Client(path_).response(), 503, "busy");
  on_io([&] { backend_.release(); });
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u) << "one that is not waiting any more gives way";
}

TEST_F(Crowded, WhoNeverReadsItsAnswerGivesWay) {
  add_events(4000, 1000);  // more than the kernel holds
  std::vector<std::unique_ptr<Client>> deaf;
  for (int i = 0; i < 4; ++i) {
    deaf.push_back(std::make_unique<Client>(path_));
    deaf.back()->send(request("GET", "/v1/events?after=0"));
  }
  until([&] { return server_->connections() == 4; });
  unsigned status = 0;  // while one of their chunks is being read for them, it is not they who are waited for
  for (int tries = 0; tries < 1000 && status != 200; ++tries) {
    Client newcomer(path_);
    newcomer.offer(request("GET", "/v1/status"));  // one that is refused may be closed already
    status = newcomer.response().status;
  }
  EXPECT_EQ(status, 200u);
}

TEST_F(Crowded, EventStreamsAreBounded) {
  add_events(1);
  auto first = std::make_unique<Client>(path_);
  Client second(path_), third(path_);
  for (Client* client : {first.get(), &second}) {
    client->send(request("GET", "/v1/events?follow=true"));
    while (client->line().find("\"seq\":1") == std::string::npos) {
    }
  }
  expect_problem(third.call("GET", "/v1/events?follow=true"), 503, "busy");
  EXPECT_EQ(third.call("GET", "/v1/events").status, 200u) << "what does not follow is no stream";
}

TEST_F(Requests, UnknownParametersAreNamed) {
  Client client(path_);
  expect_problem(client.call("GET", "/v1/status?verbose=1"), 400, "unknown_parameter", "verbose");
  expect_problem(client.call("GET", "/v1/events?after=0&folow=true"), 400, "unknown_parameter", "folow");
  EXPECT_EQ(client.call("GET", "/v1/events?after=0&follow=false").status, 200u);
}

TEST_F(Requests, TheServerMayGoWhileAllIsUnderWay) {
  on_io([&] { backend_.hold = true; });
  Client held(path_), many(path_), events(path_), idle(path_);
  held.send(request("POST", "/v1/jobs", job_line("a")));
  many.send(request("POST", "/v1/jobs", job_line("b") + job_line("c"), "application/x-ndjson"));
  events.send(request("GET", "/v1/events?follow=true"));
  until([&] { return backend_.held.size() == 3 && backend_.subscribers.size() == 1; });
  on_io([&] { server_.reset(); });
  EXPECT_TRUE(held.closed());
  on_io([&] { backend_.release(); });
  on_io([] {});
}

}  // namespace
}  // namespace dunlin::api::test
