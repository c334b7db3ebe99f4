#include <algorithm>
#include <array>
#include <dunlin/text/fold.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

// What becomes of every character first..last. Rows ascend.
struct Row {
  char32_t first;
  char32_t last;
  std::u32string_view to;
};
constexpr std::u32string_view kDropped;
constexpr std::array kRows = {
    Row{0x0000, 0x0008, kDropped},  // controls; LF, FF and CR are in the GSM alphabet
    Row{0x0009, 0x0009, U" "},      // TAB
    Row{0x000B, 0x000B, U"\n"},     // vertical TAB
    Row{0x000E, 0x001F, kDropped}, Row{0x007F, 0x0084, kDropped}, Row{0x0085, 0x0085, U"\n"},  // NEL
    Row{0x0086, 0x009F, kDropped}, Row{0x00A0, 0x00A0, U" "},                                  // no-break space
    Row{0x00AB, 0x00AB, U"\""},                                                                // «
    Row{0x00AD, 0x00AD, kDropped},                                                             // soft hyphen
    Row{0x00BB, 0x00BB, U"\""},                                                                // »
    Row{0x02BC, 0x02BC, U"'"},      // modifier letter apostrophe
    Row{0x061C, 0x061C, kDropped},  // Arabic letter mark
    Row{0x1680, 0x1680, U" "},      // ogham space
    Row{0x180E, 0x180E, kDropped},  // Mongolian vowel separator
    Row{0x2000, 0x200A, U" "},      // en quad to hair space
    Row{0x200B, 0x200F, kDropped},  // zero-width space, joiners, direction marks
    Row{0x2010, 0x2015, U"-"},      // hyphens, en dash, em dash, bar
    Row{0x2018, 0x201B, U"'"},     Row{0x201C, 0x201F, U"\""},    Row{0x2026, 0x2026, U"..."},
    Row{0x2028, 0x2029, U"\n"},     // line and paragraph separator
    Row{0x202A, 0x202E, kDropped},  // embeddings and overrides
    Row{0x202F, 0x202F, U" "},      // narrow no-break space
    Row{0x2032, 0x2032, U"'"},      // prime
    Row{0x2033, 0x2033, U"\""},     // double prime
    Row{0x2035, 0x2035, U"'"},     Row{0x2036, 0x2036, U"\""},    Row{0x2039, 0x203A, U"'"},  // ‹ ›
    Row{0x205F, 0x205F, U" "},      // medium mathematical space
    Row{0x2060, 0x206F, kDropped},  // word joiner, invisible operators, isolates
    Row{0x2212, 0x2212, U"-"},      // minus
    Row{0x3000, 0x3000, U" "},      // ideographic space
    Row{0xFEFF, 0xFEFF, kDropped},  // zero-width no-break space
    Row{0xFFF9, 0xFFFB, kDropped},  // interlinear annotation
};
static_assert(std::is_sorted(kRows.begin(), kRows.end(), [](const Row& a, const Row& b) { return a.last < b.first; }));

const Row* row_of(char32_t character) {
  const auto found = std::lower_bound(kRows.begin(), kRows.end(), character,
                                      [](const Row& row, char32_t wanted) { return row.last < wanted; });
  return found != kRows.end() && found->first <= character ? &*found : nullptr;
}

// Letters and the mark that follows them, for the letters Latin-1 has whole.
struct Mark {
  char32_t mark;
  std::u32string_view letters;
  std::u32string_view composed;
};
constexpr std::array kMarks = {
    Mark{0x0300, U"AEIOUaeiou", U"ÀÈÌÒÙàèìòù"},
    Mark{0x0301, U"AEIOUYaeiouy", U"ÁÉÍÓÚÝáéíóúý"},
    Mark{0x0302, U"AEIOUaeiou", U"ÂÊÎÔÛâêîôû"},
    Mark{0x0303, U"ANOano", U"ÃÑÕãñõ"},
    Mark{0x0308, U"AEIOUaeiouy", U"ÄËÏÖÜäëïöüÿ"},
    Mark{0x030A, U"Aa", U"Åå"},
    Mark{0x0327, U"Cc", U"Çç"},
};

char32_t compose(char32_t letter, char32_t mark) {
  for (const Mark& row : kMarks) {
    if (row.mark != mark) continue;
    const std::size_t at = row.letters.find(letter);
    return at == row.letters.npos ? 0 : row.composed[at];
  }
  return 0;
}

constexpr bool is_plain(unsigned char octet) { return octet >= 0x20 && octet < 0x7F; }
constexpr bool is_joiner(char32_t character) { return character == 0x200C || character == 0x200D; }
// From here on are the scripts that join their letters, and emoji.
constexpr char32_t kFirstJoining = 0x0600;

class Folder {
 public:
  explicit Folder(std::size_t octets) { folded_.text.reserve(octets); }

  void plain(char32_t character) {
    ++read_;
    folded_.text.push_back(character);
  }

  // `next` is the character that follows, 0 at the end.
  void any(char32_t character, char32_t next) {
    ++read_;
    std::u32string& out = folded_.text;
    if (character >= 0x0300 && character <= 0x0327 && !out.empty()) {
      if (const char32_t composed = compose(out.back(), character)) {
        out.back() = composed;
        report(character, {&composed, 1});
        return;
      }
    }
    const Row* row = row_of(character);
    const bool joins = is_joiner(character) && !out.empty() && out.back() >= kFirstJoining && next >= kFirstJoining &&
                       row_of(next) == nullptr;
    if (row == nullptr || joins) {
      out.push_back(character);
      return;
    }
    out.append(row->to);
    report(character, row->to);
  }

  std::size_t size() const { return folded_.text.size(); }
  std::size_t read() const { return read_; }
  Folded take() { return std::move(folded_); }

 private:
  void report(char32_t character, std::u32string_view to) {
    const std::string written = to_utf8(to);
    auto& rows = folded_.replaced;
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const Replacement& row) {
      return row.character == character && row.to == written;
    });
    if (same != rows.end()) {
      ++same->count;
    } else {
      rows.push_back({character, written, read_, 1});
    }
  }

  Folded folded_;
  std::size_t read_ = 0;  // characters
};

// Feeds the whole text, or until `stop(folder)`. Errors: "bad_utf8".
template <class Stop>
Result<void> feed(Folder& folder, std::string_view utf8, Stop stop) {
  for (std::size_t at = 0; at < utf8.size() && !stop(folder);) {
    const auto octet = static_cast<unsigned char>(utf8[at]);
    if (is_plain(octet)) {
      folder.plain(octet);
      ++at;
      continue;
    }
    const CodePoint character = first_code_point(utf8.substr(at));
    if (character.octets == 0) return failure("bad_utf8", "not valid UTF-8", "text at octet " + std::to_string(at));
    at += character.octets;
    folder.any(character.value, first_code_point(utf8.substr(at)).value);
  }
  return {};
}

}  // namespace

Result<Folded> fold(std::string_view utf8) {
  Folder folder(utf8.size());
  if (auto fed = feed(folder, utf8, [](const Folder&) { return false; }); !fed) return tl::unexpected(fed.error());
  return folder.take();
}

std::size_t position_before_folding(std::string_view utf8, std::size_t index) {
  Folder folder(utf8.size());
  // What can't be read any more lies behind the character asked for, or fold() had refused it.
  (void)feed(folder, utf8, [index](const Folder& so_far) { return so_far.size() > index; });
  return folder.read();
}

}  // namespace dunlin::text
