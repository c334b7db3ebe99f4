// A text that is wrong in one place, and what has to be said of it: one row of a table of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "config/configuration.hpp"

namespace dunlin::config {

struct Fault {
  const char* title;
  std::string text;
  const char* where;  // behind the file's name
  const char* code;
  const char* says;  // stands in the detail
};

inline void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.title; }

// It is said, of that file, and nothing else is.
inline void expect_alone(const Errors& errors, const Fault& fault, const std::string& file) {
  ASSERT_EQ(errors.size(), 1u) << (errors.empty() ? "" : to_string(errors.back()));
  EXPECT_EQ(errors[0].where, file + fault.where);
  EXPECT_EQ(errors[0].code, fault.code);
  EXPECT_THAT(errors[0].detail, testing::HasSubstr(fault.says));
}

}  // namespace dunlin::config
