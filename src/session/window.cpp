#include "session/window.hpp"

#include <algorithm>
#include <bit>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::session {
namespace {
constexpr std::uint32_t kPlacesMin = 64;
std::uint32_t places_for(std::uint32_t size) { return std::max(kPlacesMin, std::bit_ceil(size * 2)); }
}  // namespace

Window::Window(std::uint32_t size, std::uint32_t first)
    : size_(std::clamp(size, 1U, kWindowMax)), sequence_(std::clamp(first, 1U, kSequenceMax)) {
  slots_.resize(places_for(size_));
  mask_ = static_cast<std::uint32_t>(slots_.size()) - 1;
}

void Window::resize(std::uint32_t size) {
  size_ = std::clamp(size, 1U, kWindowMax);
  const std::uint32_t places = places_for(size_);
  if (places <= slots_.size()) return;
  // Places that differ under the smaller mask differ under the larger one, too.
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(places));
  const std::uint32_t first = std::exchange(oldest_, kNone);
  mask_ = places - 1;
  newest_ = fresh_ = kNone;
  in_flight_ = 0;
  for (std::uint32_t i = first; i != kNone; i = old[i].next) append(old[i]);
}

std::uint32_t Window::next_sequence() {
  while (slot(sequence_).sequence == sequence_) step();
  const std::uint32_t sequence = sequence_;
  step();
  return sequence;
}

std::uint32_t Window::add(smpp::CommandId command, Tag tag, Steady now) {
  DUNLIN_CHECK(room() > 0);
  while (slot(sequence_).sequence != 0) step();
  const std::uint32_t sequence = sequence_;
  step();
  append({sequence, command, tag, now, false});
  return sequence;
}

void Window::append(const Outstanding& one) {
  const std::uint32_t index = one.sequence & mask_;
  Slot& added = slots_[index];
  static_cast<Outstanding&>(added) = one;
  added.previous = newest_;
  added.next = kNone;
  (newest_ == kNone ? oldest_ : slots_[newest_].next) = index;
  newest_ = index;
  if (fresh_ == kNone && !one.late) fresh_ = index;
  ++in_flight_;
}

const Outstanding* Window::find(std::uint32_t sequence) const {
  if (sequence == 0 || sequence > kSequenceMax) return nullptr;
  const Slot& found = slot(sequence);
  return found.sequence == sequence ? &found : nullptr;
}

void Window::remove(std::uint32_t sequence) {
  Slot& gone = slot(sequence);
  DUNLIN_CHECK(gone.sequence == sequence && sequence != 0);
  if (fresh_ == (sequence & mask_)) fresh_ = gone.next;
  (gone.previous == kNone ? oldest_ : slots_[gone.previous].next) = gone.next;
  (gone.next == kNone ? newest_ : slots_[gone.next].previous) = gone.previous;
  gone = Slot{};
  --in_flight_;
}

void Window::mark_late() {
  DUNLIN_CHECK(fresh_ != kNone);
  slots_[fresh_].late = true;
  fresh_ = slots_[fresh_].next;
}

}  // namespace dunlin::session
