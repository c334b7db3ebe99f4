// What the outside may ask of the engine. Each carries its answer as a callback, called on the engine's thread when what it says is on disk
// (and, for what promises silence, when the kernel has the last octet that was already under way).
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "store/records.hpp"

namespace dunlin::engine {

template <class T>
using Answer = std::function<void(Result<T>)>;

// Error codes: "conflict", "no_room", and those of check_job (with the field in `where`).
struct Accepted {
  bool duplicate = false;
};
struct SubmitJob {
  store::Job job{};
  Answer<Accepted> answer{};
};

// Errors: "not_found"; "too_late" with the state in `detail`.
struct Cancelled {};
struct CancelJob {
  std::string id{};
  Answer<Cancelled> answer{};
};

// Errors: "not_found", "not_in_doubt".
enum class Resolution : std::uint8_t { resend, sent, drop };
struct Resolved {
  store::State state;
};
struct ResolveJob {
  std::string id{};
  Resolution as{};
  Answer<Resolved> answer{};
};

struct PaymentResult {
  std::vector<std::string> cancelled, under_way, sent;  // job ids, at most kPaymentListMax each
  std::uint64_t cancelled_count = 0, under_way_count = 0, sent_count = 0;
};
inline constexpr std::size_t kPaymentListMax = 1000;
struct RecordPayment {
  std::string account{};
  std::string invoice{};  // empty: the account's
  std::string id{};       // empty, or what makes it idempotent
  std::string amount{}, currency{};
  std::optional<Wall> paid_at{};  // default: now
  bool reversed = false;
  Answer<PaymentResult> answer{};
};

// Errors: "conflict" (a STOP's block, see the contract), "bad_number".
struct PutConsent {
  std::string number{};
  store::ConsentStatus status{};
  std::string purpose{}, source{};
  std::optional<Wall> at{};       // default: now
  std::string override_reason{};  // lifts a STOP's block
  Answer<store::Person> answer{};
};
struct DeleteConsent {  // forgets an `allowed`; a block stays. Errors: "conflict"
  std::string number{};
  Answer<store::Person> answer{};
};

struct Acked {
  std::uint64_t seq{};
};
struct AckEvents {  // Errors: "not_found" beyond the last event
  std::string consumer{};
  std::uint64_t seq{};
  Answer<Acked> answer{};
};

struct LinkPaused {};
// Survives a restart; once a pause is answered nothing more leaves. Errors: "not_found"
struct PauseLink {
  std::string smsc{};
  bool paused{};
  Answer<LinkPaused> answer{};
};

using Request = std::variant<SubmitJob, CancelJob, ResolveJob, RecordPayment, PutConsent, DeleteConsent, AckEvents, PauseLink>;

}  // namespace dunlin::engine
