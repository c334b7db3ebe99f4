#include "daemon/logging.hpp"

#include <fmt/chrono.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/redact.hpp"

namespace dunlin::daemon {
namespace {

struct LevelRow {
  spdlog::level::level_enum level;
  const char* name;
  int priority;  // syslog's: sd-daemon(3)
};
// In spdlog's order, which is config::LogLevel's too.
constexpr LevelRow kLevels[] = {
    {spdlog::level::trace, "trace", 7}, {spdlog::level::debug, "debug", 7}, {spdlog::level::info, "info", 6},
    {spdlog::level::warn, "warn", 4},   {spdlog::level::err, "error", 3},
};
const LevelRow& row_of(spdlog::level::level_enum level) {
  return kLevels[std::min<std::size_t>(static_cast<std::size_t>(level), std::size(kLevels) - 1)];
}

std::string time_of(const spdlog::log_clock::time_point& time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(spdlog::log_clock::to_time_t(time)),
                     since.count() % 1000);
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LineStyle style) : style_(style) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& into) override {
    const LevelRow& row = row_of(message.level);
    std::string words = one_line({message.payload.data(), message.payload.size()});
    if (style_.redact) words = redact(words);
    std::string line = style_.journal ? "<" + std::to_string(row.priority) + ">" : "";
    if (style_.format == config::LogFormat::json) {
      const nlohmann::ordered_json object{{"time", time_of(message.time)}, {"level", row.name}, {"message", words}};
      line += object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    } else {
      if (!style_.journal) line += fmt::format("{} {:5} ", time_of(message.time), row.name);
      line += words;
    }
    line += '\n';
    into.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(style_); }

 private:
  LineStyle style_;
};

}  // namespace

bool is_journal(const char* journal_stream, int descriptor) {
  struct stat found {};
  if (journal_stream == nullptr || ::fstat(descriptor, &found) != 0) return false;
  return fmt::format("{}:{}", found.st_dev, found.st_ino) == journal_stream;
}

std::unique_ptr<spdlog::formatter> line_formatter(LineStyle style) { return std::make_unique<LineFormatter>(style); }

void start_log(const config::LogOptions& options) {
  auto logger = std::make_shared<spdlog::logger>("dunlind", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  const bool journal = is_journal(std::getenv("JOURNAL_STREAM"), STDERR_FILENO);
  logger->set_formatter(line_formatter({options.format, options.redact, journal}));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
  set_log_level(options.level);
}

void set_log_level(config::LogLevel level) { spdlog::set_level(kLevels[static_cast<std::size_t>(level)].level); }

void log(engine::Severity severity, const std::string& message) {
  static constexpr spdlog::level::level_enum kSeverities[] = {spdlog::level::debug, spdlog::level::info,
                                                              spdlog::level::warn, spdlog::level::err};
  spdlog::log(kSeverities[static_cast<std::size_t>(severity)], "{}", message);
}

engine::LogSink log_sink() {
  return [](engine::Severity severity, const std::string& message) { log(severity, message); };
}

}  // namespace dunlin::daemon
