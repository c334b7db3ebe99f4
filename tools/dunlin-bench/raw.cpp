#include "raw.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <dunlin/smpp/codec.hpp>
#include <vector>

namespace dunlin::bench {
namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using smpp::CommandId;

namespace {

constexpr std::size_t kSequenceAt = 12;  // in the header
constexpr std::size_t kReadMax = 256 * 1024;

void put_u32(Octets& octets, std::size_t at, std::uint32_t value) {
  for (int i = 3; i >= 0; --i, value >>= 8) octets[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
}

Result<Octets> encoded(smpp::Body body) {
  Octets octets;
  if (auto done = smpp::encode({.sequence_number = 1, .body = std::move(body)}, octets); !done)
    return tl::unexpected(done.error());
  return octets;
}

Result<Octets> bind() {
  smpp::BindTransceiver bind;
  bind.system_id = "raw";
  return encoded(bind);
}

Result<Octets> submit(bool receipts) {
  smpp::SubmitSm submit;
  submit.source_addr_ton = smpp::Ton::alphanumeric;
  submit.source_addr = "ACME";
  submit.dest_addr_ton = smpp::Ton::international;
  submit.dest_addr_npi = smpp::Npi::isdn;
  submit.destination_addr = "48601000001";
  submit.registered_delivery = receipts ? smpp::registered_delivery::kFinal : smpp::registered_delivery::kNone;
  submit.short_message =
      "Reminder: your invoice of 120.50 EUR is due on 1 December. Thank you for paying in time, as always.";
  return encoded(submit);
}

// One connection, blocking: fills the window, reads, answers.
class Raw {
 public:
  Raw(const RawOptions& options, Octets submit, Octets deliver_resp)
      : options_(options), submit_(std::move(submit)), deliver_resp_(std::move(deliver_resp)) {}

  Result<void> run(const Octets& bind) {
    ErrorCode error;
    const auto address = asio::ip::make_address(options_.host, error);
    if (!error) socket_.connect({address, options_.port}, error);
    if (error) return failure("smpp", error.message(), options_.host + ":" + std::to_string(options_.port));
    socket_.set_option(tcp::no_delay(true), error);
    out_ = bind;
    auto step = exchange();
    while (step && !bound_) step = exchange();
    while (step && (answered_ < options_.count || receipts_ < expected_receipts())) {
      fill();
      step = exchange();
    }
    return step;
  }
  std::size_t refused() const { return refused_; }
  std::size_t receipts() const { return receipts_; }

 private:
  std::size_t expected_receipts() const { return options_.receipts ? answered_ - refused_ : 0; }

  void fill() {
    for (; sent_ < options_.count && sent_ - answered_ < options_.window; ++sent_)
      append(submit_, static_cast<std::uint32_t>(sent_ + 2));
  }
  void append(const Octets& pdu, std::uint32_t sequence) {
    const auto at = out_.size();
    out_.insert(out_.end(), pdu.begin(), pdu.end());
    put_u32(out_, at + kSequenceAt, sequence);
  }
  // Writes what there is to say, then reads once.
  Result<void> exchange() {
    ErrorCode error;
    if (!out_.empty()) asio::write(socket_, asio::buffer(out_), error);
    out_.clear();
    const auto size = error ? 0 : socket_.read_some(asio::buffer(in_), error);
    if (error) return failure("smpp", error.message(), "connection");
    reader_.feed({in_.data(), size});
    for (;;) {
      const auto next = reader_.next();
      if (std::holds_alternative<smpp::NeedMore>(next)) return {};
      const auto* frame = std::get_if<OctetView>(&next);
      if (frame == nullptr) return failure("smpp", "not a PDU", "stream");
      if (auto taken = take(smpp::decode_header(*frame)); !taken) return taken;
    }
  }
  Result<void> take(const smpp::Header& header) {
    const bool ok = header.command_status == smpp::CommandStatus::ok;
    if (header.command_id == CommandId::submit_sm_resp) {
      ++answered_;
      refused_ += ok ? 0 : 1;
    } else if (header.command_id == CommandId::deliver_sm) {
      ++receipts_;
      append(deliver_resp_, header.sequence_number);
    } else if (header.command_id == CommandId::bind_transceiver_resp && ok) {
      bound_ = true;
    } else {
      return failure("smpp", "unexpected: " + std::string(smpp::command_name(header.command_id)), "stream");
    }
    return {};
  }

  const RawOptions& options_;
  const Octets submit_, deliver_resp_;
  asio::io_context io_;
  tcp::socket socket_{io_};
  smpp::FrameReader reader_;
  Octets in_ = Octets(kReadMax), out_;
  bool bound_ = false;
  std::size_t sent_ = 0, answered_ = 0, refused_ = 0, receipts_ = 0;
};

}  // namespace

Result<void> run_raw(const RawOptions& options, Figures& figures) {
  const auto bind_octets = bind();
  auto submit_octets = submit(options.receipts);
  auto deliver_resp = encoded(smpp::DeliverSmResp{});
  if (!bind_octets) return tl::unexpected(bind_octets.error());
  if (!submit_octets) return tl::unexpected(submit_octets.error());
  if (!deliver_resp) return tl::unexpected(deliver_resp.error());
  Raw raw(options, *std::move(submit_octets), *std::move(deliver_resp));
  const auto began = std::chrono::steady_clock::now();
  if (auto ran = raw.run(*bind_octets); !ran) return ran;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  figures.add("submits", std::uint64_t{options.count});
  figures.add("refused", std::uint64_t{raw.refused()});
  figures.add("receipts", std::uint64_t{raw.receipts()});
  figures.add("wall", seconds, "s");
  figures.add("messages", static_cast<double>(options.count) / seconds, "submits/s");
  return {};
}

}  // namespace dunlin::bench
