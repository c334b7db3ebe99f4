// What reading a file brought up: where each key stands, and everything that is wrong with it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.hpp"
#include "dunning/template_source.hpp"

namespace dunlin::config {

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}

  // Lines count from 1; 0: nowhere in the file.
  void saw(const std::string& key, std::size_t line) { lines_.emplace(key, line); }
  std::size_t line_of(const std::string& key) const {
    const auto found = lines_.find(key);
    return found == lines_.end() ? 0 : found->second;
  }
  bool written(const std::string& key) const { return lines_.contains(key); }

  void add(std::size_t line, const std::string& key, std::string code, std::string detail);
  // At the key's own line.
  void add(const std::string& key, std::string code, std::string detail) {
    add(line_of(key), key, std::move(code), std::move(detail));
  }
  // `label` stands before the word: "plan.friendly.". `known`: what could have been meant.
  void add_unknown_key(std::size_t line, const std::string& label, std::string_view word,
                       const std::vector<std::string_view>& known);
  bool none() const { return found_.empty(); }
  // In the order of the lines.
  Errors take();

 private:
  struct Found {
    std::size_t line;
    Error error;
  };
  std::string file_;
  std::map<std::string, std::size_t> lines_;
  std::vector<Found> found_;
};

// What no single row can say: names that must be unique, routes that must lead somewhere. `keys` are "smsc.alpha.port",
// or "smsc[2].port" where the second has no usable name; in the order of the lists.
struct Labels {
  std::vector<std::string> smscs;
  std::vector<std::string> routes;
};
// Also prepares the extra TLVs.
void check_whole(Configuration& configuration, const Labels& labels, Findings& findings);

// As everything else that is wrong is told: `where` is "file:line: key".
[[nodiscard]] Error as_error(dunning::Finding finding);

// The nearest of `known`, when it is near enough to be what was meant; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace dunlin::config
