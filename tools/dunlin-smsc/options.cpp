#include "options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <dunlin/smpp/receipt.hpp>
#include <dunlin/text/encode.hpp>
#include <map>
#include <optional>

#include "base/duration.hpp"
#include "base/version.hpp"

namespace dunlin::smsc {
namespace {

std::optional<double> parse_share(std::string_view text) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc{} || end != text.data() + text.size() || !(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

std::optional<smpp::CommandStatus> parse_status(std::string_view text) {
  for (const auto& row : smpp::status_table()) {
    if (row.name == text) return row.value;
  }
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return static_cast<smpp::CommandStatus>(value);
}

std::optional<smpp::MessageState> parse_state(std::string_view text) {
  for (int state = 0; state <= static_cast<int>(smpp::MessageState::skipped); ++state) {
    const auto value = static_cast<smpp::MessageState>(state);
    if (smpp::stat_of(value) == text) return value;
  }
  return std::nullopt;
}

template <class Value>
Result<void> add_share(Shares<Value>& shares, std::optional<Value> value, std::string_view share_text,
                       const std::string& whole) {
  const auto share = parse_share(share_text);
  if (!value || !share) return failure("bad_value", "expected NAME=SHARE with a share from 0 to 1", whole);
  shares.add(*std::move(value), *share);
  if (shares.sum() > 1 + 1e-9) return failure("bad_value", "the shares are more than all cases together", whole);
  return {};
}

std::pair<std::string_view, std::string_view> cut(std::string_view text) {
  const auto at = text.find('=');
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// A CLI11 check that keeps what it parsed.
template <class Parse>
CLI::Option* option(CLI::App& app, const std::string& name, const std::string& help, const std::string& type,
                    Parse parse) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [parse, name](const std::vector<std::string>& texts) {
            for (const auto& text : texts) {
              if (auto parsed = parse(text); !parsed) throw CLI::ValidationError(name, to_string(parsed.error()));
            }
          },
          help)
      ->type_name(type);
}

template <class Value, class Parse>
CLI::Option* one(CLI::App& app, const std::string& name, Value& into, const std::string& help, const std::string& type,
                 Parse parse) {
  return option(app, name, help, type,
                [&into, parse](const std::string& text) -> Result<void> {
                  auto value = parse(text);
                  if (!value) return tl::unexpected(std::move(value.error()));
                  into = *value;
                  return {};
                })
      ->expected(1);
}

void add_network(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port to listen on; 0 takes a free one")->capture_default_str();
  app.add_option("--system-id", options.system_id, "The only system_id accepted (default: any)");
  app.add_option("--password", options.password, "The only password accepted (default: any)");
  app.add_option("--deliver-window", options.deliver_window, "Unanswered deliver_sms a session")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--control", options.control, "Unix socket that takes commands, a JSON object a line");
  app.add_option("--journal", options.journal, "File to append what was accepted to, a JSON object a line");
  app.add_option("--seed", options.seed, "What happens at random happens the same with the same seed")
      ->capture_default_str();
}

void add_dialect(CLI::App& app, Options& options) {
  std::string help = "Speak like one kind of real SMSC; other options go before it:";
  for (const auto& dialect : dialects()) help.append("\n  ").append(dialect.name).append(": ").append(dialect.is);
  one(app, "--dialect", options.dialect, help, "NAME", [](const std::string& name) -> Result<Dialect> {
    const auto found = parse_dialect(name);
    if (!found) return tl::unexpected(found.error());
    return **found;
  });
}

// What the line did not say itself is as the dialect has it.
void take_dialect(const CLI::App& app, Options& options) {
  const auto& dialect = options.dialect;
  const bool id_told = app.count("--id-form") > 0;
  if (!id_told) options.id_form = dialect.id_form;
  if (app.count("--receipt-id-form") == 0) {
    options.receipt_id_form = id_told ? options.id_form : dialect.receipt_id_form;
    options.tlv_id_form = id_told ? options.id_form : dialect.tlv_id_form;
  } else {
    options.tlv_id_form = options.receipt_id_form;
  }
  if (app.count("--receipt-form") == 0) options.receipt_form = dialect.receipt_form;
  if (app.count("--early-receipts") == 0) options.early_receipts = dialect.early;
  if (app.count("--binds") == 0) options.binds_max = dialect.binds_max;
}

void add_limit(CLI::App& app, Options& options) {
  auto& limit = options.limit;
  app.add_option("--limit", limit.rate, "Submits a second a system_id that it takes and tells nobody (default: any)")
      ->check(CLI::NonNegativeNumber);
  one(app, "--limit-form", limit.form,
      "How it counts: seconds of the clock, sliding seconds, spacing, a bucket or a queue (default: sliding)", "FORM",
      parse_limit_form);
  one(app, "--limit-depth", limit.depth,
      "Time saved up by a bucket, held by a queue, forgiven by a spacing (default: 100ms, 1s, 20ms)", "DURATION",
      parse_duration);
  one(app, "--limit-answer", limit.answer,
      "What is above it gets: throttled, queue-full or close (default: throttled; of a queue: queue-full)", "ANSWER",
      parse_limit_answer);
  app.add_flag("--congestion", options.congestion, "Say how loaded it is as congestion_state in every submit_sm_resp");
}

void add_answers(CLI::App& app, Options& options) {
  app.add_option("--binds", options.binds_max, "Binds a system_id may have; above: ESME_RALYBND (default: any)")
      ->check(CLI::NonNegativeNumber);

  one(app, "--latency", options.latency, "How long a response takes (default: none)", "DURATION", parse_duration);
  option(app, "--error", "Share of submits refused with a status, by name or number; repeatable", "STATUS=SHARE",
         [&](const std::string& text) { return add_error(options.errors, text); });
  one(app, "--id-form", options.id_form, "Message ids in responses: hex, upper, decimal, uuid, padded (default: hex)",
      "FORM", parse_id_form);
}

void add_receipts(CLI::App& app, Options& options) {
  app.add_flag_callback(
      "--no-receipts", [&] { options.receipts = false; }, "Send no receipts");
  one(app, "--receipt-delay", options.receipt_delay, "When receipts come after the submit (default: 1s)", "DURATION",
      parse_duration);
  app.add_option("--receipt-jitter", options.receipt_jitter, "Share by which that delay varies")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  option(app, "--receipt-stat", "Shares of what receipts say (default: all DELIVRD)", "STAT=SHARE,…",
         [&](const std::string& text) { return add_receipt_state(options.receipt_states, text); })
      ->delimiter(',');
  app.add_option("--early-receipts", options.early_receipts, "Share of receipts sent before their response")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--receipt-form", options.receipt_form, "What a receipt has: text, tlv or both (default: both)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ReceiptForm>{
          {"both", ReceiptForm::both}, {"text", ReceiptForm::text}, {"tlv", ReceiptForm::tlv}}))
      ->type_name("FORM")
      ->option_text("FORM");
  one(app, "--receipt-id-form", options.receipt_id_form, "Message ids in receipts (default: as in responses)", "FORM",
      parse_id_form);
  option(app, "--reply", "Share of numbers that answer with a text after their receipt; repeatable", "SHARE=TEXT",
         [&](const std::string& text) { return add_reply(options.replies, text); });
}

}  // namespace

Result<void> add_error(Shares<smpp::CommandStatus>& errors, const std::string& text) {
  const auto [name, share] = cut(text);
  return add_share(errors, parse_status(name), share, text);
}

Result<void> add_receipt_state(Shares<smpp::MessageState>& states, const std::string& text) {
  const auto [name, share] = cut(text);
  return add_share(states, parse_state(name), share, text);
}

Result<void> add_reply(Shares<std::string>& replies, const std::string& text) {
  const auto [share, reply] = cut(text);
  if (const auto encoded = text::encode(reply, {}); !encoded) return tl::unexpected(encoded.error());
  return add_share(replies, reply.empty() ? std::nullopt : std::optional(std::string(reply)), share, text);
}

Parsed parse_command_line(int argc, char** argv) {
  Parsed parsed;
  CLI::App app{"An SMSC to try, rehearse and test against: takes binds and submits, sends receipts and replies."};
  app.set_version_flag("--version", std::string("dunlin-smsc ") + std::string(kVersion));
  add_network(app, parsed.options);
  add_dialect(app, parsed.options);
  add_answers(app, parsed.options);
  add_limit(app, parsed.options);
  add_receipts(app, parsed.options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  take_dialect(app, parsed.options);
  parsed.run = true;
  return parsed;
}

}  // namespace dunlin::smsc
