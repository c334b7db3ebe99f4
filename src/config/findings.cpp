#include "config/findings.hpp"

#include <algorithm>
#include <numeric>

namespace dunlin::config {

void Findings::add(std::size_t line, const std::string& key, std::string code, std::string detail) {
  std::string where = file_;
  if (line > 0) where += ":" + std::to_string(line);
  if (!key.empty()) where += ": " + key;
  found_.push_back({line, Error{std::move(code), std::move(detail), std::move(where)}});
}

void Findings::add_unknown_key(std::size_t line, const std::string& label, std::string_view word,
                               const std::vector<std::string_view>& known) {
  const auto meant = nearest(word, known);
  add(line, label + std::string(word), "unknown_key",
      "there is no such key" + (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?"));
}

Error as_error(dunning::Finding finding) {
  std::string where = std::move(finding.file);
  if (finding.line > 0) where += ":" + std::to_string(finding.line);
  if (!finding.key.empty()) where += (where.empty() ? "" : ": ") + finding.key;
  return {std::move(finding.code), std::move(finding.detail), std::move(where)};
}

Errors Findings::take() {
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& one, const Found& other) { return one.line < other.line; });
  Errors errors;
  for (auto& found : found_) errors.push_back(std::move(found.error));
  found_.clear();
  return errors;
}

namespace {

// Levenshtein: insertions, deletions and replacements that make one word of the other.
std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t least = std::min<std::size_t>(3, word.size() / 2) + 1;  // farther than that is another word
  for (const auto candidate : known) {
    const std::size_t distance = edit_distance(word.substr(0, 64), candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace dunlin::config
