#include "engine/evidence.hpp"

#include <algorithm>
#include <array>

#include "base/duration.hpp"
#include "dunning/calendar.hpp"
#include "engine/hours.hpp"
#include "engine/references.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {

namespace {

using dunning::Gate;

const store::Job& job_of(const EvidenceOf& of) { return newest_of(of.at, of.standing); }
const DunningSettings& dunning_of(const EvidenceOf& of) { return of.around.settings.dunning; }
std::string account_name(const store::Job& job) { return "account " + job.account; }
std::string invoice_name(const store::Job& job) { return "invoice " + job.invoice + " of account " + job.account; }

// What was paid and when we were told, of a row that has a payment.
std::string paid_at(const EvidenceOf& of, const store::Account& row) {
  std::string text = "was paid " + of.clock.told(*row.paid_at);
  if (row.paid_told_at) text += ", told " + of.clock.told(*row.paid_told_at);
  return text;
}

std::string parts_of(const EvidenceOf& of) {
  const store::Job& job = job_of(of);
  std::string text;
  for (const store::PartPayment& part : of.standing.account.parts) {
    if (!part.invoice.empty() && part.invoice != job.invoice) continue;
    text += (text.empty() ? "" : ", ") + part.id + " of " + part.amount + " " + part.currency + " on " +
            of.clock.told(part.at);
  }
  return text;
}

void tell_payment(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = job_of(of);
  if (exempt_from_payments(job.kind)) {
    gate.detail = "no payment stops a text of kind " + std::string(store::name_of(job.kind));
    return;
  }
  if (account_paid(of.standing.account, told_as(of.at.n, of.at.state), of.at.job)) {
    gate.detail = account_name(job) + " " + paid_at(of, of.standing.account);
    gate.source = "payment of " + account_name(job);
    return;
  }
  if (invoice_paid(of.standing.invoice, of.at.job)) {
    gate.detail = invoice_name(job) + " " + paid_at(of, of.standing.invoice);
    gate.source = "payment of " + invoice_name(job);
    return;
  }
  const std::string parts = parts_of(of);
  if (!parts.empty()) gate.source = "payments of parts: " + parts;
  if (of.standing.newest.settled) {
    gate.detail = "nothing is left of its amount";
    return;
  }
  gate.detail = job.account.empty() ? "it names no account that a payment could be matched to" : "no payment covers it";
  if (!parts.empty()) gate.detail += "; " + job.amount + " " + job.currency + " is left";
  if (of.standing.account.paid_at) {
    gate.detail +=
        "; what the account paid " + of.clock.told(*of.standing.account.paid_at) + " is older than what the job knows";
  }
}

void tell_campaign(const EvidenceOf& of, ShownGate& gate) {
  const std::string& campaign = of.at.job.campaign;
  gate.detail = campaign.empty() ? "it is of no campaign" : "its campaign " + campaign + " is not cancelled";
  if (gate.action != dunning::Action::send) gate.detail = "its campaign " + campaign + " was cancelled";
}

// The newest change of a person's consent to that state, for all purposes or for one.
const store::ConsentChange* last_change(const store::Person& person, store::ConsentStatus status,
                                        std::string_view purpose) {
  const auto found =
      std::find_if(person.history.rbegin(), person.history.rend(),
                   [&](const store::ConsentChange& each) { return each.status == status && each.purpose == purpose; });
  return found == person.history.rend() ? nullptr : &*found;
}

void tell_block(const EvidenceOf& of, ShownGate& gate) {
  const store::Person& person = of.standing.person;
  const store::Purpose purpose = purpose_of(job_of(of));
  if (person.status == store::ConsentStatus::blocked) {
    const store::ConsentChange* change = last_change(person, store::ConsentStatus::blocked, {});
    gate.detail = person.stopped ? "the person's own STOP, " : "the number is blocked, ";
    gate.detail += of.clock.told(person.at);
    if (change != nullptr && !change->reason.empty()) gate.detail += ": \"" + change->reason + "\"";
    gate.source = "consent of the number, from: " + person.source;
    return;
  }
  const store::PurposeConsent* one = consent_for(person, purpose);
  if (one != nullptr && one->status == store::ConsentStatus::blocked) {
    gate.detail = "the number is blocked for " + one->purpose + ", " + of.clock.told(one->at);
    gate.source = "consent of the number, from: " + one->source;
    return;
  }
  if (of.sender_stopped) {
    for (const store::StoppedSender& each : person.stopped_senders) {
      gate.detail +=
          (gate.detail.empty() ? "the person's own STOP to " : ", to ") + each.sender + ", " + of.clock.told(each.at);
    }
    gate.source = "[dunning] optout_scope, when they came";
    return;
  }
  gate.detail = "nothing blocks the number";
  const bool lifted = person.status == store::ConsentStatus::allowed;
  if (lifted) gate.detail += "; allowed " + of.clock.told(person.at);
  if (lifted) gate.source = "consent of the number, from: " + person.source;
}

void tell_hold(const EvidenceOf& of, ShownGate& gate) {
  const auto add = [&](const std::vector<store::Hold>& holds, const std::string& whose) {
    for (const store::Hold& hold : holds) {
      if (hold.until && *hold.until <= of.when) continue;
      gate.detail += (gate.detail.empty() ? "" : "; ") + hold.reason + ", laid " + of.clock.told(hold.at) +
                     (hold.until ? ", until " + of.clock.told(*hold.until) : ", until it is released");
      gate.source += (gate.source.empty() ? "hold " : ", hold ") + hold.id + " of " + whose;
    }
  };
  add(of.standing.person.holds, "the number");
  add(of.standing.account.holds, account_name(job_of(of)));
  if (gate.detail.empty()) gate.detail = "neither the number nor its account is held";
}

void tell_silence(const EvidenceOf& of, ShownGate& gate) {
  const store::PlanMark& plan = of.at.state.plan;
  gate.detail = plan.silent ? "no reply has come since the step before it" : "it is sent to whoever answers, too";
  if (plan.silent) gate.source = "plan " + of.at.job.plan + ", step " + of.at.job.stage;
  if (of.standing.person.replied_at && plan.silent)
    gate.detail = "the last reply came " + of.clock.told(*of.standing.person.replied_at) + ", the step before it left " +
                  of.clock.told(plan.before_at.value_or(of.at.state.accepted_at));
}

void tell_expiry(const EvidenceOf& of, ShownGate& gate) {
  gate.detail = "it expires " + of.clock.told(of.at.state.expires_at);
  if (of.at.job.expires && *of.at.job.expires == of.at.state.expires_at) {
    gate.source = "the job's `expires`";
  } else if (of.at.job.expires || of.at.state.expires_at != of.at.state.accepted_at + dunning_of(of).expires_default) {
    gate.source = "`expires`, as it was changed or configured when the job came";
  } else {
    gate.source = "[dunning] expires_default = " + format_duration(dunning_of(of).expires_default);
  }
}

void tell_ledger(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = job_of(of);
  const std::chrono::milliseconds most = dunning_of(of).ledger_max_age;
  if (exempt_from_payments(job.kind)) {
    gate.detail = "it says nothing of a debt";
    return;
  }
  if (of.standing.newest.text_outdated) {
    gate.detail = of.at.state.resent && !has_begun(of.at.state)
                      ? "it would be sent again as it was, and tells what its account says otherwise since: a person "
                        "resolves it (resend, sent or drop)"
                      : "its own text tells what its account says otherwise since: it waits until a change of the job "
                        "itself says what is so now, or the account says again what it tells";
    gate.source = "what was said of " + account_name(job) + " since";
    return;
  }
  gate.source =
      most.count() > 0 ? "[dunning] ledger_max_age = " + format_duration(most) : "[dunning] ledger_max_age is off";
  if (!job.ledger_as_of) {
    gate.detail = "it does not say how old its knowledge is";
    return;
  }
  const auto age = std::chrono::floor<std::chrono::minutes>(of.when - *job.ledger_as_of);
  gate.detail = "its knowledge is of " + of.clock.told(*job.ledger_as_of) + ", " +
                (age.count() > 0 ? format_duration(age) + " old then" : "not older than then");
}

void tell_stage(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = job_of(of);
  if (job.account.empty() || job.stage.empty() || job.due_date.empty()) {
    gate.detail = "it does not name account, stage and due date, all three";
    return;
  }
  gate.source = "stage " + job.stage + " of " + account_name(job) + ", due " + job.due_date;
  if (gate.action == dunning::Action::send) {
    gate.detail = "no other job has this stage";
  } else {
    gate.detail = of.around.taken_by.empty() ? "another job has it" : "job " + of.around.taken_by + " has it";
  }
}

void tell_caps(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = job_of(of);
  if (!counts_towards_caps(job.kind)) {
    gate.detail = "a text of kind " + std::string(store::name_of(job.kind)) + " does not count";
    return;
  }
  const auto add = [&](const std::vector<dunning::Cap>& caps, const std::vector<Wall>& begun, const char* whose,
                       const char* setting) {
    for (const dunning::Cap& cap : caps) {
      std::size_t count = 0;
      std::string times;
      for (const Wall at : begun) {
        if (at + cap.within <= of.when) continue;
        ++count;
        times += (times.empty() ? ": " : ", ") + of.clock.told(at);
      }
      gate.detail += (gate.detail.empty() ? "" : "; ") + std::string(whose) + ": " + std::to_string(count) + " of " +
                     std::to_string(cap.texts) + " in " + format_duration(cap.within) + times;
    }
    if (!caps.empty()) gate.source += (gate.source.empty() ? "[dunning] " : ", ") + std::string(setting);
  };
  add(dunning_of(of).cap_number, of.standing.person.recent, "number", "cap_number");
  if (!job.account.empty()) add(dunning_of(of).cap_account, of.standing.account.recent, "account", "cap_account");
  if (gate.detail.empty()) gate.detail = "no cap is set";
  if (was_sent(of.at.state)) gate.detail += "; the rest of a message that has begun is no further one";
}

void tell_consent(const EvidenceOf& of, ShownGate& gate) {
  const store::Purpose purpose = purpose_of(job_of(of));
  const std::string name(store::name_of(purpose));
  const store::PurposeConsent* one = consent_for(of.standing.person, purpose);
  if (one != nullptr && one->status == store::ConsentStatus::allowed) {
    gate.detail = name + " was agreed to " + of.clock.told(one->at) + ", on the basis of " +
                  (one->basis.empty() ? "nothing that is recorded" : one->basis);
    gate.source = "consent of the number, from: " + one->source;
  } else if (purpose == store::Purpose::marketing) {
    gate.detail = "no consent to " + name + " is recorded";
  } else {
    gate.detail = name + " needs no consent of its own";
  }
}

void tell_not_before(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = of.at.job;
  const std::optional<Wall> own = of.at.state.not_before ? of.at.state.not_before : job.not_before;
  if (!own) {
    gate.detail = "it may leave at any time, as far as the job says";
    return;
  }
  gate.detail = "not before " + of.clock.told(*own);
  const bool local = !job.send_at_local.empty() && of.at.state.not_before;
  gate.source =
      local ? "the job's `send_at_local`, " + job.send_at_local + ", or a change of it" : "the job's `not_before`";
}

std::string hours_told(const std::vector<dunning::Hours>& hours) {
  std::string text;
  for (const dunning::Hours& each : hours) text += (text.empty() ? "" : ", ") + dunning::to_string(each);
  return text.empty() ? "closed" : text;
}

std::string week_told(const dunning::Week& week) {
  std::string text;
  for (unsigned day = 0; day < week.size(); ++day) {
    unsigned last = day;
    while (last + 1 < week.size() && week[last + 1] == week[day]) ++last;
    text += (text.empty() ? "" : ", ") + std::string(dunning::weekday_name(day));
    if (last > day) text += " to " + std::string(dunning::weekday_name(last));
    text += " " + hours_told(week[day]);
    day = last;
  }
  return text;
}

std::string source_of(const dunning::Rule& rule) {
  if (&rule == &dunning::strict_rule()) return "built in, where no table has a row: " + rule.source;
  std::string text = "countries.toml, line " + std::to_string(rule.line) + ": " + rule.source;
  if (!rule.strength.empty()) text += " (" + rule.strength + ")";
  return text;
}

void tell_calendar(const EvidenceOf& of, ShownGate& gate) {
  const store::Job& job = job_of(of);
  dunning::Calendar& calendar = of.around.calendar;
  if (!calendar.rules().any()) {
    gate.detail = "no hours are set";
    gate.source = "[dunning] countries is off, and quiet_hours and quiet_days are not set";
    return;
  }
  const dunning::Place place = place_of(job, of.at.state.country, calendar.rules());
  const dunning::Opening opening = calendar.at(of.when, place, static_cast<dunning::Purpose>(purpose_of(job)));
  if (opening.reason == dunning::kReasonTimezoneUnknown) {
    gate.detail = "nobody knows when it may leave: no time suits " +
                  (place.zones.empty() ? "a number whose zone is in no table" : "all of " + std::string(place.zones));
    gate.source = "the job's `time_zone` would say";
    return;
  }
  gate.detail = "there it is " + of.clock.told(of.when);
  if (opening.open && gate.action != dunning::Action::send)
    gate.detail += ", too little of the window is left (validity_min)";
  if (opening.holiday != nullptr) {
    gate.detail += ", " + opening.holiday->name + (opening.holiday->equated ? " (treated as a holiday)" : "");
  }
  if (opening.until) gate.detail += (opening.open ? ", open until " : ", it opens ") + of.clock.told(*opening.until);
  if (!opening.open && !opening.until) gate.detail += ", and it never opens";
  if (opening.rule != nullptr) gate.detail += "; " + opening.rule->name + ": " + week_told(opening.rule->hours);
  if (gate.rule.empty() && opening.rule != nullptr) gate.rule = opening.rule->name;
  gate.source = source_of_rule(gate.rule, dunning_of(of), of.when);
  if (opening.holiday == nullptr || calendar.rules().countries == nullptr) return;
  const auto days = calendar.rules().countries->calendars().find(place.country);
  if (days != calendar.rules().countries->calendars().end()) gate.source += "; holidays: " + days->second.source;
}

// By Gate.
constexpr std::array<void (*)(const EvidenceOf&, ShownGate&), dunning::kGates> kTold = {
    tell_payment, tell_campaign, tell_block,   tell_hold,       tell_silence,  tell_expiry,  tell_ledger,
    tell_stage,   tell_caps,     tell_consent, tell_not_before, tell_calendar};
static_assert(static_cast<std::size_t>(Gate::calendar) + 1 == dunning::kGates);

}  // namespace

std::string source_of_rule(std::string_view rule, const DunningSettings& dunning, Wall when) {
  if (rule == kRuleQuietHours) return "[dunning] quiet_hours = \"" + dunning.quiet_hours + "\"";
  if (rule == kRuleQuietDays) {
    std::string days;
    for (const std::string& day : dunning.quiet_days) days += (days.empty() ? "" : ", ") + day;
    return "[dunning] quiet_days: " + days;
  }
  if (dunning.calendar == nullptr || rule.empty()) return {};
  if (dunning.calendar->countries != nullptr) {
    // Of several of that name the one of that day.
    const dunning::Date day{std::chrono::floor<std::chrono::days>(when).time_since_epoch()};
    const dunning::Rule* found = nullptr;
    for (const dunning::Rule& each : dunning.calendar->countries->rules()) {
      if (each.name != rule) continue;
      const bool holds = each.from <= day && (!each.until || day <= *each.until);
      if (found == nullptr || holds) found = &each;
    }
    if (found != nullptr) return source_of(*found);
  }
  return rule == dunning::strict_rule().name ? source_of(dunning::strict_rule()) : std::string{};
}

std::vector<ShownGate> gates_with_evidence(const EvidenceOf& of) {
  const dunning::Facts facts =
      facts_of(of.at, of.standing, dunning_of(of), of.around.calendar, of.least, of.when, of.sender_stopped);
  std::vector<ShownGate> shown;
  for (const dunning::GateAnswer& answer : dunning::gates(facts)) {
    const dunning::Decision& decision = answer.decision;
    ShownGate& gate = shown.emplace_back();
    gate.gate = to_string(answer.gate);
    gate.action = decision.action;
    gate.reason = decision.reason;
    gate.until = decision.until;
    if (decision.until) gate.until_local = of.clock.rfc3339(*decision.until);
    gate.rule = decision.rule;
    kTold[static_cast<std::size_t>(answer.gate)](of, gate);
  }
  return shown;
}

}  // namespace dunlin::engine
