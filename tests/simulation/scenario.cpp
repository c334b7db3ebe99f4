#include "scenario.hpp"

#include <algorithm>

#include "books.hpp"
#include "lawbook.hpp"

namespace dunlin::simulation {
namespace {

// In most runs a fault never happens; in the others somewhere between rarely and often. So every fault meets every
// other alone as well as in crowds.
double sometimes(Random& random, double presence, double most) {
  return random.chance(presence) ? most * random.unit() * random.unit() : 0;
}

engine::SmscSettings settings_of(Random& random, std::size_t index) {
  static const std::vector<std::uint32_t> kWindows{1, 1, 2, 3, 5, 10, 10, 20, 50, 100};
  static const std::vector<std::uint32_t> kRates{0, 0, 0, 5, 20, 50};
  static const std::vector<engine::BindMode> kBinds{engine::BindMode::transceiver, engine::BindMode::transceiver,
                                                    engine::BindMode::transceiver, engine::BindMode::pair,
                                                    engine::BindMode::pair,        engine::BindMode::transmitter};
  engine::SmscSettings smsc;
  smsc.name = index == 0 ? "alpha" : index == 1 ? "beta" : "gamma";
  smsc.host = "192.0.2.1";
  smsc.system_id = "dunlin";
  smsc.password = "secret";
  smsc.source = "ACME";
  smsc.bind = random.one_of(kBinds);
  smsc.sessions = random.chance(0.6) ? 1 : static_cast<std::uint32_t>(random.between(2, 4));
  smsc.window = random.one_of(kWindows);
  smsc.throughput = random.one_of(kRates);
  smsc.version = random.chance(0.15) ? 0x33 : 0x34;
  smsc.response_timeout = random.chance(0.5) ? 2s : 10s;
  smsc.enquire_link = random.chance(0.5) ? 5s : 30s;
  smsc.reconnect_min = random.chance(0.5) ? 100ms : 1s;
  smsc.reconnect_max = 20s;
  return smsc;
}

SmscCharacter character_of(Random& random, const engine::SmscSettings& smsc) {
  SmscCharacter one;
  one.latency_min = random.magnitude(100us, 20ms);
  one.latency_max = one.latency_min * static_cast<int>(random.between(1, 4));
  one.answer_max = random.magnitude(1ms, 2s);
  one.silent = sometimes(random, 0.25, 0.2);
  one.silent_took = random.unit();
  one.late = sometimes(random, 0.2, 0.1);
  one.twice = sometimes(random, 0.2, 0.3);
  one.throttles = sometimes(random, 0.25, 0.3);
  one.temporary = sometimes(random, 0.3, 0.3);
  one.permanent = sometimes(random, 0.3, 0.2);
  one.nacks = sometimes(random, 0.15, 0.05);
  one.drops_link = sometimes(random, 0.1, 0.05);
  one.rate = random.chance(0.15) ? static_cast<std::uint32_t>(random.between(3, 40)) : 0;
  one.ids = static_cast<IdForm>(random.below(5));
  one.receipts = smsc.bind != engine::BindMode::transmitter;
  one.receipt_min = random.magnitude(1ms, 100ms);
  one.receipt_max = random.magnitude(100ms, 60s);
  one.receipt_missing = sometimes(random, 0.3, 0.3);
  one.receipt_early = sometimes(random, 0.4, 0.6);
  one.receipt_twice = sometimes(random, 0.3, 0.4);
  one.receipt_failed = sometimes(random, 0.6, 0.5);
  one.receipt_steps = sometimes(random, 0.3, 0.3);
  one.receipt_by_data_sm = sometimes(random, 0.2, 0.5);
  one.receipt_by_tlv = sometimes(random, 0.5, 1.0);
  one.replies = sometimes(random, 0.5, 0.1);
  one.stops = sometimes(random, 0.5, 0.06);
  one.starts = sometimes(random, 0.5, 0.1);
  one.resets = sometimes(random, 0.3, 0.05);
  one.unbinds = sometimes(random, 0.2, 0.03);
  one.half_open = sometimes(random, 0.2, 0.02);
  one.garbage = sometimes(random, 0.15, 0.02);
  one.enquires = sometimes(random, 0.3, 0.1);
  one.bind_refused = sometimes(random, 0.15, 0.5);
  one.bind_unanswered = sometimes(random, 0.1, 0.3);
  one.connect_refused = sometimes(random, 0.2, 0.5);
  one.connect_hangs = sometimes(random, 0.1, 0.2);
  one.octet_by_octet = random.chance(0.1);
  one.kernel = random.chance(0.25) ? random.between(20, 600) : 1 << 16;
  return one;
}

void write_routes(Random& random, engine::Settings& settings) {
  if (random.chance(0.25)) return;  // none: every SMSC serves everything
  engine::RouteSettings first{"first", {"+48"}, {}, random.chance(0.5), {}, {}};
  engine::RouteSettings other{"other", {"+49", "+44"}, {}, random.chance(0.5), {}, {}};
  for (const engine::SmscSettings& smsc : settings.smscs) {
    first.smsc.push_back(smsc.name);
    other.smsc.insert(other.smsc.begin(), smsc.name);
  }
  if (settings.smscs.size() > 1 && random.chance(0.5)) other.smsc.resize(1);
  settings.routes = {first, other};
}

// Drawn apart from the rest: of half the seeds, nothing else changes.
void write_law(std::uint64_t seed, Lawful& lawful, engine::DunningSettings& dunning) {
  Random random(seed, 21);
  lawful.on = random.chance(0.5);
  if (!lawful.on) return;
  lawful.share = 0.5 * random.unit();
  for (double* each : {&lawful.templates, &lawful.amounts, &lawful.stages, &lawful.marketing, &lawful.consents,
                       &lawful.zones, &lawful.at_local})
    *each = random.chance(0.7) ? random.unit() : 0;
  for (double* each : {&lawful.holds, &lawful.releases, &lawful.parts, &lawful.part_reversals, &lawful.job_changes,
                       &lawful.account_changes, &lawful.purposes, &lawful.consent_deletes, &lawful.acknowledges})
    *each = random.chance(0.7) ? random.unit() : 0;
  lawful.forgets = random.chance(0.3) ? 0.2 * random.unit() : 0;
  lawful.hold_max = std::chrono::duration_cast<std::chrono::milliseconds>(random.magnitude(1s, 1h));
  dunning.calendar = plain_calendar();
  dunning.templates = shipped_templates();
  const auto cap = [&] {
    return dunning::Cap{static_cast<std::uint32_t>(random.between(1, 6)),
                        std::chrono::duration_cast<std::chrono::milliseconds>(random.magnitude(10min, 1h))};
  };
  if (random.chance(0.4)) dunning.cap_number = {cap()};
  if (random.chance(0.4)) dunning.cap_account = {cap()};
  if (random.chance(0.4)) dunning.ledger_max_age = std::chrono::minutes{random.between(30, 90)};
}

}  // namespace

Scenario::Scenario(std::uint64_t number) : seed(number) {
  Random random(seed, 1);
  const std::size_t smscs = random.chance(0.5) ? 1 : random.between(2, 3);
  for (std::size_t i = 0; i < smscs; ++i) {
    settings.smscs.push_back(settings_of(random, i));
    characters.push_back(character_of(random, settings.smscs.back()));
    settings.smscs.back().receipts = characters.back().receipts;
    const IdForm form = characters.back().ids;
    if (random.chance(0.3) && form == IdForm::hex_to_decimal)
      settings.smscs.back().message_id = engine::MessageIdForm::hex_to_decimal;
    if (random.chance(0.3) && form == IdForm::decimal_to_hex)
      settings.smscs.back().message_id = engine::MessageIdForm::decimal_to_hex;
    if (random.chance(0.3) && form == IdForm::same) settings.smscs.back().message_id = engine::MessageIdForm::verbatim;
  }
  // A stream of its own, so that the seeds drawn before there were these are what they were.
  Random receipts(seed, 7);
  const bool waits_end = receipts.chance(0.5);
  for (std::size_t i = 0; i < settings.smscs.size(); ++i) {
    if (waits_end)
      settings.smscs[i].receipt_timeout =
          std::chrono::duration_cast<std::chrono::milliseconds>(receipts.magnitude(1s, 10min));
    settings.smscs[i].query = receipts.chance(0.3);
    characters[i].query_unanswered = sometimes(receipts, 0.3, 0.5);
    characters[i].query_unknown = sometimes(receipts, 0.3, 1.0);
  }
  write_routes(random, settings);
  settings.store_min_free = 1 << 20;
  settings.dunning.in_doubt = random.chance(0.7) ? store::InDoubtPolicy::resend : store::InDoubtPolicy::hold;
  settings.dunning.in_doubt_wait = random.chance(0.5) ? 5s : 60s;
  settings.dunning.expires_default =
      random.chance(0.8) ? std::chrono::milliseconds{2h} : std::chrono::milliseconds{5min};
  settings.drain_timeout = 5s;
  // Drawn apart from the rest, so that a seed's other decisions stay what they were.
  Random parts(seed ^ 0x9A7750);
  settings.dunning.parts_wait = parts.chance(0.5) ? std::chrono::milliseconds{10min} : std::chrono::milliseconds{3min};
  for (std::size_t i = 0; i < settings.smscs.size(); ++i) {
    engine::SmscSettings& smsc = settings.smscs[i];
    using enum engine::LongMessages;
    static const std::vector<engine::LongMessages> kAll{udh, udh, udh16, sar, payload}, kWithoutTlvs{udh, udh16};
    smsc.long_messages = parts.one_of(smsc.version < 0x34 ? kWithoutTlvs : kAll);
    characters[i].replies_in_parts = sometimes(parts, 0.6, 1.0);
    characters[i].parts_lost = sometimes(parts, 0.3, 0.5);
    characters[i].parts_twice = sometimes(parts, 0.3, 0.5);
  }

  commit_min = random.magnitude(10us, 1ms);
  commit_max = commit_min + random.magnitude(100us, 50ms);
  store_stalls = sometimes(random, 0.2, 0.03);
  stall_max = random.magnitude(50ms, 60s);
  commit_fails = sometimes(random, 0.2, 0.02);
  reads_fail = sometimes(random, 0.1, 0.01);
  disk_full = sometimes(random, 0.1, 0.01);
  little_room = sometimes(random, 0.1, 0.02);
  power_cuts = sometimes(random, 0.4, 0.02);
  kills = sometimes(random, 0.3, 0.02);
  stops = sometimes(random, 0.2, 0.01);
  crash_inside = random.unit();
  clock_jumps = sometimes(random, 0.2, 0.005);
  jump_max = std::chrono::duration_cast<std::chrono::milliseconds>(random.magnitude(1s, 48h));
  operators = sometimes(random, 0.3, 0.02);

  pause_max = random.magnitude(2ms, 4s);
  patience = random.magnitude(500ms, 30s);
  numbers = static_cast<std::uint32_t>(random.between(2, 60));
  accounts = static_cast<std::uint32_t>(random.between(1, 12));
  burst_max = random.chance(0.3) ? static_cast<std::uint32_t>(random.between(2, 40)) : 1;
  cancels = sometimes(random, 0.7, 0.3);
  payments = sometimes(random, 0.7, 0.4);
  reversals = sometimes(random, 0.5, 0.1);
  blocks = sometimes(random, 0.7, 0.1);
  allows = sometimes(random, 0.7, 0.2);
  resolves = sometimes(random, 0.7, 0.3);
  pauses = sometimes(random, 0.3, 0.1);
  long_texts = sometimes(random, 0.6, 1.0);
  urgent = sometimes(random, 0.6, 0.6);
  low = sometimes(random, 0.5, 0.6);
  later = sometimes(random, 0.5, 0.5);
  short_lived = sometimes(random, 0.5, 0.5);
  campaigns = sometimes(random, 0.5, 1.0);
  resubmits = sometimes(random, 0.5, 0.3);
  write_law(seed, lawful, settings.dunning);
  Random campaign(seed, 31);
  files = sometimes(campaign, 0.5, 0.3);
  orders = files > 0 ? sometimes(campaign, 0.7, 0.3) : 0;
  if (campaign.chance(0.3)) settings.campaigns.approve_above = static_cast<std::uint32_t>(campaign.between(1, 12));
  if (campaign.chance(0.4)) settings.campaigns.canary = static_cast<std::uint32_t>(campaign.between(1, 6));
  settings.campaigns.canary_wait = campaign.chance(0.5) ? 10s : 120s;
}

namespace {

// As SMSCs are on good days; what is seldom is still often in a year.
SmscCharacter mild() {
  SmscCharacter one;
  one.answer_max = 300ms;
  one.silent = 0.0005;
  one.silent_took = 0.5;
  one.late = 0.0005;
  one.twice = 0.0005;
  one.throttles = 0.01;
  one.temporary = 0.01;
  one.permanent = 0.002;
  one.receipt_min = 1s;
  one.receipt_max = 3h;
  one.receipt_missing = 0.01;
  one.receipt_early = 0.01;
  one.receipt_twice = 0.01;
  one.receipt_failed = 0.02;
  one.receipt_by_tlv = 0.5;
  one.replies = 0.02;
  one.stops = 0.01;
  one.starts = 0.004;
  one.replies_in_parts = 0.3;
  one.resets = 0.0005;
  one.unbinds = 0.0005;
  one.half_open = 0.0001;
  one.connect_refused = 0.05;
  return one;
}

void write_year_links(engine::Settings& settings, std::vector<SmscCharacter>& characters) {
  settings.smscs.clear();
  settings.routes.clear();
  characters.clear();
  for (const char* name : {"alpha", "beta"}) {
    engine::SmscSettings smsc;
    smsc.name = name;
    smsc.host = "192.0.2.1";
    smsc.system_id = "dunlin";
    smsc.password = "secret";
    smsc.source = "ACME";
    smsc.window = 10;
    smsc.throughput = 20;
    smsc.response_timeout = 30s;
    smsc.enquire_link = std::chrono::minutes{30};
    smsc.reconnect_max = std::chrono::minutes{5};
    settings.smscs.push_back(smsc);
    characters.push_back(mild());
  }
  settings.smscs[1].bind = engine::BindMode::pair;
  settings.routes = {{"europe", {"+3", "+4"}, {"alpha"}, false, {}, {}},
                     {"america", {"+1", "+5"}, {"beta", "alpha"}, false, {}, {}},
                     {"elsewhere", {"+"}, {"beta"}, false, {}, {}}};
}

}  // namespace

Scenario Scenario::of_year(const YearWanted& wanted) {
  Scenario one(0);
  one.seed = wanted.seed;
  one.begins = Wall{wanted.from};
  one.year = {true,
              wanted.jobs,
              std::chrono::hours{24} * wanted.days,
              std::chrono::hours{24 * 40},
              30s,
              std::chrono::hours{24 * 6},
              std::chrono::hours{30}};
  write_year_links(one.settings, one.characters);
  engine::DunningSettings& dunning = one.settings.dunning;
  dunning.in_doubt = store::InDoubtPolicy::resend;
  dunning.in_doubt_wait = std::chrono::minutes{5};
  dunning.expires_default = std::chrono::hours{24 * 7};
  dunning.parts_wait = std::chrono::minutes{10};
  dunning.calendar = shipped_calendar("");
  dunning.templates = shipped_templates();
  dunning.cap_number = {{3, std::chrono::hours{24 * 7}}};
  dunning.cap_account = {{4, std::chrono::hours{24 * 7}}, {10, std::chrono::hours{24 * 30}}};
  dunning.ledger_max_age = std::chrono::hours{24 * 4};
  // What is to be compared in the end has to be there.
  one.settings.retention.texts = one.settings.retention.jobs = std::chrono::hours{24 * 800};

  one.commit_min = 100us;
  one.commit_max = 5ms;
  one.store_stalls = 1e-5;
  one.stall_max = 60s;
  one.commit_fails = 5e-6;
  one.reads_fail = 1e-6;
  one.disk_full = 1e-6;
  one.little_room = 1e-6;
  one.power_cuts = one.kills = one.stops = 5e-6;
  one.crash_inside = 0.5;
  one.clock_jumps = 0;
  one.operators = 2e-5;
  one.rests = 5e-6;

  one.numbers = 4000;
  one.accounts = 3000;
  one.burst_max = 1;
  one.bursts_up_to = 0xFFFFFFFF;
  one.imports = 0.01;
  const double wants = wanted.jobs / (0.75 * 2.6);
  one.pause_min = 1ms;
  one.pause_max = std::chrono::nanoseconds{static_cast<std::int64_t>(2 * 1e9 * wanted.days * 86400 / wants)};
  one.patience = 30s;
  one.cancels = 0.02;
  one.payments = 0.1;
  one.reversals = 0.02;
  one.blocks = 0.01;
  one.allows = 0.02;
  one.resolves = 0.02;
  one.pauses = 0.001;
  one.long_texts = 0.2;
  one.urgent = 0.1;
  one.low = 0.1;
  one.later = 0.2;
  one.later_max = std::chrono::hours{24 * 20};
  one.short_lived = 0.1;
  one.lives_min = std::chrono::hours{3};
  one.lives_max = std::chrono::hours{24 * 20};
  one.campaigns = 0.3;
  one.resubmits = 0.01;
  one.files = one.orders = 0;
  one.settings.campaigns = {};

  Lawful& lawful = one.lawful;
  lawful = {};
  lawful.on = true;
  lawful.share = 0.2;
  lawful.templates = 0.7;
  lawful.amounts = 0.3;
  lawful.stages = 0.4;
  lawful.marketing = 0.15;
  lawful.consents = 0.5;
  lawful.zones = 0.1;
  lawful.at_local = 0.5;
  lawful.holds = lawful.releases = lawful.parts = lawful.job_changes = lawful.account_changes = 0.2;
  lawful.part_reversals = lawful.purposes = lawful.consent_deletes = lawful.acknowledges = 0.05;
  lawful.forgets = 0.01;
  lawful.hold_max = std::chrono::hours{24 * 20};
  return one;
}

// From a Monday on; due the Monday after.
Scenario Scenario::of_month(const MonthWanted& wanted) {
  using namespace std::chrono;
  Scenario one = of_year({wanted.seed, 0, sys_days{std::chrono::year{2026} / 11 / 2}, 31});
  one.begins += hours{8};
  one.month = {true, wanted.accounts, "2026-11-10"};
  one.numbers = wanted.accounts;
  for (SmscCharacter& each : one.characters) {
    each.replies = each.stops = each.starts = 0;  // people write of themselves
    each.replies_in_parts = 0;
    each.receipt_failed = each.receipt_missing = each.permanent = 0.002;
  }
  one.settings.smscs[1].bind = engine::BindMode::transceiver;
  engine::DunningSettings& dunning = one.settings.dunning;
  dunning.templates = creditors_templates();
  dunning.plans = shipped_plans();
  dunning.ledger_max_age = 0ms;
  one.settings.replies.rules = answering_replies();
  one.settings.campaigns.approve_above = wanted.accounts / 2;
  one.settings.campaigns.canary = wanted.accounts / 100;
  one.power_cuts = one.kills = one.stops = 2e-5;
  one.operators = 0;
  one.rests = 1e-5;
  return one;
}

Terms Scenario::terms() const {
  Terms terms;
  for (const engine::SmscSettings& smsc : settings.smscs)
    terms.smscs[smsc.name] = {smsc.window, smsc.throughput, smsc.sessions};
  terms.routes = settings.routes;
  if (terms.routes.empty()) {
    engine::RouteSettings all{"", {"+"}, {}, true, {}, {}};
    for (const engine::SmscSettings& smsc : settings.smscs) all.smsc.push_back(smsc.name);
    terms.routes.push_back(std::move(all));
  }
  terms.in_doubt = settings.dunning.in_doubt;
  terms.receipt_timeout = 0ms;
  for (const engine::SmscSettings& smsc : settings.smscs)
    terms.receipt_timeout = std::max(terms.receipt_timeout, smsc.receipt_timeout);
  terms.parts_wait = settings.dunning.parts_wait;
  terms.cap_number = settings.dunning.cap_number;
  terms.cap_account = settings.dunning.cap_account;
  if (year.on) terms.people = numbers;
  if (month.on) terms.homes = kHomesOfTemplates;
  terms.ledger_max_age = settings.dunning.ledger_max_age;
  terms.paid_hold = settings.replies.paid_hold;
  // What names a day holds at least its grace.
  terms.promise_hold = std::min(settings.replies.promise_hold, settings.replies.promise_grace);
  return terms;
}

std::string Scenario::describe() const {
  std::string text;
  for (const engine::SmscSettings& smsc : settings.smscs) {
    text += smsc.name + ": " + std::to_string(smsc.sessions) + " × window " + std::to_string(smsc.window) +
            ", throughput " + std::to_string(smsc.throughput) + "; ";
  }
  return text + std::to_string(settings.routes.size()) + " routes, in_doubt " +
         (settings.dunning.in_doubt == store::InDoubtPolicy::resend ? "resend" : "hold");
}

}  // namespace dunlin::simulation
