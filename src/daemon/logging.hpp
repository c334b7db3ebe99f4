// The log: spdlog on standard error. Under systemd each line begins with its priority (<6>) and leaves the time to the
// journal.
#pragma once

#include <memory>
#include <string>

#include "config/configuration.hpp"
#include "engine/log.hpp"

namespace spdlog {
class formatter;
class logger;
}  // namespace spdlog

namespace dunlin::daemon {

// How a line looks.
struct LineStyle {
  config::LogFormat format = config::LogFormat::text;
  bool redact = true;
  bool journal = false;
};

// Whether standard error is the journal's: JOURNAL_STREAM ("device:inode") names it.
bool is_journal(const char* journal_stream, int descriptor);

std::unique_ptr<spdlog::formatter> line_formatter(LineStyle style);

// Makes spdlog's default logger. Called once, before the first line.
void start_log(const config::LogOptions& options);
void set_log_level(config::LogLevel level);

// Where the engine's rooms say what an operator should read.
void log(engine::Severity severity, const std::string& message);
engine::LogSink log_sink();

}  // namespace dunlin::daemon
