// dunlin submit: NDJSON in, each line's answer as it is durable, never the file in memory.
#include <cstdio>

#include "command.hpp"
#include "file_input.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

void name_refusal(const Json& answer) {
  const Json error = answer.value("error", Json::object());
  const std::string field = member(error, "field"), id = member(answer, "id");
  std::fprintf(stderr, "line %s: %s%s (%s)%s\n", member(answer, "line").c_str(),
               field.empty() ? "" : (field + ": ").c_str(), member(error, "detail").c_str(),
               member(error, "code").c_str(), id.empty() ? "" : (", job " + id).c_str());
}

int submit(const std::string& path, const Context& context) {
  FileInput input(path, true);
  Client client(context.socket);
  Counts counts;
  Progress progress(input, "jobs");
  const bool whole = client.exchange_lines(
      "/v1/jobs", "application/x-ndjson", [&](std::string& octets) { return input.more(octets, client); },
      [&](std::string_view text) {
        if (context.json) std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
        // Accepted is by far the most frequent: no need to parse it.
        if (text.ends_with("\"status\":\"accepted\"}")) {
          ++counts.accepted;
        } else if (text.ends_with("\"status\":\"duplicate\"}")) {
          ++counts.duplicate;
        } else if (const Json answer = Json::parse(text, nullptr, false); answer.is_object()) {
          ++counts.refused;
          progress.clear();
          name_refusal(answer);
        }
        progress.draw(counts);
        return true;
      });
  progress.clear();
  if (!context.json) {
    std::printf("%s accepted, %s duplicate, %s refused\n", grouped(counts.accepted).c_str(),
                grouped(counts.duplicate).c_str(), grouped(counts.refused).c_str());
  }
  if (input.failed()) throw std::runtime_error(path + ": cannot be read to its end; submit it again");
  if (!whole) {
    std::fprintf(stderr,
                 "dunlin: the connection broke after %s answers; submit the same file again: jobs already accepted are "
                 "recognised\n",
                 grouped(counts.all()).c_str());
    return kRefused;
  }
  return counts.refused == 0 ? kDone : kRefused;
}

constexpr const char* kFooter = R"(A job is one JSON object on one line; id, to and text are required:

  {"id":"4711/118/due","to":"+4915112345678","text":"Invoice 118 is due on 1 December.","account":"4711","invoice":"118"}

(docs/api.md has all the fields.) The id makes it safe to submit again: what is known already is a duplicate.
A line counts as accepted once it is on disk. Refused lines are named on standard error; the others go on.

Examples:
  dunlin submit jobs.ndjson
  export-from-erp | dunlin submit -
  dunlin submit --json jobs.ndjson > answers.ndjson
)";

}  // namespace

void add_submit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("submit", "Hand in jobs, one JSON object a line");
  auto path = std::make_shared<std::string>("-");
  command->add_option("FILE", *path, "The file, or - for standard input")->capture_default_str();
  command->footer(kFooter);
  command->callback([path, &context] { context.run = [path, &context] { return submit(*path, context); }; });
}

}  // namespace dunlin::tool
