#include "money.hpp"

#include <algorithm>
#include <array>

namespace dunlin::simulation {
namespace {

bool exempt(store::Kind kind) {
  return kind == store::Kind::receipt || kind == store::Kind::welcome || kind == store::Kind::news;
}

// What may stand between the digits of one number, in any language.
std::size_t separator(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kAll{" ", ".", ",", "'", "\u00a0", "\u202f", "\u2009", "\u2019"};
  for (const std::string_view each : kAll) {
    if (text.starts_with(each)) return each.size();
  }
  return 0;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// The numbers of a text, without what stands between their digits.
std::set<std::int64_t> numbers_in(std::string_view text) {
  std::set<std::int64_t> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!digit(text[at])) {
      ++at;
      continue;
    }
    std::string digits;
    while (at < text.size()) {
      if (digit(text[at])) {
        digits += text[at++];
        continue;
      }
      const std::size_t skip = separator(text.substr(at));
      if (skip == 0 || at + skip >= text.size() || !digit(text[at + skip])) break;
      at += skip;
    }
    if (digits.size() < 16) numbers.insert(std::stoll(digits));
  }
  return numbers;
}

}  // namespace

void Money::see(const Fact& fact, const Now& now) {
  accounts_.see(fact, now);
  if (const auto* handed = std::get_if<HandedOver>(&fact)) hand_over(*handed, now);
  // What is in doubt is sent again as it was, if at all.
  if (const auto* read = std::get_if<EventRead>(&fact);
      read != nullptr && read->event.type == store::EventType::in_doubt)
    told_[job_number(read->event.job)].unclear = true;
}

void Money::hand_over(const HandedOver& fact, const Now& now) {
  const store::Job* job = accounts_.content(fact.job);
  if (job == nullptr) return;
  if (fact.text.find_first_of("{}#") != std::string::npos)
    return broken("a value is missing in its text: " + fact.text, fact.job);
  if (job->amount.empty()) return;
  Told& told = told_[fact.job];
  const bool first = told.parts.empty();
  const Accounts::Owed owed = accounts_.owed(fact.job);
  told.unclear = told.unclear || !owed.clear;
  told.amounts.insert(owed.amount);
  told.parts[fact.segment] = fact.text;
  if (owed.clear && first && owed.told && owed.amount <= 0 && !exempt(job->kind))
    return broken("it is handed over, and nothing is left to pay", fact.job);
  if (owed.clear && ledger_max_age_.count() > 0 && !exempt(job->kind) && owed.ledger_as_of &&
      *owed.ledger_as_of + ledger_max_age_ + kSlack < now.wall)
    return broken("it is handed over, and what it knows is too old", fact.job);
  if (told.unclear || told.parts.size() < fact.segments) return;
  // A literal text is its sender's business where the sender changed the job, or where it tells what was received.
  if (job->template_name.empty() && (owed.own_word || exempt(job->kind))) return;
  read(fact, *job, told);
}

void Money::read(const HandedOver& fact, const store::Job& job, const Told& told) {
  std::string text;
  for (const auto& [segment, part] : told.parts) text += part;
  const std::set<std::int64_t> said = numbers_in(text);
  if (std::any_of(told.amounts.begin(), told.amounts.end(), [&](std::int64_t each) { return said.contains(each); }))
    return;
  broken("it tells another amount than " + std::to_string(*told.amounts.rbegin()) + " " + job.currency + ": " + text,
         fact.job);
}

}  // namespace dunlin::simulation
