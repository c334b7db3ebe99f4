#include "engine/recipient.hpp"

#include "dunning/national.hpp"
#include "dunning/numbers.hpp"
#include "engine/compose.hpp"

namespace dunlin::engine {

Result<std::string> read_new_recipient(store::Job& job, const DunningSettings& dunning) {
  const std::string written = job.to;
  Result<std::string> country = read_recipient(job, dunning);
  if (!country) {
    const bool without = !written.empty() && written.find('+') == std::string::npos;
    if (without && dunning::read_number("+" + written, ""))
      return failure("ambiguous_number", "would be a mobile number with a '+' before it: it may have lost its '+'", "to");
    return country;
  }
  if (const Result<void> good = dunning::check_national(written, dunning.default_country); !good)
    return failure(good.error().code, good.error().detail, "to");
  return country;
}

}  // namespace dunlin::engine
