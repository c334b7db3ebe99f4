// What clerks do with campaigns: they import files, again and again until that was answered, let some go half-way, and
// pause, resume and cancel what runs.
#include "clients.hpp"
#include "clients_answer.hpp"
#include "engine/requests.hpp"

namespace dunlin::simulation {

namespace {
constexpr std::uint32_t kImporter = 1, kApprover = 2;
constexpr std::size_t kRowsUnanswered = 256;
// What a row is refused for whenever it comes.
bool for_now(const std::string& code) {
  return code == "no_room" || code == "unavailable" || code == "import_over" || code == "busy";
}
}  // namespace

void Clients::tell(Importing::What what, const Import& import) {
  Importing fact{what, import.campaign, {}};
  for (const Want* row : import.rows) fact.jobs.push_back(row->operation.job);
  world_.tell(std::move(fact));
}

void Clients::import_file() {
  Import& import = imports_.emplace_back();
  import.campaign = "file" + std::to_string(campaign_random_.below(4));
  import.discard = campaign_random_.chance(0.2);
  if (campaign_random_.chance(0.3)) import.canary = static_cast<std::uint32_t>(campaign_random_.below(4));
  for (std::uint64_t left = campaign_random_.between(1, 15); left > 0; --left) {
    Operation operation;
    operation.op = Op::submit;
    operation.content = new_job();
    operation.content.campaign = import.campaign;
    if (operation.content.purpose == store::Purpose::marketing)
      operation.content.purpose = store::Purpose::billing;  // none refuses all of it
    operation.job = next_job_ - 1;
    wants_.push_back({std::move(operation), false, {}});
    wants_.back().waits = true;
    submits_.push_back(&wants_.back());
    import.rows.push_back(&wants_.back());
  }
  ++open_;
  tell(Importing::What::waits, import);
  for (Want* row : import.rows) world_.tell(Asked{&row->operation});
  open(import);
}

void Clients::open_later(Import& import) {
  world_.agenda().at(world_.now().steady + world_.scenario().patience, [this, &import] {
    if (import.phase == Import::Phase::opening) open(import);
  });
}

void Clients::open(Import& import) {
  const std::uint32_t life = world_.life();
  if (!world_.alive()) return open_later(import);
  engine::OpenCampaign request{import.campaign, "t", kImporter, import.canary, {}};
  request.answer = [this, life, &import](Result<engine::CampaignOpened> result) {
    if (life == world_.life() && world_.effect()) opened(import, result);
  };
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.request(std::move(request), world_.now()); });
}

void Clients::opened(Import& import, const Result<engine::CampaignOpened>& result) {
  if (import.phase != Import::Phase::opening) {  // asked for twice
    if (result) soon([this, &import, number = result->import] { discard(import, number); });
    return;
  }
  if (!result) {
    const bool never = result.error().detail.find("cancelled") != std::string::npos;
    // Who does not want to wait for the first messages of another file sends these without.
    if (result.error().detail.find("canary") != std::string::npos) import.canary = 0;
    return never ? import_over(import) : open_later(import);
  }
  import.phase = Import::Phase::filling;
  import.number = result->import;
  import.answered = import.duplicates = import.asked = 0;
  import.failed = import.hopeless = false;
  soon([this, &import, number = import.number] {
    if (import.phase == Import::Phase::filling && import.number == number) fill(import);
  });
}

// In the same life, but not from within the gateway's call.
void Clients::soon(std::function<void()> deed) {
  world_.agenda().at(world_.now().steady, [this, life = world_.life(), deed = std::move(deed)] {
    if (world_.alive() && world_.life() == life) deed();
  });
}

void Clients::discard(const Import& import, std::uint64_t number) {
  engine::CloseCampaign request{import.campaign, number, true, [](const auto&) {}};
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.request(std::move(request), world_.now()); });
}

// As many at once as the API lets a file have.
void Clients::fill(Import& import) {
  const std::uint32_t life = world_.life();
  while (import.asked < import.rows.size() && import.asked < import.answered + kRowsUnanswered) {
    Want* row = import.rows[import.asked++];
    engine::SubmitJob request{row->operation.content};
    request.importing = import.number;
    request.answer = [this, life, &import, row](Result<engine::Accepted> result) {
      if (life == world_.life() && world_.effect()) row_answered(import, *row, result);
    };
    world_.with_gateway([&](engine::Gateway& gateway) { gateway.request(std::move(request), world_.now()); });
    if (life != world_.life() || !world_.alive() || import.phase != Import::Phase::filling) return;
  }
}

void Clients::row_answered(Import& import, Want& row, const Result<engine::Accepted>& result) {
  if (import.phase != Import::Phase::filling) return;
  ++import.answered;
  if (result && result->duplicate) ++import.duplicates;
  if (!result) world_.note([&] { return "row " + row.operation.content.id + ": " + to_string(result.error()); });
  if (!result) (for_now(result.error().code) ? import.failed : import.hopeless) = true;
  if (import.answered < import.rows.size()) {
    if (import.asked < import.rows.size() && import.asked == import.answered + kRowsUnanswered - 1)
      soon([this, &import, number = import.number] {
        if (import.phase == Import::Phase::filling && import.number == number) fill(import);
      });
    return;
  }
  const bool clean = !import.failed && !import.hopeless;
  const bool forgotten = world_.scenario().lawful.on && world_.scenario().lawful.forgets > 0;
  if (clean && !forgotten && import.duplicates > 0 && import.duplicates < import.rows.size())
    tell(Importing::What::torn, import);
  soon([this, &import, number = import.number] {
    if (import.phase == Import::Phase::filling && import.number == number) close(import);
  });
}

void Clients::close(Import& import) {
  const std::uint32_t life = world_.life();
  const bool known = import.duplicates > 0;  // it was closed before: what is known stays, whatever is asked for now
  const bool discard = import.failed || import.hopeless || (import.discard && !known);
  import.phase = Import::Phase::closing;
  if (!discard) {
    import.closed = true;
    tell(Importing::What::closes, import);
  }
  engine::CloseCampaign request{import.campaign, import.number, discard, {}};
  request.answer = [this, life, &import, discard](Result<engine::CampaignClosed> result) {
    if (life != world_.life() || !world_.effect() || import.phase != Import::Phase::closing) return;
    if (!discard && result) return closed(import);
    if (import.failed || !result) {
      import.phase = Import::Phase::opening;
      return open_later(import);
    }
    import_over(import);
  };
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.request(std::move(request), world_.now()); });
}

void Clients::closed(Import& import) {
  const bool duplicates = import.duplicates > 0;
  for (Want* row : import.rows) {
    row->answered = true;
    row->waits = false;
    world_.tell(Answered{&row->operation, {}, {}, duplicates});
  }
  import_over(import);
}

void Clients::import_over(Import& import) {
  import.phase = Import::Phase::over;
  --open_;
}

void Clients::want_campaign() {
  Operation operation;
  const std::uint64_t draw = campaign_random_.below(20);
  operation.op = draw < 9    ? Op::campaign_pause
                 : draw < 16 ? Op::campaign_resume
                 : draw < 19 ? Op::campaign_approve
                             : Op::campaign_cancel;
  operation.campaign = "file" + std::to_string(campaign_random_.below(4));
  want(operation, "campaign " + operation.campaign);
}

engine::Request Clients::campaign_request(Want& want) {
  const Op op = want.operation.op;
  const engine::CampaignOrder order = op == Op::campaign_pause    ? engine::CampaignOrder::pause
                                      : op == Op::campaign_resume ? engine::CampaignOrder::resume
                                      : op == Op::campaign_cancel ? engine::CampaignOrder::cancel
                                                                  : engine::CampaignOrder::approve;
  return engine::ChangeCampaign{want.operation.campaign, order, kApprover, answer_to<engine::CampaignChanged>(want)};
}

}  // namespace dunlin::simulation
