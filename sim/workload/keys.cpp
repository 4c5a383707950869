#include "workload/keys.hpp"

#include "config/period.hpp"
#include "workload/workload.hpp"

namespace edgecut::workload {

using namespace config::declare;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;

namespace {

const Record& curve_point_record() {
  static const Record record{"curve point",
                             "The rate at a time of day.",
                             {
                                 {"at", quantity<Seconds>(non_negative), required, "Since the day began."},
                                 {"rate", quantity<Frequency>(non_negative), required, "Linear up to the next point."},
                             }};
  return record;
}

const Record& random_think_record() {
  static const Record record{"random think",
                             "An exponential time.",
                             {{"mean", quantity<Seconds>(positive), required, "The mean of the time."}}};
  return record;
}

}  // namespace

const Record& burst_state_record() {
  static const Record record{
      "burst state",
      "A rate at which requests come for a while.",
      {
          {"rate", quantity<Frequency>(non_negative), required,
           "The rate of requests, which come as a Poisson process."},
          {"stay", quantity<Seconds>(config::period), required, "The mean of an exponential time."},
          {"next", list_of(number(non_negative)), optional("each of the others alike"),
           "A weight for each state, in their order."},
      }};
  return record;
}

const Record& workload_record() {
  static const Record record{
      "workload",
      "Which requests come, and when; of each device.",
      {
          {"arrivals",
           word<Arrivals>({{"one_at_a_time", Arrivals::one_at_a_time},
                           {"closed_loop", Arrivals::closed_loop},
                           {"periodic", Arrivals::periodic},
                           {"poisson", Arrivals::poisson},
                           {"bursty", Arrivals::bursty},
                           {"diurnal", Arrivals::diurnal},
                           {"trace", Arrivals::trace}}),
           required, "How requests come."},
          {"requests", integer<std::int64_t>({1.0, 1e9, false}),
           optional("required, but of a trace, which has its own"), "How many come."},
          {"rate", quantity<Frequency>(positive),
           optional("required of periodic and poisson arrivals; of others what they say"), "Mean rate of requests."},
          {"phase", word<Phase>({{"aligned", Phase::aligned}, {"random", Phase::random}}), standard("aligned"),
           "Whether all devices start at time 0, where arrivals are periodic."},
          {"states", list_of(keys_of(burst_state_record), 2), optional("required of bursty arrivals"),
           "The states between which bursty arrivals jump."},
          {"curve", list_of(keys_of(curve_point_record), 1), optional("required of diurnal arrivals"),
           "The rate by the time of day, where arrivals are diurnal."},
          {"day", quantity<Seconds>(config::period), standard("24 h"),
           "The time after which the curve of diurnal arrivals begins again."},
          {"start", quantity<Seconds>(non_negative), standard("0 s"),
           "The time of day at time 0, where arrivals are diurnal."},
          {"file", either({file(), list_of(file(), 1)}), optional("required of arrivals from a trace"),
           "A table of times, or one for each device."},
          {"column", text(), standard("arrival_s"), "The column of times of a trace."},
          {"unit", either({text(), list_of(text())}), optional("as the column's name says"),
           "The unit of a trace's times."},
          {"offset", quantity<Seconds>(non_negative), standard("0 s"),
           "How much later each device plays a trace than the one before it."},
          {"outstanding", integer<std::int64_t>({1.0, 1e6, false}), standard("1"),
           "How many requests of a closed loop are under way at a time."},
          {"think", either({quantity<Seconds>(non_negative), keys_of(random_think_record)}),
           optional("the next request follows at once"),
           "The time between an end and the next request of a closed loop."},
          {"queue_limit", integer<std::int64_t>(non_negative), optional("nothing is dropped"),
           "A request that would have to wait while so many do is dropped."},
          {"freshest", boolean(), standard("false"), "Whether a request takes the place of the one that waits."},
          {"priority", integer({-1000.0, 1000.0, false}), standard("0"), "Who is more urgent goes first."},
      }};
  return record;
}

}  // namespace edgecut::workload
