#include "engine/recorder.hpp"

#include <algorithm>
#include <cstring>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <utility>

#include "engine/dialect.hpp"

namespace dunlin::engine {
namespace {

using smpp::CommandId;

std::int64_t micros(Steady at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

// Every form in which an SMSC may name the same message.
std::vector<std::string> forms(const std::string& id) {
  std::vector<std::string> all;
  for (const MessageIdForm form : kMessageIdForms) {
    if (auto name = as_receipts_name(form, id)) all.push_back(*std::move(name));
  }
  return all;
}

template <class Message>
bool is_receipt_of(const Message& message, const Recorder::Trace& trace, const std::vector<std::string>& known) {
  const auto receipt = smpp::parse_receipt(message);
  if (!receipt) return false;
  const std::string_view from = message.source_addr.view();
  constexpr std::size_t kCompared = 2;  // digits at the end that redaction leaves
  const bool comparable = from.size() >= kCompared && trace.to.size() >= kCompared;
  if (comparable && from.substr(from.size() - kCompared) != trace.to.substr(trace.to.size() - kCompared)) return false;
  for (const std::string* id : {&receipt->message_id, &receipt->text_message_id}) {
    if (!id->empty() && std::ranges::find(known, smpp::fold(*id)) != known.end()) return true;
  }
  return false;
}

bool is_receipt_of(OctetView octets, const Recorder::Trace& trace, const std::vector<std::string>& known) {
  const auto decoded = smpp::decode(octets);
  const auto* pdu = std::get_if<smpp::Pdu>(&decoded);
  if (pdu == nullptr) return false;
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu->body)) return is_receipt_of(*deliver, trace, known);
  if (const auto* data = std::get_if<smpp::DataSm>(&pdu->body)) return is_receipt_of(*data, trace, known);
  return false;
}

bool is_query_of(OctetView octets, const std::vector<std::string>& known) {
  const auto decoded = smpp::decode(octets);
  const auto* pdu = std::get_if<smpp::Pdu>(&decoded);
  const auto* query = pdu == nullptr ? nullptr : std::get_if<smpp::QuerySm>(&pdu->body);
  return query != nullptr && std::ranges::find(known, smpp::fold(query->message_id.view())) != known.end();
}

}  // namespace

void WallMicros::see(Now now) {
  const std::int64_t wall = now.wall.time_since_epoch().count() * 1000;
  const std::int64_t steady = micros(now.steady);
  constexpr std::int64_t kDrift = 2000, kMillisecond = 1000;
  // Within its millisecond steady time is believed, near it the two have drifted; else the wall clock has stepped.
  const std::int64_t ahead = steady + offset_ - wall;
  if (ahead < 0 || ahead >= kDrift) {
    offset_ = wall - steady;
  } else if (ahead >= kMillisecond) {
    offset_ = wall + kMillisecond - 1 - steady;
  }
  at_ = steady + offset_;
}

void WallMicros::see(Steady now) { at_ = micros(now) + offset_; }

class RecorderTap final : public session::Tap {
 public:
  RecorderTap(Recorder& recorder, std::uint64_t session) : recorder_(recorder), session_(session) {}
  void sent(OctetView pdu) override { recorder_.record(session_, true, pdu); }
  void received(OctetView pdu) override { recorder_.record(session_, false, pdu); }

 private:
  Recorder& recorder_;
  std::uint64_t session_;
};

Recorder::Recorder(const SmscSettings& settings, const WallMicros& clock)
    : smsc_(settings.name), port_(settings.port), clock_(clock), entries_(settings.recorder) {
  if (settings.recorder > 0) ring_.resize(std::max(kOctetsMin, settings.recorder * kOctetsEach));
  for (const ExtraTlv& tlv : settings.extra_tlvs) shown_.push_back(tlv.tag);
}

Recorder::~Recorder() {
  for (const auto& each : captures_) {
    if (const auto capture = each.lock()) capture->end();
  }
}

std::unique_ptr<session::Tap> Recorder::tap(std::uint64_t session) {
  return std::make_unique<RecorderTap>(*this, session);
}

void Recorder::record(std::uint64_t session, bool sent, OctetView pdu) {
  if (!captures_.empty()) feed_captures(session, sent, pdu);
  if (entries_.empty()) return;
  scratch_.assign(pdu.begin(), pdu.begin() + static_cast<std::ptrdiff_t>(std::min(pdu.size(), kKeptMax)));
  smpp::redact(scratch_, smpp::Redact::personal,
               sent ? std::span<const std::uint16_t>(shown_) : std::span<const std::uint16_t>());
  keep(session, sent, pdu.size());
}

// What is in scratch_ becomes the newest entry; those it lies over, or whose place it takes, are gone.
void Recorder::keep(std::uint64_t session, bool sent, std::size_t size) {
  const std::size_t kept = scratch_.size();
  if (head_ % ring_.size() + kept > ring_.size()) head_ += ring_.size() - head_ % ring_.size();
  const std::uint64_t at = head_;
  head_ += kept;
  std::memcpy(ring_.data() + at % ring_.size(), scratch_.data(), kept);
  ++last_;
  while (first_ < last_ && (last_ - first_ >= entries_.size() || entries_[place(first_)].at + ring_.size() < head_))
    ++first_;
  entries_[place(last_)] = {.number = last_,
                            .session = session,
                            .n = 0,
                            .at = at,
                            .wall_us = clock_.at(),
                            .segment = 0,
                            .size = static_cast<std::uint32_t>(size),
                            .kept = static_cast<std::uint32_t>(kept),
                            .sent = sent};
}

void Recorder::feed_captures(std::uint64_t session, bool sent, OctetView pdu) {
  std::erase_if(captures_, [](const auto& each) { return each.expired(); });
  for (const auto& each : captures_) {
    const auto capture = each.lock();
    if (!capture) continue;
    scratch_.assign(pdu.begin(), pdu.end());
    smpp::redact(scratch_, capture->what(),
                 sent ? std::span<const std::uint16_t>(shown_) : std::span<const std::uint16_t>());
    if (!capture->add(session, sent, clock_.at(), scratch_)) ++dropped_;
  }
}

const Recorder::Entry* Recorder::find(std::uint64_t number) const {
  return number < first_ || number > last_ || entries_.empty() ? nullptr : &entries_[place(number)];
}

void Recorder::about(std::uint64_t number, std::uint64_t n, std::uint32_t segment) {
  if (find(number) == nullptr) return;
  Entry& entry = entries_[place(number)];
  entry.n = n;
  entry.segment = segment;
}

RecordedPdu Recorder::view(const Entry& entry) const {
  const OctetView octets = octets_of(entry);
  return {entry.number, entry.wall_us, entry.sent, entry.session,
          entry.n,      entry.segment, entry.size, Octets(octets.begin(), octets.end())};
}

std::vector<RecordedPdu> Recorder::recent(std::size_t most) const {
  std::vector<RecordedPdu> pdus;
  std::uint64_t number = last_ - first_ + 1 > most ? last_ - most + 1 : first_;
  for (; const Entry* entry = find(number); ++number) pdus.push_back(view(*entry));
  return pdus;
}

std::vector<RecordedPdu> Recorder::of_job(const Trace& trace) const {
  std::vector<std::string> known;
  for (const std::string& id : trace.message_ids) {
    if (!id.empty()) std::ranges::move(forms(id), std::back_inserter(known));
  }
  struct Asked {
    std::uint64_t session;
    std::uint32_t sequence;
    bool sent;
  };
  std::vector<Asked> asked;
  std::vector<RecordedPdu> pdus;
  for (std::uint64_t number = first_; const Entry* entry = find(number); ++number) {
    const smpp::Header header = smpp::decode_header(octets_of(*entry));
    if (smpp::is_response(header.command_id)) {
      const auto answers = [&](const Asked& one) {
        return one.session == entry->session && one.sequence == header.sequence_number && one.sent != entry->sent;
      };
      if (std::ranges::any_of(asked, answers)) pdus.push_back(view(*entry));
      continue;
    }
    const bool message = header.command_id == CommandId::deliver_sm || header.command_id == CommandId::data_sm;
    const bool receipt = message && !entry->sent && !known.empty() && is_receipt_of(octets_of(*entry), trace, known);
    const bool query = header.command_id == CommandId::query_sm && entry->sent && is_query_of(octets_of(*entry), known);
    if (entry->n != trace.n && !receipt && !query) continue;
    asked.push_back({entry->session, header.sequence_number, entry->sent});
    pdus.push_back(view(*entry));
  }
  return pdus;
}

std::shared_ptr<Capture> Recorder::capture(smpp::Redact what) {
  std::erase_if(captures_, [](const auto& each) { return each.expired(); });
  if (captures_.size() >= kCapturesMax) return nullptr;
  auto capture = std::make_shared<Capture>(smsc_, port_, what);
  captures_.push_back(capture);
  return capture;
}

}  // namespace dunlin::engine
