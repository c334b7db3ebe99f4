// What deciding about a job costs at the last moment. First part: its text, rendered from the shipped templates; a mix
// of templates, languages, currencies and days, as campaigns bring them.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "config/templates.hpp"

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

}  // namespace
