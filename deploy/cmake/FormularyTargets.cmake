# One target per folder. The DEPS of a folder are exactly its row of the include table in server/README.md.

# The last two: gcc 12 at -O3 reports them where there is nothing.
add_library(formulary_warnings INTERFACE)
target_compile_options(formulary_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
                            -Wunused -Woverloaded-virtual -Wno-missing-field-initializers
                            -Wno-restrict -Wno-maybe-uninitialized>
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra>)

add_library(formulary_options INTERFACE)
target_include_directories(formulary_options INTERFACE ${CMAKE_SOURCE_DIR})
if(FORMULARY_SANITIZE)
  target_compile_options(formulary_options INTERFACE -fsanitize=${FORMULARY_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(formulary_options INTERFACE -fsanitize=${FORMULARY_SANITIZE})
endif()

# formulary_library(NAME folder SOURCES a.cc ... DEPS formulary_x ... [PRIVATE_DEPS ...])
function(formulary_library)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  set(target formulary_${arg_NAME})
  add_library(${target} STATIC ${arg_SOURCES})
  target_link_libraries(${target}
    PUBLIC formulary_options ${arg_DEPS}
    PRIVATE formulary_warnings ${arg_PRIVATE_DEPS})
endfunction()

# formulary_executable(NAME name SOURCES a.cc ... DEPS ...)
function(formulary_executable)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE formulary_options formulary_warnings ${arg_DEPS})
endfunction()

# formulary_test(NAME store_test LABEL unit SOURCES ... DEPS ... [TIMEOUT s] [ARGS ...])
# Every gtest binary is one ctest test; FORMULARY_SOURCE_DIR and FORMULARY_BINARY_DIR tell it where it is.
function(formulary_test)
  cmake_parse_arguments(arg "" "NAME;LABEL;TIMEOUT" "SOURCES;DEPS;ARGS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)  # minutes to spare on a busy machine: a limit is there for what hangs
  endif()
  if(FORMULARY_SANITIZE)
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE formulary_options formulary_warnings ${arg_DEPS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${arg_LABEL}.${arg_NAME} COMMAND ${arg_NAME} ${arg_ARGS})
  set_tests_properties(${arg_LABEL}.${arg_NAME} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "FORMULARY_SOURCE_DIR=${CMAKE_SOURCE_DIR};FORMULARY_BINARY_DIR=${CMAKE_BINARY_DIR}")
endfunction()
