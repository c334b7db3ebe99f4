// A struct says its fields once, in a static `fields` tuple; whatever encodes, decodes, compares, prints or documents it walks that list.
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

namespace dunlin {

template <class Owner, class Value>
struct Field {
  std::string_view name;
  Value Owner::*member;
};

template <class Owner, class Value>
constexpr Field<Owner, Value> field(std::string_view name, Value Owner::*member) {
  return {name, member};
}

// Calls visit(name, object.member) for each field, in order.
template <class Struct, class Visit>
constexpr void for_each_field(Struct& object, Visit&& visit) {
  std::apply([&](const auto&... row) { (visit(row.name, object.*(row.member)), ...); }, std::remove_cvref_t<Struct>::fields);
}

}  // namespace dunlin
