// dunlind-marked: dunlind, except that it dies at a marked point.
//
//   dunlind-marked POINT PASS --config FILE …   everything else as dunlind; ends by SIGKILL at the PASS-th passing of
//   POINT dunlind-marked --points                     a line a point: its name, a tab, where it is
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "daemon/program.hpp"
#include "mark.hpp"
#include "marked_backend.hpp"
#include "marked_kv.hpp"
#include "marked_network.hpp"

namespace {

using namespace dunlin;

int list_points() {
  for (const auto& row : crash::kPoints) std::printf("%s\t%s\n", row.name.data(), row.where.data());
  return 0;
}

daemon::Seams marked_by(crash::Mark& mark) {
  return {
      .store =
          [&mark](std::unique_ptr<store::Kv> kv) { return std::make_unique<crash::MarkedKv>(std::move(kv), mark); },
      .network = [&mark](engine::Network& network) { return std::make_unique<crash::MarkedNetwork>(network, mark); },
      .backend = [&mark](api::Backend& backend) { return std::make_unique<crash::MarkedBackend>(backend, mark); },
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--points") == 0) return list_points();
  const auto point = argc > 2 ? crash::find_point(argv[1]) : std::nullopt;
  std::uint64_t pass = 0;
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), pass);
  if (!point || pass == 0) {
    std::fputs("usage: dunlind-marked POINT PASS --config FILE | dunlind-marked --points\n", stderr);
    return 2;
  }
  crash::Mark mark(*point, pass);
  return daemon::run_program(argc - 2, argv + 2, marked_by(mark));
}
