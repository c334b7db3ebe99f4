// Captures as octets: blocks that agree with their own lengths, checksums that hold, streams without gaps. What tshark
// makes of a whole one is tests/system/recorder_test.py's.
#include "engine/pcapng.hpp"

#include <gtest/gtest.h>

#include "engine/capture.hpp"

namespace dunlin::engine {
namespace {

std::uint32_t little(std::string_view octets, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t octet = 4; octet-- > 0;) value = value << 8 | static_cast<std::uint8_t>(octets[at + octet]);
  return value;
}
std::uint32_t big(std::string_view octets, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t octet = 0; octet < 4; ++octet) value = value << 8 | static_cast<std::uint8_t>(octets[at + octet]);
  return value;
}

struct Block {
  std::uint32_t type;
  std::string_view body;
};

std::vector<Block> blocks_of(std::string_view file) {
  std::vector<Block> blocks;
  while (!file.empty()) {
    const std::uint32_t length = file.size() < 12 ? 0 : little(file, 4);
    if (length < 12 || length % 4 != 0 || length > file.size() || little(file, length - 4) != length) {
      ADD_FAILURE() << "a block of " << length << " octets of " << file.size();
      return blocks;
    }
    blocks.push_back({little(file, 0), file.substr(8, length - 12)});
    file.remove_prefix(length);
  }
  return blocks;
}

std::uint16_t folded(std::string_view octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(octets[i]);
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(octet << 8) : octet;
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

// A header or segment with its checksum in it sums to all ones (RFC 1071).
void expect_sums(std::string_view packet) {
  EXPECT_EQ(folded(packet.substr(0, 20)), 0xFFFF);
  const std::uint32_t pseudo = folded(packet.substr(12, 8)) + 6 + static_cast<std::uint32_t>(packet.size() - 20);
  EXPECT_EQ(folded(packet.substr(20), (pseudo & 0xFFFF) + (pseudo >> 16)), 0xFFFF);
}

TEST(Pcapng, PacketsHaveChecksumsThatHold) {
  for (std::size_t size : {1U, 2U, 17U, 1000U, 65495U}) {
    const Octets octets(size, 0xAB);
    const std::string packet = pcapng::tcp_packet({0xC0000201, 50000}, {0xC6336401, 2775}, 0xFFFFFFF0, 7, 3, octets);
    ASSERT_EQ(packet.size(), 40 + size);
    expect_sums(packet);
    EXPECT_EQ(big(packet, 24), 0xFFFFFFF0u);
    EXPECT_EQ(big(packet, 28), 7u);
  }
}

TEST(Capture, IsAFileOfWholeBlocksAndStreamsWithoutGaps) {
  Capture capture("alpha", 2775, smpp::Redact::personal);
  const Octets small(21, 1), large(64 << 10, 2);
  std::int64_t at = 1'700'000'000'000'000;
  EXPECT_TRUE(capture.add(1, true, ++at, small));
  EXPECT_TRUE(capture.add(1, false, ++at, large));  // more than a packet has room for
  EXPECT_TRUE(capture.add(2, true, ++at, small));
  EXPECT_TRUE(capture.add(1, true, ++at, small));
  std::string file = capture.take();
  EXPECT_FALSE(capture.has_more());
  capture.append_statistics(++at);
  file += capture.take();

  const auto blocks = blocks_of(file);
  ASSERT_EQ(blocks.size(), 2u + 5u + 1u);
  EXPECT_EQ(blocks[0].type, 0x0A0D0D0Au);
  EXPECT_EQ(little(blocks[0].body, 0), 0x1A2B3C4Du);
  EXPECT_EQ(blocks[1].type, 1u);
  EXPECT_EQ(little(blocks[1].body, 0) & 0xFFFF, 101u);
  struct Want {
    std::uint32_t sequence, acknowledged;
    std::uint16_t from, to;
    std::size_t octets;
  };
  const Want wanted[] = {{1, 1, 49153, 2775, 21},
                         {1, 22, 2775, 49153, 65495},
                         {65496, 22, 2775, 49153, 41},
                         {1, 1, 49154, 2775, 21},
                         {22, 65537, 49153, 2775, 21}};
  for (std::size_t i = 0; i < 5; ++i) {
    const Block& block = blocks[i + 2];
    EXPECT_EQ(block.type, 6u);
    const std::uint32_t length = little(block.body, 12);
    EXPECT_EQ(little(block.body, 16), length);
    const std::string_view packet = block.body.substr(20, length);
    expect_sums(packet);
    EXPECT_EQ(packet.size(), 40 + wanted[i].octets);
    EXPECT_EQ(big(packet, 20) >> 16, wanted[i].from);
    EXPECT_EQ(big(packet, 20) & 0xFFFF, wanted[i].to);
    EXPECT_EQ(big(packet, 24), wanted[i].sequence) << i;
    EXPECT_EQ(big(packet, 28), wanted[i].acknowledged) << i;
  }
  EXPECT_EQ(blocks.back().type, 5u);
}

TEST(Capture, SaysWhatItDroppedAndLeavesAGapForIt) {
  Capture capture("alpha", 2775, smpp::Redact::personal);
  const Octets large(60000, 2), small(16, 1);
  std::uint64_t taken = 0;
  while (capture.add(1, true, 1, large)) ++taken;
  EXPECT_FALSE(capture.add(1, true, 1, large));
  EXPECT_EQ(capture.dropped(), 2u);
  EXPECT_EQ(blocks_of(capture.take()).size(), taken + 2);
  EXPECT_TRUE(capture.add(1, true, 2, small));
  EXPECT_TRUE(capture.add(1, true, 3, small));
  capture.append_statistics(4);
  const std::string file = capture.take();
  const auto blocks = blocks_of(file);
  ASSERT_EQ(blocks.size(), 3u);
  const std::string_view first = blocks[0].body;
  EXPECT_EQ(big(first.substr(20), 24), 1 + (taken + 2) * 60000);
  // Its option epb_dropcount: code 4, 8 octets.
  const std::size_t option = 20 + 56;
  ASSERT_EQ(first.size(), option + 12 + 4);
  EXPECT_EQ(little(first, option), 4u | 8u << 16);
  EXPECT_EQ(little(first, option + 4), 2u);
  EXPECT_EQ(blocks[1].body.size(), 20u + 56u);         // the next one says nothing of them
  EXPECT_EQ(little(blocks[2].body, 12 + 12 + 4), 2u);  // isb_ifdrop
}

}  // namespace
}  // namespace dunlin::engine
