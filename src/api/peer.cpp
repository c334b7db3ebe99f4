#include "api/peer.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dunlin::api {
namespace {

tl::unexpected<Error> os_error(std::string what) {
  return failure("socket_io", std::move(what) + ": " + std::strerror(errno));
}

}  // namespace

bool may_talk(const Peer& peer, const SocketFile& file, uid_t own) {
  if (peer.uid == 0 || peer.uid == own) return true;
  if (peer.uid == file.owner) return (file.mode & S_IWUSR) != 0;
  if (std::find(peer.groups.begin(), peer.groups.end(), file.group) != peer.groups.end())
    return (file.mode & S_IWGRP) != 0;
  return (file.mode & S_IWOTH) != 0;
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return os_error("SO_PEERCRED");
  Peer peer{credentials.uid, {credentials.gid}};
  // Asked twice: the first call says how much room the list needs.
  std::vector<gid_t> groups(32);
  for (int attempt = 0; attempt < 2; ++attempt) {
    length = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const int failed = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &length);
    groups.resize(length / sizeof(gid_t));
    if (failed == 0) break;
    if (errno != ERANGE) return os_error("SO_PEERGROUPS");
  }
  peer.groups.insert(peer.groups.end(), groups.begin(), groups.end());
  return peer;
}

Result<SocketFile> socket_file(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return os_error(path);
  return SocketFile{found.st_uid, found.st_gid, found.st_mode};
}

}  // namespace dunlin::api
