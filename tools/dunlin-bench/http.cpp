#include "http.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>

namespace dunlin::bench {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::size_t kPieceMax = 256 * 1024;

tl::unexpected<Error> http_error(const ErrorCode& error, const std::string& where) {
  return failure("http", error.message(), where);
}

http::request<http::string_body> request(std::string_view method, std::string_view target) {
  http::request<http::string_body> request;
  request.method(http::string_to_verb({method.data(), method.size()}));
  request.target({target.data(), target.size()});
  request.version(11);
  request.set(http::field::host, "localhost");
  return request;
}

}  // namespace

Http::Http(std::string socket) : path_(std::move(socket)) {}

Result<void> Http::connect() {
  if (socket_.is_open()) return {};
  ErrorCode error;
  socket_.connect({path_}, error);
  if (!error) return {};
  ErrorCode ignored;
  socket_.close(ignored);
  return http_error(error, path_);
}

Result<Answer> Http::call(std::string_view method, std::string_view target, std::string_view body,
                          std::string_view content_type) {
  if (auto connected = connect(); !connected) return tl::unexpected(connected.error());
  auto message = request(method, target);
  if (!body.empty()) message.set(http::field::content_type, {content_type.data(), content_type.size()});
  message.body() = body;
  message.prepare_payload();
  ErrorCode error;
  http::write(socket_, message, error);
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  if (!error) http::read(socket_, buffer_, parser, error);
  if (error || !parser.get().keep_alive()) {
    ErrorCode ignored;
    socket_.close(ignored);
    buffer_.clear();
  }
  if (error) return http_error(error, std::string(target));
  return Answer{parser.get().result_int(), std::move(parser.get().body())};
}

Result<void> Http::read_body(Socket& socket, unsigned& status, const std::function<bool(std::string_view)>& take) {
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  ErrorCode error;
  http::read_header(socket, buffer_, parser, error);
  status = parser.get().result_int();
  std::string piece(kPieceMax, '\0');
  while (!error && !parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    http::read_some(socket, buffer_, parser, error);
    if (error == http::error::need_buffer) error = {};
    const auto size = piece.size() - parser.get().body().size;
    if (size > 0 && !take({piece.data(), size})) return {};
  }
  if (error) return http_error(error, path_);
  return {};
}

Result<void> Http::follow(std::string_view target, const std::function<bool(std::string_view)>& take) {
  if (auto connected = connect(); !connected) return connected;
  auto message = request("GET", target);
  ErrorCode error;
  http::write(socket_, message, error);
  if (error) return http_error(error, std::string(target));
  unsigned status = 0;
  std::string refusal;
  auto read = read_body(socket_, status, [&](std::string_view piece) {
    if (status == 200) return take(piece);
    refusal += piece;
    return true;
  });
  ErrorCode ignored;
  socket_.close(ignored);
  if (read && status != 200) return failure("http", std::to_string(status) + " " + refusal, std::string(target));
  return read;
}

Result<void> Http::stream(std::string_view target, std::string_view content_type,
                          const std::function<void(std::string& piece)>& give,
                          const std::function<void(std::string_view)>& take) {
  if (auto connected = connect(); !connected) return connected;
  auto message = request("POST", target);
  message.set(http::field::content_type, {content_type.data(), content_type.size()});
  message.chunked(true);
  http::request_serializer<http::string_body> serializer(message);
  ErrorCode error;
  http::write_header(socket_, serializer, error);
  if (error) return http_error(error, std::string(target));

  Socket reading(io_, asio::local::stream_protocol(), ::dup(socket_.native_handle()));
  unsigned status = 0;
  std::string refusal;
  Result<void> answered;
  std::thread reader([&] {
    answered = read_body(reading, status, [&](std::string_view piece) {
      status == 200 ? take(piece) : static_cast<void>(refusal += piece);
      return true;
    });
  });
  std::string piece;
  for (give(piece); !piece.empty() && !error; piece.clear(), give(piece)) {
    asio::write(socket_, http::make_chunk(asio::const_buffer(piece.data(), piece.size())), error);
  }
  if (!error) asio::write(socket_, http::make_chunk_last(), error);
  reader.join();
  ErrorCode ignored;
  socket_.close(ignored);
  if (status != 200 && status != 0) return failure("http", std::to_string(status) + " " + refusal, std::string(target));
  if (!answered) return answered;
  if (error) return http_error(error, std::string(target));
  return {};
}

void Http::interrupt() { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

}  // namespace dunlin::bench
