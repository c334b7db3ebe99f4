// TLS over one connection, as Connections needs it: non-blocking, told by readiness.
//
// OpenSSL works on the socket itself, not through asio::ssl::stream: that keeps encrypted octets of its own and takes
// ours before the kernel has them. Here write_some() says only what the kernel has to the last octet of its record, so
// "the kernel has it" means the same with TLS as without. A record the kernel took in part is not counted and is
// offered again until it has all of it; nothing else is written in between.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "net/stream.hpp"
#include "net/tls.hpp"

namespace dunlin::net {

class TlsStream final : public Stream {
 public:
  TlsStream(const boost::asio::any_io_executor& executor, std::shared_ptr<const TlsClient> client);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  ErrorCode handshake(Wait& wants) override;
  std::size_t read_some(boost::asio::mutable_buffer into, ErrorCode& error, Wait& wants) override;
  std::size_t write_some(boost::asio::const_buffer octets, ErrorCode& error, Wait& wants) override;
  void close() override;
  Tcp::socket& socket() override { return socket_; }
  // For people: which certificate does not hold and why, or what the SMSC complained of.
  std::string explain(const ErrorCode& error) const override;

 private:
  struct Free {
    void operator()(SSL* one) const { SSL_free(one); }
  };
  static const BIO_METHOD* method();
  static int on_verified(int ok, X509_STORE_CTX* store);
  ErrorCode outcome(int result, Wait& wants);
  void set_peer_name();

  Tcp::socket socket_;
  std::shared_ptr<const TlsClient> client_;
  std::unique_ptr<SSL, Free> ssl_;
  ErrorCode socket_error_;        // of the socket under it, where that was what failed
  std::string verify_error_;      // the first certificate that did not hold
  std::size_t half_written_ = 0;  // octets of the record that the kernel took in part
  bool up_ = false;
  bool broken_ = false;  // OpenSSL must not be asked anything any more
};

}  // namespace dunlin::net
