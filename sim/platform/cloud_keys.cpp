// What is said of servers and of how they take those who ask for them.
#include "config/period.hpp"
#include "config/record.hpp"
#include "platform/keys.hpp"
#include "platform/serving.hpp"
#include "units/clock.hpp"

namespace edgecut::platform {

using namespace config::declare;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;

namespace {

constexpr config::Limits hosts{1.0, 1e6, false};

const Record& host_power_record() {
  static const Record record{
      "host power",
      "What one host draws.",
      {
          {"idle", figure(quantity<Watts>(non_negative)), required, "While it is on."},
          {"active", figure(quantity<Watts>(non_negative)), required, "While all of its slots work."},
      }};
  return record;
}

const Record& batching_record() {
  static const Record record{
      "batching",
      "Equal tails of one network are run in one go.",
      {
          {"max_size", integer({2.0, 1e6, false}), required, "A batch starts when so many wait."},
          {"max_wait", quantity<Seconds>(non_negative), required, "Or when the first has waited so long."},
          {"speedup", sizes_to(number(positive), "sizes of batches"), optional("`fixed_share` or `batch_times` say it"),
           "What a batch gets through in a second, over one alone."},
          {"fixed_share", ratio(config::share), optional("`speedup` or `batch_times` say it"),
           "The share of the time of one inference alone that does not grow with the batch."},
      }};
  return record;
}

const Record& autoscaling_record() {
  static const Record record{
      "autoscaling",
      "Hosts come and go with the load.",
      {
          {"min_hosts", integer(hosts), standard("1"), "No fewer."},
          {"max_hosts", integer(hosts), required, "No more."},
          {"target_utilisation", ratio({0.0, 1.0, true}), optional("`target_queue` says it"),
           "The utilisation of the hosts that is aimed at."},
          {"target_queue", number(positive), optional("`target_utilisation` says it"), "Waiting for each host."},
          {"interval", quantity<Seconds>(config::period), required, "Between two looks."},
          {"start_up", quantity<Seconds>(non_negative), required, "Until a new host serves."},
      }};
  return record;
}

const Record& random_work_record() {
  static const Record record{"random work",
                             "An exponential time.",
                             {{"mean", quantity<Seconds>(positive), required, "The mean of the time."}}};
  return record;
}

const Record& tenants_record() {
  static const Record record{
      "tenants",
      "Jobs of others, Poisson, that wait and take slots as requests do.",
      {
          {"rate", quantity<Frequency>({0.0, 1.0 / shortest_period.value(), true}), required, "How often one comes."},
          {"work", either({quantity<Seconds>(positive), keys_of(random_work_record)}), required,
           "What each of their requests takes on a slot."},
          {"priority", integer(), standard("0"), "With `discipline: priority`."},
      }};
  return record;
}

}  // namespace

const Record& serving_record() {
  static const Record record{
      "serving",
      "How a server takes those who ask for it.",
      {
          {"discipline",
           word<ServingDiscipline>({{"fifo", ServingDiscipline::fifo},
                                    {"priority", ServingDiscipline::priority},
                                    {"earliest_deadline", ServingDiscipline::earliest_deadline},
                                    {"shared", ServingDiscipline::shared}}),
           optional("the processor's"), "Who is next."},
          {"queue_limit", integer<std::int64_t>(non_negative), optional("everybody is taken"),
           "One who finds no free slot and so many waiting is refused."},
          {"batching", keys_of(batching_record), optional("one at a time"), "Batches."},
          {"autoscaling", keys_of(autoscaling_record), optional("`hosts` throughout"), "How many hosts there are."},
          {"tenants", keys_of(tenants_record), optional("there are none"), "Others who ask for it."},
      }};
  return record;
}

const Record& cloud_record() {
  static const Record record{
      "cloud",
      "Servers, all alike.",
      {
          {"name", text(), required, "What results call it."},
          {"title", text(), optional("its name"), "What it is, for people."},
          {"memory", keys_of(memory_record), required, "The memory of one host."},
          {"hosts", integer(positive), standard("1"), "How many there are."},
          {"processors", processors_of_server(), required, "Exactly one, by its name."},
          {"batch_times", sizes_to(figure(quantity<Seconds>(positive)), "sizes of batches"), optional("unknown"),
           "Measured time of a batch of each size, from 1 up."},
          {"price", figure(measure("USD/h", "0.68 USD/h", non_negative, "US dollars an hour of one host")),
           optional("unknown"), "What one host costs."},
          {"power", keys_of(host_power_record), optional("its energy is not counted"), "What one host draws."},
          {"serving", keys_of(serving_record), optional("first come, first served"), "How it takes requests."},
      }};
  return record;
}

}  // namespace edgecut::platform
