#include "certify/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "certify/oddities.hpp"
#include "certify/printable.hpp"

namespace dunlin::certify {
namespace {

std::string hex(std::uint32_t value, const char* format) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}
std::string hex8(std::uint8_t value) { return hex(value, "0x%02X"); }

std::string status_text(smpp::CommandStatus status) {
  const auto* row = smpp::find_status(status);
  return row != nullptr ? std::string(row->name) : hex(static_cast<std::uint32_t>(status), "0x%08X");
}

std::string seconds(std::chrono::nanoseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f s", std::chrono::duration<double>(time).count());
  return text.data();
}

std::string joined(const auto& names, std::string_view between) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : between).append(name);
  return text;
}

std::string version_text(std::uint8_t version) {
  return std::to_string(version >> 4) + "." + std::to_string(version & 15);
}

std::string when(Wall at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(at - day));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string form_of(const ReceiptSeen& seen) {
  const bool tlvs = seen.has_tlv_id || seen.has_tlv_state;
  std::string form = tlvs && seen.has_text ? "text and TLVs" : tlvs ? "TLVs" : "text";
  if (tlvs && !seen.has_text && !seen.words.empty()) form += " beside a text that means nothing";
  return form;
}

std::string place_of(const ReceiptSeen& seen) {
  if (seen.words.empty()) return seen.data_sm ? "data_sm" : "deliver_sm";
  if (seen.data_sm) return "data_sm, message_payload";
  return seen.payload ? "deliver_sm, message_payload" : "deliver_sm, short_message";
}

std::set<std::string> all_of(const Observed& observed, std::string (*say)(const ReceiptSeen&)) {
  std::set<std::string> words;
  for (const auto& seen : observed.receipts) {
    if (auto word = say(seen); !word.empty()) words.insert(std::move(word));
  }
  return words;
}

std::string layout_of(const ReceiptSeen& seen) { return joined(seen.keys, ", "); }
std::string esm_of(const ReceiptSeen& seen) { return hex8(seen.esm_class); }
std::string coding_of(const ReceiptSeen& seen) {
  return std::to_string(seen.data_coding) + (seen.ucs2 ? " (UCS-2)" : "");
}
std::string stat_of(const ReceiptSeen& seen) { return seen.receipt.stat; }
std::string dates_of(const ReceiptSeen& seen) {
  const auto& receipt = seen.receipt;
  if (receipt.submit_date.empty() && receipt.done_date.empty()) return {};
  const auto width = [](const std::string& date) {
    return date.empty() ? std::string("none") : std::to_string(date.size()) + " digits";
  };
  return "submit " + width(receipt.submit_date) + ", done " + width(receipt.done_date);
}

struct Fact {
  std::string_view key, label;
  std::string value;
};

std::vector<Fact> receipt_facts(const Observed& observed) {
  std::vector<Fact> facts;
  const auto add = [&](std::string_view key, std::string_view label, std::string value) {
    if (!value.empty()) facts.push_back({key, label, std::move(value)});
  };
  std::vector<std::string> aliases;
  for (const auto& [alias, count] : aliases_of(observed)) aliases.emplace_back(to_string(alias));
  add("alias", "id alias (receipt against response)", joined(aliases, "; "));
  if (!observed.receipts.empty()) {
    const auto& seen = observed.receipts.front();
    add("id_response", "an id in the response", observed.submits[seen.submit].message_id);
    add("id_tlv", "in its receipt's TLV", seen.has_tlv_id ? seen.receipt.message_id : std::string());
    add("id_text", "in its receipt's text", seen.receipt.text_message_id);
  }
  add("form", "form", joined(all_of(observed, form_of), "; "));
  add("place", "where", joined(all_of(observed, place_of), "; "));
  add("fields", "fields, in their order", joined(all_of(observed, layout_of), "; "));
  add("dates", "dates", joined(all_of(observed, dates_of), "; "));
  add("states", "states said", joined(all_of(observed, stat_of), ", "));
  add("esm_class", "esm_class", joined(all_of(observed, esm_of), ", "));
  add("data_coding", "data_coding", joined(all_of(observed, coding_of), ", "));
  std::vector<std::chrono::nanoseconds> took;
  for (const auto& seen : observed.receipts) {
    if (!seen.receipt.intermediate) took.push_back(seen.at - observed.submits[seen.submit].sent_at);
  }
  std::ranges::sort(took);
  if (!took.empty()) {
    add("took", "took",
        seconds(took.front()) + " to " + seconds(took.back()) + ", half of them within " +
            seconds(took[took.size() / 2]));
  }
  return facts;
}

std::vector<Fact> bind_facts(const Observed& observed) {
  std::vector<Fact> facts;
  if (!observed.connected) return facts;
  facts.push_back({"connect_took", "connected in", seconds(observed.connect_took)});
  if (!observed.bound) return facts;
  facts.push_back({"bind_took", "bound in", seconds(observed.bind_took)});
  facts.push_back({"system_id", "its system_id", observed.smsc_system_id});
  facts.push_back({"version", "version agreed", version_text(observed.version)});
  facts.push_back({"sc_interface_version", "sc_interface_version",
                   observed.version_told ? version_text(*observed.version_told) : std::string("not told")});
  if (observed.congestion)
    facts.push_back({"congestion_state", "congestion_state, highest", std::to_string(*observed.congestion)});
  return facts;
}

std::vector<Fact> limit_facts(const Subject& subject) {
  const auto& observed = subject.observed;
  std::vector<Fact> facts;
  if (subject.plan.rate_cap == 0) facts.push_back({"rate", "rate", "not tried"});
  for (const auto& step : observed.rates) {
    facts.push_back({"", "rate",
                     std::to_string(step.rate) + " a second: " + std::to_string(step.sent) + " sent, " +
                         std::to_string(step.accepted) + " accepted, " + std::to_string(step.throttled) +
                         " throttled, " + std::to_string(step.refused) + " refused otherwise"});
  }
  for (const auto& step : observed.bursts) {
    facts.push_back({"", "at once",
                     std::to_string(step.at_once) + " unanswered: " + std::to_string(step.accepted) + " accepted, " +
                         std::to_string(step.throttled) + " throttled, " + std::to_string(step.refused) +
                         " refused otherwise"});
  }
  if (observed.binds) {
    facts.push_back({"binds", "binds",
                     std::to_string(observed.binds->bound) + " of " + std::to_string(observed.binds->asked) +
                         (observed.binds->refused.empty() ? "" : "; the next: " + observed.binds->refused)});
  } else {
    facts.push_back({"binds", "binds", "not tried (--binds N tries)"});
  }
  return facts;
}

std::string table(const std::vector<Fact>& facts) {
  std::string text = "| | |\n| --- | --- |\n";
  for (const auto& fact : facts) {
    text.append("| ").append(fact.label).append(" | ").append(cell(printable(fact.value))).append(" |\n");
  }
  return text;
}

std::size_t final_receipts(const Observed& observed, std::size_t text) {
  std::set<std::size_t> parts;
  for (const auto& seen : observed.receipts) {
    if (!seen.receipt.intermediate && observed.submits[seen.submit].text == text) parts.insert(seen.submit);
  }
  return parts.size();
}

std::string outcome_of(const Observed& observed, std::size_t text) {
  std::set<std::string> outcomes;
  for (const auto& seen : observed.receipts) {
    if (observed.submits[seen.submit].text == text) outcomes.emplace(smpp::to_string(smpp::outcome(seen.receipt)));
  }
  return outcomes.empty() ? "none" : joined(outcomes, ", ");
}

// Of a long one the ends: what counts is that it counts.
std::string shown(const Text& text) {
  if (!text.is_long) return text.words;
  const auto second = text.words.find(" 003") != std::string::npos ? text.words.find(" 003") : text.words.find(" ж003");
  return text.words.substr(0, second) + " …" + text.words.substr(text.words.rfind(' ', text.words.rfind(' ') - 1));
}

std::string texts_table(const Subject& subject) {
  std::string text = "| | text | accepted | receipts | what the phone must show |\n| --- | --- | --- | --- | --- |\n";
  for (std::size_t index = 0; index < subject.texts.size(); ++index) {
    const auto& row = subject.texts[index];
    text.append("| ").append(std::to_string(index + 1)).append(" | ").append(row.name).append(" | ");
    text.append(fate(subject, index)).append(" | ").append(outcome_of(subject.observed, index)).append(" | ");
    text.append(row.look_for).append(": ").append(cell(shown(row))).append(" |\n");
  }
  return text;
}

constexpr std::string_view kSymptoms =
    "| what the phone shows | means | then |\n| --- | --- | --- |\n"
    "| 1: `@` as `¡`, `_` as `§`, `$` as `¤` | data_coding 0 is Latin-1 or ASCII there | `default_alphabet = "
    "\"latin1\"` "
    "(or `\"ascii\"`), and certify again |\n"
    "| 1: every eighth character wrong from the first on | data_coding 0 is packed | `default_alphabet = "
    "\"gsm7-packed\"` |\n"
    "| 2: signs missing, or letters in their place | extension characters are not taken | avoid them; `encoding = "
    "\"ucs2\"` for texts that need them |\n"
    "| 3: accents wrong | data_coding 3 is not Latin-1 there | leave `latin1` off |\n"
    "| 4: boxes or question marks | UCS-2 is not carried | ask the operator |\n"
    "| 5 to 8: several messages, or out of order | that way is not put together | take one that is: `long_messages` |\n"
    "| 5 to 8: signs before the text | UDHI is not honoured | another `long_messages` |\n";

}  // namespace

bool taken_whole(const Observed& observed, std::size_t text) {
  std::uint32_t accepted = 0, parts = 0;
  for (const auto& sent : observed.submits) {
    if (sent.text != text || sent.sent_again) continue;
    parts = sent.parts;
    accepted += sent.accepted() ? 1 : 0;
  }
  return parts > 0 && accepted == parts;
}

std::string fate(const Subject& subject, std::size_t text) {
  std::uint32_t sent = 0, accepted = 0, answered = 0;
  std::set<std::string> statuses;
  for (const auto& submit : subject.observed.submits) {
    if (submit.text != text || submit.sent_again) continue;
    ++sent;
    if (submit.answered_at) ++answered;
    if (submit.accepted()) {
      ++accepted;
    } else if (submit.answered_at) {
      statuses.insert(status_text(submit.status));
    }
  }
  if (sent == 0) return "not sent";
  if (answered == 0) return "unanswered";
  if (accepted == sent) return sent == 1 ? "yes" : "yes, " + std::to_string(sent) + " parts";
  return (accepted == 0 ? std::string("no") : std::to_string(accepted) + " of " + std::to_string(sent) + " parts") +
         (statuses.empty() ? std::string() : ": " + joined(statuses, ", "));
}

std::string markdown(const Subject& subject) {
  const auto& observed = subject.observed;
  const auto& smsc = subject.plan.smsc;
  std::string text = "# SMSC " + smsc.name + "\n\nCertified by `dunlin certify` on " + when(subject.at) + ": " +
                     smsc.host + ":" + std::to_string(smsc.port) + ", system_id " + code(smsc.system_id) + ", to " +
                     masked(subject.plan.to) + ", " + std::to_string(observed.submits.size()) + " messages.\n\n";
  if (!observed.ended.empty())
    text +=
        "**It ended early: " + cell(printable(observed.ended)) + ".** What follows is what was seen until then.\n\n";
  if (observed.bind_status == smpp::CommandStatus::already_bound) {
    text +=
        "ESME_RALYBND: the account's binds are taken, most likely by the running daemon. Pausing its link does not "
        "unbind: stop the daemon, or ask the operator for one bind more, and certify again.\n\n";
  }
  text += "## Bind\n\n" + table(bind_facts(observed)) + "\n## Texts\n\n" + texts_table(subject);
  text += "\nLook at the phone, number by number:\n\n" + std::string(kSymptoms);
  text += "\n## Receipts\n\n";
  if (observed.receipts.empty()) text += "None came.\n\n";
  text += table(receipt_facts(observed));
  if (!observed.receipts.empty() && !observed.receipts.front().words.empty()) {
    text += "\nThe first, as it came:\n\n    " + printable(observed.receipts.front().words) + '\n';
  }
  if (observed.unmatched > 0) {
    text += "\n" + std::to_string(observed.unmatched) +
            " receipts of this number named no message of ours, the first " + code(observed.unmatched_id) +
            ": ids of another kind, or a message the daemon sent.\n";
  }
  if (observed.not_ours > 0) {
    text += "\n" + std::to_string(observed.not_ours) +
            " deliveries that were not ours were answered ESME_RX_T_APPN, so that they come again.\n";
  }
  text += "\n## Limits\n\n" + table(limit_facts(subject)) + "\n## Oddities\n\n";
  const auto odd = oddities(observed);
  if (odd.empty()) text += "None.\n";
  for (const auto& oddity : odd)
    text.append("- ").append(oddity.says).append(" (`").append(oddity.quirks).append("`)\n");
  if (!odd.empty()) text += "\nThe names are rows of docs/quirks.md: what Dunlin does about each.\n";
  if (!observed.bound) return text;
  text += "\n## Configuration\n\n```toml\n" + toml(subject) + "```\n";
  return text;
}

nlohmann::json json(const Subject& subject) {
  using Json = nlohmann::json;
  const auto& observed = subject.observed;
  const auto object = [](const std::vector<Fact>& facts) {
    Json values = Json::object();
    for (const auto& fact : facts) {
      if (!fact.key.empty()) values[std::string(fact.key)] = fact.value;
    }
    return values;
  };
  Json texts = Json::array(), rates = Json::array(), bursts = Json::array(), odd = Json::array(), keys = Json::object();
  for (std::size_t index = 0; index < subject.texts.size(); ++index) {
    texts.push_back({{"number", index + 1},
                     {"name", subject.texts[index].name},
                     {"accepted", taken_whole(observed, index)},
                     {"fate", fate(subject, index)},
                     {"receipts", final_receipts(observed, index)},
                     {"outcome", outcome_of(observed, index)},
                     {"words", subject.texts[index].words}});
  }
  for (const auto& step : observed.rates) {
    rates.push_back({{"rate", step.rate},
                     {"sent", step.sent},
                     {"accepted", step.accepted},
                     {"throttled", step.throttled},
                     {"refused", step.refused}});
  }
  for (const auto& step : observed.bursts) {
    bursts.push_back({{"at_once", step.at_once},
                      {"accepted", step.accepted},
                      {"throttled", step.throttled},
                      {"refused", step.refused}});
  }
  for (const auto& oddity : oddities(observed)) odd.push_back({{"quirks", oddity.quirks}, {"says", oddity.says}});
  for (const auto& row : advice(subject)) keys[row.key] = {{"value", row.value}, {"why", row.why}, {"set", row.set}};
  Json whole{{"smsc", subject.plan.smsc.name},
             {"to", masked(subject.plan.to)},
             {"bound", observed.bound},
             {"ended", observed.ended},
             {"messages", observed.submits.size()},
             {"bind", object(bind_facts(observed))},
             {"texts", std::move(texts)},
             {"receipts", object(receipt_facts(observed))},
             {"limits",
              {{"rates", std::move(rates)},
               {"bursts", std::move(bursts)},
               {"rate_passed", rate_passed(observed)},
               {"rate_throttled", rate_throttled(observed)}}},
             {"not_ours", observed.not_ours},
             {"unmatched", observed.unmatched},
             {"oddities", std::move(odd)},
             {"advice", std::move(keys)},
             {"toml", observed.bound ? toml(subject) : std::string()}};
  if (observed.binds) {
    whole["limits"]["binds"] = {
        {"asked", observed.binds->asked}, {"bound", observed.binds->bound}, {"refused", observed.binds->refused}};
  }
  return whole;
}

}  // namespace dunlin::certify
