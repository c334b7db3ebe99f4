// Our own broken invariant: say where, and abort. Compiled in everywhere; systemd restarts the daemon, and the store is built for it.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace dunlin {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace dunlin

#define DUNLIN_CHECK(condition) ((condition) ? static_cast<void>(0) : ::dunlin::check_failed(#condition, __FILE__, __LINE__))
