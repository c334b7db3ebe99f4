// What the store remembers of people and of accounts: consents, holds, payments, and what caps count. As
// store/records.hpp says of all records, a field is only ever appended to a list.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "store/job_records.hpp"

namespace dunlin::store {

enum class ConsentStatus : std::uint8_t { unset, allowed, blocked };

struct ConsentChange {
  Wall at{};
  ConsentStatus status = ConsentStatus::unset;
  std::string purpose;
  std::string source;    // "reply", "api", …
  std::string reason;    // the word that did it, or the override's reason
  std::string sender{};  // of ours, where it is about that one alone
  static constexpr auto fields =
      std::tuple{field("at", &ConsentChange::at),           field("status", &ConsentChange::status),
                 field("purpose", &ConsentChange::purpose), field("source", &ConsentChange::source),
                 field("reason", &ConsentChange::reason),   field("sender", &ConsentChange::sender)};
  bool operator==(const ConsentChange&) const = default;
};

// Of one purpose, beside what stands for the whole number.
struct PurposeConsent {
  std::string purpose;
  ConsentStatus status = ConsentStatus::unset;
  std::string basis;
  std::string source;
  Wall at{};
  static constexpr auto fields =
      std::tuple{field("purpose", &PurposeConsent::purpose), field("status", &PurposeConsent::status),
                 field("basis", &PurposeConsent::basis), field("source", &PurposeConsent::source),
                 field("at", &PurposeConsent::at)};
  bool operator==(const PurposeConsent&) const = default;
};

// A sender of ours that a person has stopped, where a STOP is about its sender alone (`optout_scope`).
struct StoppedSender {
  std::string sender;  // as the STOP was addressed
  Wall at{};
  static constexpr auto fields = std::tuple{field("sender", &StoppedSender::sender), field("at", &StoppedSender::at)};
  bool operator==(const StoppedSender&) const = default;
};
inline constexpr std::size_t kStoppedSendersMax = 32;  // beyond: the whole number is blocked

// Until it is released or over, nothing automated goes to whom it holds.
struct Hold {
  std::string id;
  std::string reason;
  Wall at{};
  std::optional<Wall> until;
  std::string job{};      // of a reply's: the id of the job that it answers
  bool released = false;  // it was ended before its time
  static constexpr auto fields =
      std::tuple{field("id", &Hold::id),       field("reason", &Hold::reason), field("at", &Hold::at),
                 field("until", &Hold::until), field("job", &Hold::job),       field("released", &Hold::released)};
  bool operator==(const Hold&) const = default;
};
inline constexpr std::size_t kHoldsMax = 16;    // of a number or an account; beyond: refused
inline constexpr std::size_t kRecentMax = 128;  // texts that count towards a cap; beyond: the oldest goes

// An answer that somebody was sent by itself.
struct SentAnswer {
  Wall at{};
  std::string intent;
  static constexpr auto fields = std::tuple{field("at", &SentAnswer::at), field("intent", &SentAnswer::intent)};
  bool operator==(const SentAnswer&) const = default;
};

// people: number → what stands between us and texting it.
struct Person {
  ConsentStatus status = ConsentStatus::unset;
  bool stopped = false;  // the block came from the person's own STOP
  std::string purpose;
  std::string source;
  Wall at{};
  std::vector<ConsentChange> history;    // the newest kConsentHistoryMax
  std::vector<PurposeConsent> purposes;  // at most one a purpose
  std::vector<Hold> holds;
  std::vector<Wall> recent;       // when automated texts were begun, oldest first: what caps count
  std::uint32_t failures = 0;     // texts to it in a row that failed for good
  std::optional<Wall> bad_since;  // it is told as bad
  std::string bad_reason;
  std::vector<StoppedSender> stopped_senders;
  std::optional<Wall> replied_at;   // when its person last wrote
  std::vector<SentAnswer> answers;  // of the last day, oldest first, at most kAnswersMax
  static constexpr auto fields = std::tuple{field("status", &Person::status),
                                            field("stopped", &Person::stopped),
                                            field("purpose", &Person::purpose),
                                            field("source", &Person::source),
                                            field("at", &Person::at),
                                            field("history", &Person::history),
                                            field("purposes", &Person::purposes),
                                            field("holds", &Person::holds),
                                            field("recent", &Person::recent),
                                            field("failures", &Person::failures),
                                            field("bad_since", &Person::bad_since),
                                            field("bad_reason", &Person::bad_reason),
                                            field("stopped_senders", &Person::stopped_senders),
                                            field("replied_at", &Person::replied_at),
                                            field("answers", &Person::answers)};
  bool operator==(const Person&) const = default;
};
inline constexpr std::size_t kConsentHistoryMax = 100;
inline constexpr std::size_t kAnswersMax = 32;

// conversations: (number, event) → what its person wrote. What we sent is in the number's jobs.
struct Heard {
  Wall at{};
  std::string text;  // card numbers masked
  std::string intent, language;
  std::string rule;  // which phrase decided
  std::string date;  // of a promise: the day it names
  std::string job;   // the id of what it most likely answers
  std::string to;    // the address of ours it was sent to
  bool ambiguous = false;
  bool partial = false;
  bool needs_person = false;  // it speaks of a death, an insolvency or a lawyer
  static constexpr auto fields =
      std::tuple{field("at", &Heard::at),           field("text", &Heard::text),
                 field("intent", &Heard::intent),   field("language", &Heard::language),
                 field("rule", &Heard::rule),       field("date", &Heard::date),
                 field("job", &Heard::job),         field("to", &Heard::to),
                 field("ambiguous", &Heard::ambiguous), field("partial", &Heard::partial),
                 field("needs_person", &Heard::needs_person)};
  bool operator==(const Heard&) const = default;
};

// A payment of a part of what is owed. Its account's own row has it, also where it is for one invoice.
struct PartPayment {
  std::string id;
  std::string invoice;  // empty: for all of the account
  std::string amount, currency;
  Wall at{};                  // as told
  Wall told_at{};             // an amount that was told later knows of it
  std::uint64_t below_n = 0;  // jobs with a smaller n were accepted before it
  static constexpr auto fields =
      std::tuple{field("id", &PartPayment::id),          field("invoice", &PartPayment::invoice),
                 field("amount", &PartPayment::amount),  field("currency", &PartPayment::currency),
                 field("at", &PartPayment::at),          field("told_at", &PartPayment::told_at),
                 field("below_n", &PartPayment::below_n)};
  bool operator==(const PartPayment&) const = default;
};
inline constexpr std::size_t kPartPaymentsMax = 64;  // of an account; beyond: refused

// A payment of all that is owed.
struct WholePayment {
  std::string id;             // empty: it was told without one
  Wall at{};                  // as told
  Wall told_at{};             // covers what was accepted before
  std::uint64_t below_n = 0;  // jobs with a smaller n were accepted before it
  static constexpr auto fields = std::tuple{field("id", &WholePayment::id), field("at", &WholePayment::at),
                                            field("told_at", &WholePayment::told_at), field("below_n", &WholePayment::below_n)};
  bool operator==(const WholePayment&) const = default;
};
inline constexpr std::size_t kWholePaymentsMax = 64;  // that stand; beyond: the oldest becomes one with the next

// accounts: account, or account + invoice → what was paid of it and said of it.
struct Account {
  std::optional<Wall> paid_at;           // of the payments that stand the latest
  std::optional<Wall> paid_told_at;      // the same
  std::uint64_t paid_below_n = 0;        // the same
  std::vector<std::string> payment_ids;  // the newest kPaymentIdsMax, for idempotency
  std::vector<Hold> holds;
  std::vector<Wall> recent;     // as a person's
  std::vector<Change> changes;  // what upstream has said since jobs were submitted
  std::vector<PartPayment> parts;
  std::string currency;  // an invoice's: of the first amount that named it
  std::vector<WholePayment> payments;  // that stand, oldest told first; paid, and none: an older program wrote the row
  static constexpr auto fields = std::tuple{field("paid_at", &Account::paid_at),
                                            field("paid_told_at", &Account::paid_told_at),
                                            field("paid_below_n", &Account::paid_below_n),
                                            field("payment_ids", &Account::payment_ids),
                                            field("holds", &Account::holds),
                                            field("recent", &Account::recent),
                                            field("changes", &Account::changes),
                                            field("parts", &Account::parts),
                                            field("currency", &Account::currency),
                                            field("payments", &Account::payments)};
  bool operator==(const Account&) const = default;
};
inline constexpr std::size_t kPaymentIdsMax = 64;

}  // namespace dunlin::store
