// A reply on its way to being told: one message, or parts that were joined. For replies.cpp and reassembly.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/replies.hpp"
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
  bool heard = false;  // a person wrote it: else it is the network's word, or nobody's, and means nothing
  dunning::Classified meaning;
  bool has_jobs = false;                // the number was ever sent one, or is to be
  std::vector<JobAt> sent;              // jobs of that number that reached the SMSC, in the order they left
  std::optional<std::size_t> answered;  // of `sent`: what it most likely answers
  bool ambiguous = false;
  bool other_link = false;  // another invoice, with a link of its own, was sent lately
  bool believed = true;     // a promise: what is to be sent waits for its day
  bool changed = false;  // a STOP or a START that was not obeyed before
  const dunning::TimeZone* zone = nullptr;  // where the person is; null: not known
  std::optional<bool> to_a_sender;          // `to` is one of ours that this person had texts from; none: not asked
  bool stopped = false;                     // it was this one that stopped the number, or a sender of ours
  bool wrong = false;                       // and this one that first said it is another's
  // In the turn that tells it: what may be answered once the kernel has all of what is given.
  std::function<void(std::vector<HandedUpTo>)> told;
};

// Who wrote. A national form (by its TON, or since no number of the world begins so) is completed by `default_country` where that makes
// one that gets SMS; else it stays as it is, since the wrong person would be blocked.
std::string reply_number(std::string_view digits, std::uint8_t source_ton, const DunningSettings& dunning);

}  // namespace dunlin::engine
