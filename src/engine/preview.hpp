// What would become of a job, with nothing stored: the text as the phone shows it, its encoding and its parts.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <string>
#include <vector>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

struct Preview {
  std::string text;                   // as it leaves: folded, and transliterated where it is
  std::string encoding;               // "gsm7", "latin1", "ascii", "ucs2" …
  std::string smsc;                   // whose alphabet, tables and defaults these are
  std::vector<std::string> shift_tables;  // "turkish single", "hindi locking": named in each segment's header
  std::size_t segments = 0;
  std::vector<std::string> parts;     // the text of each segment
  std::vector<std::string> replaced;  // "U+00A0 → \" \" at character 12, 3 times"
  Wall earliest{};                    // when it could leave
  std::vector<std::string> blocked;   // reasons why it would not
  std::string locale;                 // of the template's text; empty: the job's own text
  std::string country;                // of its number
  std::string time_zone;              // where its reader is; several with commas between them: a time that suits them all
  std::string waits_for;              // why `earliest` is not now: "quiet_hours", "holiday", "not_before" …; empty: it is
  std::string rule;                   // which row of countries.toml says so
};

// For the first SMSC of its route that can carry it. Errors: as check_job's.
[[nodiscard]] Result<Preview> preview(store::Job job, const Settings& settings, Wall now);

}  // namespace dunlin::engine
