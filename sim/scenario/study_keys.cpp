// What is said of a study as a whole: what is varied, repeated, compared and searched.
#include "scenario/keys.hpp"

namespace edgecut::scenario {

using namespace config::declare;
using config::Key;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;
using config::Type;

namespace {

constexpr config::Limits replications{2.0, 1e6, false};

const Record& until_record() {
  static const Record record{"until",
                             "Replications until a mean is known well enough.",
                             {
                                 {"metric", text(), required, "A column, with or without its unit."},
                                 {"half_width", ratio(positive), required,
                                  "Half the 95 % interval over the mean, below which it is known well enough."},
                                 {"max", integer<std::int64_t>(replications), required, "No more."},
                                 {"min", integer<std::int64_t>(replications), standard("10"), "No fewer."},
                             }};
  return record;
}

const Record& replications_record() {
  static const Record record{
      "replications", "As many as it takes.", {{"until", keys_of(until_record), required, "What ends them."}}};
  return record;
}

// The ends of an axis.
std::vector<Key> range_keys() {
  return {
      {"linspace", list_of(anything(), 2), optional("`logspace` says it"),
       "The two ends of values that are evenly spaced."},
      {"logspace", list_of(anything(), 2), optional("`linspace` says it"),
       "The two ends of values whose logarithms are evenly spaced."},
  };
}

Type axis() {
  return either({list_of(anything(), 1), keys_of(axis_record)});
}

const Record& sweep_record() {
  static const Record record{
      "sweep",
      "The paths of keys and their values; all of them are combined.",
      {
          {"zip", either({map_of(axis(), "paths of keys", 1), list_of(map_of(axis(), "paths of keys", 1))}),
           optional("all axes are combined"), "Axes that move together."},
          {"sample", keys_of(sample_record), optional("all values are played"), "A sample of several axes."},
      },
      {axis()}};
  return record;
}

}  // namespace

const Record& range_record() {
  static const Record record{"range", "The ends of an axis.", range_keys()};
  return record;
}

const Record& axis_record() {
  static const Record record{
      "axis", "Values of a key: `values`, a `file`, or a range with its `points`.",
      config::joined({
          range_keys(),
          {
              {"points", integer({2.0, 100000.0, false}), optional("required of a range"), "How many there are."},
              {"when", map_of(anything(), "axes above this one", 1), optional("everywhere"),
               "The values of other axes at which the axis applies."},
              {"values", list_of(anything(), 1), optional("`file` or a range says them"), "As they are written."},
              {"file", file(), optional("`values` or a range says them"), "A table with a value in each line."},
              {"column", text(), optional("its only one"), "The column of the file."},
              {"unit", text(), optional("as the column's name says"), "The unit of the numbers in the file."},
              {"labels", list_of(text()), optional("as they are written"), "What results call the values."},
          },
      })};
  return record;
}

const Record& sample_record() {
  static const Record record{
      "sample",
      "Points that are spread over several axes.",
      {
          {"method",
           word<SampleMethod>({{"latin_hypercube", SampleMethod::latin_hypercube}, {"sobol", SampleMethod::sobol}}),
           required, "How they are spread."},
          {"points", integer<std::int64_t>({1.0, 100000.0, false}), required, "How many there are."},
          {"seed", integer<std::uint64_t>(), standard("1"), "The seed of the sample."},
          {"over", map_of(axis(), "paths of keys", 1), required, "The axes: a range, or words."},
      }};
  return record;
}

const Record& tune_record() {
  static const Record record{
      "tune",
      "What `edgecut tune` searches.",
      {
          {"minimise", text(), optional("`maximise` says it"), "A column of the results."},
          {"maximise", text(), optional("`minimise` says it"), "A column of the results."},
          {"partitioner", text(), required, "Whose settings they are."},
          {"at_most", map_of(number(), "columns"), optional("there are no limits"), "Means, in the columns' units."},
          {"budget", integer<std::int64_t>({1.0, 1e6, false}), required, "How many runs are played."},
          {"seed", integer<std::uint64_t>(), standard("1"), "The seed of the candidates."},
          {"over", map_of(axis(), "paths of keys", 1), required, "The axes: a range, or words."},
      }};
  return record;
}

const Record& compare_record() {
  static const Record record{"compare",
                             "Against which methods savings are computed.",
                             {
                                 {"baseline", text(), required, "The name of a method."},
                                 {"also", either({text(), list_of(text())}), optional("no other"), "Names of others."},
                             }};
  return record;
}

std::vector<Key> study_keys() {
  return {
      {"question", text(), standard(""), "One sentence, which is printed with the results."},
      {"sweep", keys_of(sweep_record), optional("it has one point"), "What is varied."},
      {"replications", either({integer<std::int64_t>({1.0, 1e6, false}), keys_of(replications_record)}), standard("1"),
       "How often each point is played, with other seeds."},
      {"compare", keys_of(compare_record), optional("nothing is"), "What is compared with what."},
      {"tune", keys_of(tune_record), optional("`edgecut tune` has nothing to do"), "What `edgecut tune` searches."},
  };
}

}  // namespace edgecut::scenario
