#include "engine/compose.hpp"

#include <algorithm>
#include <array>
#include <dunlin/base/ascii.hpp>
#include <vector>

#include "dunning/calendar.hpp"
#include "dunning/numbers.hpp"
#include "dunning/template.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {

Result<std::string> read_recipient(store::Job& job, const DunningSettings& dunning) {
  if (job.to.empty()) return failure("missing", "a job needs a number to send to", "to");
  const std::span<const dunning::KnownPrefix> known =
      dunning.calendar == nullptr ? std::span<const dunning::KnownPrefix>{} : dunning.calendar->prefixes();
  Result<dunning::Number> number = dunning::read_number(job.to, dunning.default_country, known);
  if (!number) return failure(number.error().code, number.error().detail, "to");
  job.to = std::move(number->e164);
  return std::move(number->country);
}

dunning::TemplateCall debt_of(const store::Job& job, const DunningSettings& dunning) {
  dunning::TemplateCall call;
  call.locale = job.locale;
  call.default_locale = dunning.default_locale;
  call.amount = job.amount;
  call.currency = job.currency;
  call.fee = job.fee;
  call.due_date = job.due_date;
  call.account = job.account;
  call.invoice = job.invoice;
  call.pay_url = job.pay_url;
  return call;
}

namespace {

// What it points to lives as long as the job and `params`.
dunning::TemplateCall call_of(const store::Job& job, const DunningSettings& dunning,
                              std::vector<dunning::Param>& params) {
  params.reserve(job.params.size());
  for (const store::Param& param : job.params) params.push_back({param.name, param.value});
  dunning::TemplateCall call = debt_of(job, dunning);
  call.name = job.template_name;
  call.params = params;
  call.spare_params = !job.plan.empty();
  return call;
}

Composed composed_of(dunning::Rendered rendered) { return {std::move(rendered.text), std::move(rendered.locale)}; }

tl::unexpected<Error> no_templates() {
  return failure("unknown_template", "there are no templates: [dunning] templates names their folder", "template");
}

}  // namespace

Result<Composed> compose(const store::Job& job, const DunningSettings& dunning) {
  if (job.template_name.empty()) return Composed{job.text, {}};
  if (dunning.templates == nullptr) return no_templates();
  std::vector<dunning::Param> params;
  return dunning.templates->render(call_of(job, dunning, params)).map(composed_of);
}

Result<Composed> check_template(const store::Job& job, const DunningSettings& dunning) {
  if (job.template_name.empty()) {
    if (job.params.empty()) return Composed{};
    return failure("bad_value", "params belong to a template, and the job names none", "params");
  }
  if (!job.text.empty()) return failure("bad_value", "a job has a text or a template, not both", "text");
  if (dunning.templates == nullptr) return no_templates();
  std::vector<dunning::Param> params;
  return dunning.templates->check(call_of(job, dunning, params), store::name_of(job.kind)).map(composed_of);
}

namespace {

// Whoever sees one of these sees neither who sends nor where it leads; networks refuse them.
constexpr std::array<std::string_view, 26> kShorteners = {
    "adf.ly", "bit.ly",  "bl.ink",     "buff.ly",     "cutt.ly",  "goo.gl",      "is.gd",     "lnkd.in", "ow.ly",
    "qr.ae",  "rb.gy",   "rebrand.ly", "s.id",        "short.io", "shorturl.at", "shrtco.de", "snip.ly", "t.co",
    "t.ly",   "tiny.cc", "tiny.one",   "tinyurl.com", "trib.al",  "v.gd",        "x.co",      "youtu.be"};

bool is_at(std::string_view host, std::string_view domain) {
  if (host.size() < domain.size() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool is_shortener(std::string_view host) {
  return std::any_of(kShorteners.begin(), kShorteners.end(), [&](std::string_view each) { return is_at(host, each); });
}

constexpr std::string_view kScheme = "https://";

// Of the recipient `to`. Errors have no place.
Result<void> check_link(std::string_view url, std::string_view to, const std::vector<std::string>& hosts) {
  const auto bad_url = [](std::string detail) { return failure("bad_url", std::move(detail)); };
  if (!url.starts_with(kScheme) || url.size() > kPayUrlOctetsMax)
    return bad_url("an https address of at most " + std::to_string(kPayUrlOctetsMax) + " octets is expected");
  const std::string_view rest = url.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view path = rest.substr(authority.size());
  if (authority.find('@') != authority.npos)
    return bad_url("an address with a name before its host leads elsewhere than it seems to");
  const std::string host = lowered(authority.substr(0, authority.find(':')));
  const bool named = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  const std::size_t dot = host.rfind('.');
  if (!named || dot == host.npos || dot == 0 || host.back() == '.' || (host.back() >= '0' && host.back() <= '9'))
    return bad_url("a host by its name is expected, as in https://pay.example.com/x8Kd2");
  if (is_shortener(host)) return bad_url("a shortener hides who asks for the money, and networks refuse it");
  const bool allowed = hosts.empty() || std::any_of(hosts.begin(), hosts.end(),
                                                    [&](const std::string& each) { return is_at(host, each); });
  if (!allowed) return bad_url("[dunning] link_hosts does not name this host");
  if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; }))
    return bad_url("it has a blank or a control character in it");
  // A person's data in an address is read by everyone on its way.
  if (path.find('@') != path.npos || path.find("%40") != path.npos)
    return bad_url("nothing of a person belongs into it: there is a mail address in it");
  constexpr std::size_t kTell = 8;  // digits at the end of a number that tell whose it is
  const std::string_view digits = to.substr(to.size() > kTell ? to.size() - kTell : 0);
  if (digits.size() == kTell && path.find(digits) != path.npos)
    return bad_url("nothing of a person belongs into it: the recipient's number is in it");
  return {};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What of a value a handset makes a link of, wherever it stands in it: addresses with a scheme, as they are; those of
// shorteners also without one.
std::vector<std::string> links_in(std::string_view value) {
  constexpr std::string_view kBlanks = " \t\r\n<>\"()[]{}";
  std::vector<std::string> links;
  while (!value.empty()) {
    const std::string_view word = value.substr(0, value.find_first_of(kBlanks));
    value.remove_prefix(std::min(word.size() + 1, value.size()));
    bool any = false;
    for (std::size_t colon = word.find("://"); colon != word.npos; colon = word.find("://", colon + 1)) {
      std::size_t from = colon;
      while (from > 0 && is_letter(word[from - 1])) --from;
      if (any && std::string_view(",;|").find(word[from - 1]) == std::string_view::npos) continue;  // of one address
      any = true;
      std::string link = lowered(word.substr(from, colon - from)) + std::string(word.substr(colon));
      while (std::string_view(".,;:!?'").find(link.back()) != std::string_view::npos) link.pop_back();
      links.push_back(std::move(link));
    }
    if (any) continue;
    const std::string host = lowered(word.substr(0, word.find('/')));
    if (host.size() < word.size() && is_shortener(host)) links.push_back(std::string(kScheme) + std::string(word));
  }
  return links;
}

}  // namespace

Result<void> check_links(const store::Job& job, const std::vector<std::string>& hosts) {
  const auto at = [](Result<void> good, std::string where) {
    if (!good) good.error().where = std::move(where);
    return good;
  };
  if (!job.pay_url.empty()) {
    if (Result<void> good = at(check_link(job.pay_url, job.to, hosts), "pay_url"); !good) return good;
  }
  for (const store::Param& param : job.params) {
    for (const std::string& link : links_in(param.value)) {
      if (Result<void> good = at(check_link(link, job.to, hosts), "params." + param.name); !good) return good;
    }
  }
  return {};
}

}  // namespace dunlin::engine
