// A job as it is to be read and reached: its number as E.164, its text rendered from its template. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <string>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::dunning {
struct TemplateCall;  // template.hpp
}

namespace dunlin::engine {

// Writes `to` as E.164 and gives the number's country (ISO 3166; "": of none). Errors: "missing", "bad_number",
// "not_mobile", on "to".
[[nodiscard]] Result<std::string> read_recipient(store::Job& job, const DunningSettings& dunning);

// What every template may tell of a job's debt, without the template's name and parameters. It points into the two.
[[nodiscard]] dunning::TemplateCall debt_of(const store::Job& job, const DunningSettings& dunning);

struct Composed {
  std::string text;
  std::string locale;  // of the template's text; empty: the job's own text
};
// Errors: "unknown_template", "missing_parameter", "unknown_field", "bad_parameter"; `where` is "template",
// "locale", "params.NAME" or the field.
[[nodiscard]] Result<Composed> compose(const store::Job& job, const DunningSettings& dunning);

// For a job that is asked for: compose(), or nothing where it has a text of its own. Errors beside compose()'s:
// "wrong_kind", on "kind"; "bad_value" for a text beside the template or params without one.
[[nodiscard]] Result<Composed> check_template(const store::Job& job, const DunningSettings& dunning);

// Of pay_url, and of each parameter that is a link: https, to a host that `hosts` allow (each with its subdomains; none: every host), no shortener of links, no address
// of a machine instead of a name, and nothing of the recipient in it. Errors: "bad_url", on
// "pay_url" or "params.NAME".
[[nodiscard]] Result<void> check_links(const store::Job& job, const std::vector<std::string>& hosts);
inline constexpr std::size_t kPayUrlOctetsMax = 512;

}  // namespace dunlin::engine
