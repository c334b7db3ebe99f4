// A checker holds a gateway to one promise, by what is seen of it from outside.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts.hpp"

namespace dunlin::simulation {

// What the gateway was told to do, as far as a promise depends on it.
struct Terms {
  struct Smsc {
    std::uint32_t window = 100;
    std::uint32_t throughput = 0;
    std::uint32_t sessions = 1;  // connections that submit
  };
  std::map<std::string, Smsc> smscs;
  std::vector<engine::RouteSettings> routes;
  store::InDoubtPolicy in_doubt = store::InDoubtPolicy::resend;
  std::chrono::milliseconds receipt_timeout{std::chrono::hours{72}};  // the longest of any SMSC
  std::chrono::milliseconds parts_wait{std::chrono::minutes{10}};
  std::vector<dunning::Cap> cap_number, cap_account;
  std::chrono::milliseconds ledger_max_age{0};  // 0: however old
  std::uint32_t people = 0;                     // whose hours are looked at; 0: nobody's
  std::size_t homes = 0;                        // places they live at; 0: all
  // So long at least whoever says so is sent nothing.
  std::chrono::milliseconds paid_hold{std::chrono::hours{24 * 5}}, promise_hold{std::chrono::hours{24}};
};

struct Finding {
  std::string checker;
  std::string what;  // a sentence
  JobNumber job = kNoJob;
};

class Checker {
 public:
  explicit Checker(std::string_view name) : name_(name) {}
  virtual ~Checker() = default;
  virtual void see(const Fact& fact, const Now& now) = 0;
  std::string_view name() const { return name_; }
  const std::optional<Finding>& finding() const { return finding_; }

 protected:
  void broken(std::string what, JobNumber job = kNoJob) {
    if (!finding_) finding_ = Finding{std::string(name_), std::move(what), job};
  }

 private:
  std::string_view name_;
  std::optional<Finding> finding_;
};

using Checkers = std::vector<std::unique_ptr<Checker>>;
// All of them, one a promise.
Checkers all_checkers(const Terms& terms);

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace dunlin::simulation
