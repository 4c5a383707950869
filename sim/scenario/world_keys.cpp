// What is said of the world at a point: machines, links, fleets, loads.
#include "dnn/keys.hpp"
#include "platform/keys.hpp"
#include "scenario/keys.hpp"
#include "workload/keys.hpp"

namespace edgecut::scenario {

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

Type device() {
  return reference("platforms/devices", platform::device_record);
}
Type cloud() {
  return reference("platforms/clouds", platform::cloud_record);
}
Type link() {
  return reference("platforms/links", platform::link_record);
}
Type processors() {
  return list_of(text(), 1);
}

std::vector<Key> shared_keys() {
  return config::joined({
      {
          {"uplink", quantity<Bandwidth>(platform::possible_bandwidth), required,
           "Bytes a second up, of all together."},
          {"downlink", quantity<Bandwidth>(platform::possible_bandwidth), required,
           "Bytes a second down, of all together."},
      },
      platform::motion_keys(),
  });
}

const Record& shared_record() {
  static const Record record{"shared link", "A link that devices share.", shared_keys()};
  return record;
}

const Record& fleet_record() {
  static const Record record{
      "fleet",
      "Several devices, and what they share.",
      {
          {"devices", integer<std::int64_t>({1.0, 1e6, false}), standard("1"), "How many there are, all alike."},
          {"weight", number({0.01, 100.0, false}), standard("1"),
           "The weight of the devices' messages where messages share a link."},
          {"backhaul", keys_of(shared_record), optional("there is none"), "What all share on the way to the cloud."},
          {"cells", list_of(keys_of(cell_record), 1), optional("there are none"), "Access points or radio cells."},
          {"cell", either({text(), keys_of(shared_record)}), optional("each has a link of its own"),
           "One that all are in, or the name of one of `cells`."},
          {"groups", list_of(keys_of(group_record), 1), optional("all devices are alike"), "Devices that differ."},
      }};
  return record;
}

const Record& edge_record() {
  static const Record record{
      "edge",
      "A server between device and cloud; `link` of the scenario then leads to it.",
      {
          {"server", cloud(), required, "The server."},
          {"link", reference("platforms/links", platform::server_link_record), required,
           "The link from the edge server to the cloud."},
          {"direct_link", link(), optional("there is none"), "A link from the device to the cloud, past the server."},
      }};
  return record;
}

const Record& background_record() {
  static const Record record{
      "background",
      "What somebody else takes of processors.",
      {
          {"device", map_of(keys_of(platform::load_course_record), "processors"), optional("nothing"),
           "What others take of the device's processors."},
          {"cloud", keys_of(platform::load_course_record), optional("nothing"), "What others take of the cloud."},
          {"edge", keys_of(platform::load_course_record), optional("nothing"), "What others take of the edge server."},
      }};
  return record;
}

const Record& truth_record() {
  static const Record record{
      "truth",
      "How real layers differ from the model.",
      {
          {"layer_noise", ratio({0.0, 2.0, false}), standard("15 %"),
           "Sigma of the log-normal factor of each layer on each host."},
          {"seed", integer<std::uint64_t>(), optional("that of the scenario"), "The seed of these factors."},
      }};
  return record;
}

const Record& beside_record() {
  static const Record record{
      "beside",
      "What else lives in the device's memory.",
      {
          {"networks", list_of(text(), 1), optional("there are none"), "Other networks."},
          {"memory", quantity<Bytes>(non_negative), standard("0 B"), "What others take."},
          {"policy", word<MemoryPolicy>({{"resident", MemoryPolicy::resident}, {"swapped", MemoryPolicy::swapped}}),
           standard("resident"), "Whether the networks stay in memory, or take turns."},
      }};
  return record;
}

Key battery_key() {
  return {"battery", put_over(platform::battery_record), optional("as the device's file says"),
          "Put over the battery of the device's file."};
}

Key network_key(config::Absence absence) {
  return {"network", text(), absence, "The name of a network, or the path of its file."};
}

}  // namespace

const Record& cell_record() {
  static const Record record{
      "cell", "An access point or radio cell, whose stations share it.",
      config::joined({{{"name", text(), required, "What groups call it."}},
                      shared_keys(),
                      {{"in", text(), optional("it is in none"), "A cell above it, that it is a station of."}}})};
  return record;
}

const Record& group_record() {
  static const Record record{
      "group",
      "Devices that are alike, with what they have of their own.",
      {
          {"device", device(), optional("the scenario's"), "The device of the group."},
          {"processors", processors(), optional("the scenario's"), "Which of its processors may run the head."},
          {"link", link(), optional("the scenario's"), "The link of the group."},
          battery_key(),
          {"beside", keys_of(beside_record), optional("the scenario's"), "What else lives in its memory."},
          network_key(optional("the scenario's")),
          {"input", keys_of(input_record), optional("the scenario's"), "As the scenario's `input`."},
          {"result", keys_of(result_record), optional("the scenario's"), "As the scenario's `result`."},
          {"workload", workload_type(), optional("the scenario's"), "As the scenario's `workload`."},
          {"device_off", list_of(keys_of(platform::outage_record)), optional("the scenario's"),
           "As the scenario's `device_off`."},
          {"name", text(), optional("its device's"), "What results call it."},
          {"devices", integer<std::int64_t>({1.0, 1e6, false}), required, "How many there are."},
          {"cell", either({text(), keys_of(shared_record)}), optional("the fleet's"),
           "One of its own, or the name of one of `cells`."},
          {"weight", number({0.01, 100.0, false}), optional("the fleet's"), "The weight of the group's messages."},
      }};
  return record;
}

std::vector<Key> world_keys_of_scenario() {
  return {
      network_key(in_parts),
      {"device", device(), in_parts, "The device."},
      battery_key(),
      {"processors", processors(), optional("the first"), "Which of the device's processors may run the head."},
      {"cloud", cloud(), required, "The cloud."},
      {"link", link(), in_parts, "The link from the device to the cloud, or to the edge server."},
      {"edge", keys_of(edge_record), optional("there is none"), "A server between device and cloud."},
      {"fleet", keys_of(fleet_record), optional("one device"), "Several devices."},
      {"background", keys_of(background_record), optional("nobody is there"), "Load of others."},
      {"seed", integer<std::uint64_t>(), standard("1"),
       "The seed of arrivals, and of the truth unless it says otherwise."},
      {"truth", keys_of(truth_record), optional("as its keys' defaults"), "How real layers differ from the model."},
      {"beside", keys_of(beside_record), optional("nothing"), "What else lives in the device's memory."},
  };
}

}  // namespace edgecut::scenario
