// Receipts. Any text and any TLVs are read without harm and alike whether they come as deliver_sm or data_sm; what we
// write ourselves is read back; the keys an id is compared by are stable.
//
//   input := mode:octet …   0 mod 4: a receipt of ours from the fields that follow;   else: esm_class tlvs:text text
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <dunlin/smpp/time.hpp>

#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::smpp;

void check_id(const std::string& id) {
  const auto key = fold(id);
  FUZZ_CHECK(key.size() <= id.size() && fold(key) == key, id);
  if (const auto decimal = hex_to_decimal(id)) {
    FUZZ_CHECK(fold(*decimal) == *decimal, *decimal);
    FUZZ_CHECK(decimal->size() <= kDecimalDigitsMax, *decimal);
    const auto back = decimal_to_hex(*decimal);
    FUZZ_CHECK(back && hex_to_decimal(*back) == decimal, id + " -> " + *decimal);
  }
  if (const auto hex = decimal_to_hex(id)) {
    FUZZ_CHECK(fold(*hex) == *hex, *hex);
    const auto back = hex_to_decimal(*hex);
    FUZZ_CHECK(!back || *back == fold(id), id + " -> " + *hex);
  }
}

void check_receipt(const Receipt& receipt) {
  check_id(receipt.message_id);
  check_id(receipt.text_message_id);
  static_cast<void>(parse_date(receipt.submit_date));
  static_cast<void>(parse_date(receipt.done_date));
  const auto meant = outcome(receipt);
  FUZZ_CHECK(!to_string(meant).empty(), "an outcome without a name");
  FUZZ_CHECK((meant == Outcome::intermediate) == receipt.intermediate || !receipt.message_state,
             "finality is said twice, differently");
  FUZZ_CHECK(std::ranges::none_of(receipt.stat, [](char c) { return c >= 'a' && c <= 'z'; }), receipt.stat);
}

void read_any(fuzz::Input& input) {
  DeliverSm deliver;
  DataSm data;
  deliver.esm_class = data.esm_class = input.octet();
  const auto tlvs = input.take(input.octet());
  deliver.tlvs.assign_octets(tlvs);
  data.tlvs = deliver.tlvs;
  const auto text = input.rest();
  const auto alone = parse_receipt_text(text);
  check_receipt(alone);
  FUZZ_CHECK(alone.text.size() <= text.size(), "more text than there was");

  if (text.size() <= 255) deliver.short_message = text;
  const auto delivered = parse_receipt(deliver);
  if (delivered) check_receipt(*delivered);
  const bool flagged = (deliver.esm_class & (esm_class::kDeliveryReceipt | esm_class::kIntermediate)) != 0;
  FUZZ_CHECK(!flagged || delivered, "flagged, and yet none");

  if (!data.tlvs.contains(tlv::message_payload) && text.size() <= 255 && !text.empty())
    data.tlvs.add_raw(tlv::message_payload.tag, text);
  const auto in_data = parse_receipt(data);
  if (in_data) check_receipt(*in_data);
  if (deliver.tlvs.contains(tlv::message_payload) || text.size() > 255) return;
  FUZZ_CHECK(delivered.has_value() == in_data.has_value(), "deliver_sm and data_sm disagree");
  FUZZ_CHECK(!delivered || (delivered->message_id == in_data->message_id && delivered->stat == in_data->stat &&
                            delivered->text == in_data->text),
             "deliver_sm and data_sm disagree");
}

// 2069-12-31T23:59:59Z: two digits of a year say 1970 to 2069.
constexpr std::uint32_t kDateMax = 3155759999;

std::string word(fuzz::Input& input, std::size_t most) {
  auto text = input.text(most);
  for (auto& c : text) c = "0123456789abcdefABCDEF-_.@"[static_cast<unsigned char>(c) % 26];
  return text;
}

void read_ours(fuzz::Input& input) {
  ReceiptText said;
  said.message_id = word(input, 64);
  said.err = word(input, 3);
  said.sub = input.up_to(999);
  said.dlvrd = input.up_to(999);
  said.state = static_cast<MessageState>(input.up_to(9));
  said.submit_date = Wall{std::chrono::seconds{input.up_to(kDateMax)}};
  said.done_date = Wall{std::chrono::seconds{input.up_to(kDateMax)}};
  said.text = std::string(text_of(input.rest()));
  if (said.message_id.empty() || said.err.empty()) return;
  const auto text = format_receipt(said);
  const auto read = parse_receipt_text(octets_of(text));
  check_receipt(read);
  FUZZ_CHECK(read.message_id == said.message_id, text);
  FUZZ_CHECK(read.err == said.err, text);
  FUZZ_CHECK(read.stat == stat_of(said.state), text);
  const auto date = parse_date(read.done_date);
  FUZZ_CHECK(!date || *date == std::chrono::floor<std::chrono::minutes>(said.done_date), text);
  auto echoed = said.text.substr(0, 20);
  echoed.erase(echoed.find_last_not_of('\0') + 1);
  FUZZ_CHECK(read.text == echoed, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  if (input.octet() % 4 == 0) {
    read_ours(input);
  } else {
    read_any(input);
  }
  return 0;
}
