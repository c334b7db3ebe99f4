// A campaign's file as it comes: rows become jobs that wait in the store until the file is whole, then all of them
// count or none does. A dry run asks what would become of each instead, and stores nothing.
//
// Bounded as intake.hpp says, with rows for lines; of a dry run kPreviewsMax are asked about at a time, so that no turn
// of the gateway is long for it. Of bad rows the first kBadMax are named in an answer; with `report` all are, as they
// are found.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/call.hpp"
#include "api/dry_run.hpp"
#include "api/import_order.hpp"
#include "csv/reader.hpp"
#include "engine/requests.hpp"

namespace dunlin::api {

inline constexpr std::size_t kImportsMax = 16;      // at a time; further ones are `busy`
inline constexpr std::size_t kBadMax = 1000;        // bad rows that one answer names; beyond: `bad_more` counts them
inline constexpr std::size_t kPreviewsMax = 32;     // rows of a dry run that are asked about at a time
inline constexpr std::size_t kProgressEvery = 500;  // rows: with `report` a count is sent so often

class CampaignImport : public std::enable_shared_from_this<CampaignImport> {
 public:
  CampaignImport(Call& call, ImportOrder order, csv::Reader reader, std::uint32_t uid);
  ~CampaignImport();
  CampaignImport(const CampaignImport&) = delete;
  CampaignImport& operator=(const CampaignImport&) = delete;
  Task<> serve(Call& call);

 private:
  using BodyParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  enum class Outcome : std::uint8_t { pending, accepted, duplicate, rejected };
  struct Line {
    std::uint64_t number = 0;
    Outcome outcome = Outcome::pending;
    Error error{};
    std::size_t octets = 0;            // counted in Context::undurable_octets until it is answered
    std::vector<std::string> cells{};  // for the report
  };

  Task<> read_body(Call& call, Call::Head& head);
  Task<> take_piece(Call& call, std::string_view octets, bool last);
  Task<bool> begin();  // the header is known: the campaign is opened. False: it failed
  Task<> take(csv::Record record);
  Task<> room();
  bool has_room() const;
  Task<> all_answered();
  void submit(store::Job job, std::uint64_t index);
  void preview(store::Job job, std::uint64_t index);
  void settle(std::uint64_t index, Outcome outcome, Error error);
  void count(Line& line);
  void fail(Error error);  // the first one ends it
  Task<> tell_finish_time();
  Task<> close();
  Task<bool> flush(Call& call);
  Task<> answer(Call& call);
  void append_bad(std::string& out, const Line& line, bool with_cells) const;
  void put_meeting(std::string& out) const;
  void put_sums(std::string& out) const;  // `"id":…,"accepted":…` and so on, without braces

  std::shared_ptr<Connection> connection_;
  const std::shared_ptr<Context> context_;
  ImportOrder order_;
  csv::Reader reader_;
  std::uint32_t uid_;
  std::optional<CampaignRows> rows_;
  std::optional<DryRun> dry_run_;
  std::deque<csv::Record> records_;  // of the piece being taken
  std::deque<Line> lines_;           // unanswered, and answered behind one that is not
  std::uint64_t first_ = 0;          // index of lines_.front()
  std::uint64_t import_ = 0;         // 0: none is open
  std::optional<Error> failed_;
  Result<engine::CampaignOpened> would_meet_;  // of a dry run: what an import would be told
  std::optional<engine::CampaignClosed> closed_;
  std::vector<std::string> bad_;  // as JSON, at most kBadMax
  std::string out_;               // of the report, not yet given to the kernel
  bool streams_ = false, deaf_ = false;
  std::uint64_t accepted_ = 0, duplicate_ = 0, rejected_ = 0, told_ = 0;
};

}  // namespace dunlin::api
