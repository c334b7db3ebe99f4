// The TOML to paste: only the lines that should differ from what is configured, each with its reason. Never a whole
// table, which would leave out what is in it now.
#include <algorithm>

#include "certify/printable.hpp"
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
  const auto& smsc = subject.plan.smsc;
  const auto passed = rate_passed(observed);
  if (const auto throttled = rate_throttled(observed); throttled > 0) {
    const auto rate = std::max(passed, 1U);
    if (rate != smsc.throughput) {
      all.push_back(
          {"throughput", std::to_string(rate), std::to_string(throttled) + " a second was throttled, this was not"});
    }
  } else if (passed > 0 && smsc.throughput == 0) {
    all.push_back({"throughput", std::to_string(passed),
                   "no limit was found up to here, where the trial ended: set what its operator allows", false});
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
  if (observed.version == smpp::interface_version::k33 && smsc.version != observed.version) {
    all.push_back({"version", "\"3.3\"", "what it answered to our bind"});
  }
  add_limits(subject, all);
  if (const auto how = long_messages(subject, smsc.long_messages); how && *how != smsc.long_messages) {
    all.push_back({"long_messages", toml_string(name_of(*how)), "the first way that was accepted; look at the phone"});
  }
  if (observed.binds && observed.binds->bound < observed.binds->asked) {
    const auto sessions = std::max(observed.binds->bound / (smsc.bind == engine::BindMode::pair ? 2 : 1), 1U);
    if (sessions != smsc.sessions) {
      all.push_back({"sessions", std::to_string(sessions), "one bind more was answered: " + observed.binds->refused});
    }
  }
  if (refused(subject, "latin1") && smsc.latin1) {
    all.push_back({"latin1", "false", "it refused data_coding 3"});
  }
  return all;
}

std::string toml(const Subject& subject) {
  const auto rows = advice(subject);
  const auto name = printable(subject.plan.smsc.name);
  const bool sets = std::ranges::any_of(rows, [](const Advice& row) { return row.set; });
  std::string text = sets ? "# In your [[smsc]] table " + name + " set these; all else in it stays as it is.\n"
                          : "# Your [[smsc]] table " + name + " stays as it is.\n";
  for (const auto& row : rows) {
    text.append(row.set ? "" : "# ").append(row.key).append(" = ").append(row.value);
    text.append("  # ").append(printable(row.why)).append("\n");
  }
  return text;
}

}  // namespace dunlin::certify
