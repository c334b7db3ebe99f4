#include "limit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace dunlin::smsc {
namespace {

constexpr std::array kForms{
    LimitFormRow{LimitForm::seconds, "seconds", 0ms, LimitAnswer::throttled},
    LimitFormRow{LimitForm::sliding, "sliding", 0ms, LimitAnswer::throttled},
    LimitFormRow{LimitForm::spacing, "spacing", 20ms, LimitAnswer::throttled},
    LimitFormRow{LimitForm::bucket, "bucket", 100ms, LimitAnswer::throttled},
    LimitFormRow{LimitForm::queue, "queue", 1000ms, LimitAnswer::queue_full},
};
constexpr std::array kAnswers{
    LimitAnswerRow{LimitAnswer::throttled, "throttled"},
    LimitAnswerRow{LimitAnswer::queue_full, "queue-full"},
    LimitAnswerRow{LimitAnswer::close, "close"},
};

const LimitFormRow& row_of(LimitForm form) { return *std::ranges::find(kForms, form, &LimitFormRow::form); }

template <class Rows>
std::string names(const Rows& rows) {
  std::string all;
  for (const auto& row : rows) all.append(all.empty() ? "" : ", ").append(row.name);
  return all;
}

}  // namespace

std::span<const LimitFormRow> limit_forms() { return kForms; }
std::span<const LimitAnswerRow> limit_answers() { return kAnswers; }

Result<LimitForm> parse_limit_form(std::string_view name) {
  const auto row = std::ranges::find(kForms, name, &LimitFormRow::name);
  if (row == kForms.end()) return failure("bad_value", "expected one of " + names(kForms), std::string(name));
  return row->form;
}

Result<LimitAnswer> parse_limit_answer(std::string_view name) {
  const auto row = std::ranges::find(kAnswers, name, &LimitAnswerRow::name);
  if (row == kAnswers.end()) return failure("bad_value", "expected one of " + names(kAnswers), std::string(name));
  return row->answer;
}

void Limit::set(const LimitSettings& settings) { settings_ = settings; }

LimitAnswer Limit::answer() const { return settings_.answer.value_or(row_of(settings_.form).answer); }

// What may be taken and not worked off: of a spacing, the one that is let in and what jitter may bring before its time.
double Limit::capacity() const {
  const auto depth = settings_.depth.value_or(row_of(settings_.form).depth);
  const double saved = settings_.rate * std::chrono::duration<double>(depth).count();
  return settings_.form == LimitForm::spacing ? 1 + saved : std::max(1.0, saved);
}

void Limit::drain(Steady now) {
  const double passed = drained_ == Steady{} ? 0 : std::chrono::duration<double>(now - drained_).count();
  level_ = std::max(0.0, level_ - std::max(0.0, passed) * settings_.rate);
  drained_ = now;
  while (!taken_.empty() && taken_.front() <= now - 1s) taken_.pop_front();
}

bool Limit::take(Steady now) {
  if (settings_.rate <= 0) return true;
  drain(now);
  const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second != second_) in_second_ = 0;
  second_ = second;
  bool room = false;
  switch (settings_.form) {
    case LimitForm::seconds: room = in_second_ + 1 <= settings_.rate; break;
    case LimitForm::sliding: room = static_cast<double>(taken_.size()) + 1 <= settings_.rate; break;
    case LimitForm::spacing:
    case LimitForm::bucket:
    case LimitForm::queue: room = level_ + 1 <= capacity(); break;
  }
  if (!room) return false;
  in_second_ += 1;
  level_ += 1;
  taken_.push_back(now);
  return true;
}

std::uint8_t Limit::load(Steady now) {
  if (settings_.rate <= 0) return 0;
  drain(now);
  const double used = deep() ? level_ / capacity() : static_cast<double>(taken_.size()) / settings_.rate;
  return static_cast<std::uint8_t>(std::clamp(std::round(100 * used), 0.0, 100.0));
}

}  // namespace dunlin::smsc
