// Loading and checking a configuration, and the same text as the table of countries and as the phrases of replies.
// Every refusal names the file and has a code; no password is in one; what was read differs in nothing from itself.
// Paths below /dev, /proc and /sys are left alone: opening some of them does things.
#include "config/configuration.hpp"
#include "config/countries.hpp"
#include "config/replies.hpp"
#include "fuzz/fuzz.hpp"

namespace {

constexpr std::string_view kFile = "/nonexistent/dunlin-fuzz/dunlin.toml";
constexpr std::string_view kSecret = "h0rse-staple";  // the corpus' password

bool reaches_devices(std::string_view text) {
  return text.find("dev") != text.npos || text.find("proc") != text.npos || text.find("sys/") != text.npos ||
         text.find("\\u") != text.npos || text.find("\\U") != text.npos;
}

void read_replies(std::string_view text) {
  using namespace dunlin;
  const auto replies = config::parse_replies(text, kFile);
  if (replies) {
    FUZZ_CHECK((*replies)->same_as(**replies), text);
    return;
  }
  FUZZ_CHECK(!replies.error().empty(), "refused without a reason");
  for (const auto& error : replies.error())
    FUZZ_CHECK(!error.code.empty() && !error.detail.empty() && error.where.starts_with(kFile), error.where);
}

// What is taken holds what a calendar relies on: hours that rise, dates in their order, a source.
void read_countries(std::string_view text) {
  using namespace dunlin;
  const auto countries = config::parse_countries(text, kFile, dunning::Zones{});
  if (!countries) {
    FUZZ_CHECK(!countries.error().empty(), "refused without a reason");
    for (const auto& error : countries.error()) {
      FUZZ_CHECK(!error.code.empty() && !error.detail.empty() && error.where.starts_with(kFile), error.where);
    }
    return;
  }
  for (const auto& rule : (*countries)->rules()) {
    FUZZ_CHECK(!rule.source.empty() && rule.purposes.any() && !dunning::never_opens(rule.hours), rule.name);
    FUZZ_CHECK(!rule.until || rule.from <= *rule.until, rule.name);
    for (const auto& day : rule.hours) {
      int minute = -1;
      for (const auto& hours : day) {
        FUZZ_CHECK(hours.from > minute && hours.from < hours.until && hours.until <= dunning::kDayMinutes, rule.name);
        minute = hours.until;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dunlin;
  const auto text = text_of({data, size});
  read_countries(text);
  read_replies(text);
  if (reaches_devices(text)) return 0;
  // As a value of `password` alone it must stay unsaid, whatever else is wrong.
  const auto said = text.find(kSecret);
  const bool secret = said != text.npos && text.find(kSecret, said + 1) == text.npos &&
                      text.substr(0, said).ends_with("\npassword = \"");

  const auto read = config::read(text, kFile);
  if (!read) {
    FUZZ_CHECK(!read.error().empty(), "refused without a reason");
    for (const auto& error : read.error()) {
      FUZZ_CHECK(!error.code.empty() && !error.detail.empty(), error.where);
      FUZZ_CHECK(error.where.starts_with(kFile) || error.where.starts_with('/'), error.where);
      if (secret) FUZZ_CHECK((error.detail + error.where).find(kSecret) == std::string::npos, error.detail);
    }
    return 0;
  }
  FUZZ_CHECK(config::diff(*read, *read).empty(), "it differs from itself");
  FUZZ_CHECK(config::diff(*read, config::take_live(*read, *read)).empty(), "taking itself over changes it");
  const config::Configuration defaults;
  for (const auto& change : config::diff(config::take_live(defaults, *read), *read))
    FUZZ_CHECK(!change.live, change.key);
  return 0;
}
