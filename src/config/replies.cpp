#include "config/replies.hpp"

#include "config/findings.hpp"
#include "config/toml_file.hpp"

namespace dunlin::config {
namespace {

using dunning::ReplySources;

class RepliesFile {
 public:
  explicit RepliesFile(const std::filesystem::path& file) : findings_(file.string()) { sources_.file = file.string(); }

  tl::expected<std::shared_ptr<const dunning::Replies>, Errors> run(const toml::table& root, std::string_view text) {
    sources_.read_from = text;
    for (const auto& [word, node] : root) {
      const std::string language(word.str());
      if (const auto* table = node.as_table()) {
        read_language(language, *table);
      } else {
        findings_.add(line_of(word.source()), language, "wrong_type", "is a table: write [" + language + "]");
      }
    }
    if (!findings_.none()) return tl::unexpected<Errors>(findings_.take());
    auto built = dunning::Replies::build(std::move(sources_));
    if (built) return std::make_shared<const dunning::Replies>(std::move(*built));
    for (auto& finding : built.error())
      findings_.add(finding.line, finding.key, std::move(finding.code), std::move(finding.detail));
    return tl::unexpected<Errors>(findings_.take());
  }

 private:
  void read_language(const std::string& language, const toml::table& from) {
    for (const auto& [word, node] : from) {
      const std::string list(word.str());
      const std::size_t line = line_of(word.source());
      if (list == "words" || list == "dates") {
        if (const auto* table = node.as_table()) {
          list == "words" ? read_words(language, *table) : read_dates(language, *table);
        } else {
          findings_.add(line, language + "." + list, "wrong_type", "is a table: write [" + language + "." + list + "]");
        }
      } else {
        read_list(language, list, node, line);
      }
    }
  }

  void read_list(const std::string& language, const std::string& list, const toml::node& node, std::size_t line) {
    const auto* phrases = node.as_array();
    if (phrases == nullptr)
      return findings_.add(line, language + "." + list, "wrong_type", "must be a list of strings");
    for (const auto& item : *phrases) {
      const std::size_t at = line_of(item.source());
      if (const auto* phrase = item.as_string()) {
        sources_.items.push_back({language, list, phrase->get(), {}, at});
      } else {
        findings_.add(at, language + "." + list, "wrong_type", "must be a list of strings");
      }
    }
  }

  void read_words(const std::string& language, const toml::table& from) {
    for (const auto& [word, node] : from)
      read_list(language, "words." + std::string(word.str()), node, line_of(word.source()));
  }

  void read_dates(const std::string& language, const toml::table& from) {
    for (const auto& [word, node] : from) {
      const std::size_t line = line_of(word.source());
      if (const auto* means = node.as_string()) {
        sources_.items.push_back({language, "dates", std::string(word.str()), means->get(), line});
      } else {
        findings_.add(line, language + ".dates." + std::string(word.str()), "wrong_type", "must be a string");
      }
    }
  }

  ReplySources sources_;
  Findings findings_;
};

}  // namespace

tl::expected<std::shared_ptr<const dunning::Replies>, Errors> parse_replies(std::string_view text,
                                                                            const std::filesystem::path& file) {
  try {
    return RepliesFile(file).run(toml::parse(text, file.string()), text);
  } catch (const toml::parse_error& error) {
    Findings findings(file.string());
    findings.add(line_of(error.source()), "", "bad_toml", parser_says(error));
    return tl::unexpected<Errors>(findings.take());
  }
}

tl::expected<std::shared_ptr<const dunning::Replies>, Errors> read_replies(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileMax);
  if (!text)
    return tl::unexpected<Errors>(Errors{{text.error().code, "cannot be read: " + text.error().detail, file.string()}});
  return parse_replies(*text, file);
}

}  // namespace dunlin::config
