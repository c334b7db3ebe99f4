// What no single row can say: names that must be unique, routes that must lead somewhere.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <dunlin/text/languages.hpp>
#include <map>

#include "base/duration.hpp"
#include "config/findings.hpp"
#include "dunning/money.hpp"
#include "engine/extra_tlvs.hpp"
#include "engine/submit_settings.hpp"

namespace dunlin::config {
namespace {

constexpr bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }
constexpr bool is_name_octet(char octet) {
  return is_digit(octet) || (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || octet == '-' ||
         octet == '_' || octet == '.';
}

// Names go into metrics, keys and paths of the API, so they are plain.
void check_name(const std::string& name, const std::string& label, std::map<std::string, std::string>& taken,
                Findings& findings) {
  const std::string key = label + ".name";
  if (name.empty()) return;  // said by its row
  if (!std::all_of(name.begin(), name.end(), is_name_octet)) {
    findings.add(key, "bad_value", "only letters, digits, '-', '_' and '.' may stand in a name");
    return;
  }
  const auto [first, fresh] = taken.emplace(name, label);
  if (!fresh) {
    findings.add(key, "duplicate_name",
                 "\"" + name + "\" is already the name of the one in line " +
                     std::to_string(findings.line_of(first->second + ".name")));
  }
}

void check_listen(const std::string& listen, const std::string& key, Findings& findings) {
  if (listen.empty()) return;
  const auto colon = listen.rfind(':');
  const std::string_view digits =
      colon == std::string::npos ? std::string_view{} : std::string_view(listen).substr(colon + 1);
  unsigned port = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool all = !digits.empty() && problem == std::errc{} && end == digits.data() + digits.size();
  if (!all || colon == 0 || port > 65535) findings.add(key, "bad_value", "must be host:port, as in \"127.0.0.1:9464\"");
}

bool is_address_or_network(const std::string& written) {
  const auto slash = written.find('/');
  const std::string address = written.substr(0, slash);
  in6_addr octets{};
  const unsigned widest = ::inet_pton(AF_INET, address.c_str(), &octets) == 1    ? 32
                          : ::inet_pton(AF_INET6, address.c_str(), &octets) == 1 ? 128
                                                                                 : 0;
  if (widest == 0 || slash == std::string::npos) return widest != 0;
  const std::string_view digits = std::string_view(written).substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  return !digits.empty() && problem == std::errc{} && end == digits.data() + digits.size() && prefix <= widest;
}

// Who calls must prove to be the SMSC before our own password is given away.
void check_outbind(const engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  const std::string key = label + ".outbind_listen";
  if (smsc.outbind_listen.empty()) {
    for (const char* other : {".outbind_from", ".outbind_system_id", ".outbind_password", ".outbind_password_file"}) {
      if (findings.written(label + other))
        findings.add(label + other, "incomplete", "means nothing without outbind_listen");
    }
    return;
  }
  check_listen(smsc.outbind_listen, key, findings);
  for (const std::string& from : smsc.outbind_from) {
    if (is_address_or_network(from)) continue;
    findings.add(label + ".outbind_from", "bad_value",
                 "\"" + from + "\" is neither an address nor a network, as in \"192.0.2.7\" or \"198.51.100.0/24\"");
  }
  if (smsc.outbind_system_id.empty()) {
    findings.add(key, "incomplete", "needs outbind_system_id: what its outbind must name");
  }
  if (smsc.outbind_password.empty()) {
    findings.add(key, "incomplete",
                 "needs outbind_password or outbind_password_file: our own password would go to anybody who calls");
  }
  if (smsc.bind == engine::BindMode::transmitter) {
    findings.add(key, "bad_value", "nothing is awaited there: bind = \"transmitter\" has no session that receives");
  }
  if (smsc.tls.enabled) {
    findings.add(key, "not_in_this_version",
                 "calls are taken without TLS in this version: outbind_listen and TLS exclude each other");
  }
}

void check_extra_tlvs(engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  const auto key = [&](std::size_t index) { return label + ".extra_tlvs[" + std::to_string(index + 1) + "]"; };
  auto& tlvs = smsc.extra_tlvs;
  if (tlvs.size() > engine::kExtraTlvsMax) {
    findings.add(label + ".extra_tlvs", "out_of_bounds",
                 "at most " + std::to_string(engine::kExtraTlvsMax) + " are possible");
  }
  if (!tlvs.empty() && smsc.version < 0x34)
    findings.add(label + ".extra_tlvs", "bad_value", "version \"3.3\" has no TLVs");
  for (std::size_t i = 0; i < tlvs.size(); ++i) {
    // What lacks its tag or value was said by their rows.
    if (!findings.written(key(i) + ".tag") || tlvs[i].tag == 0 || !findings.written(key(i) + ".value")) continue;
    if (Result<void> good = engine::prepare(tlvs[i]); !good) {
      const std::string where = key(i) + "." + good.error().where;
      findings.add(findings.written(where) ? where : key(i) + ".tag", good.error().code, good.error().detail);
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (!engine::collide(tlvs[j], tlvs[i])) continue;
      findings.add(key(i) + ".tag", "duplicate_tag",
                   "line " + std::to_string(findings.line_of(key(j) + ".tag")) +
                       " sets it already for a kind of job that is also here");
      break;
    }
  }
}

void check_registered_delivery(const engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  constexpr std::uint8_t kFinalMask = 0x03;
  if (!smsc.registered_delivery) return;
  const bool asks = (*smsc.registered_delivery & kFinalMask) != 0;
  if (asks == smsc.receipts) return;
  findings.add(label + ".registered_delivery", "bad_value",
               asks ? "asks for receipts, but receipts = false" : "asks for no receipts, but receipts = true");
}

void check_smsc(engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  if (Result<void> good = engine::check_sender(smsc.source); !good) {
    findings.add(label + ".source", good.error().code, good.error().detail);
  }
  check_registered_delivery(smsc, label, findings);
  check_extra_tlvs(smsc, label, findings);
  if (smsc.reconnect_min > smsc.reconnect_max) {
    const std::string key = findings.written(label + ".reconnect_min") ? ".reconnect_min" : ".reconnect_max";
    findings.add(label + key, "out_of_bounds",
                 "reconnect_min (" + format_duration(smsc.reconnect_min) + ") must not be longer than reconnect_max (" +
                     format_duration(smsc.reconnect_max) + ")");
  }
  check_outbind(smsc, label, findings);
}

// A header of septets is nothing where data_coding 0 means something else.
void check_shift_tables(const engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  const std::string key = label + ".shift_tables";
  const auto& listed = smsc.shift_tables;
  for (auto name = listed.begin(); name != listed.end(); ++name) {
    if (!text::language_named(*name)) {
      std::vector<std::string_view> known;
      for (const auto& row : text::languages()) known.push_back(row.name);
      const auto meant = nearest(*name, known);
      findings.add(key, "bad_value",
                   "no national language with tables is called \"" + *name + "\"" +
                       (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?"));
    } else if (std::find(listed.begin(), name, *name) != name) {
      findings.add(key, "duplicate_name", "\"" + *name + "\" is named twice");
    }
  }
  const bool septets =
      smsc.default_alphabet == engine::Alphabet::gsm7 || smsc.default_alphabet == engine::Alphabet::gsm7_packed;
  if (!listed.empty() && !septets) {
    findings.add(key, "bad_value", "shift tables need a default_alphabet of \"gsm7\" or \"gsm7-packed\"");
  }
}

void check_long_messages(const engine::SmscSettings& smsc, const std::string& label, Findings& findings) {
  const bool by_tlv =
      smsc.long_messages == engine::LongMessages::sar || smsc.long_messages == engine::LongMessages::payload;
  if (smsc.version >= 0x34 || !by_tlv) return;
  findings.add(label + ".long_messages", "bad_value", "SMPP 3.3 has no TLVs: \"udh\" and \"udh16\" do without");
}

void check_prefixes(const engine::RouteSettings& route, const std::string& label,
                    std::map<std::string, std::string>& taken, Findings& findings) {
  constexpr std::size_t kPrefixMax = 16;  // '+' and the 15 digits of E.164
  const std::string key = label + ".prefix";
  for (const auto& prefix : route.prefix) {
    const bool plain = !prefix.empty() && prefix.front() == '+' && prefix.size() <= kPrefixMax &&
                       std::all_of(prefix.begin() + 1, prefix.end(), is_digit);
    if (!plain) {
      findings.add(key, "bad_value", "a prefix is '+' and digits, as in \"+48\"");
      continue;
    }
    const auto [first, fresh] = taken.emplace(prefix, label);
    if (!fresh) findings.add(key, "duplicate_prefix", "\"" + prefix + "\" already leads to " + first->second);
  }
}

void check_targets(const engine::RouteSettings& route, const std::string& label,
                   const std::vector<std::string_view>& known, Findings& findings) {
  const std::string key = label + ".smsc";
  for (auto target = route.smsc.begin(); target != route.smsc.end(); ++target) {
    if (std::find(known.begin(), known.end(), *target) == known.end()) {
      const auto meant = nearest(*target, known);
      findings.add(key, "unknown_smsc",
                   "there is no [[smsc]] named \"" + *target + "\"" +
                       (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?"));
    } else if (std::find(route.smsc.begin(), target, *target) != target) {
      findings.add(key, "duplicate_name", "\"" + *target + "\" is named twice");
    }
  }
}

// A price may have more digits than its currency is paid in.
void check_price(const engine::RouteSettings& route, const std::string& label, Findings& findings) {
  if (route.price.empty() != route.currency.empty()) {
    const char* written = route.price.empty() ? ".currency" : ".price";
    findings.add(label + written, "incomplete", "price and currency are set together");
  }
  if (const auto price = dunning::parse_amount(route.price); !route.price.empty() && !price)
    findings.add(label + ".price", price.error().code, price.error().detail);
  if (const auto good = dunning::check_currency(route.currency); !route.currency.empty() && !good)
    findings.add(label + ".currency", good.error().code, good.error().detail);
}

}  // namespace

void check_whole(Configuration& configuration, const Labels& labels, Findings& findings) {
  check_listen(configuration.metrics.listen, "metrics.listen", findings);

  std::map<std::string, std::string> smsc_names;
  std::map<std::string, std::string> listening;
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < labels.smscs.size(); ++i) {
    auto& smsc = configuration.gateway.smscs[i];
    check_name(smsc.name, labels.smscs[i], smsc_names, findings);
    check_smsc(smsc, labels.smscs[i], findings);
    check_shift_tables(smsc, labels.smscs[i], findings);
    if (!smsc.outbind_listen.empty()) {
      const auto [first, fresh] = listening.emplace(smsc.outbind_listen, labels.smscs[i]);
      if (!fresh)
        findings.add(labels.smscs[i] + ".outbind_listen", "duplicate_name", "is " + first->second + "'s already");
    }
    check_long_messages(smsc, labels.smscs[i], findings);
    known.push_back(smsc.name);
  }

  std::map<std::string, std::string> route_names;
  std::map<std::string, std::string> prefixes;
  for (std::size_t i = 0; i < labels.routes.size(); ++i) {
    const auto& route = configuration.gateway.routes[i];
    check_name(route.name, labels.routes[i], route_names, findings);
    check_prefixes(route, labels.routes[i], prefixes, findings);
    check_targets(route, labels.routes[i], known, findings);
    check_price(route, labels.routes[i], findings);
  }
}

}  // namespace dunlin::config
