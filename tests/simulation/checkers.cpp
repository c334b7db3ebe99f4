// The list of all checkers: one a promise.
#include "checkers/acknowledged.hpp"
#include "checkers/answers.hpp"
#include "checkers/consent.hpp"
#include "checkers/deferral.hpp"
#include "checkers/events.hpp"
#include "checkers/holds.hpp"
#include "checkers/hours.hpp"
#include "checkers/imports.hpp"
#include "checkers/limits.hpp"
#include "checkers/memory.hpp"
#include "checkers/metrics.hpp"
#include "checkers/moments.hpp"
#include "checkers/money.hpp"
#include "checkers/once.hpp"
#include "checkers/one_end.hpp"
#include "checkers/order.hpp"
#include "checkers/plans.hpp"
#include "checkers/rate.hpp"
#include "checkers/receipts.hpp"
#include "checkers/replies.hpp"
#include "checkers/silence.hpp"
#include "checkers/stages.hpp"
#include "checkers/stranded.hpp"
#include "checkers/urgency.hpp"
#include "checkers/window.hpp"

namespace dunlin::simulation {

Checkers all_checkers(const Terms& terms) {
  Checkers all;
  all.push_back(std::make_unique<Acknowledged>());
  all.push_back(std::make_unique<Once>(terms));
  all.push_back(std::make_unique<Silence>());
  all.push_back(std::make_unique<Window>(terms));
  all.push_back(std::make_unique<Rate>(terms));
  all.push_back(std::make_unique<Order>());
  all.push_back(std::make_unique<Urgency>(terms));
  all.push_back(std::make_unique<Events>());
  all.push_back(std::make_unique<Metrics>());
  all.push_back(std::make_unique<Memory>(terms));
  all.push_back(std::make_unique<Receipts>());
  all.push_back(std::make_unique<Replies>(terms));
  all.push_back(std::make_unique<OneEnd>(terms));
  all.push_back(std::make_unique<Stranded>());
  all.push_back(std::make_unique<Money>(terms));
  all.push_back(std::make_unique<Holds>());
  all.push_back(std::make_unique<Limits>(terms));
  all.push_back(std::make_unique<Stages>());
  all.push_back(std::make_unique<Consent>());
  all.push_back(std::make_unique<Moments>());
  all.push_back(std::make_unique<Hours>(terms));
  all.push_back(std::make_unique<Deferral>(terms));
  all.push_back(std::make_unique<Imports>());
  all.push_back(std::make_unique<Plans>(terms));
  all.push_back(std::make_unique<Answers>());
  return all;
}

}  // namespace dunlin::simulation
