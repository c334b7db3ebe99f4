// RocksDB's logs read octet by octet, damage and all: the write-ahead logs (NNNNNN.log) and the list of tables
// (MANIFEST-NNNNNN), which share one form. RocksDB's own reader takes a damage near a log's end for its end and skips
// zeros in silence; this one says what is there.
//
//   log     := block*                          blocks of 32 KiB, the last may be shorter
//   block   := piece* trailer                  trailer: fewer than 7 octets, zeros
//   piece   := crc32c:4 length:2 type:1 octets little endian; the checksum is masked and covers type and octets
//   record  := full | first middle* last       by the pieces' types: 1 full, 2 first, 3 middle, 4 last
//
// A record of a write-ahead log is a write batch: number:8 of its first write, count:4, and the writes.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::store::kv {

std::uint32_t crc32c(std::string_view octets, std::uint32_t begin = 0);

class LogReader {
 public:
  // Of `path`, read once from its beginning; 32 KiB and one record are held. Errors: "store_corrupt" where there is no
  // such file, "store_io".
  [[nodiscard]] static Result<LogReader> open(rocksdb::FileSystem& files, const std::string& path);

  enum class Found : std::uint8_t { record, damage, end };
  // Goes on after damage at the next piece that is whole. Errors: "store_io".
  [[nodiscard]] Result<Found> next();

  // After Found::record.
  std::string_view record() const { return record_; }
  // Where the record or the damage begins; what a damaged record had whole belongs to the damage.
  std::uint64_t at() const { return at_; }

  // After Found::damage: in a few words, and whether a power cut alone explains it, provided that all from here on was
  // not synced: the file then ends in the middle of a record, or has whole sectors of zeros.
  std::string_view what() const { return what_; }
  bool may_be_torn() const { return zeros_ || cut_short_; }

 private:
  LogReader(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  struct Piece {
    std::uint8_t type;
    std::size_t size;  // with its head
    std::string_view octets;
  };
  Result<bool> read_block();
  std::optional<Piece> piece_at(std::size_t position) const;
  bool take(const Piece& piece);
  void begin_damage(std::string_view what, bool cut_short);
  bool skip_damage();
  void look_for_zeros(std::size_t from, std::size_t to);
  std::uint64_t here() const { return block_at_ + position_; }

  std::unique_ptr<rocksdb::FSSequentialFile> file_;
  std::string path_;
  std::string block_;
  std::uint64_t block_at_ = 0;
  std::size_t position_ = 0;
  bool last_block_ = false;
  std::string record_;
  bool in_record_ = false;
  bool damaged_ = false;  // in the middle of it
  std::uint64_t at_ = 0;
  std::string what_;
  bool zeros_ = false;
  bool cut_short_ = false;
};

// The head of a write-ahead log's record.
struct BatchHead {
  std::uint64_t first = 0;  // number of its first write
  std::uint32_t count = 0;  // 0: RocksDB's own note, nothing is written
};
std::optional<BatchHead> batch_head(std::string_view record);

}  // namespace dunlin::store::kv
