// A standard history for a store: numbered commits over several families, and the state after each. Every commit is a
// function of its number, and leaves its number in the store: what is found there says which prefix it should be.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/kv.hpp"

namespace dunlin::faults {

using store::Batch;
using store::Family;

// Family and key → value.
using State = std::map<std::pair<Family, std::string>, std::string>;

class History {
 public:
  explicit History(std::size_t commits) {
    states_.emplace_back();
    for (std::size_t number = 1; number <= commits; ++number) {
      batches_.push_back(make(number));
      State state = states_.back();
      apply(batches_.back(), state);
      states_.push_back(std::move(state));
    }
  }
  std::size_t size() const { return batches_.size(); }
  const Batch& commit(std::size_t number) const { return batches_.at(number - 1); }  // from 1
  const State& after(std::size_t number) const { return states_.at(number); }        // 0: nothing was committed

  // The number that a state says it is after.
  static std::size_t number_of(const State& state) {
    const auto found = state.find({Family::meta, "number"});
    return found == state.end() ? 0 : std::stoul(found->second);
  }

  static Result<State> read(store::Kv& kv) {
    State state;
    for (std::size_t family = 0; family < store::kFamilies; ++family) {
      const auto which = static_cast<Family>(family);
      auto rows = kv.scan({which, "", "", SIZE_MAX});
      if (!rows) return tl::unexpected<Error>(rows.error());
      for (auto& row : *rows) state.emplace(std::pair{which, std::move(row.key)}, std::move(row.value));
    }
    return state;
  }

 private:
  // New rows, rows written over, rows erased; mostly small, some over several sectors, some over blocks of the log.
  static Batch make(std::size_t number) {
    Batch batch;
    const std::string text = std::to_string(number);
    const auto key = [](std::size_t n) { return std::string("key ") + std::to_string(100000 + n); };
    batch.put(Family::jobs, key(number), std::string(100 + number * 37 % 900, static_cast<char>('a' + number % 26)));
    batch.put(Family::events, key(number), "event " + text);
    if (number % 3 == 0) batch.put(Family::people, key(number % 7), "person " + text);
    if (number % 4 == 0) batch.erase(Family::jobs, key(number / 2));
    if (number % 5 == 0) batch.put(Family::queue, key(number % 11), text);
    if (number % 10 == 0) batch.erase(Family::queue, key((number + 5) % 11));
    if (number % 17 == 0) batch.put(Family::accounts, key(number), std::string(9000, 'A'));
    if (number % 41 == 0) batch.put(Family::sent, key(number % 2), std::string(40000, 'S'));
    batch.put(Family::meta, "number", text);
    return batch;
  }
  static void apply(const Batch& batch, State& state) {
    for (const Batch::Write& write : batch.writes()) {
      const std::pair key{write.family, std::string(batch.key(write))};
      if (write.erase) {
        state.erase(key);
      } else {
        state[key] = batch.value(write);
      }
    }
  }

  std::vector<Batch> batches_;
  std::vector<State> states_;
};

}  // namespace dunlin::faults
