#include "engine/link_queries.hpp"

#include <utility>

namespace dunlin::engine {

namespace {

QueryAnswered no_answer(const std::string& smsc, const Query& query, std::string_view why) {
  return {smsc, query.n, query.segment, std::nullopt, std::string(why), {}, 0};
}

}  // namespace

std::vector<QueryAnswered> Queries::add(const std::string& smsc, Query query) {
  if (!supported_) return {no_answer(smsc, query, "unsupported")};
  if (waiting_.size() >= kWaitingMax) return {no_answer(smsc, query, "too_many")};
  waiting_.push_back(std::move(query));
  return {};
}

Queries::Asking Queries::take(Steady now) {
  Query next = std::move(waiting_.front());
  waiting_.pop_front();
  next_at_ = now + kSpacing;
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
  first_refusal = unknown_command && std::exchange(supported_, !unknown_command);
  return answer;
}

QueryAnswered Queries::unanswered(const std::string& smsc, session::Tag tag) { return settle(smsc, tag); }

std::vector<QueryAnswered> Queries::give_up(const std::string& smsc, std::string_view why) {
  std::vector<QueryAnswered> all;
  for (const Query& query : waiting_) all.push_back(no_answer(smsc, query, why));
  waiting_.clear();
  return all;
}

}  // namespace dunlin::engine
