// What an operator can set, as plain structs: config/ fills them from TOML by one table, nothing else knows that format.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/text/encode.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dunning/caps.hpp"
#include "store/keyed_hash.hpp"
#include "store/records.hpp"

namespace dunlin::dunning {
class Plans;
class Templates;
class Replies;
struct CalendarRules;
}

namespace dunlin::engine {

enum class BindMode : std::uint8_t { transceiver, pair, transmitter, receiver };
using Alphabet = text::DefaultAlphabet;  // what data_coding 0 means there
using LongMessages = text::LongMessages;
enum class MessageIdForm : std::uint8_t { automatic, verbatim, hex_to_decimal, decimal_to_hex };

struct TlsSettings {
  bool enabled = false;
  std::string ca_file, cert_file, key_file, server_name;
  bool verify = true;
};

// How the value of an extra TLV is written: an integer of that width, a text with or without the NUL of a C-octet string, or hex digits.
enum class TlvForm : std::uint8_t { u8, u16, u32, u64, string, text, hex };

// A TLV that submits to an SMSC carry (India's DLT ids, an operator's billing code). extra_tlvs.hpp checks and prepares it.
struct ExtraTlv {
  std::uint16_t tag = 0;
  TlvForm form = TlvForm::string;
  std::variant<std::int64_t, std::string> value;  // as written
  std::vector<std::string> kinds;                 // of job; none: every kind
  // Prepared from the above.
  Octets octets{};               // the value on the wire
  std::uint32_t kind_bits = ~0U;  // bit k: jobs of kind k carry it
  bool operator==(const ExtraTlv&) const = default;
};

struct SmscSettings {
  std::string name;
  std::string host;
  std::uint16_t port = 2775;
  std::string system_id;
  std::string password;
  std::string system_type;
  BindMode bind = BindMode::transceiver;
  std::uint8_t version = 0x34;               // 0x33, 0x34, 0x50
  std::uint32_t sessions = 1;                // parallel binds of that kind, 1 to 64
  std::uint32_t window = 100;                // unanswered submits a session, 1 to 10000
  std::uint32_t throughput = 0;              // submit_sm PDUs a second over all sessions; 0: no limit
  std::chrono::milliseconds response_timeout{60s};
  std::chrono::milliseconds enquire_link{30s};
  std::chrono::milliseconds reconnect_min{1s};
  std::chrono::milliseconds reconnect_max{60s};
  std::string source;
  std::optional<std::uint8_t> source_ton, source_npi, dest_ton, dest_npi;
  std::optional<std::uint8_t> short_code_ton, short_code_npi;  // of a source of at most 8 digits; before source_ton and source_npi
  std::string service_type;                                    // at most 5 octets
  std::uint8_t protocol_id = 0;
  bool replace_if_present = false;
  bool priority_flag = false;                        // jobs of priority high say so to the SMSC
  std::optional<std::uint8_t> registered_delivery;  // instead of what `receipts` asks for
  std::vector<ExtraTlv> extra_tlvs;                 // at most kExtraTlvsMax
  std::uint32_t recorder = 256;                      // PDUs the flight recorder keeps, 0 to 10000; 0: it is off
  Alphabet default_alphabet = Alphabet::gsm7;
  std::optional<Alphabet> inbound_alphabet;  // of what it sends us, where that differs
  std::vector<std::string> shift_tables;     // names of the national languages whose tables it takes (text/languages.hpp)
  bool latin1 = false;                       // encoding "auto" may choose data_coding 3
  std::string encoding = "auto";             // of jobs that name none (text/encode.hpp)
  std::string transliterate = "safe";        // the same
  LongMessages long_messages = LongMessages::udh;
  MessageIdForm message_id = MessageIdForm::automatic;
  bool receipts = true;
  std::chrono::milliseconds receipt_timeout{std::chrono::hours{72}};
  bool query = false;  // query_sm is asked before a job ends for want of a receipt
  std::chrono::milliseconds validity_min{std::chrono::minutes{15}};
  TlsSettings tls;
  // host:port where this SMSC calls us (outbind): what `bind` says receives is then awaited there, never dialled. What
  // it must say of itself before we bind to it.
  std::string outbind_listen, outbind_system_id, outbind_password;
  // Where it may call from: addresses, and networks as in "192.0.2.0/24". Empty: the addresses of `host`.
  std::vector<std::string> outbind_from;
  // After a loss it must have stayed bound for so long before failover routes prefer it to the next one again.
  std::chrono::milliseconds failback_after{30s};
};

struct RouteSettings {
  std::string name;
  std::vector<std::string> prefix;  // "+48"; the longest match of all routes wins
  std::vector<std::string> smsc;    // in order of preference
  bool balance = false;             // else failover
  std::string price{}, currency{};    // of a segment, an exact decimal; empty: nobody says what it costs
};

// What a STOP stops: everything to that number, or what comes from the sender it was addressed to.
enum class OptOutScope : std::uint8_t { number, sender };

struct DunningSettings {
  std::chrono::milliseconds expires_default{std::chrono::hours{72}};
  store::InDoubtPolicy in_doubt = store::InDoubtPolicy::resend;
  std::chrono::milliseconds in_doubt_wait{std::chrono::minutes{5}};
  std::chrono::milliseconds parts_wait{std::chrono::minutes{10}};  // for the rest of a reply in parts
  std::string default_country;            // ISO 3166; "": national numbers are refused
  std::string quiet_hours;                // as written; what they mean is in `calendar`
  std::vector<std::string> quiet_days;
  std::shared_ptr<const dunning::CalendarRules> calendar;  // null: as if it were empty; no rules, no zones
  std::vector<dunning::Cap> cap_account, cap_number;  // automated texts
  std::chrono::milliseconds ledger_max_age{0};         // a job whose ledger_as_of is older waits for news; 0: however old
  std::chrono::milliseconds paid_remembered{std::chrono::hours{24 * 400}};  // a payment, for jobs that come after it
  bool validity_within_window = true;     // an SMSC is not to deliver after the window has closed
  std::vector<std::string> link_hosts;    // of pay_url, each with its subdomains; none: every host
  std::string default_locale = "en";
  std::shared_ptr<const dunning::Templates> templates;  // null: there are none
  OptOutScope optout_scope = OptOutScope::number;
  std::shared_ptr<const dunning::Plans> plans{};  // null: there are none
  std::uint32_t hops_max = 3;  // channels that may have had a job; then somebody phones
};

struct RetentionSettings {
  std::chrono::milliseconds texts{std::chrono::hours{24 * 30}};
  std::chrono::milliseconds jobs{std::chrono::hours{24 * 400}};
  std::chrono::milliseconds events{std::chrono::hours{24 * 90}};
};

// How long a reply holds its number where nobody clears it (`dunlin release`).
struct ReplySettings {
  std::shared_ptr<const dunning::Replies> rules;  // null: the built-in words alone are understood, and no reply holds
  std::chrono::milliseconds hold_ttl{0};          // whatever waits for a person; 0: until it is cleared
  std::chrono::milliseconds paid_hold{std::chrono::hours{24 * 5}};      // who says it is paid
  std::chrono::milliseconds promise_hold{std::chrono::hours{24 * 7}};   // a promise that names no day
  std::chrono::milliseconds promise_grace{std::chrono::hours{24}};      // after the end of the day that one names
  std::uint32_t answers_max = 3;  // by themselves, to a number in 24 hours; 0: none
  std::chrono::milliseconds promise_max{std::chrono::hours{24 * 31}};  // how far ahead a promised day is believed
};

struct CampaignSettings {
  std::uint32_t approve_above = 0;  // rows of an import; more than that another person approves of. 0: never
  std::uint32_t canary = 0;         // messages that an imported campaign sends first; 0: it sends all
  std::chrono::milliseconds canary_wait{std::chrono::minutes{15}};  // at most, for what becomes of them
  // Shares of them, in percent; above one of these it pauses.
  std::uint32_t canary_failures = 10, canary_opt_outs = 5, canary_wrong_numbers = 5;
};

struct Settings {
  std::vector<SmscSettings> smscs;
  std::vector<RouteSettings> routes;
  DunningSettings dunning;
  RetentionSettings retention;
  std::chrono::milliseconds drain_timeout{10s};
  bool sync = true;                         // commits are fsynced
  std::string new_secret = std::string(store::kSecretOctets, 's');  // of a store that has none yet: random, but in tests
  std::uint64_t store_min_free = 512 << 20;  // octets; below it intake answers no_room
  ReplySettings replies{};
  CampaignSettings campaigns{};
};

}  // namespace dunlin::engine
