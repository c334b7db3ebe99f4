// A job as the PDUs that carry it, as the turn that claims it needs them: its reference chosen or kept, and held
// against what was begun.
#include <algorithm>
#include <dunlin/base/check.hpp>

#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "engine/render.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;

// Of a text that may take several segments; what it says of one that takes one costs a row read in vain.
bool Engine::may_be_long(const store::Job& job) {
  constexpr std::size_t kSurelyShort = 70;  // octets: at most so many UTF-16 units, and 140 septets
  constexpr std::size_t kOneSegment = 140;  // octets of plain ASCII in any alphabet
  if (!job.template_name.empty()) return true;
  if (job.text.size() <= kSurelyShort) return false;
  if (job.text.size() > (job.encoding == "latin1" ? kOneSegment : 160)) return true;
  return std::any_of(job.text.begin(), job.text.end(), [](char c) {
    return static_cast<std::uint8_t>(c) >= '{' || c == '[' || c == '\\' || c == ']' || c == '^';
  });
}

// What of a message was begun has to be finished as it was begun: with the method that gave those octets, if any still
// does.
Engine::Carriage Engine::carry_on(const store::Job& job, const JobAt& at, SmscSettings smsc, Wall valid_until) {
  Carriage carriage;
  carriage.known = true;
  const LongMessages configured = smsc.long_messages;
  carriage.reference = at.state.reference;
  const std::uint32_t reference = at.state.reference != 0 ? at.state.reference : static_cast<std::uint8_t>(at.n);
  for (const LongMessages how :
       {configured, LongMessages::udh, LongMessages::udh16, LongMessages::sar, LongMessages::payload}) {
    smsc.long_messages = how;
    Result<std::vector<smpp::SubmitSm>> submits = render(job, reference, valid_until, smsc);
    if (!submits) {
      carriage.refused = submits.error().code;
      return carriage;
    }
    if (submits->size() != at.state.segments.size()) continue;
    if (at.state.carried != 0 && checksum_of(*submits) != at.state.carried) continue;
    carriage.submits = *std::move(submits);
    return carriage;
  }
  carriage.refused = "changed";
  return carriage;
}

// At the end of its validity: a number that no more long messages go to keeps no row.
bool Engine::forget_reference(const JobAt& at) {
  if (at.state.reference == 0) return true;
  const store::Key key = keys::references(at.job.to);
  store::Lookup<store::References> row = rows_.record<store::References>(key);
  if (row.unknown()) return false;
  if (!row) return true;
  forget_references(*row, now_.wall, at.n);
  if (row->taken.empty()) {
    rows_.erase(key);
  } else {
    rows_.put_record(key, *row);
  }
  return true;
}

Engine::Carriage Engine::carry(const store::Job& job, const JobAt& at, const SmscSettings& smsc, Wall valid_until) {
  if (has_begun(at.state)) return carry_on(job, at, smsc, valid_until);
  Carriage carriage;
  const auto rendered = [&](std::uint32_t reference) {
    Result<std::vector<smpp::SubmitSm>> submits = render(job, reference, valid_until, smsc);
    if (submits) carriage.submits = *std::move(submits);
    if (!submits) carriage.refused = submits.error().code;
    return submits.has_value();
  };
  if (!rendered(1) || carriage.submits.size() == 1) {
    carriage.known = true;
    return carriage;
  }
  const store::Lookup<store::References> row = rows_.record<store::References>(keys::references(at.job.to));
  if (row.unknown()) return carriage;
  store::References references = row ? *row : store::References{};
  // Not the same first one each time: what a handset holds of an old message may be there for long.
  if (!row) references.last = static_cast<std::uint32_t>(at.n - 1);
  forget_references(references, now_.wall, at.n);
  const bool wide = is_wide(smsc.long_messages);
  const std::uint32_t own = at.state.reference;  // of a claim that came back, or a resend: the same octets again
  const bool keep = own != 0 && (wide || own <= 0xFF) && !is_taken(references, own, wide);
  std::optional<std::uint32_t> reference = keep ? own : free_reference(references, wide);
  if (!reference) {  // validity has not ended, but some may be over
    bool known = true;
    std::erase_if(references.taken, [&](const store::TakenReference& each) {
      const Loaded<JobAt> other = load_job(each.n);
      known = known && other.known;
      return other.known && (!other.row || nothing_can_arrive(other.row->state));
    });
    if (!known) return carriage;
    reference = free_reference(references, wide);
  }
  carriage.known = true;
  if (!reference) {
    carriage.wait = true;
    return carriage;
  }
  carriage.reference = *reference;
  if (!keep) references.last = *reference;
  references.taken.push_back({*reference, at.n, at.state.expires_at});
  carriage.references = std::move(references);
  rendered(*reference);
  return carriage;
}

}  // namespace dunlin::engine
