// The simulated world: one real gateway over a virtual clock, network and disk, SMSCs that lie and clients that insist,
// all in one thread and all from one seed.
//
// A step is one thing that happens: octets arrive, a job of the store is done or told, somebody asks for something.
// After the wanted number of them comes the calm: nothing goes wrong any more, and all work has to end.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "agenda.hpp"
#include "clients.hpp"
#include "engine/gateway.hpp"
#include "facts.hpp"
#include "network.hpp"
#include "scenario.hpp"
#include "smsc.hpp"
#include "store.hpp"

namespace dunlin::simulation {

class World {
 public:
  // Told every fact as it happens. True: it has seen enough, and the run ends.
  using Listener = std::function<bool(const Fact&, const Now&)>;
  // Told what is no fact but helps a reader.
  using Noter = std::function<void(const std::string&, const Now&)>;

  World(const Scenario& scenario, Listener listener, Noter noter = {});
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void run(std::uint64_t steps);
  std::chrono::nanoseconds simulated() const { return now_.steady - kBegin; }

  // For the parts.
  const Scenario& scenario() const { return scenario_; }
  Agenda& agenda() { return agenda_; }
  std::uint32_t next_whole() { return ++wholes_; }  // number of a reply in parts
  const Now& now() const { return now_; }
  store::Kv& kv() { return store_.kv(); }
  VirtualNetwork& network() { return network_; }
  SimulatedSmsc& smsc(const std::string& name) { return *smscs_.at(name); }
  std::uint32_t life() const { return life_; }
  bool alive() const { return gateway_ != nullptr; }
  void tell(Fact fact);
  template <class Say>
  void note(Say&& say) {
    if (noter_) noter_(say(), now_);
  }
  // Calls into the gateway, if there is one, then does what the call brought about.
  template <class Call>
  void with_gateway(Call&& call) {
    if (!gateway_) return;
    call(*gateway_);
    after_call();
  }
  // Reads the events that are visible by now.
  void catch_up() {
    if (gateway_ && gateway_->last_event() > events_read_) read_events();
  }
  // Something of the gateway is about to be seen from outside. False: the process ends just before.
  bool effect();
  bool dying() const { return dying_.has_value(); }
  std::string number(std::uint32_t index) const;
  // One person writes one STOP or START at a time.
  bool take_pen(const std::string& number) { return pens_.insert(number).second; }
  void lay_pen_down(const std::string& number) { pens_.erase(number); }

 private:
  static constexpr Steady kBegin{std::chrono::hours{1}};
  static constexpr std::chrono::hours kCalmMax{5};

  bool advance();  // the next thing; false: it was only the gateway's timer
  void advance_to(Steady when);
  void after_call();
  void begin_life();
  void end_life(End how);
  std::vector<InflightRow> inflight_rows();
  void misfortune();
  void outage();  // and the next one
  void reload_of_the_year();
  void operate();
  void jump();
  void read_events();
  void made_by_a_plan(const store::Event& event);
  void read_again();
  void observe_bounds();
  void rest();
  void calm();
  std::string unrest();
  std::string miscounted();
  std::string misreported();  // reports.cpp
  store::Tally reported();    // the same
  void finish();

  const Scenario scenario_;
  Listener listener_;
  Noter noter_;
  Random random_;
  Agenda agenda_;
  std::uint32_t wholes_ = 0;
  Now now_;
  Steady touched_{};                                      // when the gateway was last called
  std::chrono::milliseconds jumped_{0}, jumped_most_{0};  // the wall clock's, now and at most
  VirtualNetwork network_;
  VirtualStore store_;
  std::map<std::string, std::unique_ptr<SimulatedSmsc>> smscs_;
  Clients clients_;
  engine::Settings settings_;
  std::unique_ptr<engine::Gateway> gateway_;
  std::uint32_t life_ = 0;
  bool enough_ = false;
  bool calm_ = false;
  bool stopped_ = false;
  std::optional<End> dying_;
  std::optional<std::pair<std::uint64_t, End>> fuse_;  // effects left, and what then happens
  std::uint64_t steps_ = 0, calls_ = 0;
  std::uint64_t events_read_ = 0;
  std::set<std::string> pens_;
  std::set<JobNumber> doubtful_;  // in doubt, as the events say
  std::deque<Operation> made_;    // what plans have made
  struct SaidToThem {
    std::string id, text;
    Wall at{};
  };
  void given_answer(const store::Event& event);
  std::optional<std::string> answer_of(const HandedOver& handed) const;
  std::multimap<std::string, SaidToThem> answers_;         // to people who wrote, by number
  std::unordered_map<JobNumber, JobNumber> newest_steps_;  // by the first of them
};

}  // namespace dunlin::simulation
