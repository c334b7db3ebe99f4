#include "store/rocks_mark.hpp"

#include <cstdio>
#include <utility>

#include "store/rocks_files.hpp"
#include "store/rocks_log.hpp"

namespace dunlin::store::kv {
namespace {

std::string text_of(const Mark& mark) {
  char head[80];
  std::snprintf(head, sizeof head, "acknowledged %020llu in log %020llu", static_cast<unsigned long long>(mark.write),
                static_cast<unsigned long long>(mark.log));
  char tail[24];
  std::snprintf(tail, sizeof tail, " crc32c %08x\n", crc32c(head));
  return std::string(head) + tail;
}

}  // namespace

Result<MarkFound> read_mark(rocksdb::FileSystem& files, const std::filesystem::path& directory) {
  const Result<std::optional<std::string>> text = read_file(files, directory / kMarkFile);
  if (!text) return tl::unexpected<Error>(text.error());
  if (!*text) return MarkFound{};
  unsigned long long write = 0;
  unsigned long long log = 0;
  MarkFound found{true, std::nullopt};
  if (std::sscanf((*text)->c_str(), "acknowledged %20llu in log %20llu", &write, &log) != 2) return found;
  const Mark mark{write, log};
  if (text_of(mark) == **text) found.mark = mark;
  return found;
}

Result<MarkWriter> MarkWriter::open(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                                    const MarkFound& found) {
  const std::filesystem::path path = directory / kMarkFile;
  if (!found.there) {
    if (Result<void> laid = write_file(files, path, text_of(Mark{})); !laid) return tl::unexpected<Error>(laid.error());
    if (Result<void> synced = sync_directory(files, directory); !synced) return tl::unexpected<Error>(synced.error());
  }
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const rocksdb::IOStatus status = files.NewRandomRWFile(path.string(), rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  return MarkWriter(std::move(file));
}

void MarkWriter::note(const Mark& mark) {
  file_->Write(0, text_of(mark), rocksdb::IOOptions(), nullptr).PermitUncheckedError();
}

}  // namespace dunlin::store::kv
