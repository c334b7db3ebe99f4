// The people of a simulated year: numbers that libphonenumber takes for mobile ones, and where those who have them are.
#include <phonenumbers/phonenumberutil.h>

#include <map>
#include <utility>

#include "lawbook.hpp"

namespace dunlin::simulation {
namespace {

struct Home {
  std::string country;
  std::vector<std::string> zones;
  std::string prefix{};  // of those numbers; "": any mobile one
};

// Several zones where a number does not tell which of them: what is lawful suits all.
const std::vector<Home>& homes() {
  static const std::vector<Home> all{
      {"PL", {"Europe/Warsaw"}},
      {"DE", {"Europe/Berlin"}},
      {"GB", {"Europe/London"}},
      {"FR", {"Europe/Paris"}},
      {"NL", {"Europe/Amsterdam"}},
      {"IT", {"Europe/Rome"}},
      {"ES", {"Europe/Madrid", "Atlantic/Canary"}},
      {"PT", {"Europe/Lisbon", "Atlantic/Azores"}},
      {"NO", {"Europe/Oslo"}},
      {"US", {"America/New_York"}, "+1212"},
      {"US", {"America/Chicago"}, "+1312"},
      {"US", {"America/Denver"}, "+1303"},
      {"US", {"America/Los_Angeles"}, "+1213"},
      {"US", {"Pacific/Honolulu"}, "+1808"},
      {"US", {"America/Phoenix"}, "+1623"},
      {"CA", {"America/Toronto"}, "+1416"},
      {"CA", {"America/Vancouver"}, "+1604"},
      {"CA", {"America/Halifax", "America/St_Johns"}, "+1709"},
      {"BR", {"America/Sao_Paulo"}, "+5511"},
      {"BR", {"America/Manaus"}, "+5592"},
      {"AU", {"Australia/Sydney", "Australia/Perth", "Australia/Adelaide", "Australia/Lord_Howe"}},
      {"IN", {"Asia/Kolkata"}},
      {"AT", {"Europe/Vienna"}},
      {"CH", {"Europe/Zurich"}},
      {"SE", {"Europe/Stockholm"}},
      {"DK", {"Europe/Copenhagen"}},
      {"FI", {"Europe/Helsinki"}},
      {"IE", {"Europe/Dublin"}},
      {"CZ", {"Europe/Prague"}},
      {"RO", {"Europe/Bucharest"}},
      {"GR", {"Europe/Athens"}},
      {"JP", {"Asia/Tokyo"}},
      {"ZA", {"Africa/Johannesburg"}},
      {"EG", {"Africa/Cairo"}},       // whose summer time is of its own
      {"MA", {"Africa/Casablanca"}},  // and this one's stops for Ramadan
      {"NZ", {"Pacific/Auckland", "Pacific/Chatham"}},
      {"CL", {"America/Santiago", "Pacific/Easter"}},
      {"NP", {"Asia/Kathmandu"}},  // a quarter of an hour off
      {"IL", {"Asia/Jerusalem"}},
      {"RU", {"Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"}},  // no hour suits all
  };
  return all;
}

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// The last digits of an example, counted up; those that are no mobile number of that country are passed over.
std::vector<std::string> numbers_of(const Home& home, std::size_t count) {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber example;
  std::string written;
  util.GetExampleNumberForType(home.country, PhoneNumberUtil::MOBILE, &example);
  util.Format(example, PhoneNumberUtil::E164, &written);
  if (!home.prefix.empty()) written.replace(0, home.prefix.size(), home.prefix);
  std::vector<std::string> numbers;
  constexpr std::size_t kDigits = 5;
  for (std::size_t i = 0; i < 100'000 && numbers.size() < count; i += 37) {
    std::string digits = std::to_string(i);
    digits.insert(0, kDigits - digits.size(), '0');
    std::string one = written;
    one.replace(one.size() - kDigits, kDigits, digits);
    PhoneNumber number;
    std::string country;
    if (util.Parse(one, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) continue;
    const auto type = util.GetNumberType(number);
    util.GetRegionCodeForNumber(number, &country);
    if (country == home.country && (type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE))
      numbers.push_back(one);
  }
  return numbers;
}

std::vector<Person> make(std::uint32_t count, std::size_t places) {
  std::vector<std::vector<std::string>> numbers;
  for (std::size_t home = 0; home < places; ++home) numbers.push_back(numbers_of(homes()[home], count / places + 1));
  std::vector<Person> all;
  for (std::size_t i = 0; all.size() < count && i <= count / places; ++i) {
    for (std::size_t home = 0; home < places && all.size() < count; ++home) {
      if (i < numbers[home].size()) all.push_back({numbers[home][i], homes()[home].country, homes()[home].zones});
    }
  }
  return all;
}

}  // namespace

const std::vector<Person>& people(std::uint32_t count, std::size_t places) {
  static std::map<std::pair<std::uint32_t, std::size_t>, std::vector<Person>> made;
  const auto [found, fresh] = made.try_emplace({count, places});
  if (fresh) found->second = make(count, places == 0 ? homes().size() : places);
  return found->second;
}

std::string_view language_of(std::string_view country) {
  static const std::map<std::string_view, std::string_view> all{{"PL", "pl"}, {"DE", "de"}, {"GB", "en"}, {"FR", "fr"},
                                                                {"NL", "nl"}, {"IT", "it"}, {"ES", "es"}, {"PT", "pt"}};
  return all.at(country);
}

}  // namespace dunlin::simulation
