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
      if (const auto* table = node.as_table(); table != nullptr && language == "replies") {
        read_replies(*table);
      } else if (table != nullptr) {
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
  void read_replies(const toml::table& from) {
    for (const auto& [word, node] : from) {
      const auto* table = node.as_table();
      if (word != "answer") {
        findings_.add(line_of(word.source()), "replies." + std::string(word.str()), "unknown_key",
                      "there is only [replies.answer]; holds are set in the daemon's own file");
      } else if (table == nullptr) {
        findings_.add(line_of(word.source()), "replies.answer", "wrong_type", "is a table: write [replies.answer]");
      } else {
        for (const auto& [intent, answer] : *table) read_answer(std::string(intent.str()), answer, line_of(intent.source()));
      }
    }
  }

  void read_answer(const std::string& intent, const toml::node& node, std::size_t line) {
    const std::string key = "replies.answer." + intent;
    if (const auto* name = node.as_string()) return sources_.answers.push_back({intent, {}, name->get(), line});
    const auto* texts = node.as_table();
    if (texts == nullptr)
      return findings_.add(line, key, "wrong_type", "is a template's name, or a table of texts by language");
    for (const auto& [language, text] : *texts) {
      const std::size_t at = line_of(language.source());
      if (const auto* written = text.as_string()) {
        sources_.answers.push_back({intent, std::string(language.str()), written->get(), at});
      } else {
        findings_.add(at, key + "." + std::string(language.str()), "wrong_type", "must be a string");
      }
    }
  }

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
