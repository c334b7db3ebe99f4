// Made-up values of any stored record, by walking its fields. A seed gives the same values everywhere.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "store/enum_names.hpp"
#include "store/record_list.hpp"

namespace dunlin::store {

// SplitMix64: small, and the same on every library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  std::string octets(std::size_t size) {
    std::string text(size, '\0');
    for (char& octet : text) octet = static_cast<char>(next());
    return text;
  }

 private:
  std::uint64_t state_;
};

class Sampler {
 public:
  explicit Sampler(std::uint64_t seed) : random_(seed) {}
  Random& random() { return random_; }

  // Each field differs from its default with the given chance, in percent.
  template <Record R>
  R record(unsigned percent) {
    R made{};
    for_each_field(made, [&](std::string_view, auto& member) {
      if (random_.below(100) >= percent) return;
      const auto before = member;
      while (member == before) member = value<std::remove_cvref_t<decltype(member)>>(percent);
    });
    return made;
  }

 private:
  template <class T>
  struct Item {};
  template <class T>
  struct Item<std::optional<T>> {
    using type = T;
  };
  template <class T>
  struct Item<std::vector<T>> {
    using type = T;
  };

  template <class T>
  T value(unsigned percent) {
    if constexpr (std::is_same_v<T, bool>) {
      return random_.below(2) == 1;
    } else if constexpr (std::is_enum_v<T>) {
      return static_cast<T>(random_.below(names<T>.size()));
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<T>(random_.next() >> random_.below(64));
    } else if constexpr (std::is_same_v<T, Wall>) {
      return Wall{std::chrono::milliseconds{static_cast<std::int64_t>(random_.next()) >> random_.below(64)}};
    } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
      return std::chrono::milliseconds{static_cast<std::int64_t>(random_.next()) >> random_.below(64)};
    } else if constexpr (std::is_same_v<T, std::string>) {
      return random_.octets(random_.below(random_.below(8) == 0 ? 300 : 20));
    } else if constexpr (Record<T>) {
      return record<T>(percent);
    } else if constexpr (requires { T{}.has_value(); }) {
      return value<typename Item<T>::type>(percent);
    } else {
      T list(random_.below(5));
      for (auto& item : list) item = value<typename Item<T>::type>(percent);
      return list;
    }
  }

  Random random_;
};

// visit.template operator()<R>() for every stored record.
template <class Visit>
void for_each_record(Visit&& visit) {
  std::apply([&]<class... R>(const RecordRow<R>&...) { (visit.template operator()<R>(), ...); }, kRecords);
}

}  // namespace dunlin::store
