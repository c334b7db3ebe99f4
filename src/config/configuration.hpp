// Everything an operator can set, read from one TOML file by one table (schema.hpp). This folder is the only place that
// knows TOML.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/settings.hpp"

namespace dunlin::config {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };
enum class LogFormat : std::uint8_t { text, json };

struct StoreOptions {
  std::string path = "/var/lib/dunlin/store";
};
struct ApiOptions {
  std::string socket = "/run/dunlin/api.sock";  // at most 107 octets: sockaddr_un has no room for more
  std::uint32_t mode = 0660;                    // permission bits of the socket
};
struct MetricsOptions {
  std::string listen = "127.0.0.1:9464";  // host:port; empty: no metrics are served
};
struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  bool redact = true;
};

struct Configuration {
  engine::Settings gateway;
  StoreOptions store;
  ApiOptions api;
  MetricsOptions metrics;
  LogOptions log;
};

// Every error of a file, in the order of its lines. `where` is "file:line: key". Codes: missing_file, bad_toml,
// unknown_key, wrong_type, missing_key, bad_duration, bad_size, bad_value, out_of_bounds, duplicate_name,
// duplicate_prefix, duplicate_tag, unknown_smsc, both_passwords, incomplete, unreadable_file, not_in_this_version; of
// the files it names, also those of templates.hpp, which come after its own. A password is never part of one.
using Errors = std::vector<Error>;

// Reads and checks a file, and the files it names. Nothing is created or changed.
[[nodiscard]] tl::expected<Configuration, Errors> load(const std::filesystem::path& file);

// The same for text that is already read; `file` names it in errors, and its folder is what relative paths start from.
[[nodiscard]] tl::expected<Configuration, Errors> read(std::string_view toml, const std::filesystem::path& file);

// Where the store of this configuration is, whatever else is wrong in the file or missing beside it: for who must look
// at a store when nothing runs. Errors: missing_file, unreadable_file, bad_toml, wrong_type.
[[nodiscard]] Result<std::filesystem::path> store_path(const std::filesystem::path& file);

// The commented sample that is shipped as conf/dunlin.toml: every key of the table, explained where it is set.
std::string sample();

// What a careful reader would say of a configuration that can be run: for --check.
struct Remark {
  bool refused;  // must not stand; else a warning, or
  bool note;     // only worth knowing
  Error error;
};
std::vector<Remark> lint(const Configuration& configuration);

// What a log should say of sending hours when a configuration is taken up: that there are none, or whose holidays end.
std::vector<std::string> calendar_warnings(const Configuration& configuration, Wall now);

// What differs between two configurations, key by key ("smsc.alpha.window", "log.level", "route.central-europe"), in
// the table's order.
struct Change {
  std::string key;
  bool live;  // can be taken over by a running daemon
  bool operator==(const Change&) const = default;
};
std::vector<Change> diff(const Configuration& running, const Configuration& fresh);

// `running` with those values of `fresh` that can change live.
Configuration take_live(const Configuration& running, const Configuration& fresh);

}  // namespace dunlin::config
