#include "engine/link_queries.hpp"

#include <algorithm>
#include <utility>

namespace dunlin::engine {

namespace {

QueryAnswered no_answer(const std::string& smsc, const Query& query, std::string_view why) {
  return {smsc, query.n, query.segment, std::nullopt, std::string(why), {}, 0};
}

}  // namespace

std::vector<QueryAnswered> Queries::add(const std::string& smsc, Query query) {
  if (!given_up_.empty()) return {no_answer(smsc, query, given_up_)};
  if (waiting_.size() >= kWaitingMax) return {no_answer(smsc, query, "too_many")};
  waiting_.push_back({std::move(query), std::nullopt});
  return {};
}

std::uint32_t Queries::unanswered_max(std::uint32_t window) {
  return window < 2 ? 0 : std::clamp(window / 4, 1U, kUnansweredMax);
}

std::vector<QueryAnswered> Queries::expire(const std::string& smsc, Steady now) {
  for (auto each = waiting_.rbegin(); each != waiting_.rend() && !each->since; ++each) each->since = now;
  std::vector<QueryAnswered> old;
  for (; !waiting_.empty() && now >= expires(); waiting_.pop_front()) {
    old.push_back(no_answer(smsc, waiting_.front().query, "too_late"));
  }
  return old;
}

Steady Queries::expires() const {
  return waiting_.empty() || !waiting_.front().since ? kNever : *waiting_.front().since + kAgeMax;
}

Queries::Asking Queries::take(Steady now) {
  Query next = std::move(waiting_.front().query);
  waiting_.pop_front();
  next_at_ = now + kSpacing;
  submits_ = 0;
  Asking asking;
  asking.query.message_id = next.message_id;
  asking.query.source_addr_ton = next.source_ton;
  asking.query.source_addr_npi = next.source_npi;
  asking.query.source_addr = next.source;
  asking.tag.id = kMark | ++sent_;
  unanswered_.emplace(asking.tag.id, std::move(next));
  return asking;
}

QueryAnswered Queries::settle(const std::string& smsc, session::Tag tag) {
  const auto found = unanswered_.find(tag.id);
  QueryAnswered answer = no_answer(smsc, found->second, "unanswered");
  unanswered_.erase(found);
  return answer;
}

QueryAnswered Queries::answered(const std::string& smsc, session::Tag tag, const smpp::Pdu& response,
                                bool& first_refusal) {
  QueryAnswered answer = settle(smsc, tag);
  ignored_ = 0;
  const auto* body = std::get_if<smpp::QuerySmResp>(&response.body);
  if (response.command_status == smpp::CommandStatus::ok && body != nullptr) {
    answer.message_state = body->message_state;
    answer.reason.clear();
    answer.final_date = body->final_date.str();
    answer.error_code = body->error_code;
    return answer;
  }
  answer.reason = response.command_status == smpp::CommandStatus::ok
                      ? std::string("unreadable")
                      : std::string(smpp::status_name(response.command_status));
  const bool unknown_command = response.command_status == smpp::CommandStatus::invalid_command_id ||
                               std::holds_alternative<smpp::GenericNack>(response.body);
  first_refusal = unknown_command && given_up_.empty();
  if (first_refusal) given_up_ = "unsupported";
  return answer;
}

QueryAnswered Queries::unanswered(const std::string& smsc, session::Tag tag) { return settle(smsc, tag); }

QueryAnswered Queries::ignored(const std::string& smsc, session::Tag tag, bool& last) {
  last = ++ignored_ >= kIgnoredMax && given_up_.empty();
  if (last) given_up_ = "not_asked";
  return settle(smsc, tag);
}

void Queries::bound() {
  given_up_ = {};
  ignored_ = 0;
}

std::vector<QueryAnswered> Queries::give_up(const std::string& smsc, std::string_view why) {
  std::vector<QueryAnswered> all;
  for (const Waiting& each : waiting_) all.push_back(no_answer(smsc, each.query, why));
  waiting_.clear();
  return all;
}

}  // namespace dunlin::engine
