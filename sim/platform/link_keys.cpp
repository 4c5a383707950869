// What is said of links, and of how a figure moves.
#include "config/period.hpp"
#include "config/record.hpp"
#include "platform/keys.hpp"
#include "platform/platform.hpp"

namespace edgecut::platform {

using namespace config::declare;
using config::Key;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;
using config::Type;

namespace {

// A bandwidth, or a share of the link's own.
Type moving_bandwidth() {
  return either({percentage(non_negative), quantity<Bandwidth>(non_negative)});
}

Type moving_load() {
  return ratio({0.0, largest_load, false});
}

using Figure = Type (*)();

template <Figure figure>
const Record& step_record() {
  static const Record record{
      "step",
      "A figure that holds from a time on.",
      {
          {"from", quantity<Seconds>(non_negative), required, "Before the first step the usual figure holds."},
          {"value", figure(), required, "Until the next step."},
      }};
  return record;
}

template <Figure figure>
const Record& markov_record() {
  static const Record record{
      "markov",
      "Stays in a state for an exponential time, then jumps to another.",
      {
          {"states", list_of(figure(), 2), required, "The figure in each state."},
          {"dwell", list_of(quantity<Seconds>(config::period)), required, "The mean time in each state."},
          {"jumps", list_of(list_of(number(config::share))), optional("each other state alike"),
           "A row of probabilities for each state."},
      }};
  return record;
}

template <Figure figure>
const Record& gauss_markov_record() {
  static const Record record{
      "gauss_markov",
      "x' = memory x + (1 - memory) mean + deviation sqrt(1 - memory^2) N(0, 1).",
      {
          {"mean", figure(), optional("the usual figure"), "The mean that the process comes back to."},
          {"deviation", figure(), required, "Standard deviation of x."},
          {"memory", ratio({0.0, 0.999999, false}), required, "How much of x is left a step later."},
          {"every", quantity<Seconds>(config::period), standard("1 s"), "Between two steps."},
          {"least", figure(), optional("1 % of the mean bandwidth, or no load"), "The figure where x is below it."},
          {"most", figure(), optional("the most that it may be"), "The figure where x is above it."},
      }};
  return record;
}

template <Figure figure>
std::vector<Key> course_keys() {
  return {
      {"steps", list_of(keys_of(step_record<figure>), 1), optional("another kind of course is given"),
       "The steps, in order of time."},
      {"trace", file(), optional("another kind of course is given"), "A table of times and values."},
      {"markov", keys_of(markov_record<figure>), optional("another kind of course is given"), "A random course."},
      {"gauss_markov", keys_of(gauss_markov_record<figure>), optional("another kind of course is given"),
       "A random course."},
      {"repeat", either({boolean(), quantity<Seconds>(config::period)}), optional("a trace begins again, steps do not"),
       "Whether a trace begins again; of steps the time after which they do."},
      {"time", text(), standard("time_s"), "The trace's column of times."},
      {"column", text(), standard("mbps"), "The trace's column of values."},
      {"unit", either({text(), list_of(text())}), optional("as the columns' names say"),
       "The unit of the values, of the times, or a list of both."},
      {"offset", either({one_of("choice", {"random"}), quantity<Seconds>(non_negative)}), optional("all begin alike"),
       "How much later in the trace each device begins than the one before it."},
  };
}

const Record& radio_power_record() {
  static const Record record{
      "radio power",
      "What a radio draws above the device's idle power: slope x rate + base.",
      {
          {"slope", figure(quantity<JoulesPerByte>(non_negative)), required, "What each bit a second adds."},
          {"base", figure(quantity<Watts>(non_negative)), required, "What is added at any rate."},
      }};
  return record;
}

const Record& promotion_record() {
  static const Record record{
      "promotion",
      "What waking a sleeping radio takes.",
      {
          {"delay", figure(quantity<Seconds>(non_negative)), required, "How long the first byte waits."},
          {"power", figure(quantity<Watts>(non_negative)), required, "Drawn meanwhile, above idle."},
      }};
  return record;
}

const Record& tail_record() {
  static const Record record{
      "tail",
      "What a radio takes after the last byte, until it sleeps.",
      {
          {"time", figure(quantity<Seconds>(non_negative)), required, "Until it sleeps."},
          {"power", figure(quantity<Watts>(non_negative)), required, "Drawn meanwhile, above idle."},
      }};
  return record;
}

const Record& radio_record() {
  static const Record record{"radio",
                             "What sending and receiving draws of the device's power.",
                             {
                                 {"transmit", keys_of(radio_power_record), required, "While it sends."},
                                 {"receive", keys_of(radio_power_record), required, "While it receives."},
                                 {"device_idle", figure(quantity<Watts>(non_negative)), standard("0 W"),
                                  "Subtracted from both bases, where the source measured the whole phone."},
                                 {"promotion", keys_of(promotion_record), optional("it never sleeps"), "Waking it."},
                                 {"tail", keys_of(tail_record), optional("it never lingers"),
                                  "How long the radio stays awake after the last byte, and what it draws."},
                             }};
  return record;
}

std::vector<Key> link_keys() {
  return {
      {"name", text(), standard("inline"), "What results call it."},
      {"title", text(), optional("its name"), "What it is, for people."},
      {"uplink", figure(quantity<Bandwidth>(possible_bandwidth)), required, "Application bytes a second up."},
      {"downlink", figure(quantity<Bandwidth>(possible_bandwidth)), required, "Application bytes a second down."},
      {"rtt", figure(quantity<Seconds>(non_negative)), required, "Round-trip time of a byte."},
      {"loss", figure(ratio({0.0, 0.99, false})), standard("0"), "Share of what is sent that is lost and sent again."},
  };
}

}  // namespace

const Record& ways_record() {
  static const Record record{
      "both ways",
      "A course for each way.",
      {
          {"up", keys_of(bandwidth_course_record), optional("it stays"), "How the bandwidth from the device moves."},
          {"down", keys_of(bandwidth_course_record), optional("it stays"), "How the bandwidth to the device moves."},
      }};
  return record;
}

const Record& outage_record() {
  static const Record record{"outage",
                             "A time in which nothing passes either way.",
                             {
                                 {"from", quantity<Seconds>(non_negative), required, "When it begins."},
                                 {"until", quantity<Seconds>(non_negative), required, "When it ends."},
                             }};
  return record;
}

const Record& bandwidth_course_record() {
  static const Record record{
      "bandwidth course",
      "A bandwidth that moves, by one of `steps`, `trace`, `mahimahi`, `markov` and `gauss_markov`.",
      config::joined({course_keys<moving_bandwidth>(),
                      {
                          {"mahimahi", file(), optional("another kind of course is given"),
                           "A trace of packets: the millisecond of each, one a line."},
                          {"bin", quantity<Seconds>({1e-3, 86400.0, false}), standard("1 s"),
                           "Over which packets of `mahimahi` are counted."},
                      }})};
  return record;
}

const Record& load_course_record() {
  static const Record record{
      "load course",
      "The share of a processor that somebody else takes, by one of `steps`, `trace`, `markov` and `gauss_markov`.",
      course_keys<moving_load>()};
  return record;
}

std::vector<Key> motion_keys() {
  return {
      {"bandwidth", either({keys_of(bandwidth_course_record), keys_of(ways_record)}), optional("it stays"),
       "A course of both ways, or one for each."},
      {"outages", list_of(keys_of(outage_record), 1), optional("there are none"),
       "When the link carries nothing, in order of time."},
  };
}

const Record& link_record() {
  static const Record record{
      "link", "A device's connection.",
      config::joined(
          {link_keys(), {{"radio", keys_of(radio_record), required, "The device's radio."}}, motion_keys()})};
  return record;
}

const Record& server_link_record() {
  static const Record record{
      "server link", "A connection between servers.",
      config::joined({link_keys(),
                      {{"radio", keys_of(radio_record), optional("it takes no energy"), "One that takes no energy."}},
                      motion_keys()})};
  return record;
}

}  // namespace edgecut::platform
