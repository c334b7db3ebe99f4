#include "api/schema.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>

namespace dunlin::api {
namespace {

std::vector<Schema> make_schemas() {
  std::vector<Schema> all;
  add_job_schemas(all);
  add_people_schemas(all);
  add_campaign_schemas(all);
  add_link_schemas(all);
  return all;
}

const Schema* find_in(const std::vector<Schema>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Schema::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Schema>& schemas() {
  static const std::vector<Schema> all = make_schemas();
  return all;
}

const Schema* find_schema(std::string_view name) { return find_in(schemas(), name); }

std::string_view words_of(std::string_view type) {
  const auto is_name = [](std::string_view text) {
    return !text.empty() && text.front() >= 'A' && text.front() <= 'Z';
  };
  if (is_name(type)) {
    const Schema* schema = find_schema(type);
    type = schema == nullptr ? std::string_view{} : std::string_view(schema->is);
  }
  return is_name(type) || type.find('|') == type.npos ? std::string_view{} : type;
}

void add_object(std::vector<Schema>& all, std::string_view name, std::string_view says, std::span<const Row> rows) {
  Schema schema{name, says, {}, {}};
  for (const Row& row : rows) {
    if (row.name == "...") {
      const Schema* base = find_in(all, row.type);
      DUNLIN_CHECK(base != nullptr);  // it comes before;
      schema.members.insert(schema.members.end(), base->members.begin(), base->members.end());
      continue;
    }
    const bool optional = row.name.ends_with('?');
    schema.members.push_back({row.name.substr(0, row.name.size() - (optional ? 1 : 0)), row.type, row.says, !optional});
  }
  all.push_back(std::move(schema));
}

void add_type(std::vector<Schema>& all, std::string_view name, std::string_view says, std::string is) {
  all.push_back({name, says, {}, std::move(is)});
}

void check_notes(std::span<const std::string_view> fields, std::span<const Note> notes) {
  const bool same = std::ranges::equal(fields, notes, {}, {}, &Note::field);
  DUNLIN_CHECK(same);  // each field of a struct has its note, in their order
}

}  // namespace dunlin::api
