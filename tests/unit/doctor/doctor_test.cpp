// An examination of a store: silent about a sound one, precise about a damaged one, and never touching either.
#include <gtest/gtest.h>

#include <algorithm>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include "doctor/examine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/rocks.hpp"
#include "unit/store/scratch.hpp"

namespace dunlin::doctor {
namespace {

namespace fs = std::filesystem;
namespace keys = store::keys;
using store::Batch;
using store::Family;
using store::State;

constexpr std::uint64_t kJobs = 400;

class Doctor : public ::testing::Test {
 protected:
  fs::path path() const { return scratch_.path() / "store"; }
  fs::path saved() const { return scratch_.path() / "saved"; }

  static State state_of(std::uint64_t n) {
    constexpr State kStates[] = {State::ready, State::ready, State::scheduled, State::submitting, State::delivered};
    return kStates[n % 5];
  }
  static store::Job job_of(std::uint64_t n) {
    store::Job job;
    job.id = "job-" + std::to_string(n);
    job.to = "+4860070" + std::to_string(10000 + n);
    job.text = "Pay " + std::string(200, static_cast<char>('a' + n % 26));
    if (n % 2 == 0) job.account = "account-" + std::to_string(n % 10);
    if (n % 3 == 0) job.campaign = "spring";
    return job;
  }
  static store::JobState state_row(std::uint64_t n) {
    store::JobState state;
    state.state = state_of(n);
    state.route = "all";
    state.accepted_at = at(n);
    if (state.state == State::scheduled) state.next_attempt = at(5000 + n);
    if (state.state == State::submitting) {
      state.smsc = "alpha";
      state.segments.resize(1);
      state.segments[0].state = store::SegmentState::claimed;
    }
    return state;
  }
  static Wall at(std::uint64_t seconds) { return Wall{std::chrono::seconds{1'700'000'000 + seconds}}; }

  // As the engine would have left it.
  static void put_job(Batch& batch, std::uint64_t n) {
    const store::Job job = job_of(n);
    const store::JobState state = state_row(n);
    batch.put(keys::job(n), store::encode(job));
    batch.put(keys::job_state(n), store::encode(state));
    batch.put(keys::id(job.id), keys::number(n));
    batch.put(keys::by_number(job.to, n), "");
    if (!job.account.empty()) batch.put(keys::by_account(job.account, n), "");
    if (!job.campaign.empty()) batch.put(keys::by_campaign(job.campaign, n), "");
    if (state.state == State::ready) batch.put(keys::queue({"all", job.priority, job.campaign}, n), "");
    if (state.state == State::scheduled) {
      const store::Appointment appointment{store::Cause::retry, {}, {}};
      batch.put(keys::calendar(*state.next_attempt, n, appointment), store::encode(appointment));
    }
    if (state.state == State::submitting) batch.put(keys::inflight("alpha", n, 0), keys::number(0));
    store::Event event;
    event.time = at(n);
    event.job = job.id;
    batch.put(keys::event(n), store::encode(event));
  }
  void lay(const std::function<void(Batch&)>& also = {}) {
    auto rocks = store::kv::Rocks::open(path());
    ASSERT_TRUE(rocks) << to_string(rocks.error());
    store::EngineMark mark;
    mark.jobs_by_state.resize(store::kStates);
    Batch first;
    Batch second;
    for (std::uint64_t n = 1; n <= kJobs; ++n) {
      put_job(n <= kJobs / 2 ? first : second, n);
      ++mark.jobs_by_state[static_cast<std::size_t>(state_of(n))];
    }
    mark.next_n = kJobs + 1;
    mark.last_event = kJobs;
    first.put(keys::person("+48600700800"), store::encode(blocked()));
    store::Account account;
    account.paid_at = at(1);
    first.put(keys::account("account-4", "inv-1"), store::encode(account));  // as an older program wrote it
    account.payments = {{"w1", at(1), at(2), 7}, {{}, at(0), at(3), 9}};
    first.put(keys::account("whole-payer"), store::encode(account));
    second.put(keys::engine_mark(), store::encode(mark));
    if (also) also(second);
    ASSERT_TRUE((*rocks)->commit(first, true));
    ASSERT_TRUE((*rocks)->flush());
    ASSERT_TRUE((*rocks)->commit(second, true));
  }
  // A delivered job of no campaign that a report counts; the row is not laid.
  static void put_counted(Batch& batch) {
    store::JobState state = state_row(4);
    state.report.day = 20'000;
    state.report.submitted = true;
    state.report.ended = State::delivered;
    batch.put(keys::job_state(4), store::encode(state));
  }
  static store::Tally tally_of_one() {
    store::Tally tally;
    tally.jobs = tally.submitted = 1;
    tally.ended.resize(store::kStates);
    tally.ended[static_cast<std::size_t>(State::delivered)] = 1;
    return tally;
  }
  static store::Person blocked() {
    store::Person person;
    person.status = store::ConsentStatus::blocked;
    person.source = "sms";
    person.at = at(2);
    return person;
  }

  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      found[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(in), {});
    }
    return found;
  }
  void write(const std::string& name, const std::string& octets) {
    std::ofstream(path() / name, std::ios::binary) << octets;
  }
  std::string biggest(std::string_view extension) const {
    std::string name;
    std::size_t size = 0;
    for (const auto& [file, octets] : files()) {
      if (file.ends_with(extension) && octets.size() > size) name = file, size = octets.size();
    }
    return name;
  }
  // Examines it and holds that nothing was touched.
  Report examined(Salvage* salvage = nullptr) {
    const auto before = files();
    Result<Report> report = examine(path(), salvage);
    EXPECT_EQ(files(), before);
    if (report) return *std::move(report);
    ADD_FAILURE() << to_string(report.error());
    return {};
  }
  static std::string told(const Report& report) {
    std::string all;
    for (const Finding& finding : report.findings.all()) {
      all += (finding.weight == Weight::damage ? "DAMAGE " : "note ") + finding.place + ": " + finding.what + " x" +
             std::to_string(finding.count);
      for (const std::string& example : finding.examples) all += " [" + example + "]";
      all += "\n";
    }
    return all;
  }
  std::vector<std::string> lines(std::string_view name) const {
    std::ifstream in(saved() / name);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  store::Scratch scratch_;
};

TEST_F(Doctor, FindsNothingInASoundStore) {
  lay();
  const Report report = examined();
  EXPECT_TRUE(report.sound());
  EXPECT_TRUE(report.findings.all().empty()) << told(report);
  EXPECT_TRUE(report.rows_readable);
  EXPECT_EQ(report.format, 1u);
  EXPECT_GT(report.tables, 5u);
  EXPECT_EQ(report.tables_sound, report.tables);
  EXPECT_EQ(report.jobs[static_cast<std::size_t>(State::ready)], 160u);
  EXPECT_EQ(report.rows[static_cast<std::size_t>(Family::jobs)], 2 * kJobs);
  EXPECT_EQ(report.first_event, 1u);
  EXPECT_EQ(report.last_event, kJobs);
  EXPECT_EQ(report.acknowledged, report.last_write);
}

TEST_F(Doctor, HoldsACampaignsCountsAgainstItsJobs) {
  store::Campaign campaign;
  campaign.by_state.resize(store::kStates);
  for (std::uint64_t n = 3; n <= kJobs; n += 3) ++campaign.by_state[static_cast<std::size_t>(state_of(n))];
  lay([&](Batch& batch) { batch.put(keys::campaign("spring"), store::encode(campaign)); });
  EXPECT_TRUE(examined().findings.all().empty());
  --campaign.by_state[static_cast<std::size_t>(State::ready)];
  {
    auto rocks = store::kv::Rocks::open(path());
    ASSERT_TRUE(rocks);
    Batch batch;
    batch.put(keys::campaign("spring"), store::encode(campaign));
    ASSERT_TRUE((*rocks)->commit(batch, true));
  }
  const Report report = examined();
  EXPECT_TRUE(report.sound());
  EXPECT_NE(told(report).find("note campaigns: a campaign does not count its jobs as they are x1 [spring: ready "),
            std::string::npos)
      << told(report);
}

TEST_F(Doctor, HoldsReportsAgainstTheirJobs) {
  lay([](Batch& batch) {
    put_counted(batch);
    batch.put(keys::report({20'000, "", ""}), store::encode(tally_of_one()));
  });
  EXPECT_TRUE(examined().findings.all().empty()) << told(examined());
}

// What retention took of jobs is still counted, and what it took of reports had jobs that ended late.
TEST_F(Doctor, KnowsWhatRetentionTakes) {
  lay([](Batch& batch) {
    put_counted(batch);
    store::Tally tally = tally_of_one();
    tally.jobs = 2;
    batch.put(keys::report({20'000, "", ""}), store::encode(tally));
    for (const store::Key& key : {keys::job(9), keys::job_state(9), keys::id("job-9"), keys::by_number(job_of(9).to, 9),
                                  keys::by_campaign("spring", 9)})
      batch.erase(key);
  });
  EXPECT_EQ(told(examined()).find("reports"), std::string::npos) << told(examined());
  fs::remove_all(path());
  lay([](Batch& batch) {
    put_counted(batch);
    batch.put(keys::report({20'001, "", ""}), store::encode(store::Tally{}));
  });
  EXPECT_TRUE(examined().sound()) << told(examined());
}

// Each contradiction between rows is found where it is, and nothing else is.
TEST_F(Doctor, FindsEachBrokenReference) {
  struct Break {
    std::string_view place;
    std::string_view what;
    std::function<void(Batch&)> apply;
  };
  const store::Appointment retry{store::Cause::retry, {}, {}};
  const Break breaks[] = {
      {"jobs", "a state without its job", [](Batch& batch) { batch.erase(keys::job(9)); }},
      {"jobs", "a job without its state", [](Batch& batch) { batch.erase(keys::job_state(9)); }},
      {"jobs", "a row is no Job", [](Batch& batch) { batch.put(keys::job(9), "nonsense"); }},
      {"ids", "a job is not known by its id", [](Batch& batch) { batch.erase(keys::id("job-9")); }},
      {"ids", "an id names another job, or none", [](Batch& batch) { batch.put(keys::id("x"), keys::number(7000)); }},
      {"by_number", "a job is missing", [](Batch& batch) { batch.erase(keys::by_number(job_of(9).to, 9)); }},
      {"by_account", "a job is missing", [](Batch& batch) { batch.erase(keys::by_account("account-8", 8)); }},
      {"by_campaign", "a job is missing", [](Batch& batch) { batch.erase(keys::by_campaign("spring", 9)); }},
      {"queue", "a ready job is missing",
       [](Batch& batch) {
         batch.erase(keys::queue({"all", store::Priority::normal, ""}, 10));
       }},
      {"queue", "below its lane's low mark",
       [](Batch& batch) {
         batch.put(keys::low_mark({"all", store::Priority::normal, ""}), keys::number(11));
       }},
      {"queue", "a row's job is not ready",
       [](Batch& batch) {
         batch.put(keys::queue({"all", store::Priority::normal, ""}, 14), "");
       }},
      {"calendar", "it would never wake", [=](Batch& batch) { batch.erase(keys::calendar(at(5007), 7, retry)); }},
      {"calendar", "a row's job is gone",
       [=](Batch& batch) { batch.put(keys::calendar(at(1), 7000, retry), store::encode(retry)); }},
      {"inflight", "a segment under way is missing", [](Batch& batch) { batch.erase(keys::inflight("alpha", 8, 0)); }},
      {"inflight", "not under way any more",
       [](Batch& batch) { batch.put(keys::inflight("alpha", 9, 0), keys::number(0)); }},
      {"sent", "a job that is not there",
       [](Batch& batch) {
         batch.put(keys::sent("alpha", "77"), store::encode(store::Sent{7000, 0, "77", "48"}));
       }},
      {"events", "events are missing", [](Batch& batch) { batch.erase(keys::event(9)); }},
      {"people", "a row is no Person", [](Batch& batch) { batch.put(keys::person("+48600700801"), "?"); }},
      {"accounts", "a row is no Account", [](Batch& batch) { batch.put(keys::account("a"), "?"); }},
      {"meta", "mark and the rows differ",
       [](Batch& batch) {
         store::EngineMark mark;
         mark.next_n = kJobs + 1;
         mark.last_event = kJobs;
         mark.jobs_by_state = {0, 80, 0, 160, 80, 0, 0, 79};
         batch.put(keys::engine_mark(), store::encode(mark));
       }},
      {"meta", "the engine's mark is missing", [](Batch& batch) { batch.erase(keys::engine_mark()); }},
      {"calendar", "would wait for ever",
       [](Batch& batch) {
         batch.put(keys::parts({"alpha", "48600700800", "9000", keys::ReferenceKind::udh8, 7, 2}),
                   store::encode(store::HeldMessage{at(1), at(2), 1, false, {{1, 0x40, 0, "?"}}}));
       }},
      {"parts", "a row is no HeldMessage",
       [](Batch& batch) {
         batch.put(keys::parts({"alpha", "1", "2", keys::ReferenceKind::sar, 7, 2}), "?");
       }},
      {"parts", "a key is not of its form",
       [](Batch& batch) {
         batch.put({Family::parts, "?"}, "?");
       }},
      {"references", "a job that is not there",
       [](Batch& batch) {
         batch.put(keys::references("+48600700800"), store::encode(store::References{7, {{7, 7000, at(1)}}}));
       }},
      {"reports", "a row is no Tally",
       [](Batch& batch) {
         batch.put(keys::report({20'000, "", ""}), "?");
       }},
      {"reports", "a key is not of its form",
       [](Batch& batch) {
         batch.put({Family::reports, "?"}, "?");
       }},
      {"reports", "a row counts less",
       [](Batch& batch) {
         put_counted(batch);
         store::Tally tally;
         tally.jobs = tally.submitted = 1;
         batch.put(keys::report({20'000, "", ""}), store::encode(tally));
       }},
      {"reports", "a row counts more",
       [](Batch& batch) {
         put_counted(batch);
         store::Tally tally = tally_of_one();
         tally.paid = 1;
         batch.put(keys::report({20'000, "", ""}), store::encode(tally));
       }},
      {"reports", "a row counts more",
       [](Batch& batch) {
         batch.put(keys::report({20'000, "", ""}), store::encode(tally_of_one()));  // nobody's
       }},
      {"reports", "a row that jobs are counted in is missing",
       [](Batch& batch) {
         put_counted(batch);
         batch.put(keys::report({19'999, "", ""}), store::encode(store::Tally{}));
       }},
      {"reports", "a row that jobs are counted in is gone", [](Batch& batch) { put_counted(batch); }},
      {"meta", "a number is missing in the list",
       [](Batch& batch) {
         store::Person person = blocked();
         person.bad_since = at(3);
         batch.put(keys::person("+48600700800"), store::encode(person));
       }},
      {"consumers", "events that are not there",
       [](Batch& batch) { batch.put(keys::consumer("erp"), store::encode(store::Consumer{kJobs + 1})); }},
  };
  for (const Break& each : breaks) {
    fs::remove_all(path());
    lay(each.apply);
    const Report report = examined();
    bool seen = false;
    for (const Finding& finding : report.findings.all()) {
      seen = seen || (finding.place == each.place && finding.what.find(each.what) != std::string::npos);
    }
    EXPECT_TRUE(seen) << each.place << ": " << each.what << "\n" << told(report);
    EXPECT_LE(report.findings.all().size(), 4u) << each.what << "\n" << told(report);
    EXPECT_EQ(told(report).find("+48600700801"), std::string::npos) << "a number is not masked";
  }
}

TEST_F(Doctor, SavesWhatCanBeSaved) {
  lay();
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  examined(&*salvage);
  ASSERT_TRUE(salvage->finish());
  EXPECT_EQ(lines("jobs.ndjson").size(), 240u);  // ready and scheduled
  EXPECT_EQ(lines("under_way.ndjson").size(), 80u);
  EXPECT_EQ(lines("events.ndjson").size(), kJobs);
  EXPECT_EQ(lines("consents.ndjson"),
            std::vector<std::string>{
                R"({"number":"+48600700800","status":"blocked","source":"sms","at":"2023-11-14T22:13:22Z"})"});
  EXPECT_EQ(lines("payments.ndjson"),
            (std::vector<std::string>{R"({"account":"account-4","invoice":"inv-1","paid_at":"2023-11-14T22:13:21Z"})",
                                      R"({"account":"whole-payer","id":"w1","paid_at":"2023-11-14T22:13:21Z"})",
                                      R"({"account":"whole-payer","paid_at":"2023-11-14T22:13:20Z"})"}));
  EXPECT_EQ(lines("jobs.ndjson").front(), R"({"id":"job-1","to":"+486007010001","text":")" + job_of(1).text + R"("})");
  EXPECT_EQ(Salvage::make(saved()).error().code, "salvage_exists");
}

TEST_F(Doctor, SavesHoldsPartsPurposesAndWhatWasSaidSince) {
  lay([](Batch& batch) {
    store::Person person = blocked();
    person.stopped = true;
    person.purposes = {{"marketing", store::ConsentStatus::allowed, "prior_express", "form", at(1)},
                       {"billing", store::ConsentStatus::unset, {}, {}, {}}};
    person.holds = {{"h1", "dispute", at(1), std::nullopt}};
    batch.put(keys::person("+48600700800"), store::encode(person));
    batch.put(keys::hold("h1"), keys::hold_owner({true, "+48600700800"}));
    store::Person other;
    other.stopped_senders = {{"ACME", at(4)}};
    batch.put(keys::person("+48600700801"), store::encode(other));
    store::Account account;
    account.holds = {{"h2", "promise", at(1), at(9000)}};
    account.parts = {{"p1", "", "20", "EUR", at(1), at(2), 13}};
    account.changes = {{"amount", "70.00", at(1), 13}, {"currency", "EUR", at(1), 13}};
    batch.put(keys::account("account-2"), store::encode(account));
    batch.put(keys::hold("h2"), keys::hold_owner({false, "account-2"}));
    const store::Appointment end{store::Cause::hold_due, {}, "h2"};
    batch.put(keys::calendar(at(9000), 0, end), store::encode(end));
    store::Job job = job_of(12);  // scheduled; of account-2
    job.text.clear();
    job.template_name = "due";
    job.amount = "50.00";
    job.currency = "EUR";
    batch.put(keys::job(12), store::encode(job));
    store::JobState state = state_row(12);
    state.expires_at = at(9999);
    state.changes = {{"params.name", "Jan", at(3), 0}};
    batch.put(keys::job_state(12), store::encode(state));
  });
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  EXPECT_TRUE(examined(&*salvage).sound());
  ASSERT_TRUE(salvage->finish());
  EXPECT_EQ(
      lines("consents.ndjson"),
      (std::vector<std::string>{
          R"({"number":"+48600700800","status":"allowed","purpose":"marketing","basis":"prior_express","source":"form","at":"2023-11-14T22:13:21Z"})",
          R"({"number":"+48600700800","status":"blocked","source":"sms","at":"2023-11-14T22:13:22Z","stopped":true})",
          R"({"number":"+48600700801","status":"blocked","source":"reply","at":"2023-11-14T22:13:24Z","stopped":true})"}));
  EXPECT_EQ(lines("holds.ndjson"),
            (std::vector<std::string>{R"({"number":"+48600700800","reason":"dispute"})",
                                      R"({"account":"account-2","reason":"promise","until":"2023-11-15T00:43:20Z"})"}));
  EXPECT_EQ(lines("payments.ndjson").front(),
            R"({"account":"account-2","id":"p1","amount":"20","currency":"EUR","paid_at":"2023-11-14T22:13:21Z"})");
  std::string saved_job;
  for (const std::string& line : lines("jobs.ndjson")) {
    if (line.find(R"("id":"job-12",)") != std::string::npos) saved_job = line;
  }
  EXPECT_NE(saved_job.find(R"("amount":"50.00")"), std::string::npos) << saved_job;  // 70, and 20 were paid
  EXPECT_NE(saved_job.find(R"("params":{"name":"Jan"})"), std::string::npos) << saved_job;
  EXPECT_NE(saved_job.find(R"("ledger_as_of":"2023-11-14T22:13:23Z")"), std::string::npos) << saved_job;
  EXPECT_NE(saved_job.find(R"("expires":)"), std::string::npos) << saved_job;
  // What has a text of its own that tells another amount now is for a person.
  EXPECT_EQ(lines("under_way.ndjson").size(), 81u);  // and job 2 is one
}

// Nor what waits for its import or an approval, what was stopped, and what is of a campaign that was paused or cancelled.
TEST_F(Doctor, SavesNoJobThatWasNotToLeave) {
  std::vector<std::uint64_t> ready;
  for (std::uint64_t n = 1; ready.size() < 4; ++n) {
    if (state_of(n) == State::ready) ready.push_back(n);
  }
  lay([&](Batch& batch) {
    store::JobState waits = state_row(ready[0]), stopped = state_row(ready[1]);
    waits.state = State::importing;
    stopped.stopped = "cancelled";
    batch.put(keys::job_state(ready[0]), store::encode(waits));
    batch.put(keys::job_state(ready[1]), store::encode(stopped));
    store::Campaign paused, cancelled;
    paused.paused = true;
    cancelled.cancelled = true;
    batch.put(keys::campaign("paused"), store::encode(paused));
    batch.put(keys::campaign("cancelled"), store::encode(cancelled));
    for (const auto& [n, campaign] : {std::pair(ready[2], "paused"), {ready[3], "cancelled"}}) {
      store::Job job = job_of(n);
      job.campaign = campaign;
      batch.put(keys::job(n), store::encode(job));
    }
  });
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  examined(&*salvage);
  ASSERT_TRUE(salvage->finish());
  EXPECT_EQ(lines("jobs.ndjson").size(), 236u);
  EXPECT_EQ(lines("under_way.ndjson").size(), 84u);
}

// Taken to a new store it would be sent: a payment covers what was there before it, and what it knows to be older.
TEST_F(Doctor, SavesNoJobThatIsPaidAndNoneThatWasSentTwiceAlready) {
  lay([](Batch& batch) {
    store::Account paid;
    paid.paid_at = at(1);
    paid.paid_below_n = 101;
    batch.put(keys::account("account-0"), store::encode(paid));
    store::JobState again = state_row(1);
    again.resent = true;
    batch.put(keys::job_state(1), store::encode(again));
    batch.put(keys::account("account-6"), "?");
  });
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  EXPECT_FALSE(examined(&*salvage).sound());
  ASSERT_TRUE(salvage->finish());
  std::size_t late = 0;
  for (const std::string& line : lines("jobs.ndjson")) {
    EXPECT_EQ(line.find(R"("id":"job-1",)"), std::string::npos) << line;
    EXPECT_EQ(line.find(R"("id":"job-10",)"), std::string::npos) << line;
    EXPECT_EQ(line.find(R"("account":"account-6")"), std::string::npos) << line;
    late += line.find(R"("account":"account-0")") != std::string::npos ? 1U : 0U;
  }
  EXPECT_GT(late, 0u) << "what came after the payment is still owed";
  const auto aside = lines("under_way.ndjson");
  EXPECT_TRUE(std::any_of(aside.begin(), aside.end(),
                          [](const std::string& line) { return line.find(R"("id":"job-1",)") != std::string::npos; }));
  EXPECT_TRUE(std::any_of(aside.begin(), aside.end(), [](const std::string& line) {
    return line.find(R"("account":"account-6")") != std::string::npos;
  }));
}

TEST_F(Doctor, AnAbandonedSalvageLeavesNothing) {
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  salvage->abandon();
  EXPECT_FALSE(fs::exists(saved()));
}

// A damaged octet in a table costs the rows of one block; what lies around it is read and saved.
TEST_F(Doctor, ReadsAroundADamagedTable) {
  lay();
  const std::string name = biggest(".sst");
  std::string octets = files()[name];
  octets[octets.size() / 3] ^= 0x20;
  write(name, octets);
  Result<Salvage> salvage = Salvage::make(saved());
  ASSERT_TRUE(salvage);
  const Report report = examined(&*salvage);
  ASSERT_TRUE(salvage->finish());
  EXPECT_FALSE(report.sound());
  EXPECT_EQ(report.tables_sound + 1, report.tables) << told(report);
  EXPECT_NE(told(report).find(name + ": a table of jobs can't be read whole"), std::string::npos) << told(report);
  EXPECT_NE(told(report).find("jobs: rows can't be read"), std::string::npos) << told(report);
  const std::uint64_t rows = report.rows[static_cast<std::size_t>(Family::jobs)];
  EXPECT_LT(rows, 2 * kJobs);
  EXPECT_GT(rows, 2 * kJobs - 140) << "more than a block is lost";
  std::set<std::string> unique;
  for (const std::string& line : lines("jobs.ndjson")) unique.insert(line);
  EXPECT_EQ(unique.size(), lines("jobs.ndjson").size());
  EXPECT_GT(unique.size(), 190u);
}

TEST_F(Doctor, NamesEveryDamagedFile) {
  lay();
  const auto sound = files();
  for (const auto& [name, octets] : sound) {
    const bool data = name == "FORMAT" || name == "CURRENT" || name.starts_with("MANIFEST") || name.ends_with(".sst") ||
                      (name.ends_with(".log") && !octets.empty());
    if (!data) continue;
    for (const int damage : {0, 1, 2}) {
      std::string changed = octets;
      if (damage == 0) changed[octets.size() / 2] ^= 0x40;
      if (damage == 1) changed.resize(octets.size() / 2);
      if (damage == 2) {
        fs::remove(path() / name);
      } else {
        write(name, changed);
      }
      const Report report = examined();
      EXPECT_FALSE(report.sound()) << name << " " << damage;
      EXPECT_NE(told(report).find(name), std::string::npos) << name << " " << damage << "\n" << told(report);
      write(name, octets);
    }
  }
}

TEST_F(Doctor, TellsATornLogFromADamagedOne) {
  lay();
  const std::string name = biggest(".log");
  const std::string whole = files()[name];
  write(name, whole + whole.substr(0, 700));
  const Report report = examined();
  EXPECT_TRUE(report.sound()) << told(report);
  EXPECT_NE(told(report).find("note " + name + ": a power cut tore its last write"), std::string::npos) << told(report);
}

TEST_F(Doctor, IsRefusedWhereThereIsNothingToExamine) {
  EXPECT_EQ(examine(path(), nullptr).error().code, "store_missing");
  fs::create_directory(path());
  EXPECT_EQ(examine(path(), nullptr).error().code, "store_missing");
  write("theirs.txt", "x");
  EXPECT_EQ(examine(path(), nullptr).error().code, "store_foreign");
  fs::remove_all(path());
  {
    auto rocks = store::kv::Rocks::open(path());
    ASSERT_TRUE(rocks);
    const auto refused = examine(path(), nullptr);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store_locked");
    EXPECT_EQ(refused.error().detail, "is in use by process " + std::to_string(::getpid()));
  }
  EXPECT_TRUE(examined().sound());
  write("FORMAT", "dunlin store 2\n");
  EXPECT_EQ(examine(path(), nullptr).error().code, "store_newer");
}

TEST(Masked, KeepsHeadAndTailOnly) {
  EXPECT_EQ(masked("+48600700800"), "+48******800");
  EXPECT_EQ(masked("12345"), "12345");
}

}  // namespace
}  // namespace dunlin::doctor
