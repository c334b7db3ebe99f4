# One folder under src/ is one static library `dunlin_<folder>` (alias Dunlin::<folder>); one folder under tests/unit/ is one test program.
set(DUNLIN_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps and unset members in std::string and std::optional that are not there (GCC bugs 105329, 105562).
  list(APPEND DUNLIN_WARNINGS -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(DUNLIN_FUZZ)
  # g++ is the compiler whose warnings are errors; clang's have changed with every release.
  list(REMOVE_ITEM DUNLIN_WARNINGS -Werror)
endif()

add_library(dunlin_options INTERFACE)
target_compile_options(dunlin_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${DUNLIN_WARNINGS}>)
if(DUNLIN_SANITIZE)
  target_compile_options(dunlin_options INTERFACE -fsanitize=${DUNLIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dunlin_options INTERFACE -fsanitize=${DUNLIN_SANITIZE})
endif()
if(DUNLIN_FUZZ)
  target_compile_options(dunlin_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# With DUNLIN_PRECOMPILE, what most files of the target include is compiled once. Nothing else changes: every file includes what it uses.
function(dunlin_precompile target header)
  if(NOT DUNLIN_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/${header})
  target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache asks for it
endfunction()

# dunlin_folder(NAME [PUBLIC] [USES folder…] [LINKS target…])
#   PUBLIC  its headers live in include/dunlin/NAME and are installed with the CMake package
#   USES    folders of the house it may include
#   LINKS   what it links from outside
function(dunlin_folder name)
  cmake_parse_arguments(ARG "PUBLIC" "" "USES;LINKS" ${ARGN})
  set_property(GLOBAL APPEND PROPERTY DUNLIN_FOLDERS ${name})
  set_property(GLOBAL PROPERTY DUNLIN_USES_${name} ${ARG_USES})
  set_property(GLOBAL PROPERTY DUNLIN_LINKS_${name} ${ARG_LINKS})
  set(target dunlin_${name})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:dunlin_options>)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(Dunlin::${name} ALIAS ${target})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(${target} ${scope} dunlin_${used})
  endforeach()
  if(ARG_LINKS)
    target_link_libraries(${target} ${scope} ${ARG_LINKS})
  endif()
endfunction()

# What tools/test builds and runs under address and undefined: the tests that need no other program.
add_custom_target(checked_by_sanitizers)

# dunlin_test(NAME SOURCES… [USES folder…] [LINKS target…] [LABELS …] [SHARDS n]): a GoogleTest program and the ctest that runs it; with
# SHARDS so many ctests, NAME_1 and on, which run its tests side by side.
function(dunlin_test name)
  cmake_parse_arguments(ARG "" "SHARDS" "SOURCES;USES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND Dunlin::)
  target_link_libraries(${name} PRIVATE dunlin_options ${ARG_USES} ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  # What is tested is compiled as it is shipped; the tests themselves in half the time.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1 -g1>)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE DUNLIN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DUNLIN_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(ARG_SHARDS)
    math(EXPR last "${ARG_SHARDS} - 1")
    foreach(shard RANGE ${last})
      math(EXPR number "${shard} + 1")
      add_test(NAME ${name}_${number} COMMAND ${name})
      set_tests_properties(${name}_${number} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300
        ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${shard}")
    endforeach()
  else()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
  endif()
  if(ARG_LABELS MATCHES "unit|property")
    add_dependencies(checked_by_sanitizers ${name})
  endif()
endfunction()

# dunlin_fuzz(NAME [SOURCES…] [USES folder…] [LINKS target…]): the program fuzz_NAME of NAME.cpp. With DUNLIN_FUZZ it is libFuzzer's; else
# it replays corpus/NAME, as the test corpus_NAME.
function(dunlin_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINKS" ${ARGN})
  add_executable(fuzz_${name} ${name}.cpp ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND Dunlin::)
  target_link_libraries(fuzz_${name} PRIVATE dunlin_options ${ARG_USES} ${ARG_LINKS})
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  if(DUNLIN_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE replay.cpp)
    add_test(NAME corpus_${name} COMMAND fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    set_tests_properties(corpus_${name} PROPERTIES LABELS corpus TIMEOUT 120)
    add_dependencies(checked_by_sanitizers fuzz_${name})
  endif()
endfunction()
