#include "store/rocks_files.hpp"

#include <memory>
#include <utility>

namespace dunlin::store::kv {

Error error_of(const rocksdb::Status& status, const std::filesystem::path& path) {
  std::string code = "store_io";
  if (status.IsCorruption()) code = "store_corrupt";
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit) code = "store_full";
  return {std::move(code), status.ToString(), path.string()};
}

Result<std::optional<std::string>> read_file(rocksdb::FileSystem& files, const std::filesystem::path& path) {
  std::string text;
  const rocksdb::IOStatus status = rocksdb::ReadFileToString(&files, path.string(), &text);
  if (status.IsPathNotFound() || status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  return std::optional(std::move(text));
}

Result<void> write_file(rocksdb::FileSystem& files, const std::filesystem::path& path, std::string_view text) {
  const rocksdb::IOOptions options;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = files.NewWritableFile(path.string(), rocksdb::FileOptions(), &file, nullptr);
  if (status.ok()) status = file->Append(rocksdb::Slice(text.data(), text.size()), options, nullptr);
  if (status.ok()) status = file->Fsync(options, nullptr);
  if (status.ok()) status = file->Close(options, nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  return {};
}

Result<void> sync_directory(rocksdb::FileSystem& files, const std::filesystem::path& path) {
  const rocksdb::IOOptions options;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  rocksdb::IOStatus status = files.NewDirectory(path.string(), options, &directory, nullptr);
  if (status.ok()) status = directory->Fsync(options, nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  return {};
}

Result<std::vector<std::string>> names_in(rocksdb::FileSystem& files, const std::filesystem::path& path) {
  std::vector<std::string> names;
  const rocksdb::IOStatus status = files.GetChildren(path.string(), rocksdb::IOOptions(), &names, nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  return names;
}

}  // namespace dunlin::store::kv
