#include "jobs.hpp"

#include <algorithm>
#include <charconv>

namespace dunlin::bench {
namespace {

constexpr std::size_t kNumberDigits = 11;  // of a Polish number with its country code
constexpr std::size_t kAccounts = 1000;    // jobs share accounts, as customers have several invoices

void append_padded(std::string& out, std::size_t number, std::size_t width) {
  const std::size_t at = out.size();
  out.append(width, '0');
  for (std::size_t i = width; i-- > 0; number /= 10) out[at + i] = static_cast<char>('0' + number % 10);
}

}  // namespace

Jobs::Jobs(const JobsOptions& options)
    : prefix_(options.prefix + "-"),
      head_(R"({"id":")" + prefix_),
      to_(R"(","to":")" + options.to_prefix),
      text_(R"(","text":"Reminder )" + prefix_),
      account_(R"(","account":"A)"),
      tail_(": your invoice of 120.50 EUR is due on 1 December. Thank you for paying in time."),
      to_digits_(kNumberDigits + 1 - std::min(options.to_prefix.size(), kNumberDigits)),
      account_share_(options.account_share) {}

void Jobs::append_line(std::string& out, std::size_t index) const {
  append_padded(out += head_, index, kDigits);
  append_padded(out += to_, index, to_digits_);
  append_padded(out += text_, index, kDigits);
  out += tail_;
  const double spread = static_cast<double>(index % 100) / 100;
  if (spread < account_share_) append_padded(out += account_, index % kAccounts, 4);
  out += "\"}\n";
}

std::string Jobs::id(std::size_t index) const {
  std::string id = prefix_;
  append_padded(id, index, kDigits);
  return id;
}

std::optional<std::size_t> Jobs::index_of(std::string_view id) const {
  if (id.size() < prefix_.size() + kDigits || !id.starts_with(prefix_)) return std::nullopt;
  std::size_t index = 0;
  const char* first = id.data() + prefix_.size();
  const auto [end, error] = std::from_chars(first, first + kDigits, index);
  if (error != std::errc{} || end != first + kDigits) return std::nullopt;
  return index;
}

std::optional<std::size_t> Jobs::index_in_text(std::string_view text) const {
  const auto at = text.find(prefix_);
  return at == text.npos ? std::nullopt : index_of(text.substr(at));
}

}  // namespace dunlin::bench
