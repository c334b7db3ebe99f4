// Wireshark's dissector as a witness: every valid sample PDU, as the payload of a TCP segment in a capture file, must
// be dissected as SMPP with no expert's complaint, and its texts must be read as we meant them.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "property/smpp_samples.hpp"

namespace dunlin::smpp {
namespace {

constexpr std::uint16_t kSmppPort = 2775;

void put(std::string& out, std::uint64_t value, std::size_t octets) {
  while (octets-- > 0) out += static_cast<char>(value >> (8 * octets));
}

// A capture of raw IPv4 packets (link type 101), all of one TCP connection.
class Capture {
 public:
  Capture() {
    put(file_, 0xA1B2C3D4, 4);
    put(file_, 0x00020004, 4);
    put(file_, 0, 8);
    put(file_, 0x40000, 4);
    put(file_, 101, 4);
  }
  void add(OctetView payload) {
    std::string packet;
    const auto length = 40 + payload.size();
    put(packet, 0x4500, 2);
    put(packet, length, 2);
    put(packet, 0x0000'4000'4006'0000, 8);  // no fragments, TTL 64, TCP; checksums are not checked by default
    put(packet, 0x7F000001'7F000001, 8);
    put(packet, 40000, 2);
    put(packet, kSmppPort, 2);
    put(packet, sequence_, 4);
    put(packet, 1, 4);
    put(packet, 0x5018'FFFF'0000'0000, 8);  // PSH, ACK
    packet += text_of(payload);
    sequence_ += static_cast<std::uint32_t>(payload.size());
    put(file_, ++seconds_, 4);
    put(file_, 0, 4);
    put(file_, packet.size(), 4);
    put(file_, packet.size(), 4);
    file_ += packet;
  }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::uint32_t sequence_ = 1, seconds_ = 0;
};

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::string part;
  for (std::istringstream stream(line); std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// The texts of a PDU that tshark has a field of the same name for.
constexpr std::array kTexts{"system_id",   "password",         "system_type", "service_type",
                            "source_addr", "destination_addr", "message_id",  "esme_addr"};

std::map<std::string, std::string> texts_of(const Pdu& pdu) {
  std::map<std::string, std::string> texts;
  std::visit(
      [&](const auto& body) {
        for_each_field(body, [&](std::string_view name, const auto& value) {
          if constexpr (requires { value.view().substr(0); }) texts[std::string(name)] = value.view();
        });
      },
      pdu.body);
  return texts;
}

TEST(Tshark, DissectsEveryValidSampleWithoutComplaint) {
  std::vector<Pdu> pdus = samples::all_pdus(200, samples::Octet::plain);
  // And one with a real UDH in UCS-2.
  SubmitSm segment;
  segment.destination_addr = "48123456789";
  segment.esm_class = esm_class::kUdhi;
  segment.data_coding = 8;
  segment.short_message = Octets{5, 0, 3, 7, 2, 1, 0x04, 0x3F};
  pdus.push_back({CommandStatus::ok, 1, segment});
  Capture capture;
  for (auto& pdu : pdus) {
    // Debian 12's tshark calls any two octets of broadcast_rep_num malformed (5.0 §4.8.4.13 says two).
    std::visit([](auto& body) { body.tlvs.erase(tlv::broadcast_rep_num); }, pdu.body);
    Octets octets;
    ASSERT_TRUE(encode(pdu, octets).has_value()) << dump(pdu, Show::all);
    capture.add(octets);
  }
  const auto path =
      std::filesystem::temp_directory_path() / ("dunlin-smpp-" + std::to_string(std::random_device{}()) + ".pcap");
  std::ofstream(path, std::ios::binary) << capture.file();

  std::string command = "tshark -n -r '" + path.string() +
                        "' -o tcp.analyze_sequence_numbers:FALSE -T fields -E separator=/t -E occurrence=f -e "
                        "frame.number -e _ws.expert.message"
                        " -e _ws.malformed -e smpp.command_id -e smpp.command_length -e smpp.sequence_number";
  for (const auto* name : kTexts) command += std::string(" -e smpp.") + name;
  auto* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string out;
  std::array<char, 65536> piece{};
  while (const auto size = std::fread(piece.data(), 1, piece.size(), pipe)) out.append(piece.data(), size);
  ASSERT_EQ(pclose(pipe), 0) << "tshark failed (is it installed?)";
  std::filesystem::remove(path);

  const auto lines = split(out, '\n');
  ASSERT_EQ(lines.size(), pdus.size());
  for (std::size_t index = 0; index < pdus.size(); ++index) {
    const auto& pdu = pdus[index];
    auto fields = split(lines[index], '\t');
    fields.resize(6 + kTexts.size());
    ASSERT_EQ(fields[1], "") << dump(pdu, Show::all);
    ASSERT_EQ(fields[2], "") << dump(pdu, Show::all);
    char id[16];
    std::snprintf(id, sizeof id, "0x%08x", static_cast<unsigned>(command_id(pdu.body)));
    ASSERT_EQ(fields[3], id) << lines[index];
    ASSERT_EQ(fields[5], std::to_string(pdu.sequence_number));
    auto texts = texts_of(pdu);
    for (std::size_t text = 0; text < kTexts.size(); ++text) {
      if (!texts.contains(kTexts[text])) continue;
      const auto& expected = texts[kTexts[text]];
      if (expected.empty() && fields[6 + text] == "(Default)") continue;  // how it shows an empty service_type
      ASSERT_EQ(fields[6 + text], expected) << kTexts[text] << "\n" << dump(pdu, Show::all);
    }
  }
}

}  // namespace
}  // namespace dunlin::smpp
