#include "client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <thread>

namespace dunlin::tool {

namespace http = boost::beast::http;

namespace {

std::string sentence(const Json& problem) {
  const std::string field = problem.value("field", "");
  return (field.empty() ? "" : field + ": ") + problem.value("detail", "refused") + " (" +
         problem.value("code", "refused") + ")";
}

std::string head(std::string_view method, std::string_view target, std::string_view type, std::string_view length) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: dunlin\r\n");
  if (!type.empty()) text.append("Content-Type: ").append(type).append("\r\n").append(length).append("\r\n");
  return text.append("\r\n");
}

Json problem_of(unsigned status, const std::string& body) {
  Json problem = Json::parse(body, nullptr, false);
  if (problem.is_object()) return problem;
  return Json{{"status", status},
              {"code", "http_" + std::to_string(status)},
              {"detail", "the daemon answered " + std::to_string(status)}};
}

}  // namespace

Refused::Refused(Json document) : std::runtime_error(sentence(document)), problem(std::move(document)) {}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != kPlain.npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 0x0F];
    }
  }
  return out;
}

Client::~Client() { close(); }

void Client::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  pending_.clear();
}

void Client::connect() {
  if (socket_ >= 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) throw NoDaemon(path_ + ": the path is too long for a socket");
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    close();
    throw NoDaemon(path_ + ": no daemon there: " + why);
  }
}

bool Client::send(std::string_view octets) {
  while (!octets.empty()) {
    const auto sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::read(unsigned& status, bool& keep, const std::function<bool(std::string& body)>& take) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  parser.eager(true);
  char octets[1 << 16];
  while (!parser.is_done()) {
    boost::system::error_code error;
    pending_.erase(0, parser.put(boost::asio::buffer(pending_), error));
    if (error && error != http::error::need_more) throw NoDaemon(path_ + ": not an HTTP answer: " + error.message());
    status = parser.get().result_int();
    if (parser.is_header_done() && !take(parser.get().body())) return keep = false, true;
    if (parser.is_done() || (!error && !pending_.empty())) continue;
    const auto got = ::recv(socket_, octets, sizeof octets, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      if (parser.got_some()) parser.put_eof(error);
      break;
    }
    pending_.append(octets, static_cast<std::size_t>(got));
  }
  keep = parser.is_done() && parser.keep_alive();
  return parser.is_done();
}

Json Client::call(std::string_view method, std::string_view target, const std::optional<Json>& body) {
  connect();
  const std::string text = body ? body->dump(-1, ' ', false, Json::error_handler_t::replace) : std::string();
  const std::string length = "Content-Length: " + std::to_string(text.size());
  send(head(method, target, body ? "application/json" : "", length) + text);
  unsigned status = 0;
  bool keep = false;
  std::string answer;
  const bool whole = read(status, keep, [&](std::string& piece) {
    answer += std::exchange(piece, {});
    return true;
  });
  if (!keep) close();
  if (!whole) throw NoDaemon(path_ + ": the daemon went before it answered");
  if (status >= 400) throw Refused(problem_of(status, answer));
  return Json::parse(answer, nullptr, false);
}

bool Client::read_stream(const Line& line) {
  unsigned status = 0;
  bool keep = false;
  bool wanted = true;
  std::string text;
  const bool whole = read(status, keep, [&](std::string& piece) {
    text += std::exchange(piece, {});
    if (status >= 400) return true;
    std::size_t begin = 0;
    for (std::size_t end; wanted && (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
      wanted = line(std::string_view(text).substr(begin, end - begin));
    }
    text.erase(0, begin);
    return wanted;
  });
  if (!keep) close();
  if (status >= 400) throw Refused(problem_of(status, text));
  if (status == 0) throw NoDaemon(path_ + ": the daemon went before it answered");
  return whole;
}

bool Client::read_lines(std::string_view target, const Line& line) {
  connect();
  send(head("GET", target, "", ""));
  return read_stream(line);
}

bool Client::read_octets(std::string_view target, const Line& piece) {
  connect();
  send(head("GET", target, "", ""));
  unsigned status = 0;
  bool keep = false;
  std::string text;
  const bool whole = read(status, keep, [&](std::string& octets) {
    if (status >= 400) {
      text += std::exchange(octets, {});
      return true;
    }
    return octets.empty() || piece(std::exchange(octets, {}));
  });
  if (!keep) close();
  if (status >= 400) throw Refused(problem_of(status, text));
  if (status == 0) throw NoDaemon(path_ + ": the daemon went before it answered");
  return whole;
}

void Client::send_body(const More& more) {
  char size[24];
  std::string piece;
  for (bool open = true; open;) {
    piece.clear();
    const bool last = !more(piece);
    if (!piece.empty()) {
      std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
      open = send(std::string(size) + piece + "\r\n");
    }
    if (last && broken_off_) {
      ::shutdown(socket_, SHUT_WR);
      return;
    }
    if (last) {
      send("0\r\n\r\n");
      return;
    }
  }
}

bool Client::exchange_lines(std::string_view target, std::string_view type, const More& more, const Line& line) {
  connect();
  answered_ = broken_off_ = false;
  send(head("POST", target, type, "Transfer-Encoding: chunked"));
  std::thread sender([&] { send_body(more); });
  struct Join {
    Client& client;
    std::thread& thread;
    ~Join() {
      client.answered_ = true;
      ::shutdown(client.socket_, SHUT_WR);
      thread.join();
    }
  };
  unsigned status = 0;
  bool keep = false, whole = false;
  std::string text;
  {
    const Join join{*this, sender};
    whole = read(status, keep, [&](std::string& piece) {
      text += std::exchange(piece, {});
      if (status >= 400) return true;
      std::size_t begin = 0;
      for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
        line(std::string_view(text).substr(begin, end - begin));
      }
      text.erase(0, begin);
      return true;
    });
  }
  close();
  if (status >= 400) throw Refused(problem_of(status, text));
  if (status == 0) throw NoDaemon(path_ + ": the daemon went before it answered");
  return whole;
}

}  // namespace dunlin::tool
