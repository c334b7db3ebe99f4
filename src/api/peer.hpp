// Who may talk: the peer's credentials held against the socket's file, by the kernel's own rule for connecting (write
// permission).
#pragma once

#include <sys/types.h>

#include <dunlin/base/result.hpp>
#include <string>
#include <vector>

namespace dunlin::api {

struct Peer {
  uid_t uid = 0;
  std::vector<gid_t> groups;  // effective and supplementary
};

struct SocketFile {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;
};

// root and the daemon's own user always; else the write bit of the class (owner, group, others) the peer belongs to.
bool may_talk(const Peer& peer, const SocketFile& file, uid_t own);

// Of a connected Unix socket (SO_PEERCRED, SO_PEERGROUPS), and of a path. Errors: "socket_io".
[[nodiscard]] Result<Peer> peer_of(int socket);
[[nodiscard]] Result<SocketFile> socket_file(const std::string& path);

}  // namespace dunlin::api
