// Debian's libsmpp34 as a witness, both directions over generated PDUs of 3.4.
#include "property/libsmpp34.hpp"

#include <gtest/gtest.h>

#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>

#include "property/smpp_samples.hpp"

namespace dunlin::smpp {
namespace {

using samples::Octet;

TEST(Libsmpp34, ReadsWhatWeEncodeAndPacksTheSameOctets) {
  std::size_t pdus = 0, tlvs = 0;
  for (std::uint32_t seed = 100; seed < 103; ++seed) {
    for (auto pdu : samples::all_pdus(seed, Octet::plain)) {
      if (!libsmpp34::fit(pdu)) continue;
      Octets octets;
      ASSERT_TRUE(encode(pdu, octets).has_value());
      ASSERT_EQ(libsmpp34::disagreement(pdu, octets), "") << dump(pdu, Show::all);
      const auto back = decode(octets);
      ASSERT_TRUE(std::holds_alternative<Pdu>(back));
      ASSERT_EQ(std::get<Pdu>(back), pdu);

      ++pdus;
      if (!std::visit([](const auto& body) { return body.tlvs.empty(); }, pdu.body)) ++tlvs;
    }
  }
  EXPECT_GT(pdus, 500U);
  EXPECT_GT(tlvs, 400U);
}

// A witness that agrees with everything is none.
TEST(Libsmpp34, SeesADifference) {
  Pdu pdu{CommandStatus::ok, 7, SubmitSmResp{}};
  std::get<SubmitSmResp>(pdu.body).message_id = "4711";
  Octets octets;
  ASSERT_TRUE(encode(pdu, octets).has_value());
  EXPECT_EQ(libsmpp34::disagreement(pdu, octets), "");
  ++octets[16];
  EXPECT_EQ(libsmpp34::disagreement(pdu, octets), "it reads other fields: message_id=5711, not message_id=4711");
}

}  // namespace
}  // namespace dunlin::smpp
