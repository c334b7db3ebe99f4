// Certificates for tests, made on the spot and written as PEM into a folder of the test's own.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace dunlin::net::test {

struct Free {
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
  void operator()(X509* one) const { X509_free(one); }
  void operator()(std::FILE* one) const { std::fclose(one); }
};

struct Identity {
  std::unique_ptr<EVP_PKEY, Free> key;
  std::unique_ptr<X509, Free> certificate;
  std::string cert_file, key_file;
};

class Certificates {
 public:
  Certificates() {
    std::string pattern = std::filesystem::temp_directory_path() / "dunlin-tls-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Valid from a day ago to `days` from now. `alternative`: "DNS:smsc.example" or "IP:127.0.0.1". Without `issuer` it
  // signs itself.
  Identity make(const std::string& name, const Identity* issuer, const std::string& alternative = {}, int days = 30,
                const char* passphrase = nullptr) {
    Identity made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* one = made.certificate.get();
    X509_set_version(one, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(one), -2 * 86400);
    X509_gmtime_adj(X509_getm_notAfter(one), days * 86400L);
    X509_set_pubkey(one, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* signer = issuer == nullptr ? one : issuer->certificate.get();
    X509_set_issuer_name(one, X509_get_subject_name(signer));
    extend(one, signer, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!alternative.empty()) extend(one, signer, NID_subject_alt_name, alternative.c_str());
    EXPECT_GT(X509_sign(one, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()), 0);
    write(made, name, passphrase);
    return made;
  }

 private:
  static void extend(X509* certificate, X509* issuer, int what, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  void write(Identity& made, const std::string& name, const char* passphrase) {
    made.cert_file = path(name + ".pem");
    made.key_file = path(name + ".key");
    const std::unique_ptr<std::FILE, Free> cert(std::fopen(made.cert_file.c_str(), "w"));
    const std::unique_ptr<std::FILE, Free> key(std::fopen(made.key_file.c_str(), "w"));
    ASSERT_EQ(PEM_write_X509(cert.get(), made.certificate.get()), 1);
    const EVP_CIPHER* cipher = passphrase == nullptr ? nullptr : EVP_aes_128_cbc();
    ASSERT_EQ(
        PEM_write_PrivateKey(key.get(), made.key.get(), cipher, nullptr, 0, nullptr, const_cast<char*>(passphrase)), 1);
  }

  std::filesystem::path folder_;
  long serial_ = 0;
};

}  // namespace dunlin::net::test
