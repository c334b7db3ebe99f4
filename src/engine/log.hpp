// Where the engine's rooms say what an operator should read. The daemon writes it to its log; tests listen.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace dunlin::engine {

enum class Severity : std::uint8_t { debug, info, warning, error };

// May be empty. Messages are single sentences without personal data or passwords; called on the engine's thread, must
// not call back.
using LogSink = std::function<void(Severity, std::string)>;

}  // namespace dunlin::engine
