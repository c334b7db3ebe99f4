// Commands on demand: a Unix socket that takes a JSON object a line and answers each with one.
//
//   {"mo":{"from":"48601000000","to":"ACME","text":"STOP","encoding":"ucs2"}}   a text from a phone; "encoding" may be
//   left out
//   {"unbind":true}  {"drop":true}                       every session unbinds; is reset
//   {"stop_answering":true}  {"stop_answering":false}    submits are taken, but not answered; then all that was
//   withheld is
//   {"freeze":true}  {"freeze":false}                    nothing is read or written, keep-alives neither
//   {"limit":100}                                        submits a second a system_id; 0: no limit
//   {"limit":{"rate":5,"form":"spacing","depth":"20ms","answer":"close"}}   what is left out stays as --limit-… said
//   {"status":true}                                      the totals
//   {"quit":true}                                        as SIGTERM
//
// "system_id" beside the command (in "mo": inside) chooses one account; without, all are meant, and a text goes to the
// only one bound. Answers: {"ok":true,…} or {"ok":false,"code":…,"detail":…}.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "centre.hpp"

namespace dunlin::smsc {

// The answer to one line, without its '\n'.
std::string obey(std::string_view line, Centre& centre, const std::function<void()>& quit);

class Control {
 public:
  static constexpr std::size_t kLineMax = 64 * 1024;  // octets; a longer line ends its connection

  Control(boost::asio::io_context& io, Centre& centre, std::function<void()> quit);
  ~Control();  // takes the socket's file away
  // Replaces a socket's file that is there. Errors: "listen".
  [[nodiscard]] Result<void> listen(const std::string& path);

 private:
  struct Connection;
  void accept();

  Centre& centre_;
  std::function<void()> quit_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::string path_;
};

}  // namespace dunlin::smsc
