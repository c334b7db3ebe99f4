// What a running daemon can take over, told by the same table that read it.
#include <algorithm>
#include <functional>

#include "config/configuration.hpp"
#include "config/schema.hpp"

namespace dunlin::config {
namespace {

// Calls visit(row, label, running, fresh) for each row that fills a member of a pair of owners; the label is
// "smsc.alpha" or "log".
using Visit = std::function<void(const Row&, const std::string& label, void* running, const void* fresh)>;

void visit_rows(Owner owner, const std::string& name, void* running, const void* fresh, const Visit& visit) {
  for (const auto& table : tables()) {
    if (table.owner != owner) continue;
    std::string label(table.name);
    if (!name.empty()) label.insert(std::min(label.find('.'), label.size()), "." + name);
    for (const auto& row : rows()) {
      if (row.table == table.name && row.slot.show != nullptr) visit(row, label, running, fresh);
    }
  }
}

template <class Named>
Named* find_named(std::vector<Named>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

// The names both have are visited; the others are `lone`, and so are lists of tables that differ.
template <class Named>
void visit_lists(Owner owner, std::vector<Named>& running, const std::vector<Named>& fresh, const Visit& visit,
                 const std::function<void(const std::string&)>& lone) {
  for (const auto& one : fresh) {
    Named* same = find_named(running, one.name);
    if (same == nullptr) {
      lone(one.name);
      continue;
    }
    visit_rows(owner, one.name, same, &one, visit);
    if constexpr (requires { one.extra_tlvs; }) {
      if (same->extra_tlvs != one.extra_tlvs) lone(one.name + ".extra_tlvs");
    }
  }
  for (const auto& one : running) {
    if (std::none_of(fresh.begin(), fresh.end(), [&](const Named& other) { return other.name == one.name; }))
      lone(one.name);
  }
}

// Without routes the SMSCs serve in the order of the file, so another order is another configuration.
template <class Named>
bool reordered(const std::vector<Named>& running, const std::vector<Named>& fresh) {
  return running.size() == fresh.size() &&
         std::is_permutation(running.begin(), running.end(), fresh.begin(),
                             [](const Named& a, const Named& b) { return a.name == b.name; }) &&
         !std::equal(running.begin(), running.end(), fresh.begin(),
                     [](const Named& a, const Named& b) { return a.name == b.name; });
}

void visit_all(Configuration& running, const Configuration& fresh, const Visit& visit,
               const std::function<void(const std::string&)>& lone) {
  visit_rows(Owner::configuration, "", &running, &fresh, visit);
  visit_lists(Owner::smsc, running.gateway.smscs, fresh.gateway.smscs, visit,
              [&](const std::string& name) { lone("smsc." + name); });
  visit_lists(Owner::route, running.gateway.routes, fresh.gateway.routes, visit,
              [&](const std::string& name) { lone("route." + name); });
  if (reordered(running.gateway.smscs, fresh.gateway.smscs)) lone("smsc");
}

}  // namespace

std::vector<Change> diff(const Configuration& running, const Configuration& fresh) {
  std::vector<Change> changes;
  Configuration copy = running;
  visit_all(
      copy, fresh,
      [&](const Row& row, const std::string& label, const void* one, const void* other) {
        if (!row.slot.same(one, other)) changes.push_back({label + "." + std::string(row.key), row.live});
      },
      [&](const std::string& name) {
        changes.push_back({name, false});
      });
  return changes;
}

Configuration take_live(const Configuration& running, const Configuration& fresh) {
  Configuration taken = running;
  visit_all(
      taken, fresh,
      [](const Row& row, const std::string&, void* one, const void* other) {
        if (row.live) row.slot.copy(other, one);
      },
      [](const std::string&) {});
  return taken;
}

}  // namespace dunlin::config
