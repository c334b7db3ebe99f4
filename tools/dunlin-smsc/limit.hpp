// How many submits a second an SMSC takes, which it tells nobody, counted as real ones count. Pure; time is an
// argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/status.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::smsc {

enum class LimitForm : std::uint8_t {
  seconds,  // so many in each second of the clock
  sliding,  // so many in any second
  spacing,  // each 1/rate after the one before; a jitter of `depth` is forgiven
  bucket,   // what was not used is saved up, `depth` long
  queue,    // `depth` long, emptied at the rate; refuses what finds it full
};

enum class LimitAnswer : std::uint8_t {
  throttled,   // ESME_RTHROTTLED
  queue_full,  // ESME_RMSGQFUL
  close,       // none: the connection is closed
};

struct LimitFormRow {
  LimitForm form;
  std::string_view name;
  std::chrono::milliseconds depth;  // where none is given
  LimitAnswer answer;               // likewise
};
std::span<const LimitFormRow> limit_forms();
struct LimitAnswerRow {
  LimitAnswer answer;
  std::string_view name;
};
std::span<const LimitAnswerRow> limit_answers();
[[nodiscard]] Result<LimitForm> parse_limit_form(std::string_view name);      // Errors: "bad_value"
[[nodiscard]] Result<LimitAnswer> parse_limit_answer(std::string_view name);  // Errors: "bad_value"

struct LimitSettings {
  double rate = 0;  // submits a second a system_id; 0: no limit
  LimitForm form = LimitForm::sliding;
  std::optional<LimitAnswer> answer{};               // of what is above it; default: the form's
  std::optional<std::chrono::milliseconds> depth{};  // default: the form's
};

class Limit {
 public:
  void set(const LimitSettings& settings);
  const LimitSettings& settings() const { return settings_; }
  // Whether one more is taken now. Time never goes backwards.
  bool take(Steady now);
  LimitAnswer answer() const;
  // How much of it is used, from 0 to 100, as congestion_state says it: of a bucket or queue how full it is, else how
  // much of the rate the last second took.
  std::uint8_t load(Steady now);

 private:
  double capacity() const;
  bool deep() const { return settings_.form == LimitForm::bucket || settings_.form == LimitForm::queue; }
  void drain(Steady now);

  LimitSettings settings_;
  std::deque<Steady> taken_;  // in the last second; never more than a second of the rate
  std::int64_t second_ = 0;
  double in_second_ = 0;
  double level_ = 0;  // of what was taken and is not worked off yet
  Steady drained_{};
};

}  // namespace dunlin::smsc
