#include "api/job_json.hpp"

namespace dunlin::api {

Result<void> read_job(JsonReader& reader, std::string_view padded, store::Job& job) {
  if (auto read = reader.read(padded, job, kLaterFields); !read) return read;
  for (const auto& required :
       {field("id", &store::Job::id), field("to", &store::Job::to), field("text", &store::Job::text)}) {
    if ((job.*(required.member)).empty())
      return failure("missing_field", "the field is required", std::string(required.name));
  }
  return {};
}

}  // namespace dunlin::api
