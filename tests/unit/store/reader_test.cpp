#include "store/reader.hpp"

#include <gtest/gtest.h>

#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/memory.hpp"

namespace dunlin::store {
namespace {

class Reads : public ::testing::Test {
 protected:
  void write(const Batch& batch) { ASSERT_TRUE(kv_.commit(batch, true)); }
  void add_job(std::uint64_t n, const std::string& id) {
    Job job;
    job.id = id;
    job.account = "A";
    JobState state;
    state.attempts = static_cast<std::uint32_t>(n);
    Batch batch;
    batch.put(keys::id(id), keys::number(n));
    batch.put(keys::job(n), encode(job));
    batch.put(keys::job_state(n), encode(state));
    batch.put(keys::by_account("A", n), "");
    batch.put(keys::by_number("+1", n), "");
    batch.put(keys::by_campaign("C", n), "");
    write(batch);
  }
  void put(const Key& key, std::string value) {
    Batch batch;
    batch.put(key, std::move(value));
    write(batch);
  }
  kv::Memory kv_;
};

TEST_F(Reads, AJobByItsIdAndByItsNumber) {
  add_job(7, "seven");
  const auto found = find_job(kv_, "seven");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->n, 7u);
  EXPECT_EQ((*found)->job.id, "seven");
  EXPECT_EQ((*found)->state.attempts, 7u);
  EXPECT_EQ((*read_job(kv_, 7))->job.id, "seven");
  EXPECT_FALSE(*find_job(kv_, "eight"));
  EXPECT_FALSE(*read_job(kv_, 8));
}

TEST_F(Reads, ManyJobsInTheirOrderWithoutThoseThatAreGone) {
  std::vector<std::uint64_t> asked;
  for (std::uint64_t n = 1200; n >= 1; --n) {
    if (n % 3 != 0) add_job(n, "job " + std::to_string(n));
    asked.push_back(n);
  }
  const auto jobs = read_jobs(kv_, asked);
  ASSERT_TRUE(jobs);
  ASSERT_EQ(jobs->size(), 800u);
  EXPECT_EQ(jobs->front().job.id, "job 1199");
  EXPECT_EQ(jobs->back().job.id, "job 1");
  EXPECT_TRUE(read_jobs(kv_, {})->empty());
}

TEST_F(Reads, HalfAJobOrABadRowIsCorrupt) {
  put(keys::job(1), encode(Job{}));
  EXPECT_EQ(read_job(kv_, 1).error().code, "store_corrupt");
  EXPECT_EQ(read_job(kv_, 1).error().where, "jobs: n 1");
  put(keys::job_state(1), "nonsense");
  EXPECT_EQ(read_job(kv_, 1).error().code, "store_newer");  // 'n' is a greater field count
  put(keys::job_state(1), "\x01");
  EXPECT_EQ(read_job(kv_, 1).error().where, "jobs: JobState.bitmap at octet 1");
  put(keys::id("x"), "short");
  EXPECT_EQ(find_job(kv_, "x").error().where, "ids");
  put({Family::by_account,
       "\x01"
       "Ax"},
      "");
  EXPECT_EQ(jobs_of_account(kv_, "A", 0, 10).error().where, "by_account");
}

TEST_F(Reads, EventsBetweenTwoNumbers) {
  EXPECT_FALSE(*first_event(kv_));
  EXPECT_FALSE(*last_event(kv_));
  for (std::uint64_t seq = 3; seq <= 300; ++seq) {
    Event event;
    event.job = std::to_string(seq);
    put(keys::event(seq), encode(event));
  }
  EXPECT_EQ(*first_event(kv_), 3u);
  EXPECT_EQ(*last_event(kv_), 300u);
  const auto some = read_events(kv_, 10, 12, 100);
  ASSERT_TRUE(some);
  ASSERT_EQ(some->size(), 2u);
  EXPECT_EQ(some->front().first, 11u);
  EXPECT_EQ(some->back().second.job, "12");
  EXPECT_EQ(read_events(kv_, 0, UINT64_MAX, 5)->back().first, 7u);
  EXPECT_TRUE(read_events(kv_, 300, UINT64_MAX, 5)->empty());
  EXPECT_TRUE(read_events(kv_, UINT64_MAX, UINT64_MAX, 5)->empty());
  EXPECT_TRUE(read_events(kv_, 12, 10, 5)->empty());
  EXPECT_TRUE(read_events(kv_, 10, 12, 0)->empty());
  put({Family::events, "zzz"}, "");
  EXPECT_EQ(last_event(kv_).error().code, "store_corrupt");
}

TEST_F(Reads, NumbersOfWhatAnIndexHolds) {
  for (std::uint64_t n = 1; n <= 5; ++n) add_job(n, std::to_string(n));
  EXPECT_EQ(*jobs_of_account(kv_, "A", 0, 3), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(*jobs_of_account(kv_, "A", 4, 3), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(*jobs_of_number(kv_, "+1", 5, 3), std::vector<std::uint64_t>{5});
  EXPECT_EQ(*jobs_of_campaign(kv_, "C", 0, 1), std::vector<std::uint64_t>{1});
  EXPECT_TRUE(jobs_of_account(kv_, "B", 0, 3)->empty());
}

TEST_F(Reads, SingleRecords) {
  EXPECT_FALSE(*read_person(kv_, "+1"));
  Person person;
  person.stopped = true;
  put(keys::person("+1"), encode(person));
  EXPECT_EQ(*read_person(kv_, "+1"), person);
  Account account;
  account.paid_below_n = 9;
  put(keys::account("A", "I"), encode(account));
  EXPECT_EQ(*read_account(kv_, "A", "I"), account);
  EXPECT_FALSE(*read_account(kv_, "A"));
  put(keys::campaign("C"), encode(Campaign{true, false}));
  EXPECT_TRUE((*read_campaign(kv_, "C"))->paused);
  put(keys::consumer("c"), encode(Consumer{4}));
  EXPECT_EQ((*read_consumer(kv_, "c"))->acked, 4u);
}

TEST_F(Reads, TheStoresErrorsComeThrough) {
  kv_.fail_reads(true);
  EXPECT_EQ(find_job(kv_, "x").error().code, "store_io");
  EXPECT_EQ(read_events(kv_, 0, 5, 5).error().code, "store_io");
  EXPECT_EQ(first_event(kv_).error().code, "store_io");
  EXPECT_EQ(jobs_of_account(kv_, "A", 0, 1).error().code, "store_io");
  EXPECT_EQ(read_person(kv_, "+1").error().code, "store_io");
}

}  // namespace
}  // namespace dunlin::store
