// One bind of a certification.
#pragma once

#include <cstdint>
#include <dunlin/smpp/codec.hpp>
#include <set>

#include "certify/course.hpp"

namespace dunlin::certify {

struct Course::Line {
  Line(engine::SessionId number, session::BindKind bind, bool extra, const session::Options& options, Steady now)
      : id(number), kind(bind), probe(extra), opened_at(now), esme(options, now) {}
  engine::SessionId id;
  session::BindKind kind;
  bool probe;  // one of the binds that are only counted
  Steady opened_at, connected_at{};
  bool up = false, bound = false, over = false;
  session::Esme esme;
  smpp::FrameReader tap;
  std::set<std::uint32_t> sequences_in;
};

}  // namespace dunlin::certify
