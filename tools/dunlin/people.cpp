// dunlin paid, unpaid, consent.
#include <pwd.h>
#include <unistd.h>

#include <cstdio>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

struct Payment {
  std::string account, invoice, amount, currency, id, paid_at;
};

struct Consent {
  std::string number, source, reason, purpose, at;
};

void put_some(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

void print_list(const Json& answer, const char* name, const char* what) {
  const auto count = answer.value("counts", Json::object()).value(name, std::uint64_t{0});
  if (count == 0) return;
  std::printf("%s %s", grouped(count).c_str(), what);
  const Json ids = answer.value(name, Json::array());
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(ids.size(), kShown); ++i)
    std::printf("%s%s", i == 0 ? ": " : ", ", shown(ids[i]).c_str());
  std::puts(count > kShown ? ", …" : "");
}

int pay(const Payment& payment, bool reversed, const Context& context) {
  Json body{{"account", payment.account}};
  put_some(body, "invoice", payment.invoice);
  put_some(body, "amount", payment.amount);
  put_some(body, "currency", payment.currency);
  put_some(body, "id", payment.id);
  put_some(body, "paid_at", payment.paid_at);
  if (reversed) body["reversed"] = true;
  const Json answer = Client(context.socket).call("POST", "/v1/payments", body);
  if (context.json) {
    std::puts(answer.dump().c_str());
    return kDone;
  }
  std::printf("%s is recorded as %s\n", payment.account.c_str(), reversed ? "not paid" : "paid");
  print_list(answer, "cancelled", "cancelled");
  print_list(answer, "under_way", "under way, no further segment follows");
  print_list(answer, "sent", "sent before");
  return kDone;
}

void print_consent(const Json& consent, const Context& context) {
  if (context.json) {
    std::puts(consent.dump().c_str());
    return;
  }
  std::fputs(facts({{"number", member(consent, "number")},
                    {"status",
                     member(consent, "status") + (consent.value("stopped", false) ? " (the person's own STOP)" : "")},
                    {"purpose", member(consent, "purpose")},
                    {"source", member(consent, "source")},
                    {"at", local_time(member(consent, "at"))}})
                 .c_str(),
             stdout);
  const Json history = consent.value("history", Json::array());
  if (history.empty()) return;
  Table table({"AT", "STATUS", "PURPOSE", "SOURCE", "REASON"});
  for (const auto& change : history) {
    table.add({local_time(member(change, "at")), member(change, "status"), member(change, "purpose"),
               member(change, "source"), member(change, "reason")});
  }
  std::printf("\n%s", table.text().c_str());
}

std::string target(const Consent& consent) { return "/v1/consents/" + percent_encode(consent.number); }

int put(const Consent& consent, const char* status, const Context& context) {
  Json body{{"status", status}, {"source", consent.source}};
  put_some(body, "purpose", consent.purpose);
  put_some(body, "at", consent.at);
  put_some(body, "override", consent.reason);
  print_consent(Client(context.socket).call("PUT", target(consent), body), context);
  return kDone;
}

// Who says so, when --source does not: the user at this terminal.
std::string own_name() {
  const passwd* user = ::getpwuid(::getuid());
  return "cli:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(::getuid()));
}

void add_payment(CLI::App& app, Context& context, const char* name, const char* does, bool reversed) {
  auto* command = app.add_subcommand(name, does);
  auto payment = std::make_shared<Payment>();
  command->add_option("ACCOUNT", payment->account, "The account, as the jobs name it")->required();
  command->add_option("--invoice", payment->invoice, "Only this invoice; else all of the account");
  auto* id = command->add_option("--id", payment->id, "The payment's own id: the same one twice counts once");
  command->add_option("--amount", payment->amount, "A part of what is owed, like 120.50")->needs(id);
  command->add_option("--currency", payment->currency, "ISO 4217, like EUR");
  command->add_option("--paid-at", payment->paid_at, "RFC 3339, like 2026-12-01T10:30:00+01:00; else now");
  command->footer(std::string("Examples:\n  dunlin ") + name + " 4711\n  dunlin " + name +
                  " 4711 --invoice 2026-118 --paid-at 2026-12-01T10:30:00+01:00\n");
  command->callback([payment, reversed, &context] {
    context.run = [payment, reversed, &context] { return pay(*payment, reversed, context); };
  });
}

}  // namespace

void add_people(CLI::App& app, Context& context) {
  add_payment(app, context, "paid", "Record a payment: what it covers is not sent any more", false);
  add_payment(app, context, "unpaid", "Take a payment back: a returned debit, a bounced cheque", true);

  auto* consent = app.add_subcommand("consent", "See, allow or block a number");
  consent->require_subcommand(1);
  consent->footer(
      "A block that came from the person's own STOP is lifted only by a START from that number, or here with a newer "
      "--at and a --reason.\n\n"
      "Examples:\n  dunlin consent show +4915112345678\n  dunlin consent block +4915112345678 --source letter\n"
      "  dunlin consent allow +4915112345678 --source form-77 --at 2026-12-01T10:30:00+01:00 --reason 'signed "
      "again'\n");
  auto who = std::make_shared<Consent>();

  auto* see = consent->add_subcommand("show", "What is recorded, and how it came about");
  see->add_option("NUMBER", who->number, "E.164, like +4915112345678")->required();
  see->callback([who, &context] {
    context.run = [who, &context] {
      print_consent(Client(context.socket).call("GET", target(*who)), context);
      return int{kDone};
    };
  });

  const auto add_change = [&](const char* name, const char* status, const char* does) {
    auto* change = consent->add_subcommand(name, does);
    change->add_option("NUMBER", who->number, "E.164, like +4915112345678")->required();
    change->add_option("--source", who->source, "Where it comes from: a form, a letter, a call")
        ->default_str("cli:USER");
    change->add_option("--reason", who->reason, "Why the person's own STOP is overridden");
    change->add_option("--purpose", who->purpose, "Only for billing, collection or marketing");
    change->add_option("--at", who->at, "When it was given, RFC 3339; else now");
    change->callback([who, status, &context] {
      if (who->source.empty()) who->source = own_name();
      context.run = [who, status, &context] { return put(*who, status, context); };
    });
  };
  add_change("allow", "allowed", "Record that this person may be texted");
  add_change("block", "blocked", "Never text this number; what is queued for it is stopped");
}

}  // namespace dunlin::tool
