// HTTP/1.1 over the daemon's Unix socket, blocking: one object a connection, used by one thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <dunlin/base/result.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace dunlin::bench {

struct Answer {
  unsigned status = 0;
  std::string body;
};

class Http {
 public:
  explicit Http(std::string socket);

  // Connects at the first call, and anew after a failure. `body` empty: no body. Errors: "http".
  [[nodiscard]] Result<Answer> call(std::string_view method, std::string_view target, std::string_view body = {},
                                    std::string_view content_type = "application/json");

  // GETs an endless answer, and hands over its body as it comes. `take` says whether to go on. Errors: "http".
  [[nodiscard]] Result<void> follow(std::string_view target, const std::function<bool(std::string_view)>& take);

  // POSTs a chunked body that `give` renders piece by piece until it leaves `piece` empty; what the server answers
  // meanwhile goes to `take`, on a thread of its own. Errors: "http", also for a status other than 200.
  [[nodiscard]] Result<void> stream(std::string_view target, std::string_view content_type,
                                    const std::function<void(std::string& piece)>& give,
                                    const std::function<void(std::string_view)>& take);

  // Makes a blocking call in another thread return with an error.
  void interrupt();

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  [[nodiscard]] Result<void> connect();
  [[nodiscard]] Result<void> read_body(Socket& socket, unsigned& status,
                                       const std::function<bool(std::string_view)>& take);

  std::string path_;
  boost::asio::io_context io_;
  Socket socket_{io_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace dunlin::bench
