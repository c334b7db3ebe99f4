#include "net/address_list.hpp"

#include <algorithm>
#include <string>

namespace dunlin::net {
namespace ip = boost::asio::ip;

ip::address unmapped(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

bool AddressList::add(std::string_view written) {
  boost::system::error_code error;
  const std::string text(written);
  if (written.find('/') == std::string_view::npos) {
    const auto address = ip::make_address(text, error);
    if (!error) add(address);
    return !error;
  }
  const auto v4 = ip::make_network_v4(text, error);
  if (!error) {
    v4_.push_back(v4.canonical());
    return true;
  }
  const auto v6 = ip::make_network_v6(text, error);
  if (!error) v6_.push_back(v6.canonical());
  return !error;
}

void AddressList::add(const ip::address& address) {
  const ip::address one = unmapped(address);
  if (one.is_v4()) {
    v4_.emplace_back(one.to_v4(), 32);
  } else {
    v6_.emplace_back(one.to_v6(), 128);
  }
}

void AddressList::clear() {
  v4_.clear();
  v6_.clear();
}

bool AddressList::contains(const ip::address& address) const {
  const ip::address one = unmapped(address);
  const auto of = [](const auto& host) {
    return [host](const auto& network) {
      return std::decay_t<decltype(network)>(host, network.prefix_length()).canonical() == network;
    };
  };
  return one.is_v4() ? std::ranges::any_of(v4_, of(one.to_v4())) : std::ranges::any_of(v6_, of(one.to_v6()));
}

}  // namespace dunlin::net
