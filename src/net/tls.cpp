#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/error.hpp>
#include <ctime>
#include <utility>

namespace dunlin::net {
namespace ssl = boost::asio::ssl;
namespace {

using ErrorCode = boost::system::error_code;
using Context = ssl::context;

constexpr int kSoonDays = 14;  // a certificate of ours that ends within so many days is warned of

class Loading {
 public:
  Loading(const engine::SmscSettings& smsc, TlsClients::Expired expired, std::vector<Error>& errors,
          std::vector<Error>& warnings)
      : tls_(smsc.tls), key_("smsc." + smsc.name + ".tls."), expired_(expired), errors_(errors), warnings_(warnings) {}

  void run(Context& context) {
    read_trusted(context);
    if (tls_.cert_file.empty() != tls_.key_file.empty()) {
      const bool cert = tls_.cert_file.empty();
      return fail("tls_missing", cert ? "cert_file" : "key_file",
                  cert ? "key_file is set, and its certificate is not" : "cert_file is set, and its key is not");
    }
    if (!tls_.cert_file.empty()) read_own(context);
  }

 private:
  void read_trusted(Context& context) {
    ErrorCode error;
    if (tls_.ca_file.empty()) {
      context.set_default_verify_paths(error);
    } else {
      context.load_verify_file(tls_.ca_file, error);
    }
    if (error) fail("tls_bad_ca", "ca_file", tls_.ca_file + " holds no certificates that can be read", error);
  }

  void read_own(Context& context) {
    ErrorCode error;
    context.use_certificate_chain_file(tls_.cert_file, error);
    if (error) {
      return fail("tls_bad_certificate", "cert_file", tls_.cert_file + " holds no certificate that can be read", error);
    }
    check_dates(SSL_CTX_get0_certificate(context.native_handle()));
    // Without this, OpenSSL would ask for a passphrase at the terminal.
    context.set_password_callback([](std::size_t, Context::password_purpose) { return std::string(); }, error);
    context.use_private_key_file(tls_.key_file, Context::pem, error);
    if (!error && SSL_CTX_check_private_key(context.native_handle()) == 1) return;
    const auto code = error ? static_cast<unsigned long>(error.value()) : ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_LIB(code) == ERR_LIB_X509) {
      return fail("tls_key_mismatch", "key_file",
                  tls_.key_file + " is not the key of the certificate in " + tls_.cert_file);
    }
    fail("tls_bad_key", "key_file", tls_.key_file + " holds no private key that can be read without a passphrase",
         error);
  }

  void check_dates(X509* certificate) {
    std::time_t soon = std::time(nullptr) + std::time_t{kSoonDays} * 24 * 60 * 60;
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
      return date("the certificate in " + tls_.cert_file + " is not valid yet");
    }
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
      return date("the certificate in " + tls_.cert_file + " has expired");
    }
    if (X509_cmp_time(X509_get0_notAfter(certificate), &soon) < 0) {
      warnings_.push_back(
          {"tls_expires_soon",
           "the certificate in " + tls_.cert_file + " expires in less than " + std::to_string(kSoonDays) + " days",
           key_ + "cert_file"});
    }
  }
  void date(std::string detail) {
    auto& list = expired_ == TlsClients::Expired::refused ? errors_ : warnings_;
    list.push_back({"tls_expired", std::move(detail), key_ + "cert_file"});
  }

  void fail(std::string code, std::string_view key, std::string detail, const ErrorCode& error = {}) {
    if (error) detail += ": " + error.message();
    errors_.push_back({std::move(code), std::move(detail), key_ + std::string(key)});
  }

  const engine::TlsSettings& tls_;
  std::string key_;
  TlsClients::Expired expired_;
  std::vector<Error>& errors_;
  std::vector<Error>& warnings_;
};

}  // namespace

std::shared_ptr<const TlsClient> TlsClients::find(std::string_view smsc) const {
  const auto found = clients_.find(smsc);
  return found == clients_.end() ? nullptr : found->second;
}

tl::expected<std::shared_ptr<const TlsClients>, std::vector<Error>> TlsClients::load(
    const std::vector<engine::SmscSettings>& smscs, Expired expired) {
  auto clients = std::make_shared<TlsClients>();
  std::vector<Error> errors;
  for (const auto& smsc : smscs) {
    if (!smsc.tls.enabled) continue;
    ERR_clear_error();
    Context context(Context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
    // What the kernel took of a record is taken; the rest is offered again from where our buffer then is.
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    Loading(smsc, expired, errors, clients->warnings_).run(context);
    const std::string& name = smsc.tls.server_name.empty() ? smsc.host : smsc.tls.server_name;
    clients->clients_.emplace(smsc.name, std::make_shared<TlsClient>(std::move(context), name, smsc.tls.verify));
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return clients;
}

}  // namespace dunlin::net
