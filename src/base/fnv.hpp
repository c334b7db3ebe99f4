// FNV-1a: tells octets apart that nobody chose to look alike. Stored, so it never changes. Pure.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>

namespace dunlin {

struct Fnv32 {
  std::uint32_t sum = 2166136261;
  void add(OctetView octets) {
    for (const std::uint8_t octet : octets) sum = (sum ^ octet) * 16777619;
  }
};

struct Fnv64 {
  std::uint64_t sum = 14695981039346656037U;
  void add(OctetView octets) {
    for (const std::uint8_t octet : octets) sum = (sum ^ octet) * 1099511628211U;
  }
};

}  // namespace dunlin
