// What would become of a job that was not sent: every gate it has to pass and what that rests on, the text as the phone
// shows it, its encoding and its parts, and when it may leave. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/decisions.hpp"
#include "engine/local_time.hpp"
#include "engine/settings.hpp"

namespace dunlin::engine {

// A gate, as it answers at that time.
struct ShownGate {
  std::string gate;  // dunning::to_string(Gate); "intake", "text", "state", "route" (kGate…)
  dunning::Action action = dunning::Action::send;  // send: it lets the job pass
  std::string reason{};                            // what jobs and events name; empty: it passes
  std::optional<Wall> until{};                     // asked again then
  std::string until_local{};                       // on the recipient's clock (LocalClock::rfc3339)
  std::string rule{};                              // of the calendar
  std::string detail{};                            // what was found, for people
  std::string source{};                            // where that is written: a row, a setting, a field
};
inline constexpr std::string_view kGateIntake = "intake";  // a job that is not submitted yet: whether it would be taken
inline constexpr std::string_view kGateText = "text";      // there is a text, and an SMSC of its route can carry it
inline constexpr std::string_view kGateState = "state";    // what it waits for where it stands: a retry, an answer
inline constexpr std::string_view kGateRoute = "route";    // a link takes it

struct Preview {
  Wall at{};                              // the time that was asked about
  std::string at_local;                   // on the recipient's clock
  std::vector<ShownGate> gates;           // in the order in which they are asked
  std::string text;                       // as it leaves: folded, and transliterated where it is
  std::string encoding;                   // "gsm7", "latin1", "ascii", "ucs2" …
  std::string smsc;                       // whose alphabet, tables and defaults these are
  std::vector<std::string> shift_tables;  // "turkish single", "hindi locking": named in each segment's header
  std::size_t segments = 0;
  std::vector<std::string> parts;     // the text of each segment
  std::vector<std::string> replaced;  // "U+00A0 → \" \" at character 12, 3 times"
  std::optional<Wall> earliest;       // when it could leave, if nothing but the time changes; none: then never
  std::string earliest_local;         // on the recipient's clock
  std::vector<std::string> blocked;   // reasons why it would not
  std::string locale;                 // of the template's text; empty: the job's own text
  std::string country;                // of its number
  std::string time_zone;  // where its reader is; several with commas between them: a time that suits them all
  std::string waits_for;  // why `earliest` is not now: "quiet_hours", "holiday", "not_before" …; empty: it is
  std::string rule;       // the row of the calendar that says so
  std::string route;      // its name; empty: none is set, or none serves it
  std::string price, currency;         // of a segment there; empty: nobody says
  std::vector<std::string> carriers;  // the SMSCs that share what it has; one where it prefers one
  bool known = false;                 // this very job was submitted already
  std::optional<Wall> expires;        // not sent after that
};

// What is not in the job's rows, beside the time.
struct Surroundings {
  const Settings& settings;
  dunning::Calendar& calendar;           // not the one of dispatch, which remembers what it was asked last
  std::string taken_by{};                // the id of the job that has its stage
  std::optional<std::string> no_link{};  // why no link takes it now
  std::optional<ShownGate> intake{};     // of a job that was not submitted
  std::function<bool(const SmscSettings*)> sender_stopped{};  // whether a STOP was about the sender it has there
};

// `at`: a job with its rows, none of whose segments was sent; `standing` as of `when`. The text is that of the first
// SMSC of its route that can carry it.
[[nodiscard]] Preview preview_of(const JobAt& at, const Standing& standing, const Surroundings& around, Wall when);

// The first gate that does not let the job pass; null: it would leave.
[[nodiscard]] const ShownGate* first_stop(const Preview& preview);

}  // namespace dunlin::engine
