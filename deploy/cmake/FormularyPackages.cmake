# Every package the build uses, found in one place. See deploy/install-dependencies for the Debian names.
find_package(Threads REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(mpfr REQUIRED IMPORTED_TARGET mpfr)
pkg_check_modules(gmp REQUIRED IMPORTED_TARGET gmpxx gmp)
pkg_check_modules(sleef REQUIRED IMPORTED_TARGET sleef)
find_package(Boost REQUIRED)  # Boost.Math: headers only

# Debian's FLINT and Arb have no package files.
find_library(FORMULARY_ARB_LIBRARY flint-arb REQUIRED)
find_library(FORMULARY_FLINT_LIBRARY flint REQUIRED)
add_library(flint::arb INTERFACE IMPORTED)
target_link_libraries(flint::arb INTERFACE ${FORMULARY_ARB_LIBRARY} ${FORMULARY_FLINT_LIBRARY})

if(FORMULARY_GRPC)
  find_package(Protobuf REQUIRED)  # module mode, before gRPC, which would otherwise look for a config package
  find_package(gRPC CONFIG REQUIRED)
  find_package(prometheus-cpp CONFIG REQUIRED)
  find_package(CLI11 CONFIG REQUIRED)
  pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo)
endif()
if(FORMULARY_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
