#include "api/slices.hpp"

namespace dunlin::api {

Task<bool> send_slices(Call& call, const std::function<Result<Slice>(const std::string& after)>& render) {
  std::string after;
  do {
    auto look = [&render, after] { return render(after); };
    Result<Slice> slice = co_await call.look(look);
    if (!slice) co_return false;
    const bool taken = co_await call.send(slice->text);
    if (!taken) co_return false;
    after = std::move(slice->last);
  } while (!after.empty());
  co_return true;
}

}  // namespace dunlin::api
