// How an answer of the gateway reaches the client that asked: the part of Clients that depends on what was asked for.
#pragma once

#include <type_traits>

#include "clients.hpp"
#include "engine/requests.hpp"
#include "world.hpp"

namespace dunlin::simulation {

template <class T>
auto Clients::answer_to(Want& want) {
  return [this, open = &want, life = world_.life()](Result<T> result) {
    if (life != world_.life() || !world_.effect()) return;  // the process that answers is gone
    Answered answer{&open->operation, {}, {}};
    if (result) {
      if constexpr (std::is_same_v<T, engine::Accepted>) answer.duplicate = result->duplicate;
      if constexpr (std::is_same_v<T, store::Hold>) open->operation.hold_id = result->id;
      if constexpr (std::is_same_v<T, engine::AccountChanged>) open->operation.hold_id = result->hold;
    } else {
      answer.code = result.error().code;
      answer.detail = result.error().detail;
    }
    answered(*open, std::move(answer));
  };
}

}  // namespace dunlin::simulation
