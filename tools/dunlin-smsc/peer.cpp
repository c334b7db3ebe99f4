#include "peer.hpp"

#include <boost/asio/buffer.hpp>
#include <utility>

namespace dunlin::smsc {
namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

constexpr int kReadsPerWakeUp = 4;

bool not_now(const ErrorCode& error) {
  return error == asio::error::would_block || error == asio::error::try_again || error == asio::error::interrupted;
}

}  // namespace

Peer::Peer(PeerOwner& owner, tcp::socket socket, std::uint64_t id, const session::Options& options, Steady now)
    : session(options, now), owner_(owner), socket_(std::move(socket)), id_(id) {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
}

void Peer::read() {
  if (reading_ || frozen_ || !open_ || !session.output_open()) return;
  reading_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    self->reading_ = false;
    if (!self->open_ || self->frozen_) return;
    if (error) return self->owner_.lost(*self);
    self->readable();
  });
}

void Peer::readable() {
  for (int reads = 0; reads < kReadsPerWakeUp; ++reads) {
    const auto buffer = owner_.buffer();
    ErrorCode error;
    const auto size = socket_.read_some(asio::buffer(buffer), error);
    if (not_now(error)) break;
    if (error) return owner_.lost(*this);
    session.received({static_cast<const std::uint8_t*>(buffer.data()), size});
    owner_.came(*this);
    if (!open_ || frozen_ || size < buffer.size() / 2) break;
  }
  read();
}

void Peer::freeze(bool frozen) {
  frozen_ = frozen;
  if (frozen) return;
  read();
  if (open_ && has_output()) flush();
}

bool Peer::flush() {
  auto& output = session.output();
  while (open_ && !frozen_ && output.unsent() > 0) {
    const auto view = output.view();
    ErrorCode error;
    const auto taken = socket_.write_some(asio::buffer(view.data(), view.size()), error);
    if (not_now(error)) break;
    if (error) return false;
    output.consume(taken);
  }
  if (open_ && !frozen_ && output.unsent() > 0 && !writing_) {
    writing_ = true;
    socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const ErrorCode& error) {
      self->writing_ = false;
      if (!self->open_) return;
      if (error) return self->owner_.lost(*self);
      self->owner_.drained(*self);
    });
  }
  read();
  return true;
}

void Peer::close(bool reset) {
  open_ = false;
  ErrorCode ignored;
  if (reset) {
    socket_.set_option(tcp::socket::linger(true, 0), ignored);
  } else {
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  socket_.close(ignored);
}

bool Peer::may_deliver() const {
  return open_ && !frozen_ && session.delivers() && session.room() > 0 && session.output_open();
}

Result<void> Peer::deliver(Delivery delivery, const Options& options, Now now) {
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  auto sent = session.send(to_pdu(delivery, options, now.wall), session::Tag{slot, 0}, now.steady);
  if (!sent) return tl::unexpected(std::move(sent.error()));
  free_.pop_back();
  slots_[slot] = std::move(delivery);
  return {};
}

Delivery Peer::take(std::uint64_t slot) {
  free_.push_back(slot);
  return std::move(slots_[slot]);
}

}  // namespace dunlin::smsc
