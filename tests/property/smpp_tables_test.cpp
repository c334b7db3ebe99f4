// Every TLV row, every status row, and the reference page written from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/tlv_rows.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "property/smpp_reference.hpp"
#include "property/smpp_samples.hpp"

namespace dunlin::smpp {
namespace {

using samples::Sampler;

template <class Visit>
void for_each_row(Visit&& visit) {
  std::apply([&](const auto&... row) { (visit(row), ...); }, tlv::all);
}

TEST(EveryTlv, ComesBackAsItWasSet) {
  Sampler sampler(1);
  for_each_row([&](const auto& row) {
    using Value = typename std::remove_cvref_t<decltype(row)>::Value;
    for (int round = 0; round < 50; ++round) {
      Value value{};
      sampler.fill(row.name, value);
      TlvSet set;
      set.set_raw(0x1400, octets_of("before"));
      set.set(row, value);
      set.set_raw(0x1401, octets_of("behind"));
      EXPECT_EQ(set.get(row), value) << row.name;
      set.set(row, value);
      EXPECT_EQ(set.get_all(row).size(), 1U) << row.name;
      TlvSet again;
      again.assign_octets(set.octets());
      EXPECT_EQ(again, set) << row.name;
      set.erase(row);
      EXPECT_FALSE(set.contains(row));
    }
  });
}

TEST(EveryTlv, HasARowWithItsBoundsAndIsNamedWhenItBreaksThem) {
  for_each_row([&](const auto& row) {
    using Value = typename std::remove_cvref_t<decltype(row)>::Value;
    const auto* found = find_tlv(row.tag);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, row.name);
    EXPECT_LE(found->octets_min, found->octets_max);
    if constexpr (requires(Value v) { v.octets; }) {
      for (const auto size : {found->octets_min - 1, found->octets_max + 1}) {
        if (size > 70'000) continue;  // below zero
        DataSm body;
        body.tlvs.set(row, Octets(size, 1));
        Octets out;
        const auto result = encode(Pdu{{}, 1, body}, out);
        ASSERT_FALSE(result.has_value()) << row.name;
        EXPECT_EQ(result.error().where, row.name);
        body.tlvs.set(row, Octets(found->octets_min, 1));
        EXPECT_TRUE(encode(Pdu{{}, 1, body}, out).has_value()) << row.name;
      }
    }
  });
  EXPECT_EQ(find_tlv(0x1400), nullptr);
  EXPECT_EQ(tlv_table().size(), std::tuple_size_v<decltype(tlv::all)>);
}

TEST(EveryTlv, CutShortIsNoValueAndNoHarm) {
  Sampler sampler(2);
  for_each_row([&](const auto& row) {
    using Value = typename std::remove_cvref_t<decltype(row)>::Value;
    Value value{};
    sampler.fill(row.name, value);
    Octets octets;
    TlvValue<Value>::append(octets, value);
    for (std::size_t size = 0; size < octets.size(); ++size)
      static_cast<void>(TlvValue<Value>::parse(OctetView(octets).first(size)));
    if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
      EXPECT_FALSE(TlvValue<Value>::parse({}).has_value()) << row.name;
    }
  });
}

TEST(EveryLegalTlv, IsInTheTable) {
  std::set<std::uint16_t> used;
  samples::for_each_body([&]<class T>(std::type_identity<T>) {
    const auto legal = legal_tlvs(T::command_id);
    EXPECT_TRUE(std::ranges::is_sorted(legal));
    for (const auto tag : legal) {
      EXPECT_NE(find_tlv(tag), nullptr) << command_name(T::command_id);
      used.insert(tag);
    }
    for (const auto tag : mandatory_tlvs(T::command_id)) EXPECT_TRUE(std::ranges::binary_search(legal, tag));
  });
  for (const auto& row : tlv_table()) EXPECT_TRUE(used.contains(row.tag)) << row.name << " belongs to no operation";
}

TEST(EveryStatus, IsFoundByItsValueAndRoundTripsInAResponse) {
  std::set<std::string_view> names;
  for (const auto& row : status_table()) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_TRUE(row.name.starts_with("ESME_R"));
    EXPECT_FALSE(row.text.empty());
    EXPECT_EQ(find_status(row.value), &row);
    EXPECT_EQ(status_name(row.value), row.name);
    EXPECT_EQ(status_class(row.value), row.on_request);
    EXPECT_EQ(bind_class(row.value), row.on_bind);
    EXPECT_EQ(row.on_request == StatusClass::ok, row.value == CommandStatus::ok);
    EXPECT_EQ(row.on_bind == BindClass::ok, row.value == CommandStatus::ok);
    Octets out;
    ASSERT_TRUE(encode(Pdu{row.value, 5, SubmitSmResp{}}, out).has_value());
    EXPECT_EQ(out.size(), row.value == CommandStatus::ok ? 17U : 16U);
    const auto back = decode(out);
    ASSERT_TRUE(std::holds_alternative<Pdu>(back));
    EXPECT_EQ(std::get<Pdu>(back).command_status, row.value);
  }
  EXPECT_EQ(status_table().size(), 67U);
}

TEST(ReferencePage, IsWhatTheListsSay) {
  std::ifstream file(DUNLIN_SOURCE_DIR "/docs/smpp.md");
  std::ostringstream there;
  there << file.rdbuf();
  EXPECT_EQ(there.str(), reference_page()) << "write it anew: build/bin/smpp_reference > docs/smpp.md";
}

}  // namespace
}  // namespace dunlin::smpp
