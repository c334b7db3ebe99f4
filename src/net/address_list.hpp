// Addresses and networks that calls may come from: "192.0.2.7", "192.0.2.0/24", "2001:db8::/32". A caller of IPv4 at a
// socket of IPv6 (::ffff:192.0.2.7) is one of IPv4.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string_view>
#include <vector>

namespace dunlin::net {

boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

class AddressList {
 public:
  bool add(std::string_view written);  // false: it is none of these, and nothing was added
  void add(const boost::asio::ip::address& address);
  void clear();
  bool contains(const boost::asio::ip::address& address) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace dunlin::net
