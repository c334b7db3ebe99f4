#include "store/content.hpp"

#include "store/codec.hpp"

namespace dunlin::store {

namespace {

template <class R>
void put_content(std::string& out, const R& record);

template <class T>
void put_one(std::string& out, const T& value) {
  if constexpr (Record<T>) {
    put_content(out, value);
  } else {
    codec::put_value(out, value);
  }
}
template <class T>
void put_one(std::string& out, const std::optional<T>& value) {
  put_one(out, *value);
}
template <class T>
void put_one(std::string& out, const std::vector<T>& list) {
  for (const T& each : list) {
    std::string one;
    put_one(one, each);
    codec::put_value(out, one);
  }
}

template <class R>
void put_content(std::string& out, const R& record) {
  const R unset{};
  const auto put = [&](const auto& row) {
    if (record.*(row.member) == unset.*(row.member)) return;
    std::string value;
    put_one(value, record.*(row.member));
    codec::put_value(out, std::string(row.name));
    codec::put_value(out, value);
  };
  std::apply([&](const auto&... row) { (put(row), ...); }, R::fields);
}

}  // namespace

std::string content_of(const Job& job) {
  std::string out;
  put_content(out, job);
  return out;
}

}  // namespace dunlin::store
