// /v1/links/{smsc}/pdus and …/capture, and the PDUs in /v1/jobs/{id}: what the flight recorders hold.
#include <unistd.h>

#include <algorithm>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/peer.hpp"
#include "api/routes.hpp"
#include "api/views.hpp"
#include "engine/recorder.hpp"

namespace dunlin::api {
namespace {

constexpr std::size_t kPdusMost = 256;                     // of a job
constexpr std::chrono::milliseconds kStatisticsEvery{2s};  // on a quiet link: a reader who went is noticed by it

// The lines of a dump behind its first; texts only of receipts, where they say what became of a message.
std::vector<std::string> lines_of(const smpp::Pdu& pdu) {
  const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu.body);
  const bool receipt = deliver != nullptr && (deliver->esm_class & smpp::esm_class::kTypeMask) != 0;
  const std::string dump = smpp::dump(pdu, receipt ? smpp::Show::all : smpp::Show::masked);
  std::vector<std::string> lines;
  for (std::size_t at = dump.find('\n'); at != dump.npos;) {
    const std::size_t end = dump.find('\n', at + 1);
    const std::string_view line = std::string_view(dump).substr(at + 1, end == dump.npos ? end : end - at - 1);
    lines.emplace_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
    at = end;
  }
  return lines;
}

std::int64_t micros_of(Wall wall) { return wall.time_since_epoch().count() * 1000; }

void append_micros(std::string& out, std::int64_t wall_us) {
  std::string digits = std::to_string(1'000'000 + wall_us % 1'000'000);
  out += '"';
  append_rfc3339(out, Wall{std::chrono::seconds{wall_us / 1'000'000}});
  out.back() = '.';
  out.append(digits, 1).append("Z\"");
}

// Texts and numbers are shown to who could read them from the daemon's memory or its store anyway.
bool may_see_all(Call& call) {
  const auto peer = peer_of(call.connection.socket.native_handle());
  if (!peer || (peer->uid != 0 && peer->uid != ::geteuid())) return false;
  if (call.context.options.warn) {
    call.context.options.warn("uid " + std::to_string(peer->uid) + " captures " + call.segment(2) +
                              " in full, with numbers and texts");
  }
  return true;
}

Task<> stream_capture(Call& call, std::shared_ptr<engine::Capture> capture,
                      std::optional<std::chrono::seconds> seconds) {
  bool open = co_await call.begin_stream("application/x-pcapng");
  capture->on_change([weak = call.connection.weak_from_this()] {
    if (const auto connection = weak.lock()) connection->output.notify();
  });
  const Steady end = seconds ? call.backend.now().steady + *seconds : kNever;
  while (open && !call.connection.closed()) {
    const std::string piece = capture->take();
    if (!piece.empty()) open = co_await call.send(piece);
    const Now now = call.backend.now();
    if (!open || capture->ended() || now.steady >= end) break;
    if (capture->has_more()) continue;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end == kNever ? kStatisticsEvery : end - now.steady);
    const bool woken = co_await call.connection.output.wait_for(std::min(left, kStatisticsEvery));
    if (!woken) capture->append_statistics(micros_of(call.backend.now().wall));
  }
  if (!open || call.connection.closed()) co_return;
  capture->append_statistics(micros_of(call.backend.now().wall));
  const std::string rest = capture->take();
  open = co_await call.send(rest);
  if (open) co_await call.end_stream();
}

}  // namespace

void append_pdu(std::string& out, const engine::RecordedPdu& pdu, std::string_view smsc) {
  const smpp::Header header = smpp::decode_header(pdu.octets);
  JsonObject object(out);
  append_micros(object.key("time"), pdu.wall_us);
  object.put_some("smsc", smsc).put("session", pdu.session).put("direction", pdu.sent ? "sent" : "received");
  object.put("command", smpp::command_name(header.command_id)).put("status", smpp::status_name(header.command_status));
  object.put("sequence", header.sequence_number).put("octets", pdu.size);
  if (pdu.n != 0) object.put("segment", pdu.segment + 1);
  const auto decoded = smpp::decode(pdu.octets);
  const auto* whole = std::get_if<smpp::Pdu>(&decoded);
  if (whole == nullptr)
    object.put("unread", pdu.octets.size() < pdu.size ? "too long to keep" : "not as the specification has it");
  const std::vector<std::string> lines = whole != nullptr ? lines_of(*whole) : std::vector<std::string>{};
  append_array(object.key("fields"), lines, [&](const std::string& line) { append_json(out, line); });
  object.end();
}

std::string pdus_of_job(Backend& backend, const store::JobView& view) {
  engine::Recorder::Trace trace;
  trace.n = view.n;
  trace.to = view.job.to;
  for (const store::Segment& segment : view.state.segments) trace.message_ids.push_back(segment.message_id);
  struct Found {
    std::string smsc;
    engine::RecordedPdu pdu;
  };
  std::vector<Found> found;
  for (const engine::LinkStatus& link : backend.links()) {
    const engine::Recorder* recorder = backend.recorder(link.name);
    if (recorder == nullptr) continue;
    for (engine::RecordedPdu& pdu : recorder->of_job(trace)) found.push_back({link.name, std::move(pdu)});
  }
  std::ranges::stable_sort(found, {}, [](const Found& one) { return one.pdu.wall_us; });
  if (found.size() > kPdusMost) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(kPdusMost));
  std::string out;
  append_array(out, found, [&](const Found& one) { append_pdu(out, one.pdu, one.smsc); });
  return out;
}

Task<> show_pdus(Call& call) {
  const engine::Recorder* recorder = call.backend.recorder(call.segment(2));
  if (recorder == nullptr) {
    co_await call.refuse("not_found", "there is no SMSC of this name");
    co_return;
  }
  std::string text;
  append_array(text, recorder->recent(*number_in(call.target, "most")),
               [&](const engine::RecordedPdu& pdu) { append_pdu(text, pdu); });
  co_await call.answer(200, std::move(text));
}

Task<> capture_link(Call& call) {
  const smpp::Redact what = flag_in(call.target, "full") ? smpp::Redact::passwords : smpp::Redact::personal;
  std::optional<std::chrono::seconds> seconds;
  if (const std::optional<std::uint64_t> wanted = number_in(call.target, "seconds"))
    seconds = std::chrono::seconds{*wanted};
  engine::Recorder* recorder = call.backend.recorder(call.segment(2));
  if (recorder == nullptr) {
    co_await call.refuse("not_found", "there is no SMSC of this name");
    co_return;
  }
  if (what == smpp::Redact::passwords && !may_see_all(call)) {
    co_await call.refuse("forbidden", "a capture in full is for root and the daemon's own user", "full");
    co_return;
  }
  std::shared_ptr<engine::Capture> capture = recorder->capture(what);
  if (!capture) {
    co_await call.refuse("busy", "there are as many captures of this link as there may be");
    co_return;
  }
  co_await stream_capture(call, std::move(capture), seconds);
}

}  // namespace dunlin::api
