#include "doctor/report.hpp"

#include <algorithm>
#include <utility>

#include "base/hex.hpp"
#include "store/enum_names.hpp"
#include "store/keys.hpp"

namespace dunlin::doctor {

namespace keys = store::keys;
using store::Family;

void Findings::add(Weight weight, std::string_view place, std::string_view what, std::string example) {
  auto found = std::find_if(all_.begin(), all_.end(), [&](const Finding& each) {
    return each.weight == weight && each.place == place && each.what == what;
  });
  if (found == all_.end()) {
    found = all_.insert(found, Finding{weight, std::string(place), std::string(what), 0, {}});
  }
  ++found->count;
  if (found->examples.size() < kExamplesMax && !example.empty()) found->examples.push_back(std::move(example));
}

bool Findings::damaged() const {
  return std::any_of(all_.begin(), all_.end(), [](const Finding& each) { return each.weight == Weight::damage; });
}

std::string masked(std::string_view number) {
  constexpr std::size_t kHead = 3;
  constexpr std::size_t kTail = 3;
  std::string out(number);
  for (std::size_t i = kHead; i + kTail < out.size(); ++i) out[i] = '*';
  return out;
}

namespace {

std::string printable(std::string_view octets) {
  const bool text = std::all_of(octets.begin(), octets.end(),
                                [](char octet) { return octet >= ' ' && static_cast<std::uint8_t>(octet) != 0x7F; });
  if (text && !octets.empty()) return std::string(octets);
  return "0x" + hex_of(octets_of(octets));
}

std::string numbered(std::uint64_t n) { return "n " + std::to_string(n); }

}  // namespace

std::string key_text(Family family, std::string_view key) {
  switch (family) {
    case Family::jobs:
      if (const auto job = keys::parse_job(key)) {
        return numbered(job->n) + (job->part == keys::JobPart::job ? "" : " (its state)");
      }
      break;
    case Family::queue:
      if (const auto row = keys::parse_queue(key)) {
        return row->lane.route + "/" + std::string(name_of(row->lane.priority)) + "/" + row->lane.name + " " +
               numbered(row->n);
      }
      break;
    case Family::calendar:
      if (const auto row = keys::parse_calendar(key)) {
        return std::string(name_of(row->cause)) + " " + numbered(row->n);
      }
      break;
    case Family::inflight:
      if (const auto row = keys::parse_inflight(key)) {
        return row->smsc + " " + numbered(row->n) + " segment " + std::to_string(row->segment);
      }
      break;
    case Family::sent:
    case Family::parked:
      if (const auto row = keys::parse_message(key)) {
        const bool of_a_number = row->message_id.starts_with('\n');  // keys::stray
        return row->smsc + " " + (of_a_number ? masked(row->message_id.substr(1)) : printable(row->message_id));
      }
      break;
    case Family::accounts:
      if (const auto row = keys::parse_account(key)) {
        return row->account + (row->invoice.empty() ? "" : "/" + row->invoice);
      }
      break;
    case Family::by_account:
    case Family::by_campaign:
    case Family::calls:
      if (const auto row = keys::parse_by(key)) return printable(row->name) + " " + numbered(row->n);
      break;
    case Family::by_number:
      if (const auto row = keys::parse_by(key)) return masked(row->name) + " " + numbered(row->n);
      return std::to_string(key.size()) + " octets";
    case Family::conversations:
      if (const auto row = keys::parse_by(key)) return masked(row->name) + " event " + std::to_string(row->n);
      return std::to_string(key.size()) + " octets";
    case Family::reports:
      if (const auto row = keys::parse_report(key)) {
        return "day " + std::to_string(row->day) + " " + printable(row->campaign) + "/" + printable(row->stage);
      }
      break;
    case Family::people: return masked(printable(key));
    case Family::stages:
      if (const auto row = keys::parse_stage(key)) return row->account + "/" + row->stage + "/" + row->due_date;
      break;
    case Family::events:
      if (const auto seq = keys::parse_event(key)) return "event " + std::to_string(*seq);
      break;
    case Family::meta:
    case Family::ids:
    case Family::campaigns:
    case Family::consumers: break;
    case Family::parts:
      if (const auto row = keys::parse_parts(key)) {
        return row->smsc + " " + masked(row->source) + " " + std::to_string(row->reference) + " of " +
               std::to_string(row->total) + " parts";
      }
      return std::to_string(key.size()) + " octets";
    case Family::references: return masked(printable(key));
  }
  return printable(key);
}

}  // namespace dunlin::doctor
