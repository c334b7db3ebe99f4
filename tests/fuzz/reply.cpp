// A file of phrases and a reply to read with it. Whatever they are: a refusal has a code, a reason and its line; what
// is understood by any locale stops and starts alike; a day is a promise's and not past; masking changes digits alone.
//
//   input := (language " " list " " phrase ["=" meaning] LF)* LF locale LF reply
#include "dunning/replies.hpp"

#include "dunning/reply_text.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using dunning::Intent;

std::string_view until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto part = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of({data, size});
  dunning::ReplySources sources;
  sources.file = "r.toml";
  while (!input.empty()) {
    std::string_view line = until(input, '\n');
    if (line.empty()) break;
    dunning::ReplySources::Item item;
    item.language = until(line, ' ');
    item.list = until(line, ' ');
    item.written = item.list == "dates" ? until(line, '=') : line;
    item.means = item.list == "dates" ? line : std::string_view{};
    item.line = sources.items.size() + 1;
    sources.items.push_back(std::move(item));
  }
  const auto locale = until(input, '\n');
  const auto built = dunning::Replies::build(std::move(sources));
  if (!built) {
    FUZZ_CHECK(!built.error().empty(), "refused without a reason");
    for (const auto& finding : built.error())
      FUZZ_CHECK(!finding.code.empty() && !finding.detail.empty() && finding.line > 0, finding.detail);
    return 0;
  }
  const dunning::Date today{std::chrono::year{2026} / 11 / 25};
  const auto plain = built->classify(input), asked = built->classify(input, {locale, today});
  FUZZ_CHECK((plain.intent == Intent::opt_out) == (asked.intent == Intent::opt_out), plain.rule);
  FUZZ_CHECK((plain.intent == Intent::opt_in) == (asked.intent == Intent::opt_in), plain.rule);
  FUZZ_CHECK(!asked.date || (*asked.date >= today && asked.intent == Intent::promise), asked.rule);

  const std::string masked = dunning::mask_cards(input);
  FUZZ_CHECK(masked.size() <= input.size(), masked);
  for (std::size_t i = 0; masked.size() == input.size() && i < masked.size(); ++i)
    FUZZ_CHECK(masked[i] == input[i] || (masked[i] == '*' && input[i] >= '0' && input[i] <= '9'), masked);
  return 0;
}
