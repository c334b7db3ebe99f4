// What a store's MANIFEST says: which tables hold its rows, and from which log on rows may be in logs alone. Read
// without RocksDB, so that a store can be looked at before RocksDB changes anything, and when it refuses.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/rocks_log.hpp"

namespace dunlin::store::kv {

struct Manifest {
  struct ColumnFamily {
    std::string name;
    std::uint64_t first_log = 0;  // its rows of older logs are in tables
  };
  struct Table {
    std::uint32_t family = 0;
    std::uint64_t size = 0;  // octets
  };
  std::string file;                 // "MANIFEST-000005"
  std::uint64_t last_sequence = 0;  // number of the newest write it knows of
  std::uint64_t logs_kept_from = 0;
  std::map<std::uint32_t, ColumnFamily> families;
  std::map<std::uint64_t, Table> tables;  // by their number

  // The oldest log that may hold what no table does.
  std::uint64_t first_log() const;

  // Takes one more record. False: it is not of a form this program knows.
  [[nodiscard]] bool apply(std::string_view edit);
};

// "000012.sst", "000012.log"
std::string numbered_file(std::uint64_t number, std::string_view extension);
// The number of such a name; nullopt: it is none.
std::optional<std::uint64_t> number_of_file(std::string_view name, std::string_view extension);

}  // namespace dunlin::store::kv
