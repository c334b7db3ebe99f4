#include "engine/preview.hpp"

#include <algorithm>
#include <dunlin/text/unicode.hpp>

#include "engine/compose.hpp"
#include "engine/evidence.hpp"
#include "engine/hours.hpp"
#include "engine/references.hpp"
#include "engine/render.hpp"
#include "engine/routes.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {

namespace {

using dunning::Action;
using store::State;

// Waits one after the other: a hold, then a cap, then the calendar. Beyond: no earliest time is told.
constexpr int kWaitsMax = 64;

std::vector<std::string> names_of(text::ShiftTables tables) {
  std::vector<std::string> names;
  if (tables.locking != text::Language::none) names.push_back(std::string(to_string(tables.locking)) + " locking");
  if (tables.single != text::Language::none) names.push_back(std::string(to_string(tables.single)) + " single");
  return names;
}

std::string told(const text::Replacement& each) {
  std::string line = text::name_of(each.character) + " → " + (each.to.empty() ? "nothing" : "\"" + each.to + "\"");
  line += " at character " + std::to_string(each.position);
  if (each.count > 1) line += ", " + std::to_string(each.count) + " times";
  return line;
}

// What makes a preview of one job at one time.
struct Making {
  const JobAt& at;
  const Standing& standing;
  const Surroundings& around;
  const LocalClock& clock;
  Preview& shown;
  std::chrono::milliseconds least{0};
  const RouteSettings* route = nullptr;
  bool sender_stopped = false;
};

const SmscSettings* smsc_named(const Settings& settings, std::string_view name) {
  const auto found = std::find_if(settings.smscs.begin(), settings.smscs.end(),
                                  [&](const SmscSettings& each) { return each.name == name; });
  return found == settings.smscs.end() ? nullptr : &*found;
}

// What has begun goes on where it began; else the first SMSC of the route that can carry it, or its first.
const SmscSettings* carrier(const Making& making, const store::Job& job) {
  const Settings& settings = making.around.settings;
  if (has_begun(making.at.state)) return smsc_named(settings, making.at.state.smsc);
  const SmscSettings* first = nullptr;
  if (making.route == nullptr) return nullptr;
  for (const std::string& name : making.route->smsc) {
    const SmscSettings* each = smsc_named(settings, name);
    if (each != nullptr && carries(job, *each)) return each;
    if (first == nullptr) first = each;
  }
  return first;
}

void show_encoded(Making& making, const store::Job& job, const SmscSettings& smsc, ShownGate& gate) {
  Result<text::Encoded> encoded = encode_text(job, smsc, 0);
  if (!encoded) {
    gate.action = Action::block;
    gate.reason = encoded.error().code;
    gate.detail = encoded.error().detail;
    return;
  }
  Preview& shown = making.shown;
  shown.smsc = smsc.name;
  for (const std::string& part : encoded->parts) shown.text += part;
  shown.encoding = std::string(text::to_string(encoded->encoding));
  shown.shift_tables = names_of(encoded->tables);
  shown.segments = encoded->messages;
  shown.parts = std::move(encoded->parts);
  for (const text::Replacement& each : encoded->replaced) shown.replaced.push_back(told(each));
  gate.detail = std::to_string(shown.segments) + (shown.segments == 1 ? " segment in " : " segments in ") +
                shown.encoding + ", as " + smsc.name + " takes them";
}

// Its text from the newest values, or the octets that it began with.
ShownGate show_text(Making& making) {
  const store::JobState& state = making.at.state;
  store::Job job = newest_of(making.at, making.standing);
  ShownGate gate;
  gate.gate = kGateText;
  if (!job.template_name.empty()) {
    gate.source = "template " + job.template_name;
    const bool kept = !state.text.empty() && (has_begun(state) || state.resent);
    Result<Composed> composed =
        kept ? Composed{state.text, state.locale} : compose(job, making.around.settings.dunning);
    if (!composed) {
      gate.action = Action::wait;  // for the template's return, as long as the job lives
      gate.reason = composed.error().code;
      gate.detail = to_string(composed.error());
      return gate;
    }
    job.text = std::move(composed->text);
    making.shown.locale = std::move(composed->locale);
  } else {
    gate.source = "the job's own text";
  }
  const SmscSettings* smsc = carrier(making, job);
  const SmscSettings fallback;
  show_encoded(making, job, smsc == nullptr ? fallback : *smsc, gate);
  return gate;
}

// What it waits for where it stands, beside what the gates say.
ShownGate state_gate(const Making& making, Wall when) {
  const store::JobState& state = making.at.state;
  ShownGate gate;
  gate.gate = kGateState;
  gate.detail = "it is " + std::string(store::name_of(state.state));
  if (!state.reason.empty()) gate.detail += " (" + state.reason + ")";
  if (!state.history.empty()) gate.detail += " since " + making.clock.told(state.history.back().time);
  gate.source = "the job's state";
  if (store::is_final(state.state)) {
    gate.action = Action::block;
    gate.reason = state.reason.empty() ? store::name_of(state.state) : state.reason;
    gate.detail += " and over: nothing is decided of it any more";
  } else if (state.state == State::submitting) {
    gate.action = Action::wait;
    gate.reason = store::name_of(state.state);
    gate.detail += ", claimed for " + state.smsc + ": its answer is awaited";
  } else if (state.state == State::in_doubt) {
    gate.action = state.next_attempt ? Action::wait : Action::hold;
    gate.reason = store::name_of(state.state);
    gate.detail += state.next_attempt ? "; a late answer may settle it, else policy does"
                                      : "; a person settles it: dunlin job resolve";
    gate.until = state.next_attempt;
  } else if (state.state == State::scheduled && state.next_attempt && *state.next_attempt > when) {
    gate.action = Action::wait;
    gate.reason = state.reason;
    gate.until = state.next_attempt;
    gate.detail += "; it is decided again " + making.clock.told(*state.next_attempt);
  }
  if (gate.until) gate.until_local = making.clock.rfc3339(*gate.until);
  return gate;
}

ShownGate route_gate(const Making& making) {
  ShownGate gate;
  gate.gate = kGateRoute;
  if (making.route == nullptr) {
    gate.action = Action::block;
    gate.reason = "no_route";
    gate.detail = "no route has a prefix of its number";
    return gate;
  }
  const bool named = !making.route->name.empty();
  gate.source = named ? "[[route]] " + making.route->name : "no [[route]] is set: every SMSC serves every number";
  if (making.around.no_link) {
    gate.action = Action::wait;
    gate.reason = "unbound";
    gate.detail = *making.around.no_link;
  } else {
    gate.detail = "a link of its route takes it, or will when it is its turn";
  }
  return gate;
}

void add_route(Preview& shown, const RouteSettings& route) {
  shown.route = route.name;
  shown.price = route.price;
  shown.currency = route.currency;
  if (route.balance) {
    shown.carriers = route.smsc;
  } else if (!shown.smsc.empty()) {
    shown.carriers = {shown.smsc};
  }
}

std::vector<ShownGate> gates_of(const Making& making, Wall when) {
  return gates_with_evidence(
      {making.at, making.standing, making.around, making.clock, making.least, when, making.sender_stopped});
}

dunning::Decision decide_at(const Making& making, Wall when) {
  return dunning::decide(facts_of(making.at, making.standing, making.around.settings.dunning, making.around.calendar,
                                  making.least, when, making.sender_stopped));
}

// Goes from wait to wait as time does, with the rows as they are now.
void find_earliest(Making& making, Wall when) {
  Preview& shown = making.shown;
  const auto wait_for = [&](std::string_view reason, std::string_view rule) {
    if (!shown.waits_for.empty()) return;
    shown.waits_for = reason;
    shown.rule = rule;
  };
  Wall at = when;
  for (int waits = 0; waits < kWaitsMax; ++waits) {
    const dunning::Decision decision = decide_at(making, at);
    if (decision.action == Action::send) {
      const store::JobState& state = making.at.state;
      const bool appoints = state.state == State::scheduled || state.state == State::in_doubt;
      const std::optional<Wall> appointed = appoints ? state.next_attempt : std::nullopt;
      if (state.state == State::in_doubt && !appointed) return;  // for a person
      if (!appointed || *appointed <= at) {
        shown.earliest = at;
        return;
      }
      wait_for(state.reason.empty() ? store::name_of(state.state) : std::string_view(state.reason), {});
      at = *appointed;
      continue;
    }
    const bool waits_on = decision.action == Action::wait || decision.action == Action::hold;
    if (waits_on) wait_for(decision.reason, decision.rule);
    if (waits_on && decision.until && *decision.until > at) {
      at = *decision.until;
      continue;
    }
    if (!waits_on)
      shown.blocked.emplace_back(decision.action == Action::expire && at > when ? "never_sent" : decision.reason);
    return;
  }
}

// Also of what the gates behind the first one say.
void add_blocked(Preview& shown) {
  for (const ShownGate& gate : shown.gates) {
    if (gate.action != Action::block && gate.action != Action::cancel && gate.action != Action::expire) continue;
    if (std::find(shown.blocked.begin(), shown.blocked.end(), gate.reason) == shown.blocked.end())
      shown.blocked.push_back(gate.reason);
  }
}

}  // namespace

const ShownGate* first_stop(const Preview& preview) {
  const auto found = std::find_if(preview.gates.begin(), preview.gates.end(),
                                  [](const ShownGate& each) { return each.action != Action::send; });
  return found == preview.gates.end() ? nullptr : &*found;
}

Preview preview_of(const JobAt& at, const Standing& standing, const Surroundings& around, Wall when) {
  const dunning::CalendarRules& rules = around.calendar.rules();
  const Routes routes(around.settings);
  Preview shown;
  shown.at = when;
  shown.country = at.state.country;
  shown.expires = at.state.expires_at;
  shown.time_zone = place_of(at.job, at.state.country, rules).zones;
  const LocalClock clock(*rules.zones, shown.time_zone);
  shown.at_local = clock.rfc3339(when);
  Making making{at, standing, around, clock, shown, {}, routes.find(at.job.to), false};
  const ShownGate text = show_text(making);
  const SmscSettings* smsc = smsc_named(around.settings, shown.smsc);
  if (smsc != nullptr) making.least = smsc->validity_min;
  if (making.route != nullptr) add_route(shown, *making.route);
  making.sender_stopped = around.sender_stopped && around.sender_stopped(smsc);

  // What is over or under way is not decided, so that comes first; what waits is decided when it has waited.
  const bool decided =
      at.state.state == State::ready || at.state.state == State::scheduled || at.state.state == State::held;
  if (around.intake) shown.gates.push_back(*around.intake);
  if (!decided) shown.gates.push_back(state_gate(making, when));
  std::vector<ShownGate> asked = gates_of(making, when);
  std::move(asked.begin(), asked.end(), std::back_inserter(shown.gates));
  shown.gates.push_back(text);
  if (decided && !around.intake) shown.gates.push_back(state_gate(making, when));
  shown.gates.push_back(route_gate(making));

  if (at.state.state != State::submitting) find_earliest(making, when);
  add_blocked(shown);
  if (text.action == Action::wait && shown.waits_for.empty()) shown.waits_for = text.reason;
  if (!shown.blocked.empty() || text.action != Action::send) shown.earliest.reset();
  if (shown.earliest) shown.earliest_local = clock.rfc3339(*shown.earliest);
  return shown;
}

}  // namespace dunlin::engine
