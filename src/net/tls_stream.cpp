#include "net/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <dunlin/base/check.hpp>
#include <limits>

namespace dunlin::net {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kRecordMax = 16 * 1024;  // RFC 8446 §5.1

bool not_now(const ErrorCode& error) {
  return error == asio::error::would_block || error == asio::error::try_again || error == asio::error::interrupted;
}

ErrorCode tls_error(int reason) {
  return {static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, reason)), asio::error::get_ssl_category()};
}

// What OpenSSL's reasons mean to who set this up. Alerts are what the other side complained of.
struct Meaning {
  int reason;
  std::string_view text;
};
constexpr std::array kMeanings{
    Meaning{SSL_R_WRONG_VERSION_NUMBER, "what answers there does not speak TLS"},
    Meaning{SSL_R_UNSUPPORTED_PROTOCOL, "the SMSC speaks nothing newer than TLS 1.1; 1.2 is the least"},
    Meaning{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the SMSC speaks nothing newer than TLS 1.1; 1.2 is the least"},
    Meaning{SSL_R_UNEXPECTED_EOF_WHILE_READING, "the peer hung up during the handshake"},
    Meaning{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "the SMSC wants a certificate of ours (cert_file, key_file)"},
    Meaning{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
            "the SMSC ended the handshake: it wants a certificate of ours (cert_file, key_file), or has no cipher in "
            "common with us"},
    Meaning{SSL_R_TLSV1_ALERT_UNKNOWN_CA, "the SMSC does not know who signed our certificate"},
    Meaning{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "the SMSC does not take our certificate"},
    Meaning{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the SMSC says that our certificate has expired"},
    Meaning{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "the SMSC says that our certificate was revoked"},
    Meaning{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "the SMSC does not take our certificate"},
    Meaning{SSL_R_TLSV1_UNRECOGNIZED_NAME, "the SMSC knows no such server_name"},
};

std::string verify_sentence(int problem, const std::string& name) {
  switch (problem) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "its certificate is not for " + name;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return "its certificate is signed by nobody we trust (unknown CA)";
    default: return "its certificate does not hold: " + std::string(X509_verify_cert_error_string(problem));
  }
}

}  // namespace

// The socket as OpenSSL's source and sink, so that errors are Asio's and a broken pipe is no signal.
const BIO_METHOD* TlsStream::method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* one = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "dunlin socket");
    DUNLIN_CHECK(one != nullptr);
    BIO_meth_set_write_ex(one, [](BIO* bio, const char* octets, std::size_t size, std::size_t* written) {
      auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
      ErrorCode error;
      *written = self.socket_.write_some(asio::buffer(octets, size), error);
      BIO_clear_retry_flags(bio);
      if (!error) return 1;
      not_now(error) ? BIO_set_retry_write(bio) : void(self.socket_error_ = error);
      return 0;
    });
    BIO_meth_set_read_ex(one, [](BIO* bio, char* octets, std::size_t size, std::size_t* read) {
      auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
      ErrorCode error;
      *read = self.socket_.read_some(asio::buffer(octets, size), error);
      BIO_clear_retry_flags(bio);
      if (!error) return 1;
      not_now(error) ? BIO_set_retry_read(bio) : void(self.socket_error_ = error);
      return 0;
    });
    BIO_meth_set_ctrl(one, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH ? 1 : 0; });
    return one;
  }();
  return made;
}

TlsStream::TlsStream(const asio::any_io_executor& executor, std::shared_ptr<const TlsClient> client)
    : socket_(executor), client_(std::move(client)), ssl_(SSL_new(client_->native())) {
  DUNLIN_CHECK(ssl_ != nullptr);
  BIO* bio = BIO_new(method());
  DUNLIN_CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_connect_state(ssl_.get());
  set_peer_name();
}

TlsStream::~TlsStream() = default;

void TlsStream::set_peer_name() {
  const std::string& name = client_->name();
  ErrorCode no_address;
  asio::ip::make_address(name, no_address);
  if (no_address) {
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl_.get(), name.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name.c_str());
  }
  SSL_set_verify(ssl_.get(), client_->verify() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                 client_->verify() ? &TlsStream::on_verified : nullptr);
}

int TlsStream::on_verified(int ok, X509_STORE_CTX* store) {
  if (ok == 1) return ok;
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& self = *static_cast<TlsStream*>(SSL_get_app_data(ssl));
  if (!self.verify_error_.empty()) return ok;
  self.verify_error_ = verify_sentence(X509_STORE_CTX_get_error(store), self.client_->name());
  if (X509_STORE_CTX_get_error_depth(store) > 0) self.verify_error_ += ", or one above it in its chain";
  return ok;
}

ErrorCode TlsStream::outcome(int result, Wait& wants) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: wants = Tcp::socket::wait_read; return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE: wants = Tcp::socket::wait_write; return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    default: break;
  }
  broken_ = true;
  const auto code = ERR_peek_error();
  const bool hung_up = socket_error_ == asio::error::eof || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  if (hung_up) return up_ ? ErrorCode(asio::error::eof) : tls_error(SSL_R_UNEXPECTED_EOF_WHILE_READING);
  if (socket_error_) return socket_error_;
  return code == 0 ? tls_error(ERR_R_INTERNAL_ERROR)
                   : ErrorCode(static_cast<int>(code), asio::error::get_ssl_category());
}

ErrorCode TlsStream::handshake(Wait& wants) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  up_ = result == 1;
  return up_ ? ErrorCode() : outcome(result, wants);
}

std::size_t TlsStream::read_some(asio::mutable_buffer into, ErrorCode& error, Wait& wants) {
  if (broken_) {
    error = asio::error::eof;
    return 0;
  }
  ERR_clear_error();
  std::size_t size = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  error = result == 1 ? ErrorCode() : outcome(result, wants);
  return size;
}

std::size_t TlsStream::write_some(asio::const_buffer octets, ErrorCode& error, Wait& wants) {
  if (broken_) {
    error = asio::error::broken_pipe;
    return 0;
  }
  // A record that is half out has to be offered again as it was.
  const std::size_t size = half_written_ > 0 ? half_written_ : std::min(octets.size(), kRecordMax);
  DUNLIN_CHECK(size <= octets.size());
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), octets.data(), size, &written);
  error = result == 1 ? ErrorCode() : outcome(result, wants);
  half_written_ = not_now(error) ? size : 0;
  return written;
}

void TlsStream::close() {
  if (up_ && !broken_ && half_written_ == 0) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // says that we leave; its answer is not awaited
    ERR_clear_error();
  }
  broken_ = true;
  ErrorCode ignored;
  socket_.shutdown(Tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

std::string TlsStream::explain(const ErrorCode& error) const {
  if (error.category() != asio::error::get_ssl_category()) return Stream::explain(error);
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && !verify_error_.empty()) return "TLS: " + verify_error_;
  const auto* row = std::ranges::find(kMeanings, reason, &Meaning::reason);
  return "TLS: " + (row != kMeanings.end() ? std::string(row->text) : error.message());
}

}  // namespace dunlin::net
