// What is said of a method.
#include "scenario/keys.hpp"

namespace edgecut::scenario {

using namespace config::declare;

config::Type method_type() {
  return anything();
}

}  // namespace edgecut::scenario
