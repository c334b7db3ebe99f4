// Every PDU there is, through the codec: what holds for all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>
#include <set>

#include "property/smpp_samples.hpp"

namespace dunlin::smpp {
namespace {

using samples::Octet;
using samples::Sampler;

constexpr std::uint32_t kSeeds = 8;

Octets encoded(const Pdu& pdu) {
  Octets out;
  const auto result = encode(pdu, out);
  EXPECT_TRUE(result.has_value()) << to_string(result.error()) << "\n" << dump(pdu, Show::all);
  return out;
}

void put_length(Octets& frame) {
  for (std::size_t octet = 0; octet < 4; ++octet)
    frame[octet] = static_cast<std::uint8_t>(frame.size() >> (24 - 8 * octet));
}

Pdu decoded(const Octets& frame) {
  auto result = decode(frame);
  if (const auto* unparsed = std::get_if<Unparsed>(&result)) {
    ADD_FAILURE() << to_string(unparsed->error);
    return {};
  }
  return std::get<Pdu>(std::move(result));
}

TEST(EveryPdu, HasItsOwnIdAndName) {
  std::set<CommandId> ids;
  samples::for_each_body([&]<class T>(std::type_identity<T>) {
    EXPECT_TRUE(ids.insert(T::command_id).second) << command_name(T::command_id);
    EXPECT_NE(command_name(T::command_id), "unknown");
    EXPECT_EQ(command_id(Body(T{})), T::command_id);
    if (!is_response(T::command_id) && response_to(T::command_id) != CommandId::generic_nack) {
      EXPECT_EQ(static_cast<std::uint32_t>(response_to(T::command_id)),
                static_cast<std::uint32_t>(T::command_id) | kResponseBit);
    }
  });
  EXPECT_EQ(ids.size(), 33U);
  for (const auto id : ids) {
    if (is_response(id)) continue;
    EXPECT_TRUE(id == CommandId::outbind || id == CommandId::alert_notification || ids.contains(response_to(id)))
        << command_name(id);
  }
}

TEST(EveryPdu, ComesBackAsItWasAndItsOctetsToo) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    for (const auto& pdu : samples::all_pdus(seed, Octet::any)) {
      const auto octets = encoded(pdu);
      ASSERT_EQ(decode_header(octets).command_length, octets.size());
      const auto back = decoded(octets);
      ASSERT_EQ(back, pdu) << dump(pdu, Show::all) << "\n" << dump(back, Show::all);
      ASSERT_EQ(encoded(back), octets) << dump(pdu, Show::all);
    }
  }
}

TEST(EveryPdu, IsAppended) {
  Octets out{1, 2, 3};
  for (const auto& pdu : samples::all_pdus(1, Octet::any)) {
    const auto before = out;
    ASSERT_TRUE(encode(pdu, out).has_value());
    ASSERT_TRUE(std::equal(before.begin(), before.end(), out.begin()));
    ASSERT_EQ(decoded(Octets(out.begin() + static_cast<std::ptrdiff_t>(before.size()), out.end())), pdu);
    out.resize(3);
  }
}

// Where each mandatory field of a body begins, found by encoding it with the fields so far and measuring.
struct Span {
  std::string name;
  std::size_t from, to;
};

template <class T>
std::vector<Span> spans_of(const Octets& octets, const T& body) {
  std::vector<Span> spans;
  std::size_t at = Header::octets;
  for_each_field(body, [&](std::string_view name, const auto& value) {
    T only;
    // An encoding grows by exactly this field's octets when the field alone is set in an otherwise empty body.
    std::size_t width = 0;
    for_each_field(only, [&](std::string_view other, auto& member) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, std::remove_cvref_t<decltype(value)>>) {
        if (other == name) member = value;
      }
    });
    T empty;
    if constexpr (requires { empty.dest_address; }) {
      empty.dest_address.resize(1);
      if (only.dest_address.empty()) only.dest_address.resize(1);
    }
    Octets with, without;
    EXPECT_TRUE(encode(Pdu{{}, 1, only}, with).has_value());
    EXPECT_TRUE(encode(Pdu{{}, 1, empty}, without).has_value());
    std::size_t empty_width = 0;
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
      empty_width = sizeof(Value);
    } else if constexpr (std::is_same_v<Value, DestAddresses>) {
      empty_width = 5;  // count, dest_flag, ton, npi, NUL
    } else {
      empty_width = 1;
    }
    width = with.size() - without.size() + empty_width;
    spans.push_back({std::string(name), at, at + width});
    at += width;
  });
  EXPECT_EQ(at + body.tlvs.octets().size(), octets.size());
  return spans;
}

TEST(EveryPrefix, FailsAndNamesItsFieldOrIsLegal) {
  std::size_t failures = 0;
  for (const auto& pdu : samples::all_pdus(3, Octet::any)) {
    const auto whole = encoded(pdu);
    const auto id = command_id(pdu.body);
    const auto spans = std::visit([&](const auto& body) { return spans_of(whole, body); }, pdu.body);
    const auto mandatory_end = spans.empty() ? Header::octets : spans.back().to;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // As the stream gives it: the header still tells the whole length.
      const auto cut = decode(OctetView(whole).first(size));
      ASSERT_TRUE(std::holds_alternative<Unparsed>(cut));
      ASSERT_EQ(std::get<Unparsed>(cut).error.where, "command_length");
      if (size < Header::octets) continue;

      // As a peer's own short PDU.
      Octets prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      put_length(prefix);
      const auto result = decode(prefix);
      if (size >= mandatory_end || (size == Header::octets && is_response(id))) {
        ASSERT_TRUE(std::holds_alternative<Pdu>(result)) << command_name(id) << " cut at " << size;
        continue;
      }
      ASSERT_TRUE(std::holds_alternative<Unparsed>(result)) << command_name(id) << " cut at " << size;
      const auto& unparsed = std::get<Unparsed>(result);
      const auto span = std::ranges::find_if(spans, [&](const Span& s) { return size >= s.from && size < s.to; });
      ASSERT_NE(span, spans.end());
      ASSERT_EQ(unparsed.error.code, "truncated");
      ASSERT_EQ(unparsed.error.where, span->name + " at octet " + std::to_string(span->from))
          << command_name(id) << " cut at " << size;
      ASSERT_EQ(unparsed.answer, CommandStatus::invalid_message_length);
      ASSERT_EQ(unparsed.header.sequence_number, pdu.sequence_number);
      ++failures;
    }
  }
  EXPECT_GT(failures, 10'000U);
}

TEST(EveryCutTlv, IsLeftOutAndTheMessageKept) {
  for (const auto& pdu : samples::all_pdus(4, Octet::any)) {
    const auto whole = encoded(pdu);
    const auto tlvs = std::visit([](const auto& body) { return body.tlvs.octets().size(); }, pdu.body);
    if (tlvs == 0) continue;
    Octets prefix(whole.begin(), whole.end() - 1);
    put_length(prefix);
    auto expected = pdu;
    std::visit(
        [](auto& body) {
          TlvSet kept;
          std::size_t left = body.tlvs.octets().size();
          body.tlvs.for_each([&](std::uint16_t tag, OctetView value) {
            left -= 4 + value.size();
            if (left > 0) kept.add_raw(tag, value);
          });
          body.tlvs = kept;
        },
        expected.body);
    ASSERT_EQ(decoded(prefix), expected);
  }
}

TEST(EveryResponse, MayComeAsItsHeaderAloneWhateverItsStatus) {
  samples::for_each_body([&]<class T>(std::type_identity<T>) {
    if (!is_response(T::command_id)) return;
    for (const auto status : {CommandStatus::ok, CommandStatus::throttled, static_cast<CommandStatus>(0x4FF)}) {
      Octets header{0, 0, 0, 16};
      for (const auto number :
           {static_cast<std::uint32_t>(T::command_id), static_cast<std::uint32_t>(status), 0x7FFFFFFFU}) {
        for (int shift = 24; shift >= 0; shift -= 8) header.push_back(static_cast<std::uint8_t>(number >> shift));
      }
      const auto pdu = decoded(header);
      EXPECT_EQ(pdu, (Pdu{status, 0x7FFFFFFF, T{}})) << command_name(T::command_id);
    }
  });
}

TEST(EveryPdu, WithItsOctetsChangedNeverBreaksTheDecoder) {
  Sampler sampler(5);
  std::size_t pdus = 0, unparsed = 0;
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    for (const auto& pdu : samples::all_pdus(seed, Octet::any)) {
      auto octets = encoded(pdu);
      for (int change = 0; change < 20; ++change) {
        auto changed = octets;
        for (std::size_t times = sampler.between(1, 4); times > 0; --times) {
          changed[sampler.between(4, changed.size() - 1)] = static_cast<std::uint8_t>(sampler.between(0, 255));
        }
        const auto result = decode(changed);
        if (const auto* back = std::get_if<Pdu>(&result)) {
          ++pdus;
          dump(*back, Show::all);
          Octets again;
          // What a lenient decode accepted may be more than a strict encode writes; what it writes must be read as the
          // same again.
          if (encode(*back, again)) {
            ASSERT_EQ(decoded(again), *back);
          }
        } else {
          ++unparsed;
          ASSERT_FALSE(std::get<Unparsed>(result).error.where.empty());
        }
      }
    }
  }
  EXPECT_GT(pdus, 1000U);
  EXPECT_GT(unparsed, 1000U);
}

TEST(EveryField, OverItsBoundIsRefusedByName) {
  samples::for_each_body([&]<class T>(std::type_identity<T>) {
    Sampler sampler(6);
    const auto good = sample_body<T>(sampler);
    for_each_field(good, [&](std::string_view name, const auto& value) {
      using Value = std::remove_cvref_t<decltype(value)>;
      if constexpr (requires { Value::octets_max; }) {
        for (const std::size_t size : {Value::octets_max + 1, Value::decode_octets_max + 1, std::size_t{5000}}) {
          T body = good;
          for_each_field(body, [&](std::string_view other, auto& member) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, Value>) {
              if (other == name) member = std::string(size, '7');
            }
          });
          Octets out{9};
          const auto result = encode(Pdu{{}, 1, body}, out);
          ASSERT_FALSE(result.has_value()) << command_name(T::command_id) << " " << name;
          EXPECT_EQ(result.error().where, name);
          EXPECT_EQ(out, Octets{9});
        }
      }
    });
  });
}

TEST(EveryPdu, SurvivesOneOctetPiecesAndManyInOne) {
  Octets stream;
  std::vector<Octets> frames;
  for (const auto& pdu : samples::all_pdus(7, Octet::any)) {
    frames.push_back(encoded(pdu));
    stream.insert(stream.end(), frames.back().begin(), frames.back().end());
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
    FrameReader reader;
    std::size_t next = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.feed(OctetView(stream).subspan(at, std::min(piece, stream.size() - at)));
      for (;;) {
        const auto taken = reader.next();
        if (std::holds_alternative<NeedMore>(taken)) break;
        const auto frame = std::get<OctetView>(taken);
        ASSERT_LT(next, frames.size());
        ASSERT_TRUE(std::ranges::equal(frame, frames[next])) << "piece " << piece << ", frame " << next;
        ++next;
      }
    }
    EXPECT_EQ(next, frames.size());
    EXPECT_EQ(reader.buffered(), 0U);
  }
}

TEST(EveryPdu, IsDumpedWithEachFieldAndNoPassword) {
  for (const auto& pdu : samples::all_pdus(8, Octet::any)) {
    for (const auto show : {Show::masked, Show::all}) {
      const auto text = dump(pdu, show);
      EXPECT_TRUE(text.starts_with(command_name(command_id(pdu.body))));
      std::visit(
          [&](const auto& body) {
            for_each_field(body, [&](std::string_view name, const auto& value) {
              EXPECT_THAT(text, testing::HasSubstr("\n  " + std::string(name) + ": "));
              if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Password>) {
                if (value.size() > 3) {
                  EXPECT_THAT(text, testing::Not(testing::HasSubstr(value.str())));
                }
              }
            });
          },
          pdu.body);
    }
  }
}

}  // namespace
}  // namespace dunlin::smpp
