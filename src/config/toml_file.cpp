#include "config/toml_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dunlin::config {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max) {
  const auto because = [](int error) { return std::string(std::strerror(error)); };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failure(errno == ENOENT ? "missing_file" : "unreadable_file", because(errno));
  std::string text(max + 1, '\0');
  std::size_t filled = 0;
  ssize_t got = 0;
  while (filled < text.size() && (got = ::read(file, text.data() + filled, text.size() - filled)) > 0) {
    filled += static_cast<std::size_t>(got);
  }
  const int error = errno;
  ::close(file);
  if (got < 0) return failure("unreadable_file", because(error));
  if (filled > max) return failure("unreadable_file", "longer than " + std::to_string(max) + " octets");
  text.resize(filled);
  return text;
}

std::string_view found_form(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list of something else";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or time";
    default: return "something else";
  }
}

Result<std::vector<std::filesystem::path>> toml_files_of(const std::filesystem::path& folder, std::size_t files_max) {
  std::vector<std::filesystem::path> files;
  std::error_code problem;
  for (std::filesystem::directory_iterator each(folder, problem), end; !problem && each != end;
       each.increment(problem)) {
    const auto name = each->path().filename().string();
    if (name.starts_with('.') || !name.ends_with(".toml")) continue;
    files.push_back(each->path());
    if (files.size() > files_max)
      return failure("too_many", "at most " + std::to_string(files_max) + " files are read", folder.string());
  }
  if (problem) return failure("unreadable_file", "the folder cannot be read: " + problem.message(), folder.string());
  std::ranges::sort(files);
  return files;
}

std::string parser_says(const toml::parse_error& error) {
  std::string_view words = error.description();
  for (const std::string_view quoting : {"; saw ", "'", "\""}) words = words.substr(0, words.find(quoting));
  while (!words.empty() && (words.back() == ' ' || words.back() == ':')) words.remove_suffix(1);
  return "not TOML: " + std::string(words);
}

}  // namespace dunlin::config
