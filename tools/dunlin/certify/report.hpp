// What is told of a certification: Markdown for people, JSON for programs, TOML to paste. Pure. No password is in any
// of them, and of the number only its ends.
#pragma once

#include <dunlin/base/time.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "certify/observed.hpp"
#include "certify/plan.hpp"

namespace dunlin::certify {

struct Subject {
  const Plan& plan;
  const std::vector<Text>& texts;
  const Observed& observed;
  Wall at;  // when it began
};

// One key whose value should differ from what the configuration has now.
struct Advice {
  std::string key, value;  // TOML
  std::string why;
  bool set = true;  // false: only to be thought of, so it stands there as a comment
};
std::vector<Advice> advice(const Subject& subject);

std::string toml(const Subject& subject);  // the advised lines, to be set in the [[smsc]] table that is there
std::string markdown(const Subject& subject);
nlohmann::json json(const Subject& subject);

// How a text was answered: accepted whole, refused (by which status), partly, unanswered, not sent.
std::string fate(const Subject& subject, std::size_t text);
bool taken_whole(const Observed& observed, std::size_t text);

}  // namespace dunlin::certify
