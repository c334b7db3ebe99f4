// What in a job's rows is a text, said once for all that erase texts: a person who is forgotten, and time. Pure.
#pragma once

#include "store/records.hpp"

namespace dunlin::engine {

// The words themselves, the parameters they are made of, and the link, which may name a person.
[[nodiscard]] bool has_texts(const store::Job& job);
void erase_texts(store::Job& job);

// What was rendered, what replaced parameters, and receipts, which echo the beginning of a text.
[[nodiscard]] bool has_texts(const store::JobState& state);
void erase_texts(store::JobState& state);

// A reply's words, and fields of it that nobody knows.
[[nodiscard]] bool has_texts(const store::Event& event);
void erase_texts(store::Event& event);

}  // namespace dunlin::engine
