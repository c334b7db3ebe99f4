// What the flight recorder costs a PDU: beside it what encoding and decoding it costs anyway.
#include <benchmark/benchmark.h>

#include <dunlin/smpp/codec.hpp>

#include "engine/recorder.hpp"

namespace dunlin {
namespace {

Octets encoded(smpp::Body body) {
  Octets out;
  static_cast<void>(smpp::encode({smpp::CommandStatus::ok, 7, std::move(body)}, out));
  return out;
}

Octets submit() {
  smpp::SubmitSm body;
  body.source_addr = "ACME";
  body.destination_addr = "4915112345678";
  body.validity_period = "261123120000000+";
  body.short_message = std::string(140, 't');
  return encoded(body);
}

Octets receipt() {
  smpp::DeliverSm body;
  body.source_addr = "4915112345678";
  body.destination_addr = "ACME";
  body.esm_class = smpp::esm_class::kDeliveryReceipt;
  body.short_message =
      "id:0059113978 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:Dear Ms "
      "Weber, 120.5";
  body.tlvs.add(smpp::tlv::receipted_message_id, "38601fa");
  body.tlvs.add(smpp::tlv::message_state, smpp::MessageState::delivered);
  return encoded(body);
}

Octets answer() {
  smpp::SubmitSmResp body;
  body.message_id = "38601fa";
  return encoded(body);
}

void record(benchmark::State& state, const Octets& pdu, std::uint32_t pdus, bool capture) {
  engine::SmscSettings smsc;
  smsc.recorder = pdus;
  const engine::WallMicros clock;
  engine::Recorder recorder(smsc, clock);
  const auto tap = recorder.tap(1);
  const auto live = capture ? recorder.capture(smpp::Redact::personal) : nullptr;
  std::size_t count = 0;
  for (auto _ : state) {
    tap->sent(pdu);
    if (live && ++count % 1000 == 0) benchmark::DoNotOptimize(live->take());
  }
}
BENCHMARK_CAPTURE(record, submit_sm, submit(), 256, false);
BENCHMARK_CAPTURE(record, submit_sm_resp, answer(), 256, false);
BENCHMARK_CAPTURE(record, receipt, receipt(), 256, false);
BENCHMARK_CAPTURE(record, submit_sm_of_10000, submit(), 10000, false);
BENCHMARK_CAPTURE(record, off, submit(), 0, false);
BENCHMARK_CAPTURE(record, submit_sm_captured, submit(), 256, true);

void decode(benchmark::State& state, const Octets& pdu) {
  for (auto _ : state) benchmark::DoNotOptimize(smpp::decode(pdu));
}
BENCHMARK_CAPTURE(decode, submit_sm, submit());
BENCHMARK_CAPTURE(decode, receipt, receipt());

}  // namespace
}  // namespace dunlin
