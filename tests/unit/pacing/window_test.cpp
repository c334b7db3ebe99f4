#include "pacing/window.hpp"

#include <gtest/gtest.h>

namespace dunlin::pacing {
namespace {

TEST(Window, CountsWhatIsInFlight) {
  Window window(2);
  EXPECT_EQ(window.available(), 2u);
  window.take();
  window.take();
  EXPECT_EQ(window.available(), 0u);
  EXPECT_EQ(window.in_flight(), 2u);
  window.give_back();
  EXPECT_EQ(window.available(), 1u);
}

TEST(Window, ShrinksBelowWhatIsInFlight) {
  Window window(10);
  for (int i = 0; i < 5; ++i) window.take();
  window.resize(3);
  EXPECT_EQ(window.available(), 0u);
  for (int i = 0; i < 3; ++i) window.give_back();
  EXPECT_EQ(window.available(), 1u);
  window.clear();
  EXPECT_EQ(window.available(), 3u);
}

TEST(WindowDeath, RefusesToOverflow) {
  Window window(1);
  EXPECT_DEATH(window.give_back(), "broken invariant");
  window.take();
  EXPECT_DEATH(window.take(), "broken invariant");
}

}  // namespace
}  // namespace dunlin::pacing
