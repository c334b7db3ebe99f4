#include "api/call.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "api/problem.hpp"

namespace dunlin::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::uint64_t kNothingMax = 16;  // octets of a body that says nothing

std::string media_type_of(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find_first_of("; ")));
  for (char& c : type) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return type;
}

}  // namespace

Call::Call(Connection& on, Head& head, Target wanted)
    : connection(on),
      backend(on.context.backend),
      context(on.context),
      target(std::move(wanted)),
      head_(head),
      media_type_(media_type_of(head.get()[http::field::content_type])),
      version_(head.get().version()),
      wants_head_(head.get().method() == http::verb::head),
      keep_(head.is_header_done() && head.keep_alive()),
      body_read_(head.is_done()) {}

Task<> Call::expect_continue() {
  body_read_ = true;
  if (head_.is_done() || version_ < 11 || !boost::beast::iequals(head_.get()[http::field::expect], "100-continue"))
    co_return;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const Connection::PeerWait wait(connection, Connection::writing);
  boost::system::error_code error;
  co_await asio::async_write(connection.socket, asio::buffer(kContinue),
                             asio::redirect_error(asio::use_awaitable, error));
}

Task<Result<std::string>> Call::body() {
  if (media_type_ != "application/json") {
    co_return failure("unsupported_media_type", "this call reads application/json");
  }
  const Error too_long{"too_large", "a JSON body has at most 64 KiB", ""};
  Result<std::string> text = co_await read_body(kBodyMax, too_long);
  if (text) text->reserve(text->size() + JsonReader::kPadding);
  co_return text;
}

Task<Result<void>> Call::no_body() {
  if (head_.is_done()) co_return Result<void>{};
  const Error unexpected{"unexpected_body", "this call takes no body", ""};
  Result<std::string> text = co_await read_body(kNothingMax, unexpected);
  if (!text) co_return tl::unexpected<Error>(std::move(text.error()));
  std::erase_if(*text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  if (!text->empty() && *text != "{}") co_return tl::unexpected<Error>(unexpected);
  co_return Result<void>{};
}

Task<Result<std::string>> Call::read_body(std::uint64_t octets_max, const Error& too_long) {
  const auto length = head_.content_length();
  if (length && *length > octets_max) co_return tl::unexpected<Error>(too_long);
  co_await expect_continue();
  http::request_parser<http::string_body> parser(std::move(head_));
  parser.body_limit(octets_max);
  boost::system::error_code error;
  if (!parser.is_done()) {
    const Connection::PeerWait wait(connection, Connection::reading);
    co_await http::async_read(connection.socket, connection.buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) {
    keep_ = false;
    if (error == http::error::body_limit) co_return tl::unexpected<Error>(too_long);
    co_return failure("bad_request", "the body could not be read: " + error.message());
  }
  if (connection.closed()) co_return closed();
  co_return std::move(parser.get().body());
}

Task<Call::Head*> Call::body_in_pieces() {
  co_await expect_continue();
  co_return &head_;
}

Task<> Call::write_whole(unsigned status, std::string_view media_type, std::string text, std::string_view allowed) {
  if (!body_read_) keep_ = false;
  http::response<http::string_body> response(http::status(status), version_);
  response.set(http::field::content_type, media_type);
  if (!allowed.empty()) response.set(http::field::allow, allowed);
  response.body() = std::move(text);
  response.keep_alive(keep_);
  response.prepare_payload();
  const Connection::PeerWait wait(connection, Connection::writing);
  boost::system::error_code error;
  http::response_serializer<http::string_body> serializer(response);
  if (wants_head_) {
    co_await http::async_write_header(connection.socket, serializer, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await http::async_write(connection.socket, serializer, asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) keep_ = false;
}

Task<> Call::answer(unsigned status, std::string json) {
  json += '\n';
  co_await write_whole(status, "application/json", std::move(json));
}

Task<> Call::refuse_with(Error error, std::string extra) {
  std::string document = problem_document(error, extra);
  co_await write_whole(problem_row(error.code).status, "application/problem+json", std::move(document));
}

Task<> Call::refuse_method(std::string allowed) {
  const Error error{"method_not_allowed", "the path has " + allowed, ""};
  std::string document = problem_document(error);
  co_await write_whole(problem_row(error.code).status, "application/problem+json", std::move(document), allowed);
}

Task<bool> Call::begin_stream(std::string_view media_type) {
  chunked_ = version_ >= 11;
  if (!chunked_ || !body_read_) keep_ = false;
  http::response<http::empty_body> response(http::status::ok, version_);
  response.set(http::field::content_type, media_type);
  response.keep_alive(keep_);
  response.chunked(chunked_);
  http::response_serializer<http::empty_body> serializer(response);
  const Connection::PeerWait wait(connection, Connection::writing);
  boost::system::error_code error;
  co_await http::async_write_header(connection.socket, serializer, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

Task<bool> Call::send(std::string_view piece) {
  if (piece.empty()) co_return !connection.closed();
  const Connection::PeerWait wait(connection, Connection::writing);
  boost::system::error_code error;
  const auto octets = asio::buffer(piece.data(), piece.size());
  if (chunked_) {
    co_await asio::async_write(connection.socket, http::make_chunk(octets),
                               asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await asio::async_write(connection.socket, octets, asio::redirect_error(asio::use_awaitable, error));
  }
  if (!error) connection.progressed();
  co_return !error;
}

Task<bool> Call::end_stream() {
  if (!chunked_) co_return true;
  const Connection::PeerWait wait(connection, Connection::writing);
  boost::system::error_code error;
  co_await asio::async_write(connection.socket, http::make_chunk_last(),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

}  // namespace dunlin::api
