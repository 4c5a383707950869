#include "scenario/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "config/map.hpp"
#include "scenario/axis_values.hpp"
#include "scenario/keys.hpp"
#include "units/random.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

// "Mbit/s" becomes "_Mbit_per_s".
std::string suffix_of(const std::string& unit) {
  if (unit.empty()) return "";
  if (unit == "%") return "_percent";
  std::string suffix = "_";
  for (const char c : unit) {
    if (c == '/') {
      suffix += suffix.size() > 1 ? "_per_" : "per_";
    } else if (c != ' ') {
      suffix += c;
    }
  }
  return suffix;
}

// Coordinates in the unit of the first value, where every value is a number and all are of one dimension.
void find_numbers(Axis& axis) {
  if (!axis.labels.empty()) return;
  std::vector<double> numbers;
  std::optional<std::string> unit;
  for (const auto& value : axis.settings) {
    const auto number = value.is_scalar() ? units::split_unit(value.scalar) : std::nullopt;
    if (!number) return;
    if (!unit) unit = number->unit;
    const auto factor = units::factor_between(number->unit, *unit);
    if (!factor) return;
    numbers.push_back(in_unit(number->number, *factor));
  }
  axis.column += suffix_of(*unit);
  axis.numbers = std::move(numbers);
}

// ---- one axis ----

std::vector<Value> read_list(const Value& list) {
  if (!list.is_list()) list.fail("must be a list of values");
  for (const auto& item : list.items) {
    if (item.kind == Value::Kind::null) item.fail("a value of an axis may not be empty");
  }
  return list.items;
}

// One for each value, all different: rows are told apart by them.
std::vector<std::string> read_labels(const Value& list, std::size_t values) {
  auto labels = config::as<std::vector<std::string>>(list);
  if (labels.size() != values) {
    list.fail(fmt::format("has {} labels for {} values: there must be as many", labels.size(), values));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) list.items[i].fail("a label may not be empty");
    if (!seen.insert(labels[i]).second) list.items[i].fail("a second label of that name");
  }
  return labels;
}

Axis axis_named(const config::Entry& entry) {
  if (entry.key.find_first_not_of(".[]") == std::string::npos) {
    throw config::Error(entry.where, "sweep", "an axis needs the path of a key, such as link.uplink");
  }
  Axis axis;
  axis.path = entry.key;
  axis.key = entry.where;
  axis.column = entry.key;
  return axis;
}

// Reads an axis' values from a list, or from a map of `values:`, `file:` or a range. `when:` is for the caller.
Axis read_axis(const config::Entry& entry, std::vector<std::filesystem::path>& files, const Value** when) {
  auto axis = axis_named(entry);
  const auto& value = entry.value;
  if (value.is_list()) {
    axis.settings = read_list(value);
  } else {
    config::read(value, axis_record(), [&](Map& map) {
      if (when != nullptr) *when = map.find_child("when");
      if (map.has("values")) {
        axis.settings = read_list(map.child("values"));
      } else {
        axis.settings = scalars(map.has("file") ? values_of_file(map, files) : spaced(map), value.where);
      }
      if (const auto* labels = map.find_child("labels")) axis.labels = read_labels(*labels, axis.size());
    });
  }
  if (axis.settings.empty()) value.fail("an axis needs at least one value");
  find_numbers(axis);
  return axis;
}

// Keys of the study as a whole: a value at a point would be read by nobody.
void refuse_key_of_the_study(const Axis& axis) {
  const auto keys = study_keys();
  const auto key = axis.path.substr(0, axis.path.find_first_of(".["));
  if (std::ranges::find(keys, key, &config::Key::name) == keys.end()) return;
  throw config::Error(axis.key, axis.path, fmt::format("'{}' is the same at every point and cannot be swept", key));
}

// Axes that move together, and where they apply.
struct AxisGroup {
  std::vector<std::size_t> axes;
  std::size_t count = 1;
  struct Condition {
    std::size_t axis = 0;
    std::vector<std::size_t> values;
  };
  std::vector<Condition> conditions;  // all must hold

  [[nodiscard]] bool applies(const Coordinates& where) const {
    return std::ranges::all_of(conditions, [&](const Condition& condition) {
      return where[condition.axis] &&
             std::ranges::find(condition.values, *where[condition.axis]) != condition.values.end();
    });
  }
};

// ---- samples ----

// A number in [0, 1) for each point and dimension.
using Shares = std::vector<std::vector<double>>;

double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

// One point in each of n equal strata of every dimension, paired at random [McKay, Beckman, Conover, Technometrics'79].
Shares latin_hypercube(std::size_t points, const std::vector<std::string>& dimensions, std::uint64_t seed) {
  Shares shares(points, std::vector<double>(dimensions.size()));
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    RandomStream random(seed, {"latin_hypercube", dimensions[d]});
    std::vector<std::size_t> strata(points);
    std::iota(strata.begin(), strata.end(), std::size_t{0});
    for (std::size_t i = points; i > 1; --i) std::swap(strata[i - 1], strata[random() % i]);
    for (std::size_t p = 0; p < points; ++p) {
      shares[p][d] = (static_cast<double>(strata[p]) + unit_interval(random())) / static_cast<double>(points);
    }
  }
  return shares;
}

// Sobol's sequence from its first point (0) on, with Joe and Kuo's direction numbers, under a random digital shift for
// each dimension: the first 2^k points still are one in each of 2^k equal strata.
Shares sobol(std::size_t points, const std::vector<std::string>& dimensions, std::uint64_t seed) {
  boost::random::sobol sequence(dimensions.size());
  std::vector<std::uint64_t> shifts;
  for (const auto& name : dimensions) shifts.push_back(RandomStream(seed, {"sobol", name})());
  Shares shares(points, std::vector<double>(dimensions.size()));
  for (std::size_t p = 0; p < points; ++p) {
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
      const std::uint64_t bits = p == 0 ? 0 : sequence();  // Boost's begins with the second point
      shares[p][d] = unit_interval(bits ^ shifts[d]);
    }
  }
  return shares;
}

// A range, or words: a list, or `{values: [...], labels: [...]}`.
Axis sampled_axis(const config::Entry& entry, const Shares& shares, std::size_t dimension) {
  const auto& value = entry.value;
  const bool is_range = value.is_map() && value.find("values") == nullptr;
  if (is_range) {
    auto axis = axis_named(entry);
    const auto ends = config::read(value, range_record(), read_range);
    std::vector<std::string> texts;
    for (const auto& point : shares) texts.push_back(with_unit(ends.at(point[dimension]), ends.unit));
    axis.settings = scalars(texts, value.where);
    find_numbers(axis);
    return axis;
  }
  std::vector<std::filesystem::path> no_files;
  const auto words = read_axis(entry, no_files, nullptr);
  auto axis = axis_named(entry);
  for (const auto& point : shares) {
    const auto word = static_cast<std::size_t>(point[dimension] * static_cast<double>(words.size()));
    axis.settings.push_back(words.settings[word]);
    if (!words.labels.empty()) axis.labels.push_back(words.labels[word]);
  }
  find_numbers(axis);
  return axis;
}

std::vector<Axis> read_sample(const Value& sample) {
  return config::read(sample, sample_record(), [&](Map& map) {
    const auto method = map.choice<SampleMethod>("method");
    const auto points = map.get<std::size_t>("points");
    const auto seed = map.get<std::uint64_t>("seed");
    const auto& over = map.child("over");
    if (!over.is_map() || over.entries.empty()) over.fail("must be a map from a key of the scenario to its range");
    std::vector<std::string> dimensions;
    for (const auto& entry : over.entries) dimensions.push_back(entry.key);
    const auto shares =
        method == SampleMethod::sobol ? sobol(points, dimensions, seed) : latin_hypercube(points, dimensions, seed);
    std::vector<Axis> axes;
    for (const auto& entry : over.entries) axes.push_back(sampled_axis(entry, shares, axes.size()));
    return axes;
  });
}

// ---- the whole sweep ----

class Reader {
 public:
  Axes read(const Value& sweep) {
    if (!sweep.is_map()) sweep.fail("must be a map from a key of the scenario to its values");
    for (const auto& entry : sweep.entries) read_entry(entry);
    combine(sweep);
    return std::move(axes_);
  }

 private:
  void read_entry(const config::Entry& entry) {
    if (entry.key == "zip") {
      if (!entry.value.is_list()) return add_zip(entry.value);
      for (const auto& item : entry.value.items) add_zip(item);
    } else if (entry.key == "sample") {
      add_group(read_sample(entry.value), entry.value);
    } else {
      const Value* when = nullptr;
      add_group({read_axis(entry, axes_.files, &when)}, entry.value);
      if (when != nullptr) groups_.back().conditions = read_conditions(*when);
    }
  }

  void add_zip(const Value& zip) {
    if (!zip.is_map() || zip.entries.empty()) zip.fail("must be a map from a key of the scenario to its values");
    std::vector<Axis> axes;
    for (const auto& entry : zip.entries) {
      axes.push_back(read_axis(entry, axes_.files, nullptr));
      if (axes.back().size() == axes.front().size()) continue;
      entry.value.fail(fmt::format("has {} values, but {} has {}: zipped axes need as many", axes.back().size(),
                                   axes.front().path, axes.front().size()));
    }
    add_group(std::move(axes), zip);
  }

  void add_group(std::vector<Axis> axes, const Value& value) {
    AxisGroup group;
    group.count = axes.front().size();
    const auto leader = axes_.axes.size();
    for (auto& axis : axes) {
      refuse_key_of_the_study(axis);
      for (const auto& other : axes_.axes) {
        if (other.path == axis.path) value.fail(fmt::format("{} is swept twice", axis.path));
        if (!holds(axis.path, other.path)) continue;
        value.fail(
            fmt::format("{} would undo {}, which stands above it: put {} first", axis.path, other.path, axis.path));
      }
      if (axes_.axes.size() > leader) axis.leader = leader;
      group.axes.push_back(axes_.axes.size());
      axes_.axes.push_back(std::move(axis));
    }
    groups_.push_back(std::move(group));
  }

  std::vector<AxisGroup::Condition> read_conditions(const Value& when) const {
    if (!when.is_map() || when.entries.empty()) when.fail("must be a map from another axis to its value or values");
    std::vector<AxisGroup::Condition> conditions;
    for (const auto& [path, value, where] : when.entries) {
      std::vector<std::string> known;
      for (std::size_t a = 0; a + 1 < axes_.axes.size(); ++a) known.push_back(axes_.axes[a].path);
      const auto found = std::ranges::find(known, path);
      if (found == known.end()) {
        throw config::Error(where, when.path, config::unknown_name("axis above this one", path, known));
      }
      AxisGroup::Condition condition{static_cast<std::size_t>(found - known.begin()), {}};
      if (value.is_list()) {
        for (const auto& item : value.items) add_value(item, condition);
      } else {
        add_value(value, condition);
      }
      conditions.push_back(std::move(condition));
    }
    return conditions;
  }

  // Named by its label, or as it is written.
  void add_value(const Value& value, AxisGroup::Condition& condition) const {
    const auto& axis = axes_.axes[condition.axis];
    const auto text = value.is_scalar() ? value.scalar : config::to_yaml(value);
    const auto before = condition.values.size();
    std::vector<std::string> known;
    for (std::size_t i = 0; i < axis.size(); ++i) {
      if (axis.word(i) == text || axis.written(i) == text) condition.values.push_back(i);
      known.push_back(axis.word(i));
    }
    if (condition.values.size() == before) config::fail_unknown(value, "value of that axis", known);
  }

  // Every combination, the last group fastest; of a group that does not apply, once.
  void combine(const Value& sweep) {
    std::size_t count = 1;
    for (const auto& group : groups_) {
      count *= group.count;
      if (count > 1'000'000) sweep.fail("amounts to more than a million points");
    }
    for (std::size_t combination = 0; combination < count; ++combination) {
      std::vector<std::size_t> index(groups_.size());
      for (std::size_t g = groups_.size(), rest = combination; g-- > 0;) {
        index[g] = rest % groups_[g].count;
        rest /= groups_[g].count;
      }
      Coordinates where(axes_.axes.size());
      bool is_new = true;
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        if (groups_[g].applies(where)) {
          for (const auto axis : groups_[g].axes) where[axis] = index[g];
        } else if (index[g] > 0) {
          is_new = false;
        }
      }
      if (is_new) axes_.points.push_back(std::move(where));
    }
  }

  Axes axes_;
  std::vector<AxisGroup> groups_;
};

}  // namespace

std::string Axis::written(std::size_t i) const {
  return settings[i].is_scalar() ? settings[i].scalar : config::to_yaml(settings[i]);
}

bool holds(std::string_view outer, std::string_view inner) {
  if (!inner.starts_with(outer)) return false;
  return inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[';
}

Axes read_axes(const Value* sweep) {
  if (sweep == nullptr) return {{}, {Coordinates{}}, {}};
  return Reader().read(*sweep);
}

}  // namespace edgecut::scenario
