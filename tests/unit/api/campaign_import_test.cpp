// A campaign's file over the socket: all or nothing, bounds, cut bodies, the report, the dry run.
#include "api/campaign_import.hpp"

#include <unistd.h>

#include "harness.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::api::test {
namespace {

class CampaignImports : public ApiTest {
 protected:
  static constexpr std::string_view kCsv = "text/csv";
  static std::string file(int rows) {
    std::string text = "to,account,invoice,stage,name\n";
    for (int i = 0; i < rows; ++i) text += row(i);
    return text;
  }
  static std::string row(int i) { return "+4915112345678,A" + std::to_string(i) + ",1,due,\"Maier, Jan\"\n"; }
  static std::string id_of(int i) { return "nov/A" + std::to_string(i) + "/1/due"; }
  static std::string head(std::string_view query = "id=nov&template=t") {
    return "POST /v1/campaigns?" + std::string(query) +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n";
  }
  static std::string chunk(std::string_view octets) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", octets.size());
    return size + std::string(octets) + "\r\n";
  }
  Response import(std::string_view body, std::string_view query = "id=nov&template=t") {
    return Client(path_).call("POST", "/v1/campaigns?" + std::string(query), body, kCsv);
  }
  template <class R>
  std::vector<R> asked() {
    std::vector<R> found;
    on_io([&] {
      for (const auto& each : backend_.others) {
        if (const auto* one = std::get_if<R>(&each)) found.push_back(*one);
      }
    });
    return found;
  }
  // How the one import was closed; "open" while it was not.
  std::string closed() {
    const auto all = asked<engine::CloseCampaign>();
    if (all.size() > 1) return "twice";
    return all.empty() ? "open" : all.front().discard ? "discarded" : "kept";
  }
};

TEST_F(CampaignImports, RowsBecomeJobsAndCountTogether) {
  const Response response = import(file(3), "id=nov&template=t&canary=2");
  ASSERT_EQ(response.status, 200u) << response.body;
  EXPECT_EQ(response.json(), (Json{{"id", "nov"},
                                   {"accepted", 3},
                                   {"duplicate", 0},
                                   {"rejected", 0},
                                   {"stage", "running"},
                                   {"bad", Json::array()}}));
  const auto opened = asked<engine::OpenCampaign>();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].name, "nov");
  EXPECT_EQ(opened[0].template_name, "t");
  EXPECT_EQ(opened[0].uid, ::getuid());
  EXPECT_EQ(opened[0].canary, 2u);
  EXPECT_EQ(closed(), "kept");
  on_io([&] {
    ASSERT_EQ(backend_.jobs.size(), 3u);
    const store::Job& job = backend_.jobs.at(id_of(1));
    EXPECT_EQ(job.campaign, "nov");
    EXPECT_EQ(job.template_name, "t");
    ASSERT_EQ(job.params.size(), 1u);
    EXPECT_EQ(job.params[0].value, "Maier, Jan");
  });
}

TEST_F(CampaignImports, TheSameFileTwiceAddsNothing) {
  EXPECT_EQ(import(file(3)).json()["accepted"], 3);
  on_io([&] { backend_.others.clear(); });
  const Response again = import(file(3));
  EXPECT_EQ(again.status, 200u);
  EXPECT_EQ(again.json()["accepted"], 0);
  EXPECT_EQ(again.json()["duplicate"], 3);
  EXPECT_EQ(closed(), "discarded") << "there is nothing to keep";
}

TEST_F(CampaignImports, ABadRowLeavesNothing) {
  on_io([&] { backend_.refuse[id_of(1)] = {"bad_number", "+4915112345678 is no number", "to"}; });
  const Response response = import(file(3) + "+4915112345678,A9\n");
  EXPECT_EQ(response.status, 422u);
  const Json json = response.json();
  EXPECT_EQ(json["code"], "bad_rows");
  EXPECT_EQ(json["accepted"], 0);
  EXPECT_EQ(json["rejected"], 2);
  ASSERT_EQ(json["bad"].size(), 2u);
  EXPECT_EQ(json["bad"][0]["line"], 3);
  EXPECT_EQ(json["bad"][0]["column"], "to");
  EXPECT_EQ(json["bad"][0]["code"], "bad_number");
  EXPECT_EQ(json["bad"][0]["detail"], "+49*********78 is no number");
  EXPECT_EQ(json["bad"][1]["line"], 5);
  EXPECT_EQ(json["bad"][1]["code"], "columns");
  EXPECT_FALSE(json["bad"][1].contains("column"));
  EXPECT_EQ(closed(), "discarded");
}

TEST_F(CampaignImports, SkipBadGoesOnWithTheGoodOnes) {
  on_io([&] { backend_.refuse[id_of(1)] = {"bad_number", "no", "to"}; });
  const Response response = import(file(3), "id=nov&template=t&skip_bad=true");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["accepted"], 2);
  EXPECT_EQ(response.json()["rejected"], 1);
  EXPECT_EQ(closed(), "kept");
}

TEST_F(CampaignImports, BadRowsThatAreNamedAreBounded) {
  std::string body = file(0);
  for (std::size_t i = 0; i < kBadMax + 7; ++i) body += "x\n";
  const Json json = import(body).json();
  EXPECT_EQ(json["bad"].size(), kBadMax);
  EXPECT_EQ(json["bad_more"], 7);
  EXPECT_EQ(json["rejected"], kBadMax + 7);
}

TEST_F(CampaignImports, AFileThatIsCutShortLeavesNothing) {
  Client client(path_);
  client.send(head() + chunk(file(5)));
  until([&] { return backend_.jobs.size() == 5; });
  client.end();
  const Response response = client.response();
  EXPECT_EQ(response.status, 422u);
  EXPECT_EQ(response.json()["code"], "cut_off");
  EXPECT_EQ(response.json()["accepted"], 0);
  EXPECT_EQ(closed(), "discarded");
}

TEST_F(CampaignImports, AConnectionThatIsLostLeavesNothingOnceItsRowsAreAnswered) {
  on_io([&] { backend_.hold = true; });
  {
    Client client(path_);
    client.send(head() + chunk(file(5)));
    until([&] { return backend_.held.size() == 5; });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(closed(), "open") << "not before its rows are answered";
  on_io([&] { backend_.release(); });
  until([&] { return backend_.others.size() == 2; });
  EXPECT_EQ(closed(), "discarded");
  on_io([&] { backend_.hold = false; });
  EXPECT_EQ(Client(path_).call("GET", "/v1/status").status, 200u);
}

TEST_F(CampaignImports, NoMoreRowsAreHandedInThanMayBeUnanswered) {
  on_io([&] { backend_.hold = true; });
  Client client(path_);
  client.send(request("POST", "/v1/campaigns?id=nov&template=t", file(2000), kCsv));
  until([&] { return backend_.held.size() == kUndurableMax; });
  on_io([&] {
    backend_.hold = false;
    backend_.release_backwards();
  });
  EXPECT_EQ(client.response().json()["accepted"], 2000);
  on_io([&] { EXPECT_EQ(backend_.undurable_most, kUndurableMax); });
  EXPECT_EQ(closed(), "kept");
}

TEST_F(CampaignImports, SoManyAtATime) {
  {
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < kImportsMax; ++i) {
      clients.push_back(std::make_unique<Client>(path_));
      clients.back()->send(head("id=nov&template=t&dry_run=true") + chunk(file(0)));
    }
    until([&] { return server_->connections() == kImportsMax; });
    Response last;
    for (int tries = 0; tries < 1000 && last.status != 503; ++tries) last = import(file(1));
    EXPECT_EQ(last.status, 503u);
    EXPECT_EQ(last.json()["code"], "busy");
  }
  until([&] { return server_->connections() == 0; });
  EXPECT_EQ(import(file(1)).status, 200u);
}

TEST_F(CampaignImports, WhatIsNotTheRowsFaultEndsIt) {
  on_io([&] { backend_.refuse[id_of(1)] = {"no_room", "the disk is nearly full", ""}; });
  const Response response = import(file(3), "id=nov&template=t&skip_bad=true");
  EXPECT_EQ(response.status, 507u);
  EXPECT_EQ(response.json()["code"], "no_room");
  EXPECT_EQ(closed(), "discarded");
}

TEST_F(CampaignImports, FilesThatAreNoneAreRefusedBeforeAnythingIsBegun) {
  const auto refusal = [&](std::string_view body, std::string_view query = "id=nov&template=t") {
    const Response response = import(body, query);
    return std::to_string(response.status) + " " + response.json().value("code", "") + " " +
           response.json().value("field", "");
  };
  EXPECT_EQ(refusal("PK\x03\x04 a workbook of rows\n"), "422 not_csv line 1");
  EXPECT_EQ(refusal("to,to\n1,2\n").substr(0, 14), "422 bad_header");
  EXPECT_EQ(refusal(file(1), "id=nov"), "422 missing template");
  EXPECT_EQ(refusal(file(1), "id=nov&template=t&map=colour:to"), "422 bad_map map");
  EXPECT_EQ(refusal(file(1), "id=nov&template=t&charset=klingon"), "422 bad_charset charset");
  EXPECT_EQ(refusal(file(1), "id=nov&template=t&colour=red"), "400 unknown_parameter colour");
  EXPECT_EQ(refusal(file(1), "template=t"), "422 missing id");
  EXPECT_EQ(Client(path_).call("POST", "/v1/campaigns?id=a", "{}").status, 415u);
  EXPECT_TRUE(asked<engine::OpenCampaign>().empty());
  EXPECT_EQ(refusal(file(1), "id=taken&template=t"), "409 conflict id");
  EXPECT_EQ(closed(), "open") << "what was not begun is not ended";
  on_io([&] { EXPECT_TRUE(backend_.jobs.empty()); });
}

TEST_F(CampaignImports, WhatIsDoubtfulInTheMiddleLeavesNothing) {
  const Response response = import(file(3) + "\"a quote that is never closed\n");
  EXPECT_EQ(response.status, 422u);
  EXPECT_EQ(response.json()["code"], "bad_csv");
  EXPECT_EQ(closed(), "discarded");
}

TEST_F(CampaignImports, AFileWithoutRowsIsNoMistake) {
  const Response response = import(file(0));
  EXPECT_EQ(response.status, 200u) << response.body;
  EXPECT_EQ(response.json()["accepted"], 0);
  EXPECT_NE(closed(), "kept");
}

TEST_F(CampaignImports, TextsMayComeFromAColumn) {
  EXPECT_EQ(import("to,text,id\n+4915112345678,Hello,a\n", "id=nov").json()["accepted"], 1);
  on_io([&] { EXPECT_EQ(backend_.jobs.at("a").text, "Hello"); });
}

TEST_F(CampaignImports, AReportHasTheRowsAsTheyCome) {
  on_io([&] { backend_.refuse[id_of(1)] = {"bad_number", "no number", "to"}; });
  const Response response = import(file(1200), "id=nov&template=t&report=true&skip_bad=true");
  ASSERT_EQ(response.status, 200u);
  EXPECT_EQ(response.fields.at("content-type"), "application/x-ndjson");
  EXPECT_TRUE(response.whole);
  const auto lines = response.lines();
  ASSERT_EQ(lines.size(), 5u) << response.body;
  EXPECT_EQ(lines[0], (Json{{"header", {"to", "account", "invoice", "stage", "name"}}}));
  EXPECT_EQ(lines[1], (Json{{"line", 3},
                            {"column", "to"},
                            {"code", "bad_number"},
                            {"detail", "no number"},
                            {"row", {"+4915112345678", "A1", "1", "due", "Maier, Jan"}}}));
  EXPECT_EQ(lines[2], (Json{{"accepted", 499}, {"duplicate", 0}, {"rejected", 1}}));
  EXPECT_EQ(lines[4],
            (Json{{"id", "nov"}, {"accepted", 1199}, {"duplicate", 0}, {"rejected", 1}, {"stage", "running"}}));
}

TEST_F(CampaignImports, AReportEndsWithTheProblem) {
  const auto last = [&](std::string_view body, std::string_view id) {
    const Response response = import(body, "template=t&report=true&id=" + std::string(id));
    EXPECT_EQ(response.status, 200u);
    return response.lines().empty() ? Json{} : response.lines().back();
  };
  const Json bad = last(file(2) + "x\n", "nov");
  ASSERT_TRUE(bad.contains("problem")) << bad;
  EXPECT_EQ(bad["problem"]["code"], "bad_rows");
  EXPECT_EQ(bad["problem"]["status"], 422);
  EXPECT_EQ(bad["problem"]["accepted"], 0);
  EXPECT_EQ(bad["problem"]["rejected"], 1);
  EXPECT_EQ(last(file(2), "taken")["problem"]["code"], "conflict");
  EXPECT_EQ(last("PK\x03\x04", "nov")["problem"]["code"], "not_csv");
}

TEST_F(CampaignImports, ADryRunStoresNothing) {
  std::string body = "to,text,id\n";
  for (int i = 0; i < 100; ++i) body += "+4915112345678,Hello,j" + std::to_string(i) + "\n";
  body += "+4915112345678,Hello,j7\n+4915112345678,?,j200\n";
  const Response response = import(body, "id=nov&dry_run=true");
  ASSERT_EQ(response.status, 200u) << response.body;
  const Json json = response.json();
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_EQ(json["rows"], 102);
  EXPECT_EQ(json["now"], 100);
  EXPECT_EQ(json["segments"], 100);
  ASSERT_EQ(json["bad"].size(), 2u);
  EXPECT_EQ(json["bad"][0]["line"], 102);
  EXPECT_EQ(json["bad"][0]["code"], "duplicate_id");
  EXPECT_EQ(json["bad"][1]["code"], "not_encodable");
  EXPECT_EQ(json["longest"]["text"], "Hello");
  EXPECT_TRUE(json.contains("finish"));
  EXPECT_FALSE(json.contains("refused_now"));
  EXPECT_EQ(json["needs_approval"], true);
  EXPECT_EQ(json["canary"], 20);
  ASSERT_EQ(asked<engine::OpenCampaign>().size(), 1U);
  EXPECT_TRUE(asked<engine::OpenCampaign>()[0].only_asks);
  EXPECT_EQ(asked<engine::PreviewJob>().size(), 101u);
  on_io([&] { EXPECT_TRUE(backend_.jobs.empty()); });
}

TEST_F(CampaignImports, ADryRunSaysWhatAnImportWouldMeet) {
  const std::string body = "to,text,plan\n+4915112345678,Hello,friendly\n+4915112345678,Hello,\n";
  const auto dry_run = [&](const std::string& campaign, const std::string& more = "") {
    const Json json = import(body, "id=" + campaign + "&dry_run=true" + more).json();
    EXPECT_EQ(json["now"], 2) << "it is summed up all the same";
    EXPECT_EQ(json["plans"], 1);
    return json;
  };
  const Json good = dry_run("nov");
  EXPECT_FALSE(good.contains("refused_now"));
  EXPECT_EQ(good["needs_approval"], false);
  EXPECT_EQ(good["canary"], 2) << "of two rows";
  EXPECT_EQ(dry_run("nov", "&canary=1")["canary"], 1);
  const Json refused = dry_run("taken");
  EXPECT_EQ(refused["refused_now"]["code"], "conflict");
  EXPECT_FALSE(refused.contains("needs_approval"));
}

TEST_F(CampaignImports, OrdersAreGivenByWhoAsks) {
  Client client(path_);
  EXPECT_EQ(client.call("POST", "/v1/campaigns/nov/pause").json(),
            (Json{{"id", "nov"}, {"stage", "running"}, {"paused", true}, {"cancelled", false}}));
  EXPECT_EQ(client.call("POST", "/v1/campaigns/nov/resume").json()["paused"], false);
  EXPECT_EQ(client.call("POST", "/v1/campaigns/nov/cancel").status, 200u);
  EXPECT_EQ(client.call("POST", "/v1/campaigns/none/approve").status, 404u);
  const Json resent = client.call("POST", "/v1/campaigns/nov/resend-failed").json();
  EXPECT_EQ(resent["resent"], 3);
  EXPECT_EQ(resent["left"], 2);
  const auto orders = asked<engine::ChangeCampaign>();
  ASSERT_EQ(orders.size(), 5u);
  for (std::size_t i = 0; i < orders.size(); ++i) EXPECT_EQ(orders[i].uid, ::getuid());
  EXPECT_EQ(orders[0].order, engine::CampaignOrder::pause);
  EXPECT_EQ(orders[1].order, engine::CampaignOrder::resume);
  EXPECT_EQ(orders[2].order, engine::CampaignOrder::cancel);
  EXPECT_EQ(orders[3].order, engine::CampaignOrder::approve);
  EXPECT_EQ(orders[4].order, engine::CampaignOrder::resend_failed);
}

}  // namespace
}  // namespace dunlin::api::test
