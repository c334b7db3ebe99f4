// Jobs as NDJSON, streamed both ways: lines in, one answer a line out, in the lines' order and each as it is durable.
//
// Bounded on both sides: with kUndurableMax lines unanswered, or kUnsentMax octets of answers not taken by the peer, or
// kUndurableOctetsMax octets of all connections' lines unanswered and one of its own among them, the body is not read.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "api/json_read.hpp"
#include "store/records.hpp"

namespace dunlin::api {

class Intake : public std::enable_shared_from_this<Intake> {
 public:
  // `call` outlives serve(); answers that come later are dropped.
  Intake(Call& call, bool only_refused);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  Task<> serve(Call& call);

 private:
  using BodyParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  enum class Outcome : std::uint8_t { pending, accepted, duplicate, rejected };
  struct Line {
    std::string id;
    std::uint64_t number;
    Outcome outcome = Outcome::pending;
    Error error;
    std::size_t octets = 0;  // counted in Context::undurable_octets until it is answered
  };

  Task<> read(Call& call);
  Task<> read_body(Call& call, BodyParser& parser);
  Task<bool> take_lines();           // all whole lines of text_; false: the connection is closed
  Task<bool> take_rest(bool whole);  // what follows the last newline; `whole`: the body ended properly
  Task<bool> room();
  bool has_room() const;
  Task<> write(Call& call);
  void submit(std::string_view padded);
  void refuse(std::string id, Error error);
  void settle(std::uint64_t index, Outcome outcome, Error error);
  void render(const Line& line);

  std::shared_ptr<Connection> connection_;
  Backend& backend_;
  bool only_refused_;
  JsonReader json_;
  std::string text_;          // read from the body and not yet taken
  bool skipping_ = false;     // inside a line that was refused as too long
  std::uint64_t number_ = 0;  // of the last line begun
  std::deque<Line> lines_;    // unanswered, and answered behind one that is not
  std::uint64_t first_ = 0;   // index of lines_.front()
  std::string out_;           // answers not yet given to the kernel
  bool deaf_ = false;         // the peer takes no answers any more: its lines are read and count all the same
  bool read_all_ = false, wrote_all_ = false;
  std::uint64_t accepted_ = 0, duplicate_ = 0, rejected_ = 0;
};

}  // namespace dunlin::api
