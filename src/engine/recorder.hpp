// The flight recorder of one link: its last PDUs, redacted before they are kept, so that nobody can take out of it what
// never got in; and the live captures, which are given each PDU as it passes.
//
// One thread; time comes from the links' clock. Everything a PDU costs is one copy, one redaction and one more copy;
// words are made of it only when somebody asks.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/capture.hpp"
#include "engine/settings.hpp"
#include "session/tap.hpp"

namespace dunlin::engine {

// Wall time in microseconds, from turns that know it in milliseconds: steady time fills in the rest.
class WallMicros {
 public:
  void see(Now now);
  void see(Steady now);
  std::int64_t at() const { return at_; }  // since 1970, of the last see()

 private:
  std::int64_t offset_ = 0;  // wall less steady
  std::int64_t at_ = 0;
};

struct RecordedPdu {
  std::uint64_t number = 0;  // rises by one a PDU of the link
  std::int64_t wall_us = 0;
  bool sent = false;
  std::uint64_t session = 0;
  std::uint64_t n = 0;        // of a submit_sm: its job; else 0
  std::uint32_t segment = 0;  // and which of its segments
  std::size_t size = 0;       // on the wire
  Octets octets;              // redacted; the first kKeptMax
};

class Recorder {
 public:
  // Keeps settings.recorder PDUs, and of them what fits into kOctetsEach a PDU (never less than kOctetsMin): then the
  // oldest go.
  Recorder(const SmscSettings& settings, const WallMicros& clock);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  static constexpr std::size_t kPdusMax = 10000;  // settings.recorder at most: what a look through it may cost
  static constexpr std::size_t kOctetsEach = 256;
  static constexpr std::size_t kOctetsMin = 16 << 10;
  static constexpr std::size_t kKeptMax = 4096;  // of a PDU; the rest of a longer one is not kept
  static constexpr std::size_t kCapturesMax = 4;

  // What a session is given to look on. The recorder outlives it.
  std::unique_ptr<session::Tap> tap(std::uint64_t session);

  std::uint64_t last() const { return last_; }  // the number of the PDU recorded last; 0: none
  // That PDU, if it is still kept, carries this segment.
  void about(std::uint64_t number, std::uint64_t n, std::uint32_t segment);

  // The newest `most`, oldest first.
  std::vector<RecordedPdu> recent(std::size_t most) const;
  // A job's: the submits, the query_sms for it, the responses to both, the receipts that name one of its message ids in
  // any form and come from a number that may be `to` (as far as the masked ones can be compared), and the responses to
  // those. Oldest first.
  struct Trace {
    std::uint64_t n = 0;
    std::string_view to;
    std::vector<std::string> message_ids;  // as the SMSC gave them
  };
  std::vector<RecordedPdu> of_job(const Trace& trace) const;

  // Begins one; it ends when its last owner drops it, or with this. Null: kCapturesMax run already.
  std::shared_ptr<Capture> capture(smpp::Redact what);
  std::uint64_t dropped() const { return dropped_; }  // PDUs that captures had no room for

 private:
  friend class RecorderTap;
  struct Entry {
    std::uint64_t number, session, n, at;  // at: octets ever put into the ring before it
    std::int64_t wall_us;
    std::uint32_t segment, size, kept;
    bool sent;
  };

  void record(std::uint64_t session, bool sent, OctetView pdu);
  void keep(std::uint64_t session, bool sent, std::size_t size);
  void feed_captures(std::uint64_t session, bool sent, OctetView pdu);
  std::size_t place(std::uint64_t number) const { return static_cast<std::size_t>(number % entries_.size()); }
  const Entry* find(std::uint64_t number) const;
  OctetView octets_of(const Entry& entry) const { return {ring_.data() + entry.at % ring_.size(), entry.kept}; }
  RecordedPdu view(const Entry& entry) const;

  const std::string smsc_;
  const std::uint16_t port_;
  const WallMicros& clock_;
  std::vector<std::uint16_t> shown_;  // TLVs of the configuration: in what we send they are no secret
  std::vector<Entry> entries_;        // by number, a ring; empty when nothing is kept
  Octets ring_;
  std::uint64_t head_ = 0;   // octets ever put into the ring, gaps at its end counted
  std::uint64_t first_ = 1;  // the oldest number kept
  std::uint64_t last_ = 0;
  Octets scratch_;
  std::vector<std::weak_ptr<Capture>> captures_;
  std::uint64_t dropped_ = 0;
};

}  // namespace dunlin::engine
