// What text/ and pacing/ cost a message: encode, decode, one turn of the pace.
#include <benchmark/benchmark.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <string>

#include "pacing/rate.hpp"

namespace dunlin {
namespace {

const std::string kReminder =
    "Dear Ms Weber, 120.50 EUR of invoice 2026-0117 were due on 1 December. If you have paid already, thank you. Pay: "
    "https://pay.example/x7f3k9 ACME 0800 123456";
const std::string kTypographic = "Sehr geehrte Frau Weber, 120,50\u00A0€ für „Strom\u2013Gas“ sind fällig\u2026";
const std::string kPolish = "Szanowna Pani, faktura na kwotę 120,50 zł jest po terminie. Prosimy o wpłatę.";

const std::string kTurkish =
    "Sayın müşterimiz, 120,50 TL tutarındaki faturanızın ödemesi gecikmiştir. Lütfen en kısa sürede ödeyiniz.";
const std::string kHindi = "प्रिय ग्राहक, आपका बिल 120.50 बकाया है। कृपया आज ही भुगतान करें।";
constexpr text::Language kTaken[] = {text::Language::turkish, text::Language::hindi};

void encode_national(benchmark::State& state, const std::string& utf8) {
  text::EncodeOptions options;
  options.shift_tables = kTaken;
  for (auto _ : state) benchmark::DoNotOptimize(text::encode(utf8, options));
}
BENCHMARK_CAPTURE(encode_national, gsm7, kReminder);
BENCHMARK_CAPTURE(encode_national, turkish, kTurkish);
BENCHMARK_CAPTURE(encode_national, hindi, kHindi);

void encode_lossy(benchmark::State& state, const std::string& utf8) {
  text::EncodeOptions options;
  options.transliterate = "lossy";
  for (auto _ : state) benchmark::DoNotOptimize(text::encode(utf8, options));
}
BENCHMARK_CAPTURE(encode_lossy, gsm7, kReminder);
BENCHMARK_CAPTURE(encode_lossy, polish, kPolish);

void encode_text(benchmark::State& state, const std::string& utf8) {
  const text::EncodeOptions options;
  for (auto _ : state) benchmark::DoNotOptimize(text::encode(utf8, options));
}
BENCHMARK_CAPTURE(encode_text, gsm7, kReminder);
BENCHMARK_CAPTURE(encode_text, gsm7_folded, kTypographic);
BENCHMARK_CAPTURE(encode_text, ucs2, kPolish);
BENCHMARK_CAPTURE(encode_text, gsm7_five_segments, kReminder + kReminder + kReminder + kReminder + kReminder);

void decode_text(benchmark::State& state) {
  const auto encoded = text::encode(kReminder, {}).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(text::decode(encoded.segments[0].short_message, 0, false, text::DefaultAlphabet::gsm7));
}
BENCHMARK(decode_text);

void pace(benchmark::State& state) {
  pacing::SendRate rate(static_cast<std::uint32_t>(state.range(0)));
  Steady now{};
  for (auto _ : state) {
    now = rate.next(now);
    benchmark::DoNotOptimize(rate.available(now));
    rate.take(now);
  }
}
BENCHMARK(pace)->Arg(200)->Arg(20'000);

}  // namespace
}  // namespace dunlin
