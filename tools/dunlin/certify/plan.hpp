// What a certification sends: numbered texts, one of each alphabet, each way of sending a long one and each language of
// `shift_tables`, with everything that the configuration asks to be sent with a message; and how many messages that is.
// Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <string>
#include <vector>

#include "engine/settings.hpp"

namespace dunlin::certify {

struct Plan {
  engine::SmscSettings smsc;
  std::string to;                                 // E.164 with its '+'
  std::uint32_t rate_cap = 20;                    // submits a second that are never exceeded; 0: no rate is tried
  std::uint32_t messages_max = 200;               // submit_sm PDUs in all
  Wall valid_until{};                             // of each of its messages: their validity_period
  std::uint32_t binds = 0;                        // how many binds to try; 0: only the one that is needed
  std::chrono::milliseconds pause{500};           // between texts, and between the parts of one; see text_pause
  std::chrono::milliseconds receipts_wait{2min};  // after the last text
  std::chrono::milliseconds time_max{10min};      // then it ends with what it has
};

// Errors: "bad_value" (to), "bind" (a receiver sends nothing).
[[nodiscard]] Result<void> check(const Plan& plan);

struct Text {
  std::string name;      // "gsm7", "long udh16": no two alike
  std::string words;     // as the phone must show them
  std::string look_for;  // what a person holds them against
  std::string encoding;  // dunlin/text's
  engine::LongMessages how = engine::LongMessages::udh;
  bool is_long = false;
  std::string language{};  // whose shift tables it is written with
};
// In the order they are sent; the number each begins with is its place, from 1. The first nine are always the same; one
// for each language that the SMSC's shift_tables name follows.
std::vector<Text> texts(const engine::SmscSettings& smsc);

// The PDUs of one text, of the texts' place `index`. Errors: dunlin/text's.
[[nodiscard]] Result<std::vector<smpp::SubmitSm>> render(const Text& text, std::size_t index, const Plan& plan);
// One PDU of the rate and window steps; no receipt is asked for.
smpp::SubmitSm rate_probe(const Plan& plan, std::uint32_t number);

// The rate to try next: up a ladder to the cap while everything is accepted, then between what passed and what did not.
// 0: enough is known, or kRatesMax were tried. `passed` and `failed`: the highest and lowest so far, 0: none yet.
std::uint32_t next_rate(const Plan& plan, std::uint32_t passed, std::uint32_t failed, std::size_t tried);
// Between two submits, so that no second has more than `rate` of them; of 0 as of 1.
std::chrono::nanoseconds gap(std::uint32_t rate);
// Plan::pause, but no less than the cap leaves.
std::chrono::nanoseconds text_pause(const Plan& plan);
// The first to try; 0: none is. No more than the window and the cap allow.
std::uint32_t first_burst(const Plan& plan);
inline constexpr std::chrono::hours kValid{24};   // its messages are, from its beginning
inline constexpr std::uint32_t kStepSeconds = 2;  // each rate is tried for so long
inline constexpr std::size_t kRatesMax = 10;      // are tried
inline constexpr std::uint32_t kBurstMax = 10;    // sent at once, to see what the window takes
inline constexpr std::uint32_t kTriesMax = 5;     // of a text's PDU that is throttled

// No more than this leaves, whatever happens.
std::uint32_t messages_at_most(const Plan& plan);

// "+48601234567" → "+48*******67"
std::string masked(std::string_view number);

}  // namespace dunlin::certify
