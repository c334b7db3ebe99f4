// The text of a receipt (Appendix B, and what SMSCs make of it):
//
//   receipt := anything (key ':' value)* | csv    key: one of kKeys, in any order
//   and case value   := to the next blank, ',' or ';'; empty when another key follows; of text: all that is left
#include <algorithm>
#include <array>
#include <dunlin/base/ascii.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <vector>

namespace dunlin::smpp {
namespace {

struct StatRow {
  std::string_view word;
  MessageState state;
};
// The first word of a state is the one we write.
constexpr std::array kStats{
    StatRow{"DELIVRD", MessageState::delivered},
    StatRow{"DELIVERD", MessageState::delivered},
    StatRow{"DELIVERED", MessageState::delivered},
    StatRow{"DLV", MessageState::delivered},
    StatRow{"0", MessageState::delivered},
    StatRow{"EXPIRED", MessageState::expired},
    StatRow{"DELETED", MessageState::deleted},
    StatRow{"UNDELIV", MessageState::undeliverable},
    StatRow{"UNDELIVERED", MessageState::undeliverable},
    StatRow{"UNDELIVERABLE", MessageState::undeliverable},
    StatRow{"UNDELIVRD", MessageState::undeliverable},
    StatRow{"FAILED", MessageState::undeliverable},
    StatRow{"NOCRED", MessageState::undeliverable},
    StatRow{"SYSERR", MessageState::undeliverable},
    StatRow{"ACCEPTD", MessageState::accepted},
    StatRow{"ACCEPTED", MessageState::accepted},
    StatRow{"ACKED", MessageState::accepted},
    StatRow{"UNKNOWN", MessageState::unknown},
    StatRow{"REJECTD", MessageState::rejected},
    StatRow{"REJECTED", MessageState::rejected},
    StatRow{"DND_REJECTED", MessageState::rejected},
    StatRow{"ENROUTE", MessageState::enroute},
    StatRow{"BUFFRED", MessageState::enroute},
    StatRow{"BUFFERD", MessageState::enroute},
    StatRow{"BUFFERED", MessageState::enroute},
    StatRow{"SCHEDULED", MessageState::scheduled},
    StatRow{"SCHEDLD", MessageState::scheduled},
    StatRow{"SKIPPED", MessageState::skipped},
};
// Words that end a bare scan too early: a lone digit is no state unless `stat:` says so.
constexpr std::size_t kBareWordLeast = 6;

enum class Key : std::uint8_t { id, sub, dlvrd, submit_date, done_date, stat, err, text };
struct KeyRow {
  std::string_view name;  // '_' stands for blanks or underscores, or none
  Key key;
};
constexpr std::array kKeys{
    KeyRow{"id", Key::id},
    KeyRow{"message_id", Key::id},
    KeyRow{"msg_id", Key::id},
    KeyRow{"sub", Key::sub},
    KeyRow{"submit_date", Key::submit_date},
    KeyRow{"submit_time", Key::submit_date},
    KeyRow{"stat", Key::stat},
    KeyRow{"status", Key::stat},
    KeyRow{"state", Key::stat},
    KeyRow{"err", Key::err},
    KeyRow{"error", Key::err},
    KeyRow{"error_code", Key::err},
    KeyRow{"err_code", Key::err},
    KeyRow{"dlvrd", Key::dlvrd},
    KeyRow{"delivered", Key::dlvrd},
    KeyRow{"done_date", Key::done_date},
    KeyRow{"done_time", Key::done_date},
    KeyRow{"text", Key::text},
};

char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }
bool blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n'; }
bool ends_value(char letter) { return blank(letter) || letter == ',' || letter == ';'; }
bool alphanumeric(char letter) {
  letter = lower(letter);
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

struct KeyAt {
  Key key;
  std::size_t value;  // where its value starts
};

// The key that starts at `at`, if one does.
std::optional<KeyAt> key_at(std::string_view text, std::size_t at) {
  if (at > 0 && alphanumeric(text[at - 1])) return std::nullopt;
  for (const auto& row : kKeys) {
    if (at >= text.size() || lower(text[at]) != row.name[0]) continue;
    auto end = at;
    bool matches = true;
    for (const char letter : row.name) {
      if (letter == '_') {
        while (end < text.size() && (blank(text[end]) || text[end] == '_')) ++end;
      } else if (end < text.size() && lower(text[end]) == letter) {
        ++end;
      } else {
        matches = false;
        break;
      }
    }
    while (matches && end < text.size() && blank(text[end])) ++end;
    if (matches && end < text.size() && text[end] == ':') return KeyAt{row.key, end + 1};
  }
  return std::nullopt;
}

std::string& field_of(Receipt& receipt, Key key) {
  switch (key) {
    case Key::id: return receipt.text_message_id;
    case Key::sub: return receipt.sub;
    case Key::dlvrd: return receipt.dlvrd;
    case Key::submit_date: return receipt.submit_date;
    case Key::done_date: return receipt.done_date;
    case Key::stat: return receipt.stat;
    case Key::err: return receipt.err;
    case Key::text: break;
  }
  return receipt.text;
}

std::string_view value_from(std::string_view text, std::size_t from) {
  auto end = from;
  while (end < text.size() && !ends_value(text[end])) ++end;
  return text.substr(from, end - from);
}

// Some SMSCs put `stat:` behind `text:`. Only when it was missing before, only the last one, and only with a word that
// is known: the text may be an echo.
std::size_t late_stat(std::string_view text, std::size_t from) {
  for (auto at = text.size(); at-- > from;) {
    const auto key = key_at(text, at);
    if (key && key->key == Key::stat) return state_of_stat(value_from(text, key->value)) ? at : text.size();
  }
  return text.size();
}

// `stat:` forgotten, its word there: the first known one before the text.
void scan_bare_stat(std::string_view text, Receipt& receipt) {
  for (std::size_t at = 0; at < text.size();) {
    const auto word = value_from(text, at);
    if (word.size() >= kBareWordLeast && state_of_stat(word)) {
      receipt.stat = word;
      return;
    }
    at += word.size() + 1;
  }
}

void scan_keys(std::string_view text, Receipt& receipt, std::size_t& text_from, std::size_t& text_to) {
  for (std::size_t at = 0; at < text.size();) {
    const auto key = key_at(text, at);
    if (!key) {
      ++at;
      continue;
    }
    auto value = key->value;
    if (key->key == Key::text) {
      text_from = value;
      text_to = text.size();
      if (receipt.stat.empty()) scan_bare_stat(text.substr(0, at), receipt);
      if (!receipt.stat.empty()) return;
      text_to = late_stat(text, value);
      if (text_to < text.size()) receipt.stat = value_from(text, key_at(text, text_to)->value);
      return;
    }
    while (value < text.size() && blank(text[value])) ++value;
    at = value;
    if (key_at(text, value)) continue;  // an empty value
    const auto found = value_from(text, value);
    if (auto& field = field_of(receipt, key->key); field.empty()) field = found;
    at += found.size();
  }
}

bool digits_alone(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

// One layout has no keys: "00,0210021543,0210021500,,447887123456,…,id": a status of two digits (00: delivered), done
// and submitted as ten or twelve digits, then what we do not read, the id last.
bool scan_csv(std::string_view text, Receipt& receipt) {
  constexpr std::size_t kFieldsLeast = 6, kFieldsMax = 32;
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; fields.size() < kFieldsMax;) {
    const auto comma = text.find(',', at);
    fields.push_back(text.substr(at, comma == std::string_view::npos ? comma : comma - at));
    if (comma == std::string_view::npos) break;
    at = comma + 1;
  }
  const auto date = [](std::string_view field) {
    return digits_alone(field) && (field.size() == 10 || field.size() == 12);
  };
  if (fields.size() < kFieldsLeast || fields.size() == kFieldsMax || fields[0].size() != 2) return false;
  if (!digits_alone(fields[0]) || !date(fields[1]) || !date(fields[2])) return false;
  auto id = fields.back();
  while (!id.empty() && blank(id.back())) id.remove_suffix(1);
  if (id.empty() || std::ranges::any_of(id, blank)) return false;
  receipt.text_message_id = id;
  receipt.stat = fields[0] == "00" ? "DELIVRD" : fields[0];
  receipt.done_date = fields[1];
  receipt.submit_date = fields[2];
  return true;
}

// One character a code unit, so that positions stay: what is not Latin-1 can't be part of a key.
std::string latin_of_ucs2(OctetView octets) {
  std::string text;
  for (std::size_t at = 0; at + 1 < octets.size(); at += 2)
    text += octets[at] == 0 ? static_cast<char>(octets[at + 1]) : '?';
  return text;
}

}  // namespace

bool looks_like_ucs2(OctetView octets) {
  return octets.size() >= 4 && octets[0] == 0 && octets[1] != 0 && octets[2] == 0 && octets[3] != 0;
}

std::optional<MessageState> state_of_stat(std::string_view stat) {
  const auto row = std::ranges::find_if(
      kStats, [&](const StatRow& candidate) { return std::ranges::equal(candidate.word, stat, {}, {}, upper); });
  if (row == kStats.end()) return std::nullopt;
  return row->state;
}

std::string_view stat_of(MessageState state) {
  const auto row = std::ranges::find(kStats, state, &StatRow::state);
  return row != kStats.end() ? row->word : "UNKNOWN";
}

Receipt parse_receipt_text(OctetView octets) {
  if (octets.size() >= 2 && octets[0] == 0xFE && octets[1] == 0xFF) octets = octets.subspan(2);  // a byte order mark
  const bool ucs2 = looks_like_ucs2(octets);
  const std::string converted = ucs2 ? latin_of_ucs2(octets) : std::string();
  std::string_view text = ucs2 ? converted : text_of(octets);
  text = text.substr(0, text.find_last_not_of('\0') + 1);

  Receipt receipt;
  std::size_t text_from = text.size(), text_to = text.size();
  if (!scan_csv(text, receipt)) scan_keys(text, receipt, text_from, text_to);
  if (receipt.stat.empty()) scan_bare_stat(text.substr(0, text_from), receipt);
  std::ranges::transform(receipt.stat, receipt.stat.begin(), upper);
  receipt.message_id = receipt.text_message_id;
  receipt.message_state = state_of_stat(receipt.stat);
  receipt.intermediate = outcome(receipt) == Outcome::intermediate;

  const std::size_t unit = ucs2 ? 2 : 1;
  receipt.text = text_of(octets.subspan(text_from * unit, (text_to - text_from) * unit));
  return receipt;
}

}  // namespace dunlin::smpp
