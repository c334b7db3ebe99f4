// Sample values for every field type and TLV, drawn from a seed, so that a test over all PDUs need not know any of
// them.
#pragma once

#include <dunlin/smpp/pdu.hpp>
#include <dunlin/smpp/tlv_rows.hpp>
#include <random>
#include <string>
#include <vector>

namespace dunlin::smpp::samples {

// any: every octet may have every value. plain: what a dissector accepts as a message without a UDH or an alphabet of
// its own.
enum class Octet : std::uint8_t { any, plain };

class Sampler {
 public:
  explicit Sampler(std::uint32_t seed, Octet octet = Octet::any) : random_(seed), octet_(octet) {}

  std::size_t between(std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random_);
  }

  std::string text(std::size_t least, std::size_t most) {
    static constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-. ";
    std::string text(between(least, most), ' ');
    for (auto& letter : text) letter = kLetters[between(0, kLetters.size() - 1)];
    return text;
  }
  Octets octets(std::size_t least, std::size_t most) {
    Octets octets(between(least, most));
    for (auto& octet : octets)
      octet = static_cast<std::uint8_t>(octet_ == Octet::any ? between(0, 255) : between('a', 'z'));
    return octets;
  }

  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void fill(std::string_view name, T& value) {
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - 8 * sizeof(T));
    value = static_cast<T>(std::uniform_int_distribution<std::uint64_t>(0, all)(random_));
    if (octet_ == Octet::plain && std::is_same_v<T, Ton>) value = static_cast<T>(between(0, 6));
    if (octet_ == Octet::plain && std::is_same_v<T, Npi>) {
      static constexpr Npi kNpis[] = {Npi::unknown,  Npi::isdn,         Npi::data,  Npi::telex,    Npi::land_mobile,
                                      Npi::national, Npi::private_plan, Npi::ermes, Npi::internet, Npi::wap};
      value = static_cast<T>(kNpis[between(0, std::size(kNpis) - 1)]);
    }
    if (octet_ == Octet::plain && (name == "esm_class" || name == "data_coding")) value = T{};
    if (octet_ == Octet::plain && name == "interface_version") value = static_cast<T>(interface_version::k34);
  }
  template <std::size_t N, std::size_t DecodeMax>
  void fill(std::string_view, CString<N, DecodeMax>& value) {
    value = text(0, N - 1);
  }
  void fill(std::string_view, TimeText& value) {
    static constexpr const char* kTimes[] = {"", "261122190000000+", "991231235959948-", "000007000000000R",
                                             "260101000000512+"};
    value = kTimes[between(0, std::size(kTimes) - 1)];
  }
  template <std::size_t N, std::size_t DecodeMax>
  void fill(std::string_view, OctetString<N, DecodeMax>& value) {
    value = octets(0, N);
  }
  void fill(std::string_view name, DestAddress& value) {
    if (between(0, 2) == 0) {
      fill(name, value.emplace<DistributionList>().dl_name);
      return;
    }
    auto& sme = value.emplace<SmeAddress>();
    fill(name, sme.dest_addr_ton);
    fill(name, sme.dest_addr_npi);
    fill(name, sme.destination_addr);
  }
  void fill(std::string_view name, UnsuccessSme& value) {
    fill(name, value.dest_addr_ton);
    fill(name, value.dest_addr_npi);
    fill(name, value.destination_addr);
    fill(name, value.error_status_code);
  }
  template <class T>
  void fill(std::string_view name, std::vector<T>& value) {
    value.resize(between(1, 5));
    for (auto& item : value) fill(name, item);
  }

  template <std::size_t Min, std::size_t Max>
  void fill(std::string_view, OctetRange<Min, Max>& value) {
    value = octets(Min, std::min<std::size_t>(Max, 300));
  }
  void fill(std::string_view name, NetworkErrorCode& value) {
    value.type = static_cast<std::uint8_t>(between(1, 8));  // other types are read leniently, by design
    fill(name, value.code);
  }
  void fill(std::string_view name, BroadcastContentType& value) {
    fill(name, value.network_type);
    fill(name, value.content_type);
  }
  void fill(std::string_view name, BroadcastFrequencyInterval& value) {
    fill(name, value.unit);
    fill(name, value.value);
  }
  void fill(std::string_view, BroadcastAreaIdentifier& value) {
    value.format = static_cast<std::uint8_t>(between(0, 2));
    value.details = octets(1, 100);
  }

 private:
  std::mt19937 random_;
  Octet octet_;
};

// A body with every field filled and no TLV.
template <class Body>
Body sample_body(Sampler& sampler) {
  Body body;
  for_each_field(body, [&](std::string_view name, auto& value) { sampler.fill(name, value); });
  return body;
}

// Sets the TLV of this tag to a sample value.
template <class Body>
void sample_tlv(Sampler& sampler, Body& body, std::uint16_t tag) {
  std::apply(
      [&](const auto&... row) {
        const auto one = [&](const auto& r) {
          if (r.tag != tag) return;
          typename std::remove_cvref_t<decltype(r)>::Value value{};
          sampler.fill(r.name, value);
          body.tlvs.set(r, value);
        };
        (one(row), ...);
      },
      tlv::all);
  // A text is in one place only (SMPP 3.4 §5.2.22).
  if constexpr (requires { body.short_message; }) {
    if (tag == tlv::message_payload.tag) body.short_message = "";
  }
}

// visit(std::type_identity<Body>) for every PDU there is.
template <class Visit>
void for_each_body(Visit&& visit) {
  [&]<class... Bodies>(std::type_identity<std::variant<Bodies...>>) {
    (visit(std::type_identity<Bodies>{}), ...);
  }(std::type_identity<Body>{});
}

// Every PDU: empty, filled, filled with each legal TLV alone, filled with all of them.
std::vector<Pdu> all_pdus(std::uint32_t seed, Octet octet);

}  // namespace dunlin::smpp::samples
