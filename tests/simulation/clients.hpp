// The upstream: billing systems, clerks and operators. Each thing they want is asked for with the same ids until it is
// answered, whatever happens to the gateway meanwhile.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts.hpp"
#include "random.hpp"
#include "engine/requests.hpp"
#include "scenario.hpp"

namespace dunlin::simulation {

class World;

class Clients {
 public:
  Clients(World& world, std::uint64_t seed) : world_(world), random_(seed, 4), law_random_(seed, 22), campaign_random_(seed, 32), month_random_(seed, 41) {}

  void begin();                  // wants things from here on
  void calm() { calm_ = true; }  // wants nothing new, and insists on the rest
  bool satisfied() const { return open_ == 0; }
  std::uint32_t jobs() const { return next_job_; }
  // A person settles a doubt; resumes links that are paused.
  void resolve(JobNumber job);
  void tidy(const std::vector<engine::LinkStatus>& links, const std::vector<store::NamedCampaign>& campaigns);
  void event_read(const store::Event& event);
  // The gateway's process is gone: what it had not answered yet is not done behind the next one's back.
  void life_over();

 private:
  struct Want {
    Operation operation;
    bool answered = false;
    std::string key;                // what no two wants are about at a time; may be empty
    std::uint32_t outstanding = 0;  // askings of this life without an answer
    bool waits = false;             // a row of an import that is not over
  };
  // One file: it is imported again and again, until that was answered or it can't be.
  struct Import {
    enum class Phase : std::uint8_t { opening, filling, closing, over };
    std::string campaign;
    std::vector<Want*> rows;
    std::optional<std::uint32_t> canary;
    Phase phase = Phase::opening;
    std::uint64_t number = 0;
    std::size_t answered = 0, duplicates = 0;
    bool discard = false;   // once it is full
    bool failed = false;    // a row could not be taken now: all of it once more
    bool hopeless = false;  // nor ever
    std::size_t asked = 0;  // rows of this try
    bool closed = false;    // somebody said before that it was whole, and got no answer
  };
  struct OpenHold {
    std::string id, owner;
  };
  void want_something();
  void plan_next();
  void submit_new();
  store::Job new_job();
  std::string invoice(std::uint64_t index) const;
  // Of the law, in clients_law.cpp.
  void want_lawful();
  void dress(store::Job& job);
  void write_text(store::Job& job);
  std::string currency_of(const std::string& account) const;
  std::string amount_in(const std::string& currency, std::uint64_t least, std::uint64_t most);
  std::string date_near();
  std::string account_key(const std::string& account) const;
  Operation about_account(Op op);
  Operation about_person(Op op);
  void change_a_job();
  void lay_a_hold();
  engine::Request lawful_request(Want& want);
  // Of campaigns, in clients_campaigns.cpp.
  void want_campaign();
  void import_file();
  void open(Import& import);
  void open_later(Import& import);
  void opened(Import& import, const Result<engine::CampaignOpened>& result);
  void soon(std::function<void()> deed);
  void discard(const Import& import, std::uint64_t number);
  void fill(Import& import);
  void row_answered(Import& import, Want& row, const Result<engine::Accepted>& result);
  void close(Import& import);
  void closed(Import& import);
  void import_over(Import& import);
  void tell(Importing::What what, const Import& import);
  engine::Request campaign_request(Want& want);
  // Of a month, in clients_month.cpp.
  enum class Habit : std::uint8_t {
    pays,          // within 48 hours of the first text
    thanks,        // the same, and answers
    asks_how,      // the same, and asks for the link
    pays_next,     // within 48 hours of the second
    says_paid,     // and it arrives soon
    promises,      // and keeps it
    breaks,        // a promise
    disputes,
    asks_for_call,  // and pays when they were called
    hardship,       // the same
    wrong_number,
    stops,
    unclear,  // pays within 48 hours of the second text
    silent
  };
  struct Customer {
    Habit habit = Habit::pays;
    std::uint32_t texts = 0;
    std::string smsc;     // that brought the last
    bool handled = false;  // by the clerk
  };
  void begin_month();
  Customer customer(Random& random);
  store::Job row(JobNumber number);
  void text_arrived(const store::Event& event);
  void pays(JobNumber number, std::chrono::nanoseconds after);
  void writes(JobNumber number, std::string_view intent, bool holds);
  void day_of_the_clerk();
  void look_at_campaigns();
  void look_at_the_inbox();
  void look_at_the_call_list();
  void called(JobNumber number);
  JobNumber who_has(const std::string& number) const;
  void command(const std::string& name, std::uint64_t rows);
  void import_month();
  engine::Request clerks_request(Want& want);
  engine::NewValues values_of(const Operation& op) const;
  void want(Operation operation, std::string key);
  void ask(Want& want);
  void answered(Want& want, Answered answer);
  Operation on_job(Op op);
  template <class T>
  auto answer_to(Want& want);

  World& world_;
  Random random_, law_random_, campaign_random_, month_random_;
  bool calm_ = false;
  JobNumber next_job_ = 0;
  std::uint32_t next_payment_ = 0;
  std::deque<Want> wants_;
  std::vector<Want*> submits_;
  std::size_t open_ = 0;
  std::map<std::string, Want*> busy_;  // by key
  std::vector<JobNumber> doubtful_;
  std::vector<OpenHold> holds_;   // as the events say
  std::vector<Operation> parts_;  // that were asked for
  std::uint64_t events_ = 0;      // read
  std::deque<Import> imports_;
  std::vector<Customer> customers_;  // of a month, by their job
  std::map<std::string, JobNumber> numbers_;
};

}  // namespace dunlin::simulation
