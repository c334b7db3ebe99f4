// A gateway whose jobs stay open, for tests of what upstream says of their money: payments, changes, consents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/newest.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {

using Names = std::vector<std::string>;

inline store::Job owing(const std::string& id, const std::string& account = "4711",
                        const std::string& amount = "120.50", const std::string& invoice = {}) {
  store::Job job = World::job(id);
  job.account = account;
  job.invoice = invoice;
  job.amount = amount;
  job.currency = "EUR";
  return job;
}
// Open jobs stay open: nobody is there to take them.
struct Waiting : World {
  Waiting() {
    reachable["alpha"] = false;
    settings.smscs[0].reconnect_max = 30s;
    settings.dunning.expires_default = std::chrono::hours{24 * 20};
    start();
  }
  void go() {
    reachable["alpha"] = true;
    run(1min);
  }
  std::optional<Result<PaymentResult>> pay(RecordPayment payment) {
    return ask<RecordPayment, PaymentResult>(std::move(payment));
  }
  std::string refused(RecordPayment payment) {
    auto answer = pay(std::move(payment));
    return !answer ? "no answer" : *answer ? "" : answer->error().code + " " + answer->error().where;
  }
  std::string change(ChangeJob request) {
    auto answer = ask<ChangeJob, JobChanged>(std::move(request));
    return !answer   ? "no answer"
           : *answer ? std::string(store::name_of((*answer)->state))
                     : answer->error().code + " " + answer->error().where;
  }
  std::string change(ChangeAccount request) {
    auto answer = ask<ChangeAccount, AccountChanged>(std::move(request));
    return !answer   ? "no answer"
           : *answer ? std::to_string((*answer)->jobs)
                     : answer->error().code + " " + answer->error().where;
  }
  store::Job effective(const std::string& id) {
    const store::JobView at = view(id);
    auto account = store::read_account(kv, at.job.account);
    auto invoice = store::read_account(kv, at.job.account, at.job.invoice);
    return newest(at.n, at.job, at.state, *account ? **account : store::Account{},
                  *invoice ? **invoice : store::Account{})
        .job.value_or(at.job);
  }
};

inline RecordPayment part(const std::string& amount, const std::string& id, const std::string& invoice = {},
                          const std::string& currency = "EUR") {
  return {.account = "4711", .invoice = invoice, .id = id, .amount = amount, .currency = currency};
}

inline std::string answer_of(const Result<Accepted>& answer) {
  return answer ? "accepted" : answer.error().code + " " + answer.error().where;
}

}  // namespace dunlin::engine::testing
