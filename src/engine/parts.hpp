// Messages that people's phones cut in parts: which message a part is of, and the text that the parts are. Pure.
//
// A part is one by its user data header (TS 23.040 §9.2.3.24.1, references of 8 or 16 bits) or by its SAR TLVs
// (SMPP 3.4 §5.3.2.22). Parts are one message when SMSC, source, destination, kind of reference, reference and total
// agree.
#pragma once

#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <dunlin/text/decode.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/keys.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

struct PartOf {
  store::keys::ReferenceKind kind = store::keys::ReferenceKind::udh8;
  std::uint16_t reference = 0;
  std::uint8_t total = 0;   // from 2
  std::uint8_t number = 0;  // 1 to total
};
// Of `user_data` and what it was decoded to: a header that nobody flagged is found as well. nullopt: a message of its
// own; also what is longer than kHeldPartOctetsMax.
std::optional<PartOf> part_of(const smpp::Body& body, OctetView user_data, const text::Decoded& decoded);

// What remains of a part once its message was told: enough to know it again.
std::string digest_of(std::string_view octets);

enum class Known : std::uint8_t { fresh, same, other };
// Whether the message has this part: the same octets, or others under its number.
Known look_for(const store::HeldMessage& message, const store::HeldPart& part);
void insert(store::HeldMessage& message, store::HeldPart part);  // a fresh one, in the order of numbers
store::HeldMessage told(store::HeldMessage message, Wall until);

struct PartsText {
  std::string text;                // with kMissing where parts are
  std::string without_marks;       // the same without
  std::vector<std::string> alone;  // each part's own
  bool partial = false;
  bool readable = true;
  std::string message_class;  // of the first part that has one
};
inline constexpr std::string_view kMissing = "[…]";  // one or more parts in a row that did not come
// Parts whose alphabet is the same are joined before they are decoded, so that a character cut in two is whole again.
PartsText joined_text(const std::vector<store::HeldPart>& parts, std::size_t total, text::DefaultAlphabet alphabet);

// "flash" (class 0); "voicemail", "fax", "email", "other", "videomail" of a message waiting indication,
// "voicemail-cleared" where nothing waits any more; "binary", "compressed" of what is no text; empty: an ordinary
// message.
std::string message_class_of(const text::Decoded& decoded);

// Which messages of an SMSC wait for parts, and which were told of late: what is in the store, without the parts.
class HeldIndex {
 public:
  static constexpr std::size_t kWaitingMax = 1000;  // beyond: the one that waits longest is told as partial
  static constexpr std::size_t kToldMax =
      10'000;  // beyond: the oldest is forgotten; a repeated part of it is then taken for a new message
  struct Entry {
    Wall until{};
    bool told = false;
    bool telling = false;  // on its way to being told: its row stays as it is
  };
  Entry* find(const std::string& rest);
  void put(const std::string& rest, Wall until, bool told);
  void erase(const std::string& rest);
  // What has to give way before one more waits, or one more was told; nullopt: nothing.
  std::optional<std::string> oldest_waiting() const;  // none of them being told already
  std::optional<std::string> oldest_told() const;
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t size() const { return entries_.size(); }
  // All that came from a number, given as its digits: the rest of each key, and until when it is kept.
  std::vector<std::pair<std::string, Wall>> of_number(const std::string& smsc, std::string_view digits) const;

 private:
  std::map<std::string, Entry> entries_;
  std::set<std::pair<Wall, std::string>> waiting_, told_;
};

}  // namespace dunlin::engine
