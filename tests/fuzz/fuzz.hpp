// What the fuzz targets share: an input read from its front, and a check whose failure is a finding.
//
// A target is one file NAME.cpp with LLVMFuzzerTestOneInput. It reads no clock and draws no random numbers: the same
// octets do the same again. Built with DUNLIN_FUZZ it is libFuzzer's, else replay.cpp walks its corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dunlin/base/octets.hpp>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace dunlin::fuzz {

[[noreturn]] inline void finding(const char* file, int line, const char* condition, std::string_view told) {
  std::fprintf(stderr, "%s:%d: FINDING: %s\n%.*s\n", file, line, condition, static_cast<int>(told.size()), told.data());
  std::abort();
}

// What the input decides, taken from its front. An input that has ended answers zeros.
class Input {
 public:
  explicit Input(OctetView octets) : rest_(octets) {}

  bool empty() const { return rest_.empty(); }
  OctetView take(std::size_t octets) {
    const auto taken = rest_.first(std::min(octets, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  std::uint8_t octet() {
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : taken[0];
  }
  std::uint32_t u16() {
    const std::uint32_t high = octet();
    return high << 8 | octet();
  }
  std::uint32_t u32() {
    const auto high = u16();
    return high << 16 | u16();
  }
  // 0 to most.
  std::uint32_t up_to(std::uint32_t most) { return (most < 256 ? octet() : most < 65536 ? u16() : u32()) % (most + 1); }
  // One octet says how many, at most `most`.
  std::string text(std::size_t most) {
    const auto length = std::min<std::size_t>(octet(), most);
    return std::string(text_of(take(length)));
  }
  OctetView rest() { return take(rest_.size()); }

 private:
  OctetView rest_;
};

}  // namespace dunlin::fuzz

#define FUZZ_CHECK(condition, told) \
  ((condition) ? static_cast<void>(0) : ::dunlin::fuzz::finding(__FILE__, __LINE__, #condition, told))
