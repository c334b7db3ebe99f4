// What a job costs at the last moment: deciding whether it may leave, by the shipped calendar, and its text, rendered
// from the shipped templates; a mix of templates, languages, countries, currencies and days, as campaigns bring them.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include "config/countries.hpp"
#include "config/replies.hpp"
#include "config/templates.hpp"
#include "config/zoneinfo.hpp"
#include "dunning/calendar.hpp"
#include "dunning/caps.hpp"
#include "dunning/decide.hpp"

namespace {

using namespace dunlin;

const dunning::Templates& shipped() {
  static const auto templates = [] {
    auto sources = config::read_template_sources(DUNLIN_SOURCE_DIR "/conf/templates.d");
    if (!sources) std::abort();
    for (auto& constant : sources->constants)
      constant.value = constant.name == "creditor" ? "Northwind Energy" : "+44 20 7946 0321";
    auto built = dunning::Templates::build(std::move(*sources));
    if (!built) std::abort();
    return std::move(*built);
  }();
  return templates;
}

struct Job {
  std::string name, locale, currency, amount, due_date;
  std::deque<std::pair<std::string, std::string>> values;
  std::vector<dunning::Param> params;

  dunning::TemplateCall call() const {
    dunning::TemplateCall made;
    made.name = name;
    made.locale = locale;
    made.default_locale = "en";
    made.params = params;
    made.amount = amount;
    made.currency = currency;
    made.fee = "5.00";
    made.due_date = due_date;
    made.account = "A-100482";
    made.invoice = "2026-4711";
    made.pay_url = "https://pay.example.com/x8Kd2";
    return made;
  }
};

// A prime number of them, so that no cache sees them in step.
std::deque<Job> mix(std::initializer_list<const char*> names, std::initializer_list<const char*> locales) {
  const auto sources = config::read_template_sources(DUNLIN_SOURCE_DIR "/conf/templates.d");
  const std::vector<const char*> all_names(names), all_locales(locales);
  constexpr const char* kCurrencies[] = {"EUR", "PLN", "BRL", "GBP", "USD"};
  constexpr const char* kPeople[] = {"Ana", "Małgorzata", "Jürgen", "João", "Zoë", "François"};
  std::deque<Job> jobs;
  for (std::size_t i = 0; i < 997; ++i) {
    Job& job = jobs.emplace_back();
    job.name = all_names[i % all_names.size()];
    job.locale = all_locales[i / 3 % all_locales.size()];
    job.currency = kCurrencies[i % std::size(kCurrencies)];
    job.amount = std::to_string(i * 37 % 5000 + 1) + ".50";
    job.due_date = "2026-12-" + std::string(i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1);
    for (const auto& source : sources->templates) {
      if (source.name != job.name) continue;
      for (const auto& param : source.params)
        job.values.emplace_back(param.name, param.name == "name" ? kPeople[i % std::size(kPeople)] : param.example);
    }
    for (const auto& [name, value] : job.values) job.params.push_back({name, value});
  }
  return jobs;
}

void render(benchmark::State& state, const std::deque<Job>& jobs) {
  std::size_t at = 0;
  for (auto _ : state) {
    auto rendered = shipped().render(jobs[at].call());
    if (!rendered) state.SkipWithError(to_string(rendered.error()).c_str());
    benchmark::DoNotOptimize(rendered);
    at = at + 1 == jobs.size() ? 0 : at + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void RenderMix(benchmark::State& state) {
  render(state, mix({"welcome", "reminder", "due", "overdue", "returned", "final", "receipt", "arrangement", "referral",
                     "office_closed"},
                    {"en", "en-GB", "fr", "pt-BR", "de", "de-AT", "it", "pl", "es", "nl-BE"}));
}
BENCHMARK(RenderMix);

void RenderOverdue(benchmark::State& state) {
  render(state, mix({"overdue"}, {"en", "fr", "pt", "de", "it", "pl", "es", "nl"}));
}
BENCHMARK(RenderOverdue);

void RenderOverdueEnglish(benchmark::State& state) { render(state, mix({"overdue"}, {"en"})); }
BENCHMARK(RenderOverdueEnglish);

void RenderFinalPolish(benchmark::State& state) { render(state, mix({"final"}, {"pl"})); }
BENCHMARK(RenderFinalPolish);

std::shared_ptr<const dunning::CalendarRules> calendar() {
  static const auto made = [] {
    const std::filesystem::path file = DUNLIN_SOURCE_DIR "/conf/countries.toml";
    std::ifstream in(file);
    const std::string words((std::istreambuf_iterator<char>(in)), {});
    auto rules = std::make_shared<dunning::CalendarRules>();
    rules->zones = config::system_zones();
    auto countries = config::parse_countries(words, file, *rules->zones);
    if (!countries) std::abort();
    rules->countries = std::move(*countries);
    return std::shared_ptr<const dunning::CalendarRules>(std::move(rules));
  }();
  return made;
}

// Whom a job goes to, and what is remembered of them.
struct Reader {
  dunning::Place place;
  std::vector<Wall> recent;
};
std::vector<Reader> readers() {
  constexpr std::pair<const char*, const char*> kNumbers[] = {
      {"+447700900123", "GB"},  {"+33639980123", "FR"}, {"+351912345678", "PT"}, {"+4915123456789", "DE"},
      {"+393123456789", "IT"},  {"+48601000001", "PL"}, {"+34612345678", "ES"},  {"+31612345678", "NL"},
      {"+5511912345678", "BR"}, {"+12015550123", "US"}, {"+61412345678", "AU"}};
  std::vector<Reader> made;
  const Wall noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12};
  for (const auto& [number, country] : kNumbers) {
    Reader& reader = made.emplace_back();
    reader.place = {country, calendar()->zones_of(number, country)};
    for (std::size_t i = 0; i < made.size() % 4; ++i) reader.recent.push_back(noon - std::chrono::hours{24 * (9 - i)});
  }
  return made;
}

// As Engine::facts_of() asks: caps of number and account, then the calendar.
dunning::Decision decided(dunning::Calendar& calendar, const Reader& reader, Wall now) {
  static const std::vector<dunning::Cap> kCaps{{2, std::chrono::hours{24 * 7}}, {7, std::chrono::hours{24 * 30}}};
  dunning::Facts facts;
  facts.now = now;
  facts.expires_at = now + std::chrono::hours{48};
  facts.capped_until = dunning::capped_until(reader.recent, kCaps, now);
  const auto of_account = dunning::capped_until(reader.recent, kCaps, now);
  if (of_account && (!facts.capped_until || *of_account > *facts.capped_until)) facts.capped_until = of_account;
  const dunning::Opening opening = calendar.at(now, reader.place, dunning::Purpose::billing);
  if (!opening.open) facts.closed = dunning::Closed{opening.reason, opening.until, {}};
  return dunning::decide(facts);
}

// Both, or one of them; the clock moves on by a millisecond a job.
void at_the_last_moment(benchmark::State& state, bool rendering) {
  const auto jobs = mix({"welcome", "reminder", "due", "overdue", "returned", "final", "receipt", "arrangement",
                         "referral", "office_closed"},
                        {"en", "en-GB", "fr", "pt-BR", "de", "de-AT", "it", "pl", "es", "nl-BE"});
  const auto people = readers();
  dunning::Calendar asked(calendar());
  Wall now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12};
  std::size_t at = 0, who = 0;
  for (auto _ : state) {
    auto decision = decided(asked, people[who], now);
    benchmark::DoNotOptimize(decision);
    if (rendering) {
      auto rendered = shipped().render(jobs[at].call());
      if (!rendered) state.SkipWithError(to_string(rendered.error()).c_str());
      benchmark::DoNotOptimize(rendered);
    }
    at = at + 1 == jobs.size() ? 0 : at + 1;
    who = who + 1 == people.size() ? 0 : who + 1;
    now += std::chrono::milliseconds{1};
  }
  state.SetItemsProcessed(state.iterations());
}
void DecideMix(benchmark::State& state) { at_the_last_moment(state, false); }
void DecideAndRenderMix(benchmark::State& state) { at_the_last_moment(state, true); }
BENCHMARK(DecideMix);
BENCHMARK(DecideAndRenderMix);

void RefuseAMissingParameter(benchmark::State& state) {
  auto jobs = mix({"final"}, {"en"});
  for (Job& job : jobs) job.params.clear();
  std::size_t at = 0;
  for (auto _ : state) {
    auto checked = shipped().check(jobs[at].call(), "final");
    if (checked) state.SkipWithError("it was taken");
    at = at + 1 == jobs.size() ? 0 : at + 1;
  }
}
BENCHMARK(RefuseAMissingParameter);

// One reply against the shipped phrases of eight languages.
void classify_reply(benchmark::State& state, const std::string& text) {
  const auto replies = config::read_replies(DUNLIN_SOURCE_DIR "/conf/replies.toml");
  if (!replies) std::abort();
  const dunning::Date today{std::chrono::year{2026} / 11 / 25};
  for (auto _ : state) benchmark::DoNotOptimize((*replies)->classify(text, {"en", today}));
}
BENCHMARK_CAPTURE(classify_reply, stop, "STOP");
BENCHMARK_CAPTURE(classify_reply, paid, "I have paid this on Monday already, please check.");
BENCHMARK_CAPTURE(classify_reply, promise, "ich kann erst am 15. Dezember zahlen, vorher habe ich kein Gehalt");
BENCHMARK_CAPTURE(classify_reply, longest, []() -> std::string {
  std::string text;
  while (text.size() < dunning::kReplyOctetsMax - 20) text += "nao quero pagar mais ";
  return text;
}());

}  // namespace
