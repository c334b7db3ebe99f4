// The TOML to paste: only what differs from the defaults, each line with its reason.
#include <algorithm>

#include "certify/report.hpp"

namespace dunlin::certify {
namespace {

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + '"';
}

std::string_view name_of(engine::LongMessages how) {
  switch (how) {
    case engine::LongMessages::udh: return "udh";
    case engine::LongMessages::udh16: return "udh16";
    case engine::LongMessages::sar: return "sar";
    case engine::LongMessages::payload: return "payload";
  }
  return "udh";
}

std::string_view name_of(engine::BindMode bind) {
  switch (bind) {
    case engine::BindMode::transceiver: return "transceiver";
    case engine::BindMode::pair: return "pair";
    case engine::BindMode::transmitter: return "transmitter";
    case engine::BindMode::receiver: return "receiver";
  }
  return "transceiver";
}

// The way that is configured where it was taken, else the first that was.
std::optional<engine::LongMessages> long_messages(const Subject& subject, engine::LongMessages configured) {
  std::optional<engine::LongMessages> first;
  for (std::size_t index = 0; index < subject.texts.size(); ++index) {
    const auto& text = subject.texts[index];
    if (!text.is_long || text.encoding == "ucs2" || !taken_whole(subject.observed, index)) continue;
    if (text.how == configured) return configured;
    if (!first) first = text.how;
  }
  return first;
}

bool refused(const Subject& subject, std::string_view name) {
  for (std::size_t index = 0; index < subject.texts.size(); ++index) {
    if (subject.texts[index].name != name) continue;
    return std::ranges::any_of(subject.observed.submits, [&](const Submit& sent) {
      return sent.text == index && sent.answered_at && !sent.accepted();
    });
  }
  return false;
}

void add_limits(const Subject& subject, std::vector<Advice>& all) {
  const auto& observed = subject.observed;
  if (const auto throttled = rate_throttled(observed); throttled > 0) {
    all.push_back({"throughput", std::to_string(std::max(rate_passed(observed), 1U)),
                   std::to_string(throttled) + " a second was throttled, this was not"});
  } else if (const auto passed = rate_passed(observed); passed > 0) {
    all.push_back({"throughput", std::to_string(passed),
                   "no limit was found up to here, where the trial ended; ask its operator and raise it"});
  }
  if (rate_throttled(observed) > 0 || observed.bursts.empty()) return;
  const auto& last = observed.bursts.back();
  const std::uint32_t taken = last.accepted == last.at_once ? last.at_once : std::max(last.accepted, 1U);
  if (observed.bursts.size() > 1 || last.accepted < last.at_once) {
    all.push_back({"window", std::to_string(taken), "more unanswered at once were throttled"});
  }
}

}  // namespace

std::vector<Advice> advice(const Subject& subject) {
  std::vector<Advice> all;
  const auto& smsc = subject.plan.smsc;
  const auto& observed = subject.observed;
  if (!observed.bound) return all;
  if (observed.version == smpp::interface_version::k33) {
    all.push_back({"version", "\"3.3\"", "what it answered to our bind"});
  }
  add_limits(subject, all);
  if (const auto how = long_messages(subject, smsc.long_messages); how && *how != engine::LongMessages::udh) {
    all.push_back({"long_messages", toml_string(name_of(*how)),
                   *how == smsc.long_messages ? "as it is configured, and was accepted"
                                              : "the first way that was accepted; look at the phone"});
  }
  if (observed.binds && observed.binds->bound < observed.binds->asked) {
    all.push_back({"sessions",
                   std::to_string(std::max(observed.binds->bound / (smsc.bind == engine::BindMode::pair ? 2 : 1), 1U)),
                   "one bind more was answered: " + observed.binds->refused});
  }
  if (refused(subject, "latin1") && smsc.latin1) {
    all.push_back({"latin1", "false", "it refused data_coding 3"});
  }
  return all;
}

std::string toml(const Subject& subject) {
  const auto& smsc = subject.plan.smsc;
  std::string text = "[[smsc]]\nname = " + toml_string(smsc.name) + "\nhost = " + toml_string(smsc.host) +
                     "\nport = " + std::to_string(smsc.port) + "\nsystem_id = " + toml_string(smsc.system_id) +
                     "\n# password_file = \"…\" or password = \"…\": as it is now\n";
  if (!smsc.system_type.empty()) text += "system_type = " + toml_string(smsc.system_type) + '\n';
  if (smsc.bind != engine::BindMode::transceiver) text += "bind = " + toml_string(name_of(smsc.bind)) + '\n';
  if (!smsc.source.empty()) text += "source = " + toml_string(smsc.source) + '\n';
  for (const auto& row : advice(subject)) text += row.key + " = " + row.value + "  # " + row.why + '\n';
  return text;
}

}  // namespace dunlin::certify
