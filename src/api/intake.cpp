#include "api/intake.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/read.hpp>
#include <limits>

#include "api/job_json.hpp"
#include "api/json_write.hpp"
#include "api/problem.hpp"

namespace dunlin::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::string_view kBlank = " \t\r";

}  // namespace

Intake::Intake(Call& call, bool only_refused)
    : connection_(call.connection.shared_from_this()), backend_(call.backend), only_refused_(only_refused) {}

Intake::~Intake() {
  for (const Line& line : lines_) connection_->context.undurable_octets -= line.octets;
  connection_->unanswered = 0;
}

Task<> Intake::serve(Call& call) {
  const auto self = shared_from_this();
  Call::Head* head = co_await call.body_in_pieces();
  const bool begun = co_await call.begin_stream("application/x-ndjson");
  deaf_ = !begun;
  const auto executor = co_await asio::this_coro::executor;
  // Not in one expression with the co_await: g++ 12 then destroys the closure, and so its share of `self`, twice.
  auto write = [self, &call] { return self->write(call); };
  asio::co_spawn(executor, std::move(write), asio::detached);
  BodyParser parser(std::move(*head));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  connection_->buffer.reserve(kBodyReadMax);
  co_await read_body(call, parser);
  read_all_ = true;
  connection_->output.notify();
  while (!wrote_all_) co_await connection_->input.wait();
  connection_->buffer.shrink_to_fit();
}

Task<> Intake::read_body(Call& call, BodyParser& parser) {
  text_.reserve(kBodyReadMax + JsonReader::kPadding);
  boost::system::error_code error;
  while (!parser.is_done()) {
    const bool may = co_await room();
    if (!may) co_return;
    const std::size_t kept = text_.size();
    text_.resize(kept + kBodyReadMax);
    parser.get().body().data = text_.data() + kept;
    parser.get().body().size = kBodyReadMax;
    {
      const Connection::PeerWait wait(*connection_, Connection::reading);
      co_await http::async_read_some(connection_->socket, connection_->buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    }
    text_.resize(text_.size() - parser.get().body().size);
    if (error == http::error::need_buffer) error = {};
    const bool open = co_await take_lines();
    if (!open) co_return;
    if (error) break;
  }
  if (error) call.end_connection();
  co_await take_rest(!error);
}

Task<bool> Intake::take_lines() {
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text_.find('\n', begin);
    if (end == text_.npos) break;
    if (!has_room()) {
      const bool may = co_await room();
      if (!may) co_return false;
    }
    if (std::exchange(skipping_, false)) {
      begin = end + 1;
      continue;
    }
    ++number_;
    connection_->progressed();
    text_.reserve(text_.size() + JsonReader::kPadding);  // what follows the last line is read over, too
    const std::string_view line = std::string_view(text_).substr(begin, end - begin);
    begin = end + 1;
    if (line.size() > kLineMax) {
      refuse({}, {"too_long", "a line has at most 64 KiB", ""});
    } else {
      submit(line);
    }
  }
  text_.erase(0, begin);
  if (skipping_) {
    text_.clear();
  } else if (text_.size() > kLineMax) {
    ++number_;
    skipping_ = true;
    text_.clear();
    refuse({}, {"too_long", "a line has at most 64 KiB", ""});
  }
  co_return true;
}

Task<bool> Intake::take_rest(bool whole) {
  const bool blank = text_.find_first_not_of(kBlank) == text_.npos;
  if (skipping_ || blank) co_return true;
  const bool may = co_await room();
  if (!may) co_return false;
  ++number_;
  if (whole) {
    text_.reserve(text_.size() + JsonReader::kPadding);
    submit(text_);
  } else {
    refuse({}, {"cut_off", "the body ended inside this line", ""});
  }
  co_return true;
}

// One line it may always hand in, so that nobody waits for what others hold.
bool Intake::has_room() const {
  if (lines_.size() >= kUndurableMax || out_.size() >= kUnsentMax) return false;
  return lines_.empty() || connection_->context.undurable_octets < kUndurableOctetsMax;
}

Task<bool> Intake::room() {
  while (!has_room() && !connection_->closed()) co_await connection_->input.wait();
  co_return !connection_->closed();
}

void Intake::submit(std::string_view padded) {
  if (padded.find_first_not_of(kBlank) == padded.npos) return;
  store::Job job;
  if (auto read = read_job(json_, padded, job); !read) return refuse(std::move(job.id), std::move(read.error()));
  const std::uint64_t index = first_ + lines_.size();
  lines_.push_back({job.id, number_, Outcome::pending, {}, padded.size()});
  connection_->context.undurable_octets += padded.size();
  connection_->unanswered = lines_.size();
  backend_.request(
      engine::SubmitJob{std::move(job), [self = shared_from_this(), index](Result<engine::Accepted> answer) {
                          if (!answer) return self->settle(index, Outcome::rejected, std::move(answer.error()));
                          self->settle(index, answer->duplicate ? Outcome::duplicate : Outcome::accepted, {});
                        }});
}

void Intake::refuse(std::string id, Error error) {
  const std::uint64_t index = first_ + lines_.size();
  lines_.push_back({std::move(id), number_, Outcome::pending, {}, 0});
  settle(index, Outcome::rejected, std::move(error));
}

void Intake::settle(std::uint64_t index, Outcome outcome, Error error) {
  Line& settled = lines_[index - first_];
  settled.outcome = outcome;
  connection_->context.undurable_octets -= std::exchange(settled.octets, 0);
  settled.error = std::move(error);
  if (lines_.front().outcome == Outcome::pending) return;
  while (!lines_.empty() && lines_.front().outcome != Outcome::pending) {
    render(lines_.front());
    lines_.pop_front();
    ++first_;
  }
  connection_->unanswered = lines_.size();
  connection_->output.notify();
  if (has_room()) connection_->input.notify();
}

void Intake::render(const Line& line) {
  constexpr std::array<std::string_view, 4> kNames = {"", "accepted", "duplicate", "rejected"};
  ++(line.outcome == Outcome::accepted ? accepted_ : line.outcome == Outcome::duplicate ? duplicate_ : rejected_);
  if (only_refused_ && line.outcome != Outcome::rejected) return;
  JsonObject object(out_);
  object.put_some("id", line.id).put("line", line.number).put("status", kNames[static_cast<std::size_t>(line.outcome)]);
  if (line.outcome == Outcome::rejected) append_error(object.key("error"), line.error);
  object.end();
  out_ += '\n';
}

// Gives the kernel everything that has gathered while the last piece was under way.
Task<> Intake::write(Call& call) {
  const auto self = shared_from_this();
  std::string piece;
  while (!connection_->closed()) {
    if (out_.empty()) {
      if (read_all_ && lines_.empty()) break;
      co_await connection_->output.wait();
      continue;
    }
    piece.clear();
    piece.swap(out_);
    if (!deaf_) {
      const bool taken = co_await call.send(piece);
      deaf_ = !taken;
    }
    connection_->input.notify();
  }
  bool open = !deaf_ && !connection_->closed();
  if (open && only_refused_) {
    piece.clear();
    JsonObject(piece).put("accepted", accepted_).put("duplicate", duplicate_).put("rejected", rejected_).end();
    piece += '\n';
    open = co_await call.send(piece);
  }
  if (open) open = co_await call.end_stream();
  if (!open) connection_->close();
  wrote_all_ = true;
  connection_->input.notify();
}

}  // namespace dunlin::api
