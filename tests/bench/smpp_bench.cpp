// The codec's speed, with libsmpp34 in the same run as the measure: only ratios taken in one run count.
#include <benchmark/benchmark.h>

#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/receipt.hpp>

extern "C" {
#include <smpp34.h>
#include <smpp34_structs.h>
}

namespace dunlin::smpp {
namespace {

constexpr std::string_view kText =
    "Dear customer, your invoice 2026/1181 over 120.50 EUR is due on 1 December. Thank you! ACME";
constexpr std::string_view kReceipt =
    "id:0059113978 sub:001 dlvrd:001 submit date:2611221905 done date:2611221906 stat:DELIVRD err:000 text:Dear "
    "customer, your ";

Pdu submit() {
  SubmitSm body;
  body.source_addr_ton = Ton::alphanumeric;
  body.source_addr = "ACME";
  body.dest_addr_ton = Ton::international;
  body.dest_addr_npi = Npi::isdn;
  body.destination_addr = "48123456789";
  body.registered_delivery = registered_delivery::kFinal;
  body.validity_period = "000000120000000R";
  body.short_message = kText;
  return {CommandStatus::ok, 77, body};
}

Pdu receipt() {
  DeliverSm body;
  body.esm_class = esm_class::kDeliveryReceipt;
  body.source_addr = "48123456789";
  body.destination_addr = "ACME";
  body.short_message = kReceipt;
  body.tlvs.set(tlv::receipted_message_id, "38601fa");
  body.tlvs.set(tlv::message_state, MessageState::delivered);
  return {CommandStatus::ok, 78, body};
}

Octets octets_of_pdu(const Pdu& pdu) {
  Octets octets;
  if (!encode(pdu, octets)) std::abort();
  return octets;
}

void encode_submit_sm(benchmark::State& state) {
  const auto pdu = submit();
  Octets out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(encode(pdu, out));
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_submit_sm);

void decode_frame(benchmark::State& state, const Octets& octets) {
  for (auto _ : state) benchmark::DoNotOptimize(decode(octets));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(decode_frame, submit_sm, octets_of_pdu(submit()));
BENCHMARK_CAPTURE(decode_frame, submit_sm_resp,
                  octets_of_pdu({CommandStatus::ok, 77, SubmitSmResp{.message_id = "38601fa", .tlvs = {}}}));
BENCHMARK_CAPTURE(decode_frame, deliver_sm_with_tlvs, octets_of_pdu(receipt()));

void decode_and_parse_receipt(benchmark::State& state) {
  const auto octets = octets_of_pdu(receipt());
  for (auto _ : state) {
    const auto pdu = decode(octets);
    benchmark::DoNotOptimize(parse_receipt(std::get<DeliverSm>(std::get<Pdu>(pdu).body)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_and_parse_receipt);

void frames_from_64_kib_reads(benchmark::State& state) {
  const auto one = octets_of_pdu(submit());
  Octets stream;
  while (stream.size() < 64 * 1024) stream.insert(stream.end(), one.begin(), one.end());
  stream.resize(64 * 1024);  // the last is cut
  std::int64_t frames = 0;
  for (auto _ : state) {
    FrameReader reader;
    reader.feed(stream);
    for (;;) {
      const auto taken = reader.next();
      if (!std::holds_alternative<OctetView>(taken)) break;
      benchmark::DoNotOptimize(std::get<OctetView>(taken).data());
      ++frames;
    }
  }
  state.SetItemsProcessed(frames);
}
BENCHMARK(frames_from_64_kib_reads);

void libsmpp34_pack_submit_sm(benchmark::State& state) {
  const auto octets = octets_of_pdu(submit());
  submit_sm_t theirs{};
  if (smpp34_unpack(SUBMIT_SM, &theirs, octets.data(), static_cast<int>(octets.size())) != 0) std::abort();
  std::uint8_t out[1024];
  for (auto _ : state) {
    int length = 0;
    benchmark::DoNotOptimize(smpp34_pack(SUBMIT_SM, out, sizeof out, &length, &theirs));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(libsmpp34_pack_submit_sm);

void libsmpp34_unpack_submit_sm(benchmark::State& state) {
  const auto octets = octets_of_pdu(submit());
  for (auto _ : state) {
    submit_sm_t theirs{};
    benchmark::DoNotOptimize(smpp34_unpack(SUBMIT_SM, &theirs, octets.data(), static_cast<int>(octets.size())));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(libsmpp34_unpack_submit_sm);

}  // namespace
}  // namespace dunlin::smpp

BENCHMARK_MAIN();
