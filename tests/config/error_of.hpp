// The text of the error that something throws.
#pragma once

#include <string>

#include "config/value.hpp"

template <class F>
std::string error_of(F function) {
  try {
    function();
  } catch (const edgecut::config::Error& error) {
    return error.what();
  }
  return "no error";
}
