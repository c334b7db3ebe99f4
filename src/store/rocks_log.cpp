#include "store/rocks_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dunlin::store::kv {
namespace {

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHead = 7;
constexpr std::size_t kSector = 512;  // what a disk writes whole or not at all
enum Type : std::uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ 0x82F63B78U : value >> 1;
    table[i] = value;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = crc_table();

std::uint64_t little_endian(std::string_view octets) {
  std::uint64_t value = 0;
  for (std::size_t i = octets.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(octets[i]);
  return value;
}

std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U; }

}  // namespace

std::uint32_t crc32c(std::string_view octets, std::uint32_t begin) {
  std::uint32_t crc = ~begin;
  for (const char octet : octets) crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(octet)) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

std::optional<BatchHead> batch_head(std::string_view record) {
  constexpr std::size_t kBatchHead = 12;
  if (record.size() < kBatchHead) return std::nullopt;
  return BatchHead{little_endian(record.substr(0, 8)), static_cast<std::uint32_t>(little_endian(record.substr(8, 4)))};
}

Result<LogReader> LogReader::open(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  const rocksdb::IOStatus status = files.NewSequentialFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (status.IsPathNotFound() || status.IsNotFound()) return failure("store_corrupt", "is missing", path);
  if (!status.ok()) return failure("store_io", status.ToString(), path);
  return LogReader(std::move(file), path);
}

// False: there is none.
Result<bool> LogReader::read_block() {
  if (last_block_) return false;
  block_at_ += block_.size();
  position_ = 0;
  block_.resize(kBlock);
  std::size_t filled = 0;
  while (filled < kBlock) {
    rocksdb::Slice read;
    const rocksdb::IOStatus status =
        file_->Read(kBlock - filled, rocksdb::IOOptions(), &read, block_.data() + filled, nullptr);
    if (!status.ok()) return failure("store_io", status.ToString(), path_);
    if (read.empty()) break;
    if (read.data() != block_.data() + filled) std::copy_n(read.data(), read.size(), block_.data() + filled);
    filled += read.size();
  }
  block_.resize(filled);
  last_block_ = filled < kBlock;
  return filled > 0;
}

// The piece that begins there, whole and as it was written.
std::optional<LogReader::Piece> LogReader::piece_at(std::size_t position) const {
  if (block_.size() - position < kHead) return std::nullopt;
  const std::string_view head = std::string_view(block_).substr(position, kHead);
  const auto type = static_cast<std::uint8_t>(head[6]);
  const auto length = static_cast<std::size_t>(little_endian(head.substr(4, 2)));
  if (type < kFull || type > kLast || length > block_.size() - position - kHead) return std::nullopt;
  const std::string_view covered = std::string_view(block_).substr(position + kHead - 1, length + 1);
  if (masked(crc32c(covered)) != little_endian(head.substr(0, 4))) return std::nullopt;
  return Piece{type, kHead + length, covered.substr(1)};
}

// True: the record is whole.
bool LogReader::take(const Piece& piece) {
  if (piece.type == kFull || piece.type == kFirst) {
    at_ = here();
    record_.assign(piece.octets);
  } else {
    record_.append(piece.octets);
  }
  in_record_ = piece.type == kFirst || piece.type == kMiddle;
  position_ += piece.size;
  return !in_record_;
}

void LogReader::begin_damage(std::string_view what, bool cut_short) {
  if (!in_record_) at_ = here();
  in_record_ = false;
  damaged_ = true;
  zeros_ = false;
  cut_short_ = cut_short;
  what_ = what;
}

// Whether [from, to) of the block has a sector of zeros, or what lies of one in it.
void LogReader::look_for_zeros(std::size_t from, std::size_t to) {
  while (from < to && !zeros_) {
    const std::size_t end = std::min(to, from / kSector * kSector + kSector);
    const auto part = std::string_view(block_).substr(from, end - from);
    zeros_ = std::all_of(part.begin(), part.end(), [](char octet) { return octet == '\0'; });
    from = end;
  }
}

// To the next piece that begins a record, within this block. True: it is there.
bool LogReader::skip_damage() {
  const std::size_t from = position_;
  for (; position_ < block_.size(); ++position_) {
    const std::optional<Piece> piece = piece_at(position_);
    if (!piece) continue;
    if (piece->type == kFull || piece->type == kFirst) break;
    position_ += piece->size - 1;  // of a record whose beginning is gone
  }
  look_for_zeros(from, position_);
  return position_ < block_.size();
}

Result<LogReader::Found> LogReader::next() {
  for (;;) {
    if (damaged_) {
      if (skip_damage()) {
        damaged_ = false;
        cut_short_ = false;  // its length was wrong
        return Found::damage;
      }
    } else if (block_.size() - position_ >= kHead) {
      const std::optional<Piece> piece = piece_at(position_);
      const bool goes_on = piece && (piece->type == kMiddle || piece->type == kLast);
      if (piece && goes_on == in_record_) {
        if (take(*piece)) return Found::record;
        continue;
      }
      const std::string_view head = std::string_view(block_).substr(position_, kHead);
      const bool past_end = last_block_ && little_endian(head.substr(4, 2)) > block_.size() - position_ - kHead;
      const bool nothing = std::all_of(head.begin(), head.end(), [](char octet) { return octet == '\0'; });
      begin_damage(piece      ? "a record without its other half"
                   : nothing  ? "zeros"
                   : past_end ? "ends within a record"
                              : "a checksum does not match",
                   past_end && !piece && !nothing);
      continue;
    } else if (last_block_ && position_ < block_.size()) {
      begin_damage("ends within a record", true);
      continue;
    }
    const Result<bool> more = read_block();
    if (!more) return tl::unexpected<Error>(more.error());
    if (*more) continue;
    position_ = block_.size();
    if (std::exchange(damaged_, false)) return Found::damage;
    if (!in_record_) return Found::end;
    begin_damage("ends within a record", true);
    damaged_ = false;
    return Found::damage;
  }
}

}  // namespace dunlin::store::kv
