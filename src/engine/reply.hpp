// A reply on its way to being told: one message, or parts that were joined. For replies.cpp and reassembly.cpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/keywords.hpp"
#include "engine/engine.hpp"

namespace dunlin::engine {

struct Reply {
  std::string smsc;
  std::string number;  // E.164 with '+', or what the SMSC gave where that is no number
  std::string to;
  std::string text;
  std::string message_class;
  std::vector<std::string> tlvs;  // that no specification lists; of a message in parts none
  bool partial = false;
  dunning::Classified meaning;
  std::vector<JobAt> sent;  // jobs of that number that reached the SMSC, oldest first
  // In the turn that tells it: what may be answered once the kernel has all of what is given.
  std::function<void(std::vector<HandedUpTo>)> told;
};

std::string reply_number(std::string_view digits, std::uint8_t source_ton);

}  // namespace dunlin::engine
