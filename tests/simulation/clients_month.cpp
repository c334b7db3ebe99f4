// A month: one file of people who owe, under the shipped plan; what they do about it, and the clerk who looks after
// them. Whatever the clerk does is one of the commands of tools/dunlin, and is counted as such.
#include "books.hpp"
#include "clients.hpp"
#include "clients_answer.hpp"
#include "engine/call_list.hpp"
#include "lawbook.hpp"
#include "store/people_reader.hpp"

namespace dunlin::simulation {
namespace {

using namespace std::chrono;

constexpr std::size_t kListed = 100'000;  // rows of a list that are read at once
constexpr const char* kCampaign = "november";

const Person& person_of(const Scenario& scenario, JobNumber number) {
  const std::vector<Person>& all = people(scenario.numbers, kHomesOfTemplates);
  return all[number % all.size()];
}

}  // namespace

void Clients::begin_month() {
  const std::uint32_t count = world_.scenario().month.accounts;
  for (JobNumber number = 0; number < count; ++number) {
    customers_.push_back(customer(month_random_));
    numbers_[person_of(world_.scenario(), number).number] = number;
  }
  world_.agenda().at(world_.now().steady + hours{1}, [this] { import_month(); });
  world_.agenda().at(world_.now().steady + hours{1} + minutes{30}, [this] { day_of_the_clerk(); });
}

Clients::Customer Clients::customer(Random& random) {
  static const std::vector<std::pair<std::uint64_t, Habit>> kOfThousand{
      {15, Habit::silent},       {4, Habit::stops},    {3, Habit::wrong_number}, {3, Habit::hardship},
      {4, Habit::asks_for_call}, {5, Habit::disputes}, {3, Habit::breaks},       {7, Habit::promises},
      {5, Habit::says_paid},     {4, Habit::unclear},  {40, Habit::pays_next},   {10, Habit::asks_how},
      {30, Habit::thanks}};
  std::uint64_t draw = random.below(1000);
  for (const auto& [share, habit] : kOfThousand) {
    if (draw < share) return {habit, 0, {}, false};
    draw -= share;
  }
  return {};
}

store::Job Clients::row(JobNumber number) {
  const Person& person = person_of(world_.scenario(), number);
  store::Job job;
  job.id = job_id(number);
  job.sender = "J" + std::to_string(number);
  job.to = person.number;
  job.account = "A" + std::to_string(number);
  job.invoice = "I" + std::to_string(number);
  job.plan = "friendly";
  job.amount =
      std::to_string(month_random_.between(1000, 90'000)) + "." + std::to_string(month_random_.between(10, 99));
  job.currency = person.country == "PL" ? "PLN" : person.country == "GB" ? "GBP" : "EUR";
  job.due_date = world_.scenario().month.due_date;
  job.locale = language_of(person.country);
  job.campaign = kCampaign;
  if (month_random_.chance(0.5)) job.pay_url = "https://pay.example/" + std::to_string(number);
  job.params = {{"name", "Ana"}, {"loyal", month_random_.chance(0.2) ? "yes" : "no"}};
  return job;
}

void Clients::import_month() {
  Import& import = imports_.emplace_back();
  import.campaign = kCampaign;
  for (JobNumber number = 0; number < customers_.size(); ++number) {
    Operation operation;
    operation.job = next_job_++;
    operation.content = row(number);
    wants_.push_back({std::move(operation), false, {}});
    wants_.back().waits = true;
    import.rows.push_back(&wants_.back());
  }
  ++open_;
  command("campaign import", import.rows.size());
  tell(Importing::What::waits, import);
  for (Want* row : import.rows) world_.tell(Asked{&row->operation});
  open(import);
}

void Clients::text_arrived(const store::Event& event) {
  const JobNumber job = job_number(event.job);
  if (event.type != store::EventType::delivered || job == kNoJob) return;
  const JobNumber number = first_of(job);
  Customer& one = customers_[number];
  one.smsc = event.smsc;
  const auto soon = [&] { return month_random_.between(minutes{10}, hours{44}); };
  const bool first = ++one.texts == 1;
  switch (one.habit) {
    case Habit::pays: return first ? pays(number, soon()) : void();
    case Habit::thanks:
      if (first) writes(number, "acknowledgement", false);
      return first ? pays(number, soon()) : void();
    case Habit::asks_how:
      if (first) writes(number, "pay_now", false);
      return first ? pays(number, soon()) : void();
    case Habit::pays_next: return one.texts == 2 ? pays(number, soon()) : void();
    case Habit::says_paid:
      if (first) writes(number, "paid", true);
      return first ? pays(number, soon()) : void();
    case Habit::promises:
      if (first) writes(number, "promise", true);
      return first ? pays(number, soon()) : void();
    case Habit::unclear:
      if (first) writes(number, "unclear", true);
      return one.texts == 2 ? pays(number, soon()) : void();
    case Habit::breaks: return first ? writes(number, "promise", true) : void();
    case Habit::disputes: return first ? writes(number, "dispute", true) : void();
    case Habit::asks_for_call: return first ? writes(number, "call_me", true) : void();
    case Habit::hardship: return first ? writes(number, "hardship", true) : void();
    case Habit::wrong_number: return first ? writes(number, "wrong_number", true) : void();
    case Habit::stops: return first ? writes(number, "opt_out", true) : void();
    case Habit::silent: return;
  }
}

void Clients::pays(JobNumber number, nanoseconds after) {
  world_.agenda().at(world_.now().steady + after, [this, number] {
    Operation operation;
    operation.op = Op::payment;
    operation.account = "A" + std::to_string(number);
    operation.invoice = "I" + std::to_string(number);
    operation.payment_id = "P" + std::to_string(number);
    operation.paid_at = world_.now().wall;
    want(operation, operation.account);
  });
}

void Clients::writes(JobNumber number, std::string_view intent, bool holds) {
  const Person& person = person_of(world_.scenario(), number);
  std::vector<Phrase> fitting;
  for (const Phrase& each : phrases(language_of(person.country))) {
    if (each.intent == intent) fitting.push_back(each);
  }
  const std::string text = month_random_.one_of(fitting).text;
  const DeliveryKind kind = intent == "opt_out" ? DeliveryKind::stop : DeliveryKind::reply;
  world_.agenda().at(world_.now().steady + month_random_.between(seconds{20}, hours{6}),
                     [this, number, kind, text, holds, meant = std::string(intent)] {
                       world_.smsc(customers_[number].smsc)
                           .write(person_of(world_.scenario(), number).number, "J" + std::to_string(number), kind, text,
                                  holds, meant);
                     });
}

void Clients::command(const std::string& name, std::uint64_t rows) { world_.tell(Commanded{name, rows}); }

// 09:30 UTC of every day; of working days something is done.
void Clients::day_of_the_clerk() {
  if (calm_) return;
  world_.agenda().at(world_.now().steady + hours{24}, [this] { day_of_the_clerk(); });
  const weekday today{floor<days>(world_.now().wall)};
  if (today == Saturday || today == Sunday || !world_.alive()) return;
  look_at_campaigns();
  look_at_the_inbox();
  look_at_the_call_list();
}

// What waits for another person's approval, or paused itself.
void Clients::look_at_campaigns() {
  const Result<std::vector<store::NamedCampaign>> campaigns = store::read_campaigns(world_.kv(), "", kListed);
  if (!campaigns) return;
  for (const auto& [name, campaign] : *campaigns) {
    const bool waits = campaign.stage == store::CampaignStage::approval;
    if (!waits && !campaign.paused) continue;
    Operation operation;
    operation.op = waits ? Op::campaign_approve : Op::campaign_resume;
    operation.campaign = name;
    command(waits ? "campaign approve" : "campaign resume", 1);
    want(operation, "campaign " + name);
  }
}

JobNumber Clients::who_has(const std::string& number) const {
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? kNoJob : found->second;
}

void Clients::look_at_the_inbox() {
  const Result<store::Inbox> inbox = store::inbox(world_.kv(), store::keys::InboxClass::waiting, 0, kListed);
  if (!inbox) return;
  command("inbox", inbox->items.size());
  for (const store::InboxView& each : inbox->items) {
    const JobNumber number = who_has(each.number);
    if (number == kNoJob || customers_[number].handled) continue;
    Operation operation;
    operation.number = each.number;
    switch (customers_[number].habit) {
      case Habit::wrong_number:  // held until somebody knows the right one
        customers_[number].handled = true;
        continue;
      case Habit::disputes: operation.op = Op::inbox_dispute; break;
      case Habit::asks_for_call:
      case Habit::hardship: called(number); [[fallthrough]];
      default: operation.op = Op::inbox_clear;
    }
    customers_[number].handled = true;
    command(operation.op == Op::inbox_dispute ? "inbox dispute" : "inbox clear", 1);
    want(operation, operation.number);
  }
}

// And some day after they pay.
void Clients::called(JobNumber number) {
  Operation operation;
  operation.op = Op::call_done;
  operation.job = number;
  command("call-list --done", 1);
  want(operation, job_id(number));
  pays(number, month_random_.between(hours{1}, hours{30}));
}

void Clients::look_at_the_call_list() {
  const Result<store::Calls> listed = store::calls(world_.kv(), kCampaign, {}, kListed);
  if (!listed) return;
  std::uint64_t rows = 0;
  for (const store::CallView& call : listed->calls) {
    const auto [at, standing] = engine::callee_of(call);
    rows += engine::to_be_phoned(at, standing, world_.now().wall) ? 1 : 0;
  }
  command("call-list", rows);
}

engine::Request Clients::clerks_request(Want& want) {
  const Operation& op = want.operation;
  if (op.op == Op::call_done) return engine::ClearCall{job_id(op.job), answer_to<engine::CallDone>(want)};
  const engine::InboxOrder order = op.op == Op::inbox_clear ? engine::InboxOrder::clear : engine::InboxOrder::dispute;
  return engine::ChangeInbox{op.number, order, op.due_date, answer_to<engine::InboxChanged>(want)};
}

}  // namespace dunlin::simulation
