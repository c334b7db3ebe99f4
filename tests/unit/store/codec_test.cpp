// Properties of the codec, held over every stored record, and the very octets of a few: those must never change.
#include "store/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/store/samples.hpp"

namespace dunlin::store {
namespace {

std::string octets_of_hex(std::string_view hex) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    octets += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return octets;
}

TEST(Codec, WhatIsWrittenIsRead) {
  for_each_record([]<class R>() {
    Sampler sampler(1);
    for (unsigned percent : {0u, 10u, 50u, 100u}) {
      for (int i = 0; i < 100; ++i) {
        const R record = sampler.record<R>(percent);
        const Result<R> read = decode<R>(encode(record));
        ASSERT_TRUE(read) << record_name<R>() << ": " << to_string(read.error());
        ASSERT_EQ(*read, record) << record_name<R>();
      }
    }
  });
}

TEST(Codec, EachFieldAloneIsWrittenAndRead) {
  for_each_record([]<class R>() {
    const R full = Sampler(2).record<R>(100);
    const auto alone = [&](const auto& row) {
      R one{};
      one.*(row.member) = full.*(row.member);
      EXPECT_NE(one, R{}) << record_name<R>() << "." << row.name;
      EXPECT_EQ(decode<R>(encode(one)), one) << record_name<R>() << "." << row.name;
    };
    std::apply([&](const auto&... row) { (alone(row), ...); }, R::fields);
  });
}

TEST(Codec, EveryProperPrefixFailsAndNamesItsRecord) {
  for_each_record([]<class R>() {
    Sampler sampler(3);
    for (unsigned percent : {0u, 60u, 100u}) {
      const std::string octets = encode(sampler.record<R>(percent));
      for (std::size_t size = 0; size < octets.size(); ++size) {
        const Result<R> read = decode<R>(std::string_view(octets).substr(0, size));
        ASSERT_FALSE(read) << record_name<R>() << " cut to " << size << " of " << octets.size();
        EXPECT_EQ(read.error().code, "store_corrupt");
        EXPECT_NE(read.error().where.find('.'), std::string::npos);
        EXPECT_NE(read.error().where.find(" at octet "), std::string::npos);
      }
      EXPECT_EQ(decode<R>(octets + '\0').error().where,
                std::string(record_name<R>()) + ".end at octet " + std::to_string(octets.size()));
    }
  });
}

TEST(Codec, AFailureNamesTheFieldThatDoesNotFit) {
  JobState state;
  state.smsc = "alpha";
  state.segments.resize(2);
  state.segments[1].message_id = "0123456789";
  std::string octets = encode(state);
  octets.resize(octets.size() - 3);
  const Result<JobState> read = decode<JobState>(octets);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, "Segment.message_id at octet 18");

  const Result<Job> job = decode<Job>(std::string("\x18\x08\x00\x00\x0a", 5));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().where, "Job.kind at octet 5");  // there is no kind 10
}

template <class R>
constexpr bool has_records_inside() {
  bool inside = false;
  R record{};
  for_each_field(record, [&](std::string_view, const auto& member) {
    if constexpr (requires { member.at(0).fields; }) inside = true;
  });
  return inside;
}

// What decodes encodes to the same octets, unless it or a record inside is an older one; and what that encodes to
// decodes to the same.
template <class R>
void expect_harmless(std::string_view octets) {
  const Result<R> read = decode<R>(octets);
  if (!read) return;
  const std::string again = encode(*read);
  ASSERT_EQ(decode<R>(again), *read) << record_name<R>();
  const bool older = static_cast<std::uint8_t>(octets.front()) < codec::kFieldCount<R>;
  if (!older && !has_records_inside<R>()) {
    ASSERT_EQ(again, octets) << record_name<R>();
  }
}

TEST(Codec, AnyOctetsAreHarmless) {
  for_each_record([]<class R>() {
    Sampler sampler(4);
    for (int i = 0; i < 1000; ++i) {
      std::string octets = sampler.random().octets(sampler.random().below(80));
      if (!octets.empty() && i % 2 == 0) octets[0] = static_cast<char>(codec::kFieldCount<R>);
      expect_harmless<R>(octets);
    }
    for (int i = 0; i < 1000; ++i) {
      std::string octets = encode(sampler.record<R>(70));
      octets[sampler.random().below(octets.size())] ^= static_cast<char>(1 << sampler.random().below(8));
      expect_harmless<R>(octets);
    }
  });
}

// A list that claims to be longer than its row costs no memory.
TEST(Codec, ALongListIsNotBelieved) {
  std::string octets{"\x04\x08", 2};
  codec::put_varint(octets, std::uint64_t{1} << 40);
  const Result<Account> read = decode<Account>(octets);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, "Account.payment_ids at octet 8");
}

TEST(Codec, AnOlderRowReadsWithTheLaterFieldsAtTheirDefaults) {
  for_each_record([]<class R>() {
    constexpr std::size_t known = codec::kFieldCount<R>;
    for (std::size_t count = 0; count < known; ++count) {
      const std::string octets = static_cast<char>(count) + std::string((count + 7) / 8, '\0');
      const Result<R> read = decode<R>(octets);
      ASSERT_TRUE(read) << record_name<R>() << " of " << count << ": " << to_string(read.error());
      EXPECT_EQ(*read, R{});
    }
  });
  // As a version wrote it that knew of an Account only the first two fields.
  const Result<Account> read = decode<Account>(std::string("\x02\x03\xd0\x0f\xa0\x1f", 6));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->paid_at, Wall{1000ms});
  EXPECT_EQ(read->paid_told_at, Wall{2000ms});
  EXPECT_TRUE(read->payment_ids.empty());
}

TEST(Codec, ANewerRowIsRefused) {
  for_each_record([]<class R>() {
    constexpr std::size_t count = codec::kFieldCount<R> + 1;
    const Result<R> read = decode<R>(static_cast<char>(count) + std::string((count + 7) / 8, '\0'));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "store_newer");
    EXPECT_EQ(read.error().where, std::string(record_name<R>()) + ".count at octet 0");
  });
}

TEST(Codec, ThereIsOneFormOnly) {
  EXPECT_TRUE(decode<Consumer>(std::string("\x01\x01\x05", 3)));
  EXPECT_FALSE(decode<Consumer>(std::string("\x01\x01\x00", 3)));                      // a default that was written
  EXPECT_FALSE(decode<Consumer>(std::string("\x01\x01\x85\x00", 4)));                  // a longer varint than needed
  EXPECT_FALSE(decode<Consumer>(std::string("\x01\x03\x05", 3)));                      // a bit beyond the count
  EXPECT_FALSE(decode<Consumer>(std::string("\x01\x01\x05\x00", 4)));                  // something behind
  EXPECT_FALSE(decode<Consumer>("\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));  // 65 bits
  EXPECT_EQ(decode<Consumer>("\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")->acked, UINT64_MAX);
}

// What is on disks already reads like this for ever. Fields that came later are at their defaults.
TEST(Codec, TheOctetsOnDiskMean) {
  EXPECT_EQ(decode<Job>(octets_of_hex("18000000")), Job{});
  Job job;
  job.id = "A-1";
  job.to = "+48600700800";
  job.text = "Hi";
  job.kind = Kind::overdue;
  job.priority = Priority::high;
  job.segments_max = 300;
  job.not_before = Wall{1'000'000'000'000ms};
  job.in_doubt = InDoubtPolicy::resend;
  EXPECT_EQ(decode<Job>(octets_of_hex("182f00c403412d310c2b3438363030373030383030024869030080c0a8ca9a3aac0200")), job);

  JobState state;
  state.state = State::submitted;
  state.segments.resize(2);
  state.segments[0].state = SegmentState::submitted;
  state.segments[0].message_id = "ff";
  EXPECT_EQ(decode<JobState>(octets_of_hex("0c010405020303020266660300")), state);

  EXPECT_EQ(decode<Sent>(octets_of_hex("040f07010178023438")), (Sent{7, 1, "x", "48"}));
  Event event;
  event.time = Wall{-1ms};
  event.ambiguous = true;
  EXPECT_EQ(decode<Event>(octets_of_hex("0f014001")), event);
  Account account;
  account.payment_ids = {"a", ""};
  EXPECT_EQ(decode<Account>(octets_of_hex("040802016100")), account);
}

// The defaults are part of the format: a row leaves out what equals them.
TEST(Codec, TheDefaultsAre) {
  const Job job;
  EXPECT_EQ(job.kind, Kind::reminder);
  EXPECT_EQ(job.purpose, Purpose::billing);
  EXPECT_EQ(job.priority, Priority::normal);
  EXPECT_EQ(JobState{}.state, State::ready);
  EXPECT_EQ(Transition{}.state, State::ready);
  EXPECT_EQ(ParkedReceipt{}.outcome, State::submitted);
  EXPECT_EQ(EngineMark{}.next_n, 1u);
}

template <class E>
void expect_names_round_trip() {
  std::set<std::string_view> seen;
  for (std::size_t number = 0; number < names<E>.size(); ++number) {
    const E value = static_cast<E>(number);
    EXPECT_FALSE(name_of(value).empty());
    EXPECT_TRUE(seen.insert(name_of(value)).second) << name_of(value);
    EXPECT_EQ(parse<E>(name_of(value)), value);
  }
  EXPECT_EQ(name_of(static_cast<E>(names<E>.size())), "");
  EXPECT_EQ(parse<E>(""), std::nullopt);
  EXPECT_EQ(parse<E>("nothing of ours"), std::nullopt);
}

TEST(EnumNames, EachHasOneNameAndBack) {
  expect_names_round_trip<Kind>();
  expect_names_round_trip<Purpose>();
  expect_names_round_trip<Priority>();
  expect_names_round_trip<InDoubtPolicy>();
  expect_names_round_trip<State>();
  expect_names_round_trip<SegmentState>();
  expect_names_round_trip<EventType>();
  expect_names_round_trip<ConsentStatus>();
  expect_names_round_trip<Cause>();
}

TEST(EnumNames, TheLastOfEachIsNamedAsTheContractSays) {
  EXPECT_EQ(name_of(Kind::final_notice), "final");
  EXPECT_EQ(name_of(Kind::referral), "referral");
  EXPECT_EQ(name_of(Purpose::marketing), "marketing");
  EXPECT_EQ(name_of(Priority::high), "high");
  EXPECT_EQ(name_of(Priority::low), "low");
  EXPECT_EQ(name_of(InDoubtPolicy::hold), "hold");
  EXPECT_EQ(name_of(State::in_doubt), "in_doubt");
  EXPECT_EQ(name_of(State::delivered), "delivered");
  EXPECT_EQ(name_of(State::unknown), "unknown");
  EXPECT_EQ(name_of(SegmentState::in_doubt), "in_doubt");
  EXPECT_EQ(name_of(EventType::unknown), "unknown");
  EXPECT_EQ(name_of(EventType::opted_out), "opted_out");
  EXPECT_EQ(name_of(EventType::receipt_unmatched), "receipt_unmatched");
  EXPECT_EQ(name_of(ConsentStatus::blocked), "blocked");
  EXPECT_EQ(name_of(Cause::parked_due), "parked_due");
}

}  // namespace
}  // namespace dunlin::store
