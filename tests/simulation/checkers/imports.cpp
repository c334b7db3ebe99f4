#include "imports.hpp"

namespace dunlin::simulation {

void Imports::see(const Fact& fact, const Now&) {
  std::visit(Overloaded{
                 [&](const Importing& import) {
                   for (const JobNumber job : import.jobs) {
                     if (import.what == Importing::What::waits) {
                       waiting_.insert(job);
                     } else {
                       waiting_.erase(job);
                     }
                   }
                   if (import.what == Importing::What::torn)
                     broken("of an import that was begun anew some rows were known and some were not",
                            import.jobs.empty() ? kNoJob : import.jobs.front());
                 },
                 [&](const HandedOver& handed) {
                   if (waiting_.contains(handed.job))
                     broken("it is handed over before its import is whole", handed.job);
                 },
                 [&](const EventRead& read) {
                   const JobNumber job = job_number(read.event.job);
                   if (!read.again && read.event.state && waiting_.contains(job))
                     broken("an event tells of it before its import is whole", job);
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation
