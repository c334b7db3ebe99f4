// The jobs of a run: lines rendered once and patched, so that rendering costs nothing beside what is measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::bench {

struct JobsOptions {
  std::string prefix;               // of every id: `prefix` + "-" + eight digits
  std::string to_prefix = "+4860";  // filled up with digits of the job's number to eleven digits
  double account_share = 0;         // share of jobs that name an account
};

class Jobs {
 public:
  static constexpr std::size_t kDigits = 8;
  explicit Jobs(const JobsOptions& options);

  void append_line(std::string& out, std::size_t index) const;  // with its '\n'
  std::string id(std::size_t index) const;
  // The number of the job whose id this is; nothing for ids of another run.
  std::optional<std::size_t> index_of(std::string_view id) const;
  // The same for the job whose text this is: each text says its id.
  std::optional<std::size_t> index_in_text(std::string_view text) const;

 private:
  std::string prefix_;
  std::string head_, to_, text_, account_, tail_;
  std::size_t to_digits_ = 0;
  double account_share_;
};

}  // namespace dunlin::bench
