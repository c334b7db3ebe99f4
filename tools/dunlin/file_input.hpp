// What submit and campaign import share: a file that is sent in pieces as it is read, and a line that shows how far.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "client.hpp"

namespace dunlin::tool {

// The file, or standard input for "-", read in pieces: never held whole.
class FileInput {
 public:
  // Throws std::runtime_error. `keep_alive`: a blank line is sent where standard input is silent for long.
  FileInput(const std::string& path, bool keep_alive);
  ~FileInput();
  FileInput(const FileInput&) = delete;
  FileInput& operator=(const FileInput&) = delete;

  std::uint64_t size() const { return size_; }  // 0: not known
  std::uint64_t given() const { return given_; }
  bool failed() const { return failed_; }  // what was given is not all of it
  bool rewind();                           // false: this one can be read only once

  // Client::More, for as long as the client's answer is not there. Where the file can't be read to its end, the body is
  // broken off: the daemon must not take it for whole.
  bool more(std::string& octets, Client& client);

 private:
  bool read(std::string& octets);

  int file_;
  bool keep_alive_;
  std::uint64_t size_ = 0;
  std::atomic<std::uint64_t> given_ = 0;
  bool at_line_start_ = true;
  std::atomic<bool> failed_ = false;
};

struct Counts {
  std::uint64_t accepted = 0, duplicate = 0, refused = 0;
  std::uint64_t all() const { return accepted + duplicate + refused; }
};

// One line on standard error, redrawn at most ten times a second; nothing where that is no terminal.
class Progress {
 public:
  Progress(const FileInput& input, const char* what);
  void draw(const Counts& counts);
  void clear();

 private:
  const FileInput& input_;
  const char* what_;
  bool on_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), drawn_{};
};

// "[#####     ]  50%", of 30 columns.
std::string bar(double part);

}  // namespace dunlin::tool
