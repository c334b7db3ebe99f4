// The table itself: every key an operator can write. To add a setting: its row here and the member it fills.
#include <algorithm>

#include "base/duration.hpp"
#include "config/configuration.hpp"
#include "config/slots.hpp"
#include "dunning/calendar.hpp"
#include "dunning/plan.hpp"
#include "dunning/replies.hpp"
#include "dunning/template.hpp"

namespace dunlin::config {
namespace {

using engine::CampaignSettings;
using engine::DunningSettings;
using engine::ExtraTlv;
using engine::ReplySettings;
using engine::RetentionSettings;
using engine::RouteSettings;
using engine::Settings;
using engine::SmscSettings;
using engine::TlsSettings;

constexpr Bounds between(std::int64_t min, std::int64_t max) { return {min, max}; }
constexpr Bounds between(std::chrono::milliseconds min, std::chrono::milliseconds max) {
  return {min.count(), max.count()};
}
constexpr std::chrono::milliseconds days(int count) { return std::chrono::hours{24 * count}; }

constexpr Names<LogLevel, 5> kLevels{
    R"("trace", "debug", "info", "warn", "error")",
    {"trace", "debug", "info", "warn", "error"},
    {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error}};
constexpr Names<LogFormat, 2> kFormats{R"("text", "json")", {"text", "json"}, {LogFormat::text, LogFormat::json}};
constexpr Names<engine::BindMode, 4> kBinds{
    R"("transceiver", "pair", "transmitter", "receiver")",
    {"transceiver", "pair", "transmitter", "receiver"},
    {engine::BindMode::transceiver, engine::BindMode::pair, engine::BindMode::transmitter, engine::BindMode::receiver}};
constexpr Names<std::uint8_t, 3> kVersions{R"("3.3", "3.4", "5.0")", {"3.3", "3.4", "5.0"}, {0x33, 0x34, 0x50}};
constexpr Names<engine::Alphabet, 6> kAlphabets{
    R"("gsm7", "ascii", "latin1", "gsm7-packed", "latin9", "utf8")",
    {"gsm7", "ascii", "latin1", "gsm7-packed", "latin9", "utf8"},
    {engine::Alphabet::gsm7, engine::Alphabet::ascii, engine::Alphabet::latin1, engine::Alphabet::gsm7_packed,
     engine::Alphabet::latin9, engine::Alphabet::utf8}};
constexpr Names<std::string_view, 6> kEncodings{R"("auto", "gsm7", "gsm7-national", "latin1", "ascii", "ucs2")",
                                                {"auto", "gsm7", "gsm7-national", "latin1", "ascii", "ucs2"},
                                                {"auto", "gsm7", "gsm7-national", "latin1", "ascii", "ucs2"}};
constexpr Names<std::string_view, 3> kTransliterations{
    R"("none", "safe", "lossy")", {"none", "safe", "lossy"}, {"none", "safe", "lossy"}};
constexpr Names<engine::LongMessages, 4> kLongMessages{
    R"("udh", "udh16", "sar", "payload")",
    {"udh", "udh16", "sar", "payload"},
    {engine::LongMessages::udh, engine::LongMessages::udh16, engine::LongMessages::sar, engine::LongMessages::payload}};
constexpr Names<engine::MessageIdForm, 4> kMessageIds{
    R"("auto", "verbatim", "hex-to-decimal", "decimal-to-hex")",
    {"auto", "verbatim", "hex-to-decimal", "decimal-to-hex"},
    {engine::MessageIdForm::automatic, engine::MessageIdForm::verbatim, engine::MessageIdForm::hex_to_decimal,
     engine::MessageIdForm::decimal_to_hex}};
constexpr Names<engine::TlvForm, 7> kTlvForms{
    R"("u8", "u16", "u32", "u64", "string", "text", "hex")",
    {"u8", "u16", "u32", "u64", "string", "text", "hex"},
    {engine::TlvForm::u8, engine::TlvForm::u16, engine::TlvForm::u32, engine::TlvForm::u64, engine::TlvForm::string,
     engine::TlvForm::text, engine::TlvForm::hex}};
constexpr Names<bool, 2> kModes{R"("failover", "balance")", {"failover", "balance"}, {false, true}};
constexpr Names<engine::OptOutScope, 2> kScopes{
    R"("number", "sender")", {"number", "sender"}, {engine::OptOutScope::number, engine::OptOutScope::sender}};
constexpr Names<store::InDoubtPolicy, 2> kInDoubt{
    R"("resend", "hold")", {"resend", "hold"}, {store::InDoubtPolicy::resend, store::InDoubtPolicy::hold}};

constexpr auto kGateway = &Configuration::gateway;
constexpr auto kDunning = &Settings::dunning;
constexpr auto kReplies = &Settings::replies;
constexpr auto kCampaigns = &Settings::campaigns;
constexpr auto kRetention = &Settings::retention;
constexpr auto kTls = &SmscSettings::tls;

constexpr Table kTables[] = {
    {"daemon", Owner::configuration, false, "The process itself."},
    {"store", Owner::configuration, false,
     "Where jobs, people and events are kept. One daemon a store: a second one is refused and told the pid of the "
     "first."},
    {"api", Owner::configuration, false,
     "HTTP/1.1 and JSON on a Unix socket: what billing systems and the tool `dunlin` talk to."},
    {"metrics", Owner::configuration, false, "Prometheus reads how the gateway is doing from GET /metrics."},
    {"log", Owner::configuration, false,
     "To standard error; under systemd with the priorities the journal understands. Passwords are in no log, whatever "
     "is set here."},
    {"smsc", Owner::smsc, true,
     "One such table an SMSC. The operator of the SMSC tells host, port, system_id, password, and what window and "
     "throughput it allows."},
    {"smsc.tls", Owner::smsc, false, "TLS towards the SMSC above."},
    {"smsc.extra_tlvs", Owner::extra_tlv, true,
     "A TLV that every submit to the SMSC above carries, one such table each; peers below SMPP 3.4 are sent none. "
     "India's "
     "operators ask for 0x1400 (entity), 0x1401 (template; a table for each of their kinds) and 0x1402 (telemarketer).",
     true},
    {"route", Owner::route, true,
     "Which SMSC serves which numbers: the longest prefix wins. Without any [[route]] every SMSC serves everything; "
     "with some, a number that "
     "no prefix matches is refused (no_route)."},
    {"dunning", Owner::configuration, false, "What is sent when, and what is never sent."},
    {"replies", Owner::configuration, false,
     "How long a reply holds what would be sent to its number next (docs/replies.md). What is harmless (help, pay now, "
     "thanks, START) holds nothing, and "
     "a hold is released sooner by `dunlin release`."},
    {"campaigns", Owner::configuration, false, "Campaigns that are imported from a file (docs/campaigns.md)."},
    {"retention", Owner::configuration, false,
     "How long things are remembered, counted from when they were last needed."},
};

// clang-format off
const Row kRows[] = {
    {.table = "daemon", .key = "drain_timeout", .slot = at<kGateway, &Settings::drain_timeout>(), .bounds = between(0s, 1h),
     .text = "How long a stop waits for answers that are still outstanding before it unbinds. What is then unanswered is in doubt "
             "(see in_doubt). Keep systemd's TimeoutStopSec longer."},

    {.table = "store", .key = "path", .slot = at<&Configuration::store, &StoreOptions::path>(), .bounds = between(1, 4096), .place = Place::made,
     .text = "The folder of the RocksDB store; made when it is not there. On a local disk that keeps its promise to sync."},
    {.table = "store", .key = "sync", .slot = at<kGateway, &Settings::sync>(),
     .text = "Every commit survives a power cut before anything is acknowledged or sent because of it. false: only for rehearsals; it is "
             "said loudly at start, and a power cut may then lose what was acknowledged and send twice."},
    {.table = "store", .key = "min_free", .slot = at<kGateway, &Settings::store_min_free>(), .live = true,
     .text = "With less than this free on the store's file system, new jobs are answered with 507. STOPs, payments and receipts still have "
             "room, and intake goes on by itself when there is room again."},

    {.table = "api", .key = "socket", .slot = at<&Configuration::api, &ApiOptions::socket>(), .bounds = between(1, 107), .place = Place::made,
     .text = "Path of the socket."},
    {.table = "api", .key = "mode", .slot = mode_at<&Configuration::api, &ApiOptions::mode>(),
     .text = "Who may talk to it: its permission bits, which are also held against the credentials of whoever connects."},

    {.table = "metrics", .key = "listen", .slot = at<&Configuration::metrics, &MetricsOptions::listen>(), .bounds = between(0, 255),
     .text = "host:port of GET /metrics. It has no access control of its own: keep it on a loopback or an internal address. \"\" serves none."},

    {.table = "log", .key = "level", .slot = named_at<kLevels, &Configuration::log, &LogOptions::level>(), .live = true,
     .text = "What is said: this level and everything graver."},
    {.table = "log", .key = "format", .slot = named_at<kFormats, &Configuration::log, &LogOptions::format>(),
     .text = "Lines for people, or one JSON object a line for machines."},
    {.table = "log", .key = "redact", .slot = at<&Configuration::log, &LogOptions::redact>(),
     .text = "Phone numbers are masked to their first and last digits. Texts are never logged."},

    {.table = "smsc", .key = "name", .slot = at<&SmscSettings::name>(), .bounds = between(1, 64), .required = true, .example = "\"alpha\"",
     .text = "What routes, metrics, events and the tool call it: letters, digits, '-', '_' and '.'. What is under way is kept under this "
             "name, so do not rename it while jobs are open."},
    {.table = "smsc", .key = "host", .slot = at<&SmscSettings::host>(), .bounds = between(1, 255), .required = true, .example = "\"127.0.0.1\"",
     .text = "Its address or host name."},
    {.table = "smsc", .key = "port", .slot = at<&SmscSettings::port>(), .bounds = between(1, 65535), .text = "Its TCP port."},
    {.table = "smsc", .key = "system_id", .slot = at<&SmscSettings::system_id>(), .bounds = between(1, 15), .required = true,
     .example = "\"dunlin\"", .text = "The account we bind with."},
    {.table = "smsc", .key = "password", .slot = at<&SmscSettings::password>(), .bounds = between(0, 8), .secret = true,
     .example = "\"secret\"",
     .text = "Its password. SMPP has room for 8 octets. Prefer password_file, so that this file may be read by others."},
    {.table = "smsc", .key = "password_file", .slot = nowhere<std::string>(), .bounds = between(1, 4096), .place = Place::file,
     .fallback = "\"\"", .example = "\"/run/credentials/dunlin.service/smsc_alpha\"", .commented = true,
     .text = "A file with the password, instead of password; a line end after it does not count. With systemd: put it into /etc/dunlin/credentials/alpha, "
             "which the unit hands over as the path below."},
    {.table = "smsc", .key = "system_type", .slot = at<&SmscSettings::system_type>(), .bounds = between(0, 12),
     .text = "Only where the operator of the SMSC asks for one."},
    {.table = "smsc", .key = "bind", .slot = named_at<kBinds, &SmscSettings::bind>(),
     .text = "\"pair\" is one transmitter and one receiver. A transmitter alone hears neither receipts nor replies."},
    {.table = "smsc", .key = "version", .slot = named_at<kVersions, &SmscSettings::version>(),
     .text = "The SMPP version we offer; the SMSC's answer decides which is spoken."},
    {.table = "smsc", .key = "sessions", .slot = at<&SmscSettings::sessions>(), .bounds = between(1, 64),
     .text = "How many parallel binds of that kind."},
    {.table = "smsc", .key = "window", .slot = at<&SmscSettings::window>(), .bounds = between(1, 10000), .live = true,
     .text = "Unanswered submits a session may have. Round trips a second × window is the most a session can carry."},
    {.table = "smsc", .key = "throughput", .slot = at<&SmscSettings::throughput>(), .bounds = between(0, 1000000), .live = true,
     .text = "submit_sm PDUs a second over all sessions of this SMSC, in every sliding second. A long text is several PDUs. 0: no limit."},
    {.table = "smsc", .key = "response_timeout", .slot = at<&SmscSettings::response_timeout>(), .bounds = between(10ms, 1h),
     .text = "After this an answer is late: its place in the window stays taken, and a late answer counts. After twice that the session is closed."},
    {.table = "smsc", .key = "enquire_link", .slot = at<&SmscSettings::enquire_link>(), .bounds = between(10ms, 1h),
     .text = "A session that is silent for this long is asked whether it is alive."},
    {.table = "smsc", .key = "reconnect_min", .slot = at<&SmscSettings::reconnect_min>(), .bounds = between(10ms, 1h),
     .text = "The first pause before connecting again; it doubles, with jitter, up to reconnect_max, and never gives up."},
    {.table = "smsc", .key = "reconnect_max", .slot = at<&SmscSettings::reconnect_max>(), .bounds = between(10ms, days(1)),
     .text = "The longest pause. Refused credentials go straight to it; \"already bound\" waits this or 30s, whichever is less."},
    {.table = "smsc", .key = "source", .slot = at<&SmscSettings::source>(), .bounds = between(0, 20), .example = "\"ACME\"",
     .text = "The sender people see, unless a job names its own: up to 11 letters and digits, a short code, or an international number."},
    {.table = "smsc", .key = "source_ton", .slot = at<&SmscSettings::source_ton>(), .bounds = between(0, 255), .example = "5", .commented = true,
     .text = "Type of number of the source. Guessed when not set: letters 5, short code 3, international 1."},
    {.table = "smsc", .key = "source_npi", .slot = at<&SmscSettings::source_npi>(), .bounds = between(0, 255), .example = "0", .commented = true,
     .text = "Numbering plan of the source. Guessed when not set: letters 0, short code 0, international 1."},
    {.table = "smsc", .key = "dest_ton", .slot = at<&SmscSettings::dest_ton>(), .bounds = between(0, 255), .example = "1", .commented = true,
     .text = "Type of number of the destination. 1 (international) when not set."},
    {.table = "smsc", .key = "dest_npi", .slot = at<&SmscSettings::dest_npi>(), .bounds = between(0, 255), .example = "1", .commented = true,
     .text = "Numbering plan of the destination. 1 (E.164) when not set."},
    {.table = "smsc", .key = "short_code_ton", .slot = at<&SmscSettings::short_code_ton>(), .bounds = between(0, 255), .example = "3", .commented = true,
     .text = "Type of number of a source that is a short code (at most 8 digits, no '+'), also where source_ton is set. 3 when neither is."},
    {.table = "smsc", .key = "short_code_npi", .slot = at<&SmscSettings::short_code_npi>(), .bounds = between(0, 255), .example = "0", .commented = true,
     .text = "Numbering plan of a source that is a short code, also where source_npi is set. 0 when neither is."},
    {.table = "smsc", .key = "service_type", .slot = at<&SmscSettings::service_type>(), .bounds = between(0, 5),
     .text = "Only where the operator of the SMSC asks for one, as \"CMT\"."},
    {.table = "smsc", .key = "protocol_id", .slot = at<&SmscSettings::protocol_id>(), .bounds = between(0, 255),
     .text = "TP-PID of GSM 03.40. 0 is a plain text; 65 to 71 replace the earlier one of the same number on the handset."},
    {.table = "smsc", .key = "replace_if_present", .slot = at<&SmscSettings::replace_if_present>(),
     .text = "Ask the SMSC to replace a message that still waits there for the same recipient. The replaced one gets no receipt of its own from "
             "most, and its job ends as `unknown`."},
    {.table = "smsc", .key = "priority_flag", .slot = at<&SmscSettings::priority_flag>(),
     .text = "Jobs of priority high are submitted with priority_flag 1. All others, and all where this is false, with 0."},
    {.table = "smsc", .key = "registered_delivery", .slot = at<&SmscSettings::registered_delivery>(), .bounds = between(0, 255), .example = "17",
     .commented = true,
     .text = "The octet itself, for an SMSC that wants another than `receipts` means (1, or 0 without): 17 asks for intermediate receipts, too. Its two lowest "
             "bits must agree with `receipts`. With 2 (failures only) or 3 (successes only) the jobs that get no receipt end as `unknown`."},
    {.table = "smsc", .key = "recorder", .slot = at<&SmscSettings::recorder>(), .bounds = between(0, 10000),
     .text = "How many PDUs of this link the flight recorder keeps in memory, about 256 octets each, for `dunlin links pdus` and `dunlin job show`: "
             "numbers masked, texts and passwords left out before they get there. 0: none."},
    {.table = "smsc", .key = "default_alphabet", .slot = named_at<kAlphabets, &SmscSettings::default_alphabet>(),
     .text = "What data_coding 0 means at this SMSC. Ask its operator: '@' and '_' arriving as something else is the sign of a wrong one."},
    {.table = "smsc", .key = "inbound_alphabet", .slot = named_at<kAlphabets, &SmscSettings::inbound_alphabet>(), .example = "\"latin1\"", .commented = true,
     .text = "What data_coding 0 means in what it sends us, where that is something else; default_alphabet when not set."},
    {.table = "smsc", .key = "shift_tables", .slot = at<&SmscSettings::shift_tables>(), .bounds = between(0, 13),
     .text = "National languages whose tables of 3GPP 23.038 this SMSC and its handsets take, as in [\"turkish\", \"hindi\"]: a text in one of them then takes 7 bits a character, not 16. "
             "Of turkish, spanish, portuguese, bengali, gujarati, hindi, kannada, malayalam, oriya, punjabi, tamil, telugu, urdu. Handsets before 2010 show other letters."},
    {.table = "smsc", .key = "latin1", .slot = at<&SmscSettings::latin1>(),
     .text = "Whether encoding \"auto\" may choose Latin-1 (data_coding 3). Many networks turn it into the GSM alphabet on the way and lose what that lacks, so not by itself."},
    {.table = "smsc", .key = "encoding", .slot = named_at<kEncodings, &SmscSettings::encoding>(),
     .text = "Of jobs that name none. \"auto\": the cheapest of the default alphabet, shift_tables, Latin-1 where `latin1` allows it, and UCS-2. The others refuse a text that they can't carry."},
    {.table = "smsc", .key = "transliterate", .slot = named_at<kTransliterations, &SmscSettings::transliterate>(),
     .text = "Of jobs that name none. \"safe\": typographic signs and blanks become the ones that look the same in the GSM alphabet. \"lossy\": also letters (Zapłać: Zaplac), only where that saves a segment or "
             "makes the encoding possible, and not in what looks like a web or mail address, in a word in which a letter outside ASCII stands before a digit or a capital one right after it, or in the job's account, invoice and pay_url. \"none\": nothing is replaced."},
    {.table = "smsc", .key = "long_messages", .slot = named_at<kLongMessages, &SmscSettings::long_messages>(),
     .text = "How a long text is carried: segments held together by a user data header with an 8-bit (\"udh\") or 16-bit reference (\"udh16\"), by "
             "the sar_ TLVs (\"sar\"), or uncut in message_payload (\"payload\"). The last two need version 3.4."},
    {.table = "smsc", .key = "message_id", .slot = named_at<kMessageIds, &SmscSettings::message_id>(),
     .text = "How its receipts name messages, compared with its submit_sm_resp: \"auto\" finds out and tells in `dunlin links`."},
    {.table = "smsc", .key = "receipts", .slot = at<&SmscSettings::receipts>(),
     .text = "Ask for a final delivery receipt of every message. Without them a job is `submitted` until it expires, then `unknown`."},
    {.table = "smsc", .key = "receipt_timeout", .slot = at<&SmscSettings::receipt_timeout>(), .bounds = between(10ms, days(60)),
     .text = "How long a receipt may take after the message's validity ends; then the job is `unknown`."},
    {.table = "smsc", .key = "query", .slot = at<&SmscSettings::query>(),
     .text = "Ask with query_sm for a message whose receipt did not come, before its job becomes `unknown`. Ask the SMSC's operator first: "
             "many know no query_sm."},
    {.table = "smsc", .key = "validity_min", .slot = at<&SmscSettings::validity_min>(), .bounds = between(0s, days(1)),
     .text = "With less of a sending window left than this, a job waits for the next window: what an SMSC cannot deliver at once it would deliver too late, or not at all."},
    {.table = "smsc", .key = "failback_after", .slot = at<&SmscSettings::failback_after>(), .bounds = between(0s, days(1)), .live = true,
     .text = "After this SMSC was lost and is bound again, it must have stayed bound for so long before a failover route prefers it to the "
             "next one again: one that binds and drops all the time does not get the traffic each time. Where no other can send, it is used at once."},
    {.table = "smsc", .key = "outbind_listen", .slot = at<&SmscSettings::outbind_listen>(), .bounds = between(0, 255),
     .example = "\"0.0.0.0:2776\"", .commented = true,
     .text = "host:port where this SMSC calls us and asks with an outbind to be bound to. What `bind` says receives is then awaited there and never "
             "dialled; the transmitter of a \"pair\" is dialled as ever. Without TLS: keep it to a network you trust. \"\": we call it."},
    {.table = "smsc", .key = "outbind_from", .slot = at<&SmscSettings::outbind_from>(), .bounds = between(0, 64),
     .example = "[\"192.0.2.7\", \"198.51.100.0/24\"]", .commented = true,
     .text = "Addresses and networks it may call from; everybody else is hung up on unheard. []: the addresses of `host`, looked up again when another one calls. Anywhere: [\"0.0.0.0/0\", \"::/0\"]."},
    {.table = "smsc", .key = "outbind_system_id", .slot = at<&SmscSettings::outbind_system_id>(), .bounds = between(0, 15),
     .example = "\"SMSC\"", .commented = true,
     .text = "The system_id its outbind must name. Required with outbind_listen: our own password goes to nobody who does not know these two."},
    {.table = "smsc", .key = "outbind_password", .slot = at<&SmscSettings::outbind_password>(), .bounds = between(0, 8), .secret = true,
     .example = "\"secret\"", .commented = true, .text = "The password its outbind must bring. Required with outbind_listen."},
    {.table = "smsc", .key = "outbind_password_file", .slot = nowhere<std::string>(), .bounds = between(1, 4096), .place = Place::file,
     .fallback = "\"\"", .example = "\"/run/credentials/dunlin.service/smsc_alpha_outbind\"", .commented = true,
     .text = "A file with it, instead of outbind_password; a line end after it does not count."},

    {.table = "smsc.tls", .key = "enabled", .slot = at<kTls, &TlsSettings::enabled>(),
     .text = "Speak TLS from the first octet, at least 1.2. The files below are read at start and at each reload: new connections use what was "
             "read last, those that are bound stay as they are."},
    {.table = "smsc.tls", .key = "ca_file", .slot = at<kTls, &TlsSettings::ca_file>(), .bounds = between(1, 4096), .live = true, .place = Place::file,
     .example = "\"/etc/dunlin/alpha.ca.pem\"", .commented = true, .text = "Who vouches for the SMSC, in PEM; the system's list when not set."},
    {.table = "smsc.tls", .key = "cert_file", .slot = at<kTls, &TlsSettings::cert_file>(), .bounds = between(1, 4096), .live = true, .place = Place::file,
     .example = "\"/etc/dunlin/alpha.cert.pem\"", .commented = true,
     .text = "Our certificate and what links it to its CA, in PEM, where the SMSC asks for one."},
    {.table = "smsc.tls", .key = "key_file", .slot = at<kTls, &TlsSettings::key_file>(), .bounds = between(1, 4096), .live = true, .place = Place::file,
     .example = "\"/run/credentials/dunlin.service/smsc_alpha.key\"", .commented = true, .text = "Its private key, in PEM, without a passphrase."},
    {.table = "smsc.tls", .key = "server_name", .slot = at<kTls, &TlsSettings::server_name>(), .bounds = between(0, 255), .live = true,
     .text = "The name we ask for (SNI) and its certificate must carry; \"\": the host."},
    {.table = "smsc.tls", .key = "verify", .slot = at<kTls, &TlsSettings::verify>(), .live = true,
     .text = "Hang up when its certificate does not hold. false: anybody may pose as the SMSC and read every message and the password; it is said "
             "loudly at start and in `dunlin links`."},

    {.table = "smsc.extra_tlvs", .key = "tag", .slot = at<&ExtraTlv::tag>(), .bounds = between(1, 65535), .required = true, .example = "0x1401",
     .text = "One the specification has for submit_sm, or a vendor's: 0x1400 to 0x3FFF. Each once, unless for different kinds."},
    {.table = "smsc.extra_tlvs", .key = "type", .slot = named_at<kTlvForms, &ExtraTlv::form>(),
     .text = "An integer of 1, 2, 4 or 8 octets; \"string\" is a text and a NUL after it, \"text\" one without, \"hex\" any octets."},
    {.table = "smsc.extra_tlvs", .key = "value", .slot = at<&ExtraTlv::value>(), .bounds = between(0, 2048), .required = true,
     .example = "\"1107161234567890123\"", .text = "An integer for an integer type, else a string; of \"hex\" two digits an octet."},
    {.table = "smsc.extra_tlvs", .key = "kinds", .slot = at<&ExtraTlv::kinds>(), .bounds = between(0, 32), .example = "[\"overdue\", \"final\"]",
     .text = "The kinds of job that carry it; [] is every kind."},

    {.table = "route", .key = "name", .slot = at<&RouteSettings::name>(), .bounds = between(1, 64), .required = true, .example = "\"everything\"",
     .text = "Queues are kept by it: letters, digits, '-', '_' and '.'."},
    {.table = "route", .key = "prefix", .slot = at<&RouteSettings::prefix>(), .bounds = between(1, 10000), .required = true, .example = "[\"+\"]",
     .text = "How its numbers begin, as in [\"+48\", \"+49\"]; \"+\" is every number."},
    {.table = "route", .key = "smsc", .slot = at<&RouteSettings::smsc>(), .bounds = between(1, 64), .required = true, .example = "[\"alpha\"]",
     .text = "Names of the SMSCs that serve it, in order of preference."},
    {.table = "route", .key = "mode", .slot = named_at<kModes, &RouteSettings::balance>(),
     .text = "\"failover\": the first that is bound takes everything. \"balance\": all that are bound share."},
    {.table = "route", .key = "price", .slot = at<&RouteSettings::price>(), .bounds = between(1, 19), .live = true, .example = "\"0.0745\"", .commented = true,
     .text = "What a segment costs there, an exact decimal with at most four digits behind the point: a dry run of a campaign and reports tell the sum. "
             "Not set: they tell no cost."},
    {.table = "route", .key = "currency", .slot = at<&RouteSettings::currency>(), .bounds = between(3, 3), .live = true, .example = "\"EUR\"", .commented = true,
     .text = "Of `price`, ISO 4217."},

    {.table = "dunning", .key = "templates", .slot = loaded_at<kGateway, kDunning, &DunningSettings::templates>(), .bounds = between(0, 4096), .live = true,
     .place = Place::defaulted, .fallback = "\"templates.d\"", .example = "\"templates.d\"", .commented = true,
     .text = "Folder of message templates: every *.toml in it is read, and read again by a reload (docs/templates.md). Set who you are in its "
             "creditor.toml. \"\": none, so that jobs bring their own texts."},
    {.table = "dunning", .key = "plans", .slot = loaded_at<kGateway, kDunning, &DunningSettings::plans>(), .bounds = between(0, 4096), .live = true,
     .place = Place::defaulted, .fallback = "\"plans.d\"", .example = "\"plans.d\"", .commented = true,
     .text = "Folder of dunning plans: every *.toml in it is read, and read again by a reload (docs/plans.md). A job under way takes the next step of the plan "
             "as it is then. \"\": none."},
    {.table = "dunning", .key = "replies", .slot = loaded_at<kGateway, kReplies, &ReplySettings::rules>(), .bounds = between(0, 4096), .live = true,
     .place = Place::defaulted, .fallback = "\"replies.toml\"", .example = "\"replies.toml\"", .commented = true,
     .text = "What replies mean, language by language (docs/replies.md), read again by a reload. \"\": only STOP and its like, which are built in, "
             "are understood, and no reply holds what would be sent next."},
    {.table = "dunning", .key = "countries", .slot = loaded_at<kGateway, kDunning, &DunningSettings::calendar>(), .bounds = between(0, 4096), .live = true,
     .place = Place::defaulted, .fallback = "\"countries.toml\"", .example = "\"countries.toml\"", .commented = true,
     .text = "Dated rules by country and purpose, holidays, and prefixes of numbers (docs/calendar.md), read again by a reload. Where no rule is known: Monday to "
             "Friday 09:00 to 18:00 in the recipient's time. \"\" switches all of it off, which is said at start."},
    {.table = "dunning", .key = "quiet_hours", .slot = at<kGateway, kDunning, &DunningSettings::quiet_hours>(), .bounds = between(0, 11), .live = true,
     .text = "Hours in which nothing is sent besides, in the recipient's time, as in \"20:00-08:00\"; they may cross midnight."},
    {.table = "dunning", .key = "quiet_days", .slot = at<kGateway, kDunning, &DunningSettings::quiet_days>(), .bounds = between(0, 7), .live = true,
     .text = "Days of the week on which nothing is sent besides, as in [\"saturday\", \"sunday\"]."},
    {.table = "dunning", .key = "default_country", .slot = at<kGateway, kDunning, &DunningSettings::default_country>(), .bounds = between(0, 2),
     .live = true, .text = "ISO 3166, two capitals: numbers without '+' are then read as of this country. \"\": they are refused."},
    {.table = "dunning", .key = "default_locale", .slot = at<kGateway, kDunning, &DunningSettings::default_locale>(), .bounds = between(2, 35),
     .live = true, .text = "BCP 47: the language of a job that names none."},
    {.table = "dunning", .key = "cap_account", .slot = at<kGateway, kDunning, &DunningSettings::cap_account>(), .bounds = between(0, 16), .live = true,
     .example = "[\"1/24h\", \"2/7d\", \"4/30d\"]",
     .text = "The most automated texts an account gets: one in any 24 hours, two in any seven days. What is over waits (`frequency_cap`), and expires if "
             "it takes too long. Payments received (kind receipt) and confirmations of an opt-out do not count; what was begun before a cap was set does not either. [] is no cap."},
    {.table = "dunning", .key = "cap_number", .slot = at<kGateway, kDunning, &DunningSettings::cap_number>(), .bounds = between(0, 16), .live = true,
     .example = "[\"3/7d\"]",
     .text = "The most automated texts a number gets, whatever accounts they are for."},
    {.table = "dunning", .key = "optout_scope", .slot = named_at<kScopes, kGateway, kDunning, &DunningSettings::optout_scope>(), .live = true,
     .text = "What a STOP stops. \"number\": everything to that number, whoever of yours sends it. \"sender\": what comes from the sender it was addressed to; a job that "
             "would leave from it is `blocked`, others go on. Whoever writes from several senders under one name wants \"number\"."},
    {.table = "dunning", .key = "hops_max", .slot = at<kGateway, kDunning, &DunningSettings::hops_max>(), .bounds = between(0, 100), .live = true,
     .text = "A job with `handoff` that could not be delivered is handed to another channel (event `handoff`), unless so many channels had it already (`hops`): then somebody phones (event `escalated`, `dunlin call-list`)."},
    {.table = "dunning", .key = "ledger_max_age", .slot = at<kGateway, kDunning, &DunningSettings::ledger_max_age>(), .bounds = between(0s, days(366)),
     .live = true, .example = "\"24h\"",
     .text = "A job whose `ledger_as_of` is older than this when it would be sent is held (`stale_ledger`) until upstream says something newer of it or of its "
             "account. \"0s\" sends however old it is."},
    {.table = "dunning", .key = "paid_remembered", .slot = at<kGateway, kDunning, &DunningSettings::paid_remembered>(), .bounds = between(1s, days(3660)),
     .live = true, .text = "For so long after a payment was told, jobs that it covers and that come later are not sent either."},
    {.table = "dunning", .key = "validity_within_window", .slot = at<kGateway, kDunning, &DunningSettings::validity_within_window>(), .live = true,
     .text = "The SMSC is told to forget a message that it could not deliver when the recipient's sending hours end (validity_period), so that a phone switched on at night stays silent. "
             "false: it may deliver until the job expires."},
    {.table = "dunning", .key = "link_hosts", .slot = at<kGateway, kDunning, &DunningSettings::link_hosts>(), .bounds = between(0, 1000), .live = true,
     .example = "[\"pay.example.com\"]", .commented = true,
     .text = "Hosts that a pay_url may lead to, each with its subdomains; [] is every host but the shorteners of links, which are never allowed."},
    {.table = "dunning", .key = "expires_default", .slot = at<kGateway, kDunning, &DunningSettings::expires_default>(),
     .bounds = between(1s, days(366)), .live = true, .text = "A job that names no `expires` and was not sent within this is `expired`."},
    {.table = "dunning", .key = "in_doubt", .slot = named_at<kInDoubt, kGateway, kDunning, &DunningSettings::in_doubt>(), .live = true,
     .text = "What to do with messages that a crash or a lost link left unanswered, so that nobody knows whether the SMSC has them: send them "
             "once again (a reader may see one twice), or hold them for a person (`dunlin job resolve`)."},
    {.table = "dunning", .key = "in_doubt_wait", .slot = at<kGateway, kDunning, &DunningSettings::in_doubt_wait>(), .bounds = between(0s, days(7)),
     .live = true, .text = "Before that a late answer or a receipt has this long to settle it."},
    {.table = "dunning", .key = "parts_wait", .slot = at<kGateway, kDunning, &DunningSettings::parts_wait>(), .bounds = between(1s, days(7)),
     .live = true, .text = "How long a reply in parts waits for the rest of them; then what came is told, marked as partial."},

    {.table = "replies", .key = "hold_ttl", .slot = at<kGateway, kReplies, &ReplySettings::hold_ttl>(), .bounds = between(0s, days(400)), .live = true,
     .text = "Whatever a person should look at: a dispute, hardship, a wrong number, a call that is asked for, and all that was not understood. 0s is "
             "until somebody clears it."},
    {.table = "replies", .key = "paid_hold", .slot = at<kGateway, kReplies, &ReplySettings::paid_hold>(), .bounds = between(1h, days(90)), .live = true,
     .text = "Who says that it is paid, while the payment is awaited. It closes no debt."},
    {.table = "replies", .key = "promise_hold", .slot = at<kGateway, kReplies, &ReplySettings::promise_hold>(), .bounds = between(1h, days(90)), .live = true,
     .text = "Who promises to pay and names no day."},
    {.table = "replies", .key = "promise_grace", .slot = at<kGateway, kReplies, &ReplySettings::promise_grace>(), .bounds = between(0s, days(30)), .live = true,
     .text = "The same with a day: until its end, and so long after."},
    {.table = "replies", .key = "promise_max", .slot = at<kGateway, kReplies, &ReplySettings::promise_max>(), .bounds = between(0s, days(366)), .live = true,
     .text = "How far ahead a promised day is believed. What is further away is held as `unclear`, until a person has looked at it."},

    {.table = "replies", .key = "answers_max", .slot = at<kGateway, kReplies, &ReplySettings::answers_max>(), .bounds = between(0, 32), .live = true,
     .text = "The most answers that a number is sent by itself in 24 hours; `[replies.answer]` of the file that dunning.replies names says to what (docs/people.md). 0: none."},

    {.table = "campaigns", .key = "approve_above", .slot = at<kGateway, kCampaigns, &CampaignSettings::approve_above>(), .bounds = between(0, 1'000'000'000), .live = true,
     .text = "An import of more rows than this waits until another person than the one who imported it approves of it (`dunlin campaign approve`). 0 is never."},
    {.table = "campaigns", .key = "canary", .slot = at<kGateway, kCampaigns, &CampaignSettings::canary>(), .bounds = between(0, 1'000'000), .live = true,
     .text = "Of an imported campaign so many messages are sent first. The rest waits until each of them has its end, and the campaign pauses by itself if too many "
             "went wrong. 0 sends all at once; an import may name another number."},
    {.table = "campaigns", .key = "canary_wait", .slot = at<kGateway, kCampaigns, &CampaignSettings::canary_wait>(), .bounds = between(1s, days(7)), .live = true,
     .text = "The rest waits no longer than this after the last of them was submitted."},
    {.table = "campaigns", .key = "canary_failures", .slot = at<kGateway, kCampaigns, &CampaignSettings::canary_failures>(), .bounds = between(0, 100), .live = true,
     .text = "It pauses if more than so many percent of them were undelivered, rejected or failed."},
    {.table = "campaigns", .key = "canary_opt_outs", .slot = at<kGateway, kCampaigns, &CampaignSettings::canary_opt_outs>(), .bounds = between(0, 100), .live = true,
     .text = "The same of people who answered STOP."},
    {.table = "campaigns", .key = "canary_wrong_numbers", .slot = at<kGateway, kCampaigns, &CampaignSettings::canary_wrong_numbers>(), .bounds = between(0, 100),
     .live = true, .text = "The same of people who answered that they are somebody else."},

    {.table = "retention", .key = "texts", .slot = at<kGateway, kRetention, &RetentionSettings::texts>(), .bounds = between(1s, days(3660)),
     .live = true, .text = "Texts, parameters and links of jobs that are over, and of replies in events. What is left says when and what became of it, and whether a repeated job is the same."},
    {.table = "retention", .key = "jobs", .slot = at<kGateway, kRetention, &RetentionSettings::jobs>(), .bounds = between(1s, days(3660)),
     .live = true, .text = "Jobs that are over. As long as a job is kept, its id is known and a second submission of it is a duplicate. Its account, stage and due date stay taken until that due date is as old."},
    {.table = "retention", .key = "events", .slot = at<kGateway, kRetention, &RetentionSettings::events>(), .bounds = between(1s, days(3660)),
     .live = true, .text = "Events. A reader who comes back later than this is told so (410)."},
};
// clang-format on

}  // namespace

std::span<const Table> tables() { return kTables; }
std::span<const Row> rows() { return kRows; }

std::string default_of(const Row& row) {
  if (row.slot.show == nullptr || row.required || !row.fallback.empty()) return std::string(row.fallback);
  static const Configuration configuration;
  static const SmscSettings smsc;
  static const ExtraTlv extra_tlv;
  static const RouteSettings route;
  const auto table =
      std::find_if(std::begin(kTables), std::end(kTables), [&](const Table& one) { return one.name == row.table; });
  switch (table->owner) {
    case Owner::configuration: return row.slot.show(&configuration);
    case Owner::smsc: return row.slot.show(&smsc);
    case Owner::extra_tlv: return row.slot.show(&extra_tlv);
    case Owner::route: return row.slot.show(&route);
  }
  return {};
}

}  // namespace dunlin::config
