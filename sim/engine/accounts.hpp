// What the resources of a run were asked for, and what they did.
#pragma once

#include "engine/state.hpp"
#include "events/events.hpp"

namespace edgecut::engine {

/// Books what an arriving request of `stream` would ask of every resource on its route, whether or not it is let in:
/// the offered load is arrival rate x mean work. A closed loop offers nothing.
void note_offer(State& state, const Stream& stream, const Route& route);

/// The accounts of a run whose last request ended at `end`.
events::RunEnded run_ended(const State& state, Seconds end);

}  // namespace edgecut::engine
