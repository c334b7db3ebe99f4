// What can be asked of dunlin-smsc on its command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/smpp/status.hpp>
#include <dunlin/smpp/types.hpp>
#include <string>
#include <vector>

#include "chance.hpp"
#include "dialect.hpp"
#include "limit.hpp"
#include "message_ids.hpp"

namespace dunlin::smsc {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2775;            // 0: any free one
  std::string system_id, password;      // empty: any is accepted
  std::uint32_t deliver_window = 1000;  // unanswered deliver_sms a session
  std::chrono::milliseconds latency{0};
  LimitSettings limit;
  bool congestion = false;  // submit_sm_resp says congestion_state
  Shares<smpp::CommandStatus> errors;
  bool receipts = true;
  std::chrono::milliseconds receipt_delay{1000};
  double receipt_jitter = 0.2;                // the delay varies by this share of itself, up and down
  Shares<smpp::MessageState> receipt_states;  // what is left over is delivered
  double early_receipts = 0;                  // share of receipts sent before their response
  ReceiptForm receipt_form = ReceiptForm::both;
  IdForm id_form = IdForm::hex;
  IdForm receipt_id_form = IdForm::hex;  // in its text
  IdForm tlv_id_form = IdForm::hex;
  std::size_t binds_max = 0;        // a system_id; beyond: ESME_RALYBND. 0: any
  Dialect dialect = dialects()[0];  // what no option of its own says
  Shares<std::string> replies;      // of all numbers
  std::uint64_t seed = 1;
  std::string control;  // path of a Unix socket; empty: none
  std::string journal;  // path of a file; empty: none
};

// "NAME=SHARE" or "NUMBER=SHARE" (0x58 or 88). Errors: "bad_value".
[[nodiscard]] Result<void> add_error(Shares<smpp::CommandStatus>& errors, const std::string& text);
// "DELIVRD=0.97". Errors: "bad_value".
[[nodiscard]] Result<void> add_receipt_state(Shares<smpp::MessageState>& states, const std::string& text);
// "SHARE=text". Errors: "bad_value".
[[nodiscard]] Result<void> add_reply(Shares<std::string>& replies, const std::string& text);

// Reads the command line. Where the program is to end at once (help, a usage error), says so and gives the exit code.
struct Parsed {
  Options options;
  int exit_code = 0;
  bool run = false;
};
Parsed parse_command_line(int argc, char** argv);

}  // namespace dunlin::smsc
