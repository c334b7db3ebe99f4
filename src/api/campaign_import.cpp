#include "api/campaign_import.hpp"

#include <algorithm>
#include <boost/beast/http/read.hpp>
#include <limits>

#include "api/json_write.hpp"
#include "api/problem.hpp"
#include "base/redact.hpp"
#include "store/enum_names.hpp"

namespace dunlin::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr unsigned kOurFault = 500;  // HTTP: nothing is wrong with the row

std::size_t octets_of(const csv::Record& record) {
  std::size_t octets = sizeof record;
  for (const std::string& cell : record.cells) octets += sizeof cell + cell.size();
  return octets;
}

// Every row needs a text from somewhere.
bool has_text(const std::vector<std::string>& header, const CampaignDefaults& defaults) {
  constexpr std::array<std::string_view, 3> kTexts = {"text", "template", "plan"};
  const auto is_text = [&](const std::string& name) { return std::ranges::find(kTexts, name) != kTexts.end(); };
  return !defaults.template_name.empty() || std::ranges::any_of(header, is_text) ||
         std::ranges::any_of(defaults.map, [&](const auto& each) { return is_text(each.second); });
}

}  // namespace

CampaignImport::CampaignImport(Call& call, ImportOrder order, csv::Reader reader, std::uint32_t uid)
    : connection_(call.connection.shared_from_this()),
      context_(connection_->context_owner),
      order_(std::move(order)),
      reader_(std::move(reader)),
      uid_(uid) {
  ++context_->imports;
  if (order_.dry_run) dry_run_.emplace(call.backend.now().wall);
}

CampaignImport::~CampaignImport() {
  for (const Line& line : lines_) context_->undurable_octets -= line.octets;
  connection_->unanswered = 0;
  --context_->imports;
}

Task<> CampaignImport::serve(Call& call) {
  const auto self = shared_from_this();
  Call::Head* head = co_await call.body_in_pieces();
  streams_ = order_.report;
  if (streams_) {
    const bool begun = co_await call.begin_stream("application/x-ndjson");
    deaf_ = !begun;
  }
  co_await read_body(call, *head);
  co_await all_answered();
  if (dry_run_ && !failed_) co_await tell_finish_time();
  if (!dry_run_) co_await close();
  co_await answer(call);
}

Task<> CampaignImport::read_body(Call& call, Call::Head& head) {
  BodyParser parser(std::move(head));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  connection_->buffer.reserve(kBodyReadMax);
  std::vector<char> piece(kBodyReadMax);
  boost::system::error_code error;
  while (!parser.is_done() && !failed_) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    {
      const Connection::PeerWait wait(*connection_, Connection::reading);
      co_await http::async_read_some(connection_->socket, connection_->buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    }
    const std::size_t got = piece.size() - parser.get().body().size;
    if (error == http::error::need_buffer) error = {};
    co_await take_piece(call, std::string_view(piece.data(), got), false);
    if (error) break;
  }
  connection_->buffer.shrink_to_fit();
  if (error || failed_) call.end_connection();
  if (error) fail({"cut_off", "the file ended before it was whole: nothing of it was taken", ""});
  if (!failed_) co_await take_piece(call, {}, true);
}

Task<> CampaignImport::take_piece(Call& call, std::string_view octets, bool last) {
  const csv::Reader::Sink sink = [this](csv::Record record) { records_.push_back(std::move(record)); };
  const Result<void> read = last ? reader_.finish(sink) : reader_.feed(octets, sink);
  if (!rows_ && !reader_.header().empty()) {
    const bool begun = co_await begin();
    if (!begun) co_return;
  }
  while (!records_.empty() && !failed_) {
    csv::Record record = std::move(records_.front());
    records_.pop_front();
    co_await take(std::move(record));
    if (out_.size() >= kUnsentMax) co_await flush(call);
  }
  records_.clear();
  if (!read) fail(read.error());
  co_await flush(call);
}

Task<bool> CampaignImport::begin() {
  if (!has_text(reader_.header(), order_.defaults)) {
    fail({"missing", "there is neither a template nor a column of texts", "template"});
    co_return false;
  }
  if (streams_) {
    JsonObject object(out_);
    append_array(object.key("header"), reader_.header(), [&](const std::string& name) { append_json(out_, name); });
    object.end();
    out_ += '\n';
  }
  Result<CampaignRows> rows = CampaignRows::make(reader_.header(), order_.defaults);
  if (!rows) {
    fail(std::move(rows.error()));
    co_return false;
  }
  rows_ = std::move(*rows);
  auto make = [this](engine::Answer<engine::CampaignOpened> answer) {
    return engine::OpenCampaign{order_.defaults.campaign, order_.defaults.template_name, uid_, order_.canary,
                                std::move(answer),        dry_run_.has_value()};
  };
  Result<engine::CampaignOpened> opened = co_await ask_backend<engine::CampaignOpened>(context_->backend, make);
  if (dry_run_) {
    would_meet_ = std::move(opened);
    co_return true;
  }
  if (!opened) {
    fail(std::move(opened.error()));
    co_return false;
  }
  import_ = opened->import;
  co_return true;
}

Task<> CampaignImport::take(csv::Record record) {
  co_await room();
  if (failed_) co_return;
  connection_->progressed();
  const std::uint64_t index = first_ + lines_.size();
  Result<store::Job> job = rows_->job_of(record);
  Line line;
  line.number = record.line;
  line.octets = octets_of(record);
  if (streams_) line.cells = std::move(record.cells);
  context_->undurable_octets += line.octets;
  lines_.push_back(std::move(line));
  connection_->unanswered = lines_.size();
  if (!job) {
    if (job.error().where.starts_with("line ")) job.error().where.clear();  // the line is told beside it
    settle(index, Outcome::rejected, std::move(job.error()));
  } else if (dry_run_) {
    preview(std::move(*job), index);
  } else {
    submit(std::move(*job), index);
  }
}

// One row it may always hand in, so that nobody waits for what others hold.
bool CampaignImport::has_room() const {
  if (lines_.size() >= (dry_run_ ? kPreviewsMax : kUndurableMax)) return false;
  return lines_.empty() || context_->undurable_octets < kUndurableOctetsMax;
}

Task<> CampaignImport::room() {
  while (!has_room() && !connection_->closed()) co_await connection_->input.wait();
  if (connection_->closed()) fail({"cut_off", "the connection was lost", ""});
}

// Also of a connection that is lost: what was handed in has to be taken back, and only then can it be.
Task<> CampaignImport::all_answered() {
  while (!lines_.empty() && context_->serving) co_await connection_->input.wait();
}

void CampaignImport::submit(store::Job job, std::uint64_t index) {
  engine::SubmitJob request;
  request.job = std::move(job);
  request.importing = import_;
  request.answer = [self = shared_from_this(), index](Result<engine::Accepted> answer) {
    if (!answer) return self->settle(index, Outcome::rejected, std::move(answer.error()));
    self->settle(index, answer->duplicate ? Outcome::duplicate : Outcome::accepted, {});
  };
  context_->backend.request(std::move(request));
}

void CampaignImport::preview(store::Job job, std::uint64_t index) {
  if (!job.id.empty() && !dry_run_->first_time(job.id)) {
    return settle(index, Outcome::rejected, {"duplicate_id", "a row before it has this id", "id"});
  }
  auto kept = std::make_shared<const store::Job>(job);
  engine::PreviewJob request;
  request.job = std::move(job);
  request.answer = [self = shared_from_this(), kept, index](Result<std::shared_ptr<const engine::Preview>> answer) {
    if (!answer) return self->settle(index, Outcome::rejected, std::move(answer.error()));
    const engine::ShownGate* intake = first_stop(**answer);
    if (intake != nullptr && intake->gate == engine::kGateIntake && !(*answer)->known) {
      return self->settle(index, Outcome::rejected, {intake->reason, intake->detail, ""});
    }
    self->dry_run_->add(self->lines_[index - self->first_].number, *kept, **answer);
    self->settle(index, (*answer)->known ? Outcome::duplicate : Outcome::accepted, {});
  };
  context_->backend.request(std::move(request));
}

void CampaignImport::settle(std::uint64_t index, Outcome outcome, Error error) {
  Line& settled = lines_[index - first_];
  settled.outcome = outcome;
  settled.error = std::move(error);
  context_->undurable_octets -= std::exchange(settled.octets, 0);
  if (outcome == Outcome::rejected && problem_row(settled.error.code).status >= kOurFault) fail(settled.error);
  while (!lines_.empty() && lines_.front().outcome != Outcome::pending) {
    count(lines_.front());
    lines_.pop_front();
    ++first_;
  }
  connection_->unanswered = lines_.size();
  if (lines_.empty() || has_room()) connection_->input.notify();
}

void CampaignImport::count(Line& line) {
  ++(line.outcome == Outcome::accepted ? accepted_ : line.outcome == Outcome::duplicate ? duplicate_ : rejected_);
  if (line.outcome == Outcome::rejected) {
    if (streams_ && !deaf_) {
      append_bad(out_, line, true);
      out_ += '\n';
    } else if (!streams_ && bad_.size() < kBadMax) {
      append_bad(bad_.emplace_back(), line, false);
    }
  }
  if (!streams_ || deaf_ || accepted_ + duplicate_ + rejected_ < told_ + kProgressEvery) return;
  told_ = accepted_ + duplicate_ + rejected_;
  JsonObject(out_).put("accepted", accepted_).put("duplicate", duplicate_).put("rejected", rejected_).end();
  out_ += '\n';
}

void CampaignImport::append_bad(std::string& out, const Line& line, bool with_cells) const {
  JsonObject object(out);
  object.put("line", line.number).put_some("column", redact(line.error.where)).put("code", line.error.code);
  object.put("detail", redact(line.error.detail));
  if (with_cells) append_array(object.key("row"), line.cells, [&](const std::string& cell) { append_json(out, cell); });
  object.end();
}

void CampaignImport::fail(Error error) {
  if (!failed_) failed_ = std::move(error);
}

// Asks as long as there is something that the rows' own answers don't say.
Task<> CampaignImport::tell_finish_time() {
  FinishTime& finish = dry_run_->finish();
  const std::vector<engine::LinkStatus> links = context_->backend.links();
  for (const std::string& smsc : finish.smscs()) {
    const auto link = std::ranges::find(links, smsc, &engine::LinkStatus::name);
    finish.set_rate(smsc, link == links.end() ? 0 : link->throughput);
  }
  while (!connection_->closed()) {
    const std::optional<FinishTime::Question> question = finish.next();
    if (!question) break;
    auto make = [&question](engine::Answer<std::shared_ptr<const engine::Preview>> answer) {
      return engine::PreviewJob{question->job, question->at, std::move(answer)};
    };
    const auto shown = co_await ask_backend<std::shared_ptr<const engine::Preview>>(context_->backend, make);
    finish.answer(shown ? (*shown)->earliest : std::nullopt);
  }
}

// What was begun is ended, whether anybody still listens or not.
Task<> CampaignImport::close() {
  if (import_ == 0 || !context_->serving) co_return;
  const bool discard = failed_ || accepted_ == 0 || (rejected_ > 0 && !order_.skip_bad);
  auto make = [this, discard](engine::Answer<engine::CampaignClosed> answer) {
    return engine::CloseCampaign{order_.defaults.campaign, import_, discard, std::move(answer)};
  };
  Result<engine::CampaignClosed> done = co_await ask_backend<engine::CampaignClosed>(context_->backend, make);
  if (!done) {
    fail(std::move(done.error()));
  } else if (!discard) {
    closed_ = *done;
  }
}

Task<bool> CampaignImport::flush(Call& call) {
  if (out_.empty() || deaf_) {
    out_.clear();
    co_return !deaf_;
  }
  const std::string piece = std::exchange(out_, {});
  const bool taken = co_await call.send(piece);
  deaf_ = !taken;
  co_return taken;
}

// What an import would meet just now.
void CampaignImport::put_meeting(std::string& out) const {
  if (!would_meet_) return append_error(out.append(",\"refused_now\":"), would_meet_.error());
  const std::uint64_t rows = accepted_ - dry_run_->known();
  const bool needs_approval = rows > 0 && would_meet_->rows_free && rows > *would_meet_->rows_free;
  out += needs_approval ? ",\"needs_approval\":true" : ",\"needs_approval\":false";
  out += ",\"canary\":" + std::to_string(std::min<std::uint64_t>(rows, would_meet_->canary));
}

void CampaignImport::put_sums(std::string& out) const {
  std::string text;
  JsonObject object(text);
  object.put("id", order_.defaults.campaign);
  const bool nothing = !dry_run_ && !closed_;
  object.put("accepted", nothing ? 0 : accepted_).put("duplicate", duplicate_).put("rejected", rejected_);
  if (closed_) object.put("stage", store::name_of(closed_->stage));
  if (dry_run_) object.put("dry_run", true).put("rows", accepted_ + duplicate_ + rejected_);
  if (!streams_) {
    append_array(object.key("bad"), bad_, [&](const std::string& each) { text += each; });
    if (rejected_ > bad_.size()) object.put("bad_more", rejected_ - bad_.size());
  }
  if (dry_run_ && !failed_) {
    dry_run_->append_members(text);
    put_meeting(text);
  }
  out += std::string_view(text).substr(1);
}

Task<> CampaignImport::answer(Call& call) {
  if (connection_->closed()) co_return;
  if (!failed_ && rejected_ > 0 && !order_.skip_bad && !dry_run_)
    fail({"bad_rows", "some rows can't be taken, so none was", ""});
  std::string sums;
  put_sums(sums);
  if (!streams_ && !failed_) {
    sums.insert(sums.begin(), '{');
    sums += '}';
    co_await call.answer(200, std::move(sums));
    co_return;
  }
  if (!streams_) {
    Error error = *failed_;
    co_await call.refuse_with(std::move(error), std::move(sums));
    co_return;
  }
  if (failed_) {
    std::string problem = problem_document(*failed_, sums);
    problem.pop_back();  // its newline
    out_ += "{\"problem\":" + problem + "}\n";
  } else {
    out_ += "{" + sums + "}\n";
  }
  bool open = co_await flush(call);
  if (open) open = co_await call.end_stream();
  if (!open) connection_->close();
}

}  // namespace dunlin::api
