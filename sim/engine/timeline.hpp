// What is said of a request as it passes its steps: its timeline and the events.
#pragma once

#include <optional>

#include "engine/request.hpp"

namespace edgecut::engine {

/// A request arrives at `now`, and everything that it may not need begins and ends then.
void start_timeline(Request& request, Seconds now);

/// Work at its current step begins at `now`: it waits no longer.
void start_work(Request& request, Seconds now);

/// Its current step ends at `now`. A stage that comes later begins and ends at once, as far as is known.
void note_end(Request& request, Seconds now);

/// The station with a queue at which such a step waits; none for what is shared.
std::optional<events::ResourceUse::Kind> station_of(Part part);
/// The link over which a part sends.
events::ResourceUse::Kind link_kind(Part part);

/// The events of the beginning and of the end of its current step.
events::Event started(const Request& request, Seconds now);
events::Event finished(const Request& request, Seconds now);

}  // namespace edgecut::engine
