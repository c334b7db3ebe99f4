#include "property/smpp_samples.hpp"

namespace dunlin::smpp::samples {

std::vector<Pdu> all_pdus(std::uint32_t seed, Octet octet) {
  Sampler sampler(seed, octet);
  std::vector<Pdu> pdus;
  std::uint32_t sequence = 1;
  const auto add = [&](auto body) {
    // Others know the one octet of 3.4 alone.
    if (octet == Octet::plain && body.tlvs.contains(tlv::ms_validity)) body.tlvs.set(tlv::ms_validity, Octets{1});
    pdus.push_back({CommandStatus::ok, sequence++, std::move(body)});
  };
  for_each_body([&]<class Body>(std::type_identity<Body>) {
    Body empty;
    if constexpr (requires { empty.dest_address; }) empty.dest_address.resize(1);
    for (const auto tag : mandatory_tlvs(Body::command_id)) sample_tlv(sampler, empty, tag);
    add(empty);
    auto filled = sample_body<Body>(sampler);
    for (const auto tag : mandatory_tlvs(Body::command_id)) sample_tlv(sampler, filled, tag);
    add(filled);
    for (const auto tag : legal_tlvs(Body::command_id)) {
      auto with_tlv = filled;
      sample_tlv(sampler, with_tlv, tag);
      add(with_tlv);
    }
    auto with_all = filled;
    for (const auto tag : legal_tlvs(Body::command_id)) sample_tlv(sampler, with_all, tag);
    add(with_all);
  });
  return pdus;
}

}  // namespace dunlin::smpp::samples
