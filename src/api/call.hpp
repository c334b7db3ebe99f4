// One request being served: what the route reads of it, and how it answers.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/bodies.hpp"
#include "api/connection.hpp"
#include "api/json_read.hpp"
#include "api/target.hpp"

namespace dunlin::api {

class Call {
 public:
  using Head = boost::beast::http::request_parser<boost::beast::http::empty_body>;

  Call(Connection& on, Head& head, Target wanted);

  Connection& connection;
  Backend& backend;
  Context& context;
  const Target target;

  const std::string& segment(std::size_t index) const { return target.segments[index]; }
  // The media type without parameters: "application/json"; empty when there is none.
  std::string_view media_type() const { return media_type_; }

  // The body of one JSON object as text that has JsonReader::kPadding octets behind it. Errors:
  // "unsupported_media_type", "too_large", "bad_request" (cut short: the peer is gone).
  Task<Result<std::string>> body();
  template <class T>
  Task<Result<T>> read_object() {
    Result<std::string> text = co_await body();
    if (!text) co_return tl::unexpected<Error>(std::move(text.error()));
    T object;
    JsonReader reader;
    auto read = reader.read(*text, object);
    if (read) read = check_body(object);
    if (!read) co_return tl::unexpected<Error>(std::move(read.error()));
    co_return object;
  }
  // Of a call that takes no body: whether it was given none, or one that says nothing (`{}`). Errors:
  // "unexpected_body", "bad_request".
  Task<Result<void>> no_body();
  // The engine's answer to `make(answer)`, and what `work` returned on the reader's thread; "closed" once the
  // connection is.
  template <class R, class Make>
  Task<Result<R>> ask(Make make) {
    if (connection.closed()) co_return closed();
    co_return co_await ask_backend<R>(backend, std::move(make));
  }
  template <class Work>
  Task<std::invoke_result_t<Work>> look(Work work) {
    if (connection.closed()) co_return closed();
    co_return co_await run_on_reader(context.reader, std::move(work));
  }
  // The head's parser, for a route that reads the body piece by piece; "100 Continue" has been sent where it was
  // expected.
  Task<Head*> body_in_pieces();

  Task<> answer(unsigned status, std::string json);  // a newline is added
  Task<> refuse(Error error) { return refuse_with(std::move(error), {}); }
  // g++ 12 destroys an Error written as {…} inside a co_await twice: so it is made outside of it.
  Task<> refuse(const char* code, const char* detail, const char* field = "") {
    return refuse(Error{code, detail, field});
  }
  Task<> refuse_with(Error error, std::string extra);  // `extra` as for problem_document
  Task<> refuse_method(std::string allowed);

  // An answer in pieces: chunked, or until the end of the connection for HTTP/1.0. False: the peer is gone.
  Task<bool> begin_stream(std::string_view media_type);
  Task<bool> send(std::string_view piece);
  Task<bool> end_stream();

  void end_connection() { keep_ = false; }  // after this answer
  bool keep() const { return keep_; }

 private:
  Task<> write_whole(unsigned status, std::string_view media_type, std::string text, std::string_view allowed = {});
  Task<> expect_continue();
  // At most `octets_max` of it; what is longer is `too_long`. Errors: "bad_request".
  Task<Result<std::string>> read_body(std::uint64_t octets_max, const Error& too_long);
  static tl::unexpected<Error> closed() { return failure("closed", "the connection is closed"); }

  Head& head_;
  std::string media_type_;
  unsigned version_;
  const bool wants_head_;  // HEAD: the answer's head alone (RFC 9110 §9.3.2)
  bool keep_;
  bool body_read_;
  bool chunked_ = false;
};

}  // namespace dunlin::api
