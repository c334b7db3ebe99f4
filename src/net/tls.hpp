// What TLS towards the SMSCs needs, read from its files once: certificates, keys, and whom to trust. What was read
// stays as it is while connections use it, so a reload makes new ones and disturbs nobody.
//
// At least TLS 1.2 (RFC 5246), no renegotiation. Key material and passphrases are in no error.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <dunlin/base/result.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/settings.hpp"

namespace dunlin::net {

// One SMSC's.
class TlsClient {
 public:
  // `name`: whom the certificate must be for, a host name or an address; also the name we ask for (SNI, host names
  // only).
  TlsClient(boost::asio::ssl::context context, std::string name, bool verify)
      : context_(std::move(context)), name_(std::move(name)), verify_(verify) {}
  SSL_CTX* native() const { return const_cast<boost::asio::ssl::context&>(context_).native_handle(); }
  const std::string& name() const { return name_; }
  bool verify() const { return verify_; }

 private:
  boost::asio::ssl::context context_;
  std::string name_;
  bool verify_;
};

class TlsClients {
 public:
  // Nullptr: this SMSC uses no TLS, or is not known.
  std::shared_ptr<const TlsClient> find(std::string_view smsc) const;
  // What is no error, and yet to be said: a certificate of ours that has expired, or is about to.
  const std::vector<Error>& warnings() const { return warnings_; }

  // Reads the files of every SMSC that uses TLS. `where` of an error is "smsc.alpha.tls.cert_file". Codes:
  // "tls_bad_ca", "tls_bad_certificate", "tls_bad_key", "tls_key_mismatch", "tls_expired", "tls_missing". With
  // `expired` a certificate of ours that is out of date is an error, else a warning.
  enum class Expired : std::uint8_t { refused, warned };
  [[nodiscard]] static tl::expected<std::shared_ptr<const TlsClients>, std::vector<Error>> load(
      const std::vector<engine::SmscSettings>& smscs, Expired expired);

 private:
  std::map<std::string, std::shared_ptr<const TlsClient>, std::less<>> clients_;
  std::vector<Error> warnings_;
};

}  // namespace dunlin::net
