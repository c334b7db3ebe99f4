#include "engine/transitions.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "store/enum_names.hpp"

namespace dunlin::engine {
namespace {

using store::State;

TEST(Transitions, EachPairOfStateAndCauseStandsOnce) {
  std::set<std::pair<State, TransitionCause>> seen;
  for (const TransitionRow& row : transitions()) EXPECT_TRUE(seen.emplace(row.from, row.cause).second) << store::name_of(row.from) << " " << to_string(row.cause);
}

TEST(Transitions, NothingLeavesAFinalStateButWhatAPaymentTakenBackBringsBackAndWhatIsSentAgain) {
  for (const TransitionRow& row : transitions()) {
    const bool reversed = row.from == State::cancelled && row.cause == TransitionCause::reversed;
    const bool again = (row.from == State::failed || row.from == State::expired) && row.cause == TransitionCause::sent_again;
    EXPECT_TRUE(!store::is_final(row.from) || reversed || again) << store::name_of(row.from);
  }
}

TEST(Transitions, EveryFinalStateIsToldByAnEventOfItsName) {
  for (const TransitionRow& row : transitions()) {
    if (!store::is_final(row.to)) continue;
    ASSERT_TRUE(row.event.has_value());
    EXPECT_EQ(store::name_of(*row.event), store::name_of(row.to));
  }
}

TEST(Transitions, EveryOpenStateHasAWayOut) {
  std::set<State> left;
  for (const TransitionRow& row : transitions()) left.insert(row.from);
  for (State state : {State::importing, State::scheduled, State::held, State::ready, State::submitting, State::submitted, State::in_doubt}) EXPECT_TRUE(left.contains(state)) << store::name_of(state);
}

TEST(Transitions, EveryCauseIsUsedAndNamed) {
  std::set<TransitionCause> used;
  for (const TransitionRow& row : transitions()) used.insert(row.cause);
  EXPECT_EQ(used.size(), kTransitionCauses);
  for (TransitionCause cause : used) EXPECT_FALSE(to_string(cause).empty());
}

// docs/states.md is this list; DUNLIN_REGENERATE=1 writes it anew.
TEST(Transitions, AreWhatTheDocumentSays) {
  std::ostringstream page;
  page << "# The life of a job\n\nWritten from `src/engine/transitions.cpp`, which is what the engine does; what is not listed cannot happen. A job is born in\n"
          "`importing`. An empty event: an inner step that upstream is not told of.\n\n| state | cause | becomes | event |\n| --- | --- | --- | --- |\n";
  for (const TransitionRow& row : transitions()) {
    page << "| " << store::name_of(row.from) << " | " << to_string(row.cause) << " | " << store::name_of(row.to) << " | " << (row.event ? store::name_of(*row.event) : "") << " |\n";
  }
  const std::string path = DUNLIN_SOURCE_DIR "/docs/states.md";
  if (std::getenv("DUNLIN_REGENERATE") != nullptr) std::ofstream(path) << page.str();
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), page.str()) << "run this test with DUNLIN_REGENERATE=1";
}

}  // namespace
}  // namespace dunlin::engine
