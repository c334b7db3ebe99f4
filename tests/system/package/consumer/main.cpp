// A project of its own that speaks SMPP with the installed library: exits 0 when a submit_sm comes back as it was.
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>
#include <iostream>

int main() {
  namespace smpp = dunlin::smpp;
  smpp::SubmitSm submit;
  submit.destination_addr = "48123456789";
  submit.short_message = "hello";
  const smpp::Pdu pdu{smpp::CommandStatus::ok, 1, submit};
  dunlin::Octets octets;
  if (const auto encoded = smpp::encode(pdu, octets); !encoded) {
    std::cerr << dunlin::to_string(encoded.error()) << '\n';
    return 1;
  }
  const auto decoded = smpp::decode(octets);
  const auto* back = std::get_if<smpp::Pdu>(&decoded);
  if (back == nullptr || *back != pdu) return 1;
  std::cout << smpp::dump(*back) << '\n';
  return 0;
}
