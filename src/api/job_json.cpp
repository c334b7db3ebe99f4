#include "api/job_json.hpp"

namespace dunlin::api {

Result<void> read_job(JsonReader& reader, std::string_view padded, store::Job& job) {
  return reader.read(padded, job);
}

}  // namespace dunlin::api
