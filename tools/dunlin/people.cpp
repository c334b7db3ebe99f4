// dunlin paid, unpaid, hold, release, consent, bad-numbers, forget.
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
  std::string number, source, reason, purpose, basis, at;
};

struct Hold {
  std::string owner, reason, until, id;
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
  std::printf("%s is recorded as %s\n", payment.account.c_str(), reversed ? "not paid" : payment.amount.empty() ? "paid" : "paid in part");
  print_list(answer, "released", "go on");
  print_list(answer, "cancelled", "cancelled");
  print_list(answer, "under_way", "under way, no further segment follows");
  print_list(answer, "sent", "sent before");
  return kDone;
}

void print_holds(const Json& holds) {
  Table table({"HOLD", "REASON", "SINCE", "UNTIL"});
  for (const auto& each : holds) {
    table.add({member(each, "id"), member(each, "reason"), local_time(member(each, "at")), local_time(member(each, "until"))});
  }
  std::printf("\n%s", table.text().c_str());
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
                    {"at", local_time(member(consent, "at"))},
                    {"bad number", local_time(member(consent, "bad_since")) + (consent.contains("bad_reason") ? " " + member(consent, "bad_reason") : "")}})
                 .c_str(),
             stdout);
  if (const Json purposes = consent.value("purposes", Json::array()); !purposes.empty()) {
    Table table({"PURPOSE", "STATUS", "BASIS", "SOURCE", "AT"});
    for (const auto& each : purposes) {
      table.add({member(each, "purpose"), member(each, "status"), member(each, "basis"), member(each, "source"),
                 local_time(member(each, "at"))});
    }
    std::printf("\n%s", table.text().c_str());
  }
  if (const Json senders = consent.value("stopped_senders", Json::array()); !senders.empty()) {
    Table table({"STOPPED SENDER", "AT"});
    for (const auto& each : senders) table.add({member(each, "sender"), local_time(member(each, "at"))});
    std::printf("\n%s", table.text().c_str());
  }
  if (const Json holds = consent.value("holds", Json::array()); !holds.empty()) print_holds(holds);
  const Json history = consent.value("history", Json::array());
  if (history.empty()) return;
  Table table({"AT", "STATUS", "PURPOSE", "SOURCE", "REASON"});
  for (const auto& change : history) {
    table.add({local_time(member(change, "at")), member(change, "status"), member(change, "purpose"),
               member(change, "source"), member(change, "reason")});
  }
  std::printf("\n%s", table.text().c_str());
}

// A number is told from an account by its '+'.
const char* kind_of(const std::string& owner) { return owner.starts_with('+') ? "number" : "account"; }
std::string holds_of(const std::string& owner) { return std::string("/v1/holds?") + kind_of(owner) + "=" + percent_encode(owner); }

int lay_hold(const Hold& hold, const Context& context) {
  Json body{{kind_of(hold.owner), hold.owner}, {"reason", hold.reason}};
  put_some(body, "until", hold.until);
  const Json laid = Client(context.socket).call("POST", "/v1/holds", body);
  if (context.json) {
    std::puts(laid.dump().c_str());
  } else {
    std::printf("%s is held (%s)%s%s\n", hold.owner.c_str(), member(laid, "id").c_str(), hold.until.empty() ? "" : " until ", local_time(member(laid, "until")).c_str());
  }
  return kDone;
}

int show_holds(const Hold& hold, const Context& context) {
  const Json answer = Client(context.socket).call("GET", holds_of(hold.owner));
  const Json holds = answer.value("holds", Json::array());
  if (context.json) {
    std::puts(answer.dump().c_str());
  } else if (holds.empty()) {
    std::puts("no hold");
  } else {
    print_holds(holds);
  }
  return kDone;
}

// By its id, or all that an account or a number has.
int release(const Hold& hold, const Context& context) {
  Client client(context.socket);
  std::vector<std::string> ids;
  if (!hold.id.empty()) ids.push_back(hold.id);
  if (!hold.owner.empty()) {
    const Json answer = client.call("GET", holds_of(hold.owner));
    for (const auto& each : answer.value("holds", Json::array())) ids.push_back(member(each, "id"));
  }
  for (const std::string& id : ids) static_cast<void>(client.call("DELETE", "/v1/holds/" + percent_encode(id)));
  if (context.json) {
    std::puts(Json{{"released", ids}}.dump().c_str());
  } else {
    std::printf("%zu released\n", ids.size());
  }
  return kDone;
}

std::string target(const Consent& consent) { return "/v1/consents/" + percent_encode(consent.number); }

int put(const Consent& consent, const char* status, const Context& context) {
  Json body{{"status", status}, {"source", consent.source}};
  put_some(body, "purpose", consent.purpose);
  put_some(body, "at", consent.at);
  put_some(body, "override", consent.reason);
  put_some(body, "basis", consent.basis);
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

// As the daemon gives it, or as a table.
int list_bad(bool csv, const Context& context) {
  Client client(context.socket);
  if (csv || context.json) {
    const bool whole = client.read_octets(csv ? "/v1/bad-numbers?format=csv" : "/v1/bad-numbers", [](std::string_view octets) {
      return std::fwrite(octets.data(), 1, octets.size(), stdout) == octets.size();
    });
    return whole ? kDone : kRefused;
  }
  Table table({"NUMBER", "SINCE", "FAILURES", "REASON"});
  std::size_t count = 0;
  const bool whole = client.read_lines("/v1/bad-numbers", [&](std::string_view line) {
    const Json each = Json::parse(line, nullptr, false);
    if (!each.is_object()) return true;
    ++count;
    table.add({member(each, "number"), local_time(member(each, "since")), member(each, "failures"), member(each, "reason")});
    return true;
  });
  if (count == 0) {
    std::puts("no bad number");
  } else {
    std::fputs(table.text().c_str(), stdout);
  }
  return whole ? kDone : kRefused;
}

int clear_bad(const std::string& number, const Context& context) {
  const Json done = Client(context.socket).call("DELETE", "/v1/bad-numbers/" + percent_encode(number));
  if (context.json) {
    std::puts(done.dump().c_str());
  } else {
    std::printf("%s is off the list, until a text to it fails for good again\n", number.c_str());
  }
  return kDone;
}

void add_bad_numbers(CLI::App& app, Context& context) {
  auto* bad = app.add_subcommand("bad-numbers", "Numbers that texts failed to reach for good: list or clear them");
  bad->require_subcommand(1);
  bad->footer(
      "What is sent to them is not stopped: whoever has the master data corrects it. A delivery clears a number, and so "
      "does a newer consent.\n\nExamples:\n  dunlin bad-numbers list --csv > bad.csv\n  dunlin bad-numbers clear "
      "+4915112345678\n");
  auto csv = std::make_shared<bool>(false);
  auto* list = bad->add_subcommand("list", "Each with its reason, since when and how many failures in a row");
  list->add_flag("--csv", *csv, "As CSV; cells that a spreadsheet would run are made harmless");
  list->callback([csv, &context] { context.run = [csv, &context] { return list_bad(*csv, context); }; });
  auto number = std::make_shared<std::string>();
  auto* clear = bad->add_subcommand("clear", "Take a number off the list: it is good again");
  clear->add_option("NUMBER", *number, "E.164, like +4915112345678")->required();
  clear->callback([number, &context] { context.run = [number, &context] { return clear_bad(*number, context); }; });
}

}  // namespace

void add_people(CLI::App& app, Context& context) {
  add_payment(app, context, "paid", "Record a payment: what it covers is not sent any more", false);
  add_payment(app, context, "unpaid", "Take a payment back: a returned debit, a bounced cheque", true);

  auto held = std::make_shared<Hold>();
  auto* hold = app.add_subcommand("hold", "Leave an account or a number alone until it is released, or for a while");
  hold->add_option("ACCOUNT|NUMBER", held->owner, "An account as the jobs name it, or a number as +4915112345678")->required();
  hold->add_option("--reason", held->reason, "Why, in a word or a few: dispute, promise; without it: show its holds");
  hold->add_option("--until", held->until, "When it ends by itself, RFC 3339; else when it is released");
  hold->footer("Examples:\n  dunlin hold 4711 --reason dispute\n  dunlin hold +4915112345678 --reason promise --until 2026-12-04T09:00:00+01:00\n  dunlin hold 4711\n");
  hold->callback([held, &context] {
    context.run = [held, &context] { return held->reason.empty() ? show_holds(*held, context) : lay_hold(*held, context); };
  });
  auto* let_go = app.add_subcommand("release", "Release a hold: what it held goes on");
  auto* which = let_go->add_option("ACCOUNT|NUMBER", held->owner, "All the holds of an account, or of a number as +4915112345678");
  let_go->add_option("--id", held->id, "This hold alone, as `dunlin hold` named it")->excludes(which);
  let_go->footer("Examples:\n  dunlin release 4711\n  dunlin release --id h1234\n");
  let_go->callback([held, &context] {
    if (held->owner.empty() && held->id.empty()) throw CLI::ValidationError("release", "whose holds, or which: ACCOUNT|NUMBER or --id");
    context.run = [held, &context] { return release(*held, context); };
  });

  auto* forget = app.add_subcommand("forget", "Erase a person: jobs, texts, events; what blocks the number stays, as a keyed hash");
  auto whom = std::make_shared<std::string>();
  forget->add_option("NUMBER", *whom, "E.164, like +4915112345678")->required();
  forget->footer("What is open for that number is cancelled first. What was told to readers of events before is theirs.\n");
  forget->callback([whom, &context] {
    context.run = [whom, &context] {
      const Json done = Client(context.socket).call("POST", "/v1/forget", Json{{"number", *whom}});
      if (context.json) {
        std::puts(done.dump().c_str());
      } else {
        std::printf("forgotten: %s jobs, %s events\n", grouped(done.value("jobs", std::uint64_t{0})).c_str(), grouped(done.value("events", std::uint64_t{0})).c_str());
      }
      return int{kDone};
    };
  });

  add_bad_numbers(app, context);

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
    change->add_option("--basis", who->basis, "On what it rests, like prior_express_written");
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
