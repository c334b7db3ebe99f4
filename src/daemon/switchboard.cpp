#include "daemon/switchboard.hpp"

#include <type_traits>
#include <utility>
#include <variant>

#include "net/driver.hpp"

namespace dunlin::daemon {
namespace {

Error unavailable(const Error& why) { return {"unavailable", "the gateway is starting again: " + why.detail, ""}; }

template <class Request>
Error refusal(const Error& why) {
  const bool job = std::is_same_v<Request, engine::SubmitJob>;
  if (job && why.code == "store_full") return {"no_room", "the disk has no room for more jobs", ""};
  return unavailable(why);
}

// Answers once: as told, or with the reason of the day when whoever held it drops it.
template <class Request>
class Pending {
  using AnswerFunction = decltype(Request::answer);

 public:
  Pending(AnswerFunction answer, std::shared_ptr<Error> why) : answer_(std::move(answer)), why_(std::move(why)) {}
  ~Pending() {
    if (auto answer = std::exchange(answer_, nullptr)) answer(tl::unexpected(refusal<Request>(*why_)));
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  template <class Told>
  void answer(Told&& told) {
    if (auto answer = std::exchange(answer_, nullptr)) answer(std::forward<Told>(told));
  }

 private:
  AnswerFunction answer_;
  std::shared_ptr<Error> why_;
};

}  // namespace

Switchboard::Switchboard(std::function<Result<void>()> reload)
    : reload_(std::move(reload)), why_(std::make_shared<Error>(Error{"starting", "it is not up yet", ""})) {}

void Switchboard::connect(api::Backend& backend) {
  backend_ = &backend;
  inner_subscription_ = backend.subscribe([this] { tell_subscribers(); });
  tell_subscribers();
}

void Switchboard::disconnect(const Error& why) {
  *why_ = why;
  if (backend_ == nullptr) return;
  last_event_ = backend_->last_event();
  backend_->unsubscribe(inner_subscription_);
  backend_ = nullptr;
}

// A subscriber may subscribe or unsubscribe, itself or another, when it is told.
void Switchboard::tell_subscribers() {
  const std::uint64_t newest = last_subscription_;
  for (auto each = subscribers_.begin(); each != subscribers_.end() && each->first <= newest;) {
    const std::uint64_t id = each->first;
    const auto changed = each->second;
    changed();
    each = subscribers_.upper_bound(id);
  }
}

Now Switchboard::now() const { return net::clock(); }

void Switchboard::request(engine::Request request) {
  auto wrapped = std::visit(
      [this](auto&& one) -> std::optional<engine::Request> {
        using Kind = std::decay_t<decltype(one)>;
        if (backend_ == nullptr) {
          one.answer(tl::unexpected(refusal<Kind>(*why_)));
          return std::nullopt;
        }
        auto pending = std::make_shared<Pending<Kind>>(std::move(one.answer), why_);
        one.answer = [pending](auto told) { pending->answer(std::move(told)); };
        return std::move(one);
      },
      std::move(request));
  if (wrapped) backend_->request(std::move(*wrapped));
}

std::vector<engine::LinkStatus> Switchboard::links() const {
  return backend_ == nullptr ? std::vector<engine::LinkStatus>{} : backend_->links();
}

engine::GatewayStatus Switchboard::status() const {
  if (backend_ != nullptr) return backend_->status();
  engine::GatewayStatus none;
  none.dispatching = false;
  none.intake = false;
  return none;
}

bool Switchboard::rebind(std::string_view smsc) { return backend_ != nullptr && backend_->rebind(smsc); }

bool Switchboard::set_link(std::string_view smsc, std::optional<std::uint32_t> throughput,
                           std::optional<std::uint32_t> window) {
  return backend_ != nullptr && backend_->set_link(smsc, throughput, window);
}

engine::Recorder* Switchboard::recorder(std::string_view smsc) {
  return backend_ == nullptr ? nullptr : backend_->recorder(smsc);
}

std::uint64_t Switchboard::last_event() const { return backend_ == nullptr ? last_event_ : backend_->last_event(); }

std::uint64_t Switchboard::subscribe(std::function<void()> changed) {
  subscribers_.emplace(++last_subscription_, std::move(changed));
  return last_subscription_;
}

void Switchboard::unsubscribe(std::uint64_t subscription) { subscribers_.erase(subscription); }

Result<void> Switchboard::reload() { return reload_(); }

}  // namespace dunlin::daemon
