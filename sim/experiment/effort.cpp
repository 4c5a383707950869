#include "experiment/effort.hpp"

#include <optional>
#include <string>

#include "belief/availability.hpp"
#include "belief/charges.hpp"
#include "belief/staleness.hpp"

namespace edgecut::experiment {
namespace {

using metrics::Cell;
using metrics::Fold;
using metrics::or_empty;

struct Spent {
  std::optional<double> seconds;
  std::optional<double> joules;
};

// What the decisions of one device took on the host that makes them.
Spent deciding(const Account& account) {
  const auto& effort = account.first.method->effort;
  if (!effort.deciding) return {};
  const auto& truth = account.first.truth;
  const auto& device = truth.processors.front();
  const auto here = effort.decides_in_cloud ? truth.cloud_nominal : device.nominal;
  const Seconds time = *effort.deciding * (effort.rate / here) * account.decisions;
  return {time.value(), effort.decides_in_cloud ? 0.0 : (device.active_increment * time).value()};
}

std::optional<double> sum(double before, std::optional<double> more) {
  return more ? std::optional(before + *more) : more;
}

// What the columns are made of.
struct EffortFigures {
  explicit EffortFigures(const Account& of)
      : account(of),
        method(*of.first.method),
        spent(deciding(of)),
        stale(belief::staleness(of.first.believed, of.first.truth)),
        reading(method.awareness.availability.value_or(belief::Availability{})) {
    for (const auto& charge : of.charges) {
      seconds += charge.time().value();
      joules += charge.joules().value();
    }
  }

  const Account& account;
  const belief::Method& method;
  double seconds = 0.0;  // of all that was measured
  double joules = 0.0;
  Spent spent;
  belief::Staleness stale;
  belief::Availability reading;

  [[nodiscard]] Seconds again() const { return account.again.device + account.again.servers; }
  // Empty of a method that looks at no time.
  [[nodiscard]] Cell where_believed(std::optional<double> value) const {
    return method.believes() ? or_empty(value) : Cell();
  }
  [[nodiscard]] Cell where_seen(double value) const { return account.clock ? Cell(value) : Cell(); }
};

using OfEffort = const EffortFigures&;

constexpr auto effort_table = std::to_array<metrics::Field<EffortFigures>>({
    {{"benchmarking_s", "T_bench", "s",
      "host time of all that the method measured before it could plan, as often as it repeats that; `effort_of` says "
      "what it was; 0 of who measures nothing",
      "sum of what was measured, each as often as it is repeated", "a benchmark costs more than its runs"},
     [](OfEffort f) -> Cell { return f.seconds; }},
    {{"benchmarking_J", "E_bench", "J", "joules of the device, above idle, for its part of `benchmarking_s`",
      "sum of true layer times x power", "a benchmark heats or throttles the device"},
     [](OfEffort f) -> Cell { return f.joules; }},
    {{"deciding_s", "T_dec", "s",
      "time of all decisions of one device on the host that makes them; empty without `decision`", "as `decision` says",
      "the scenario guesses it"},
     [](OfEffort f) -> Cell { return or_empty(f.spent.seconds); }},
    {{"deciding_J", "E_dec", "J",
      "joules of the device, above idle, for all decisions of it; 0 where the cloud decides", "power x time",
      "the scenario guesses it"},
     [](OfEffort f) -> Cell { return or_empty(f.spent.joules); }},
    {{"effort_s", "T_eff", "s", "`benchmarking_s` + `deciding_s` + `remeasuring_s`; empty without `decision`", "sum",
      "as its parts"},
     [](OfEffort f) -> Cell { return or_empty(sum(f.seconds + f.again().value(), f.spent.seconds)); }},
    {{"effort_J", "E_eff", "J", "`benchmarking_J` + `deciding_J` + `remeasuring_J`; empty without `decision`", "sum",
      "as its parts"},
     [](OfEffort f) -> Cell { return or_empty(sum(f.joules + f.account.again.energy.value(), f.spent.joules)); }},
    {{"effort_of", "-", "",
      "what `benchmarking_s` and `benchmarking_J` are the sum of: each thing that was measured, how often, on which "
      "hosts and what it falls due once for",
      "as text", "as `benchmarking_s`", Fold::common},
     [](OfEffort f) -> Cell { return or_empty(belief::explain(f.account.charges)); }},
    {{"measured", "-", "",
      "how layers were measured: exact, which is an ideal, or runs, their spread and what layers add up to; empty of "
      "who measures nothing",
      "as the scenario says", "it says nothing of `profile_error`", Fold::common},
     [](OfEffort f) -> Cell {
       return or_empty(f.method.measures() ? belief::describe(f.method.measuring) : std::string());
     }},
    {{"profile_age_d", "t_age", "d",
      "days from the benchmark's date to the scenario's; empty where either is not given", "as the files say",
      "the dates in the files are wrong"},
     [](OfEffort f) -> Cell { return or_empty(f.method.age); }},
    {{"profile_temperature_C", "θ", "°C",
      "temperature of the device at the benchmark, degrees Celsius; empty where it is not recorded", "as recorded",
      "the host's sensor was far from its processor"},
     [](OfEffort f) -> Cell { return or_empty(f.method.recorded.temperature); }},
    {{"profile_load", "-", "", "load of the device at the benchmark, as text; empty where it is not recorded",
      "as recorded, by the scenario or the table", "it is empty: nobody wrote it down", Fold::common},
     [](OfEffort f) -> Cell { return or_empty(f.method.recorded.load); }},
    {{"believed_uplink_ratio", "r_u", "", "uplink as believed / as it is at the start of the run",
      "at the start of the run", "the uplink moves"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.link.up); }},
    {{"believed_downlink_ratio", "r_n", "", "downlink as believed / as it is at the start of the run",
      "at the start of the run", "the downlink moves"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.link.down); }},
    {{"believed_rtt_ratio", "r_t", "",
      "round trip of the link as believed / as it is at the start of the run; less than 1 ms counts as 1 ms",
      "at the start of the run", "the round trip hardly counts beside the transfer"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.link.rtt); }},
    {{"believed_device_ratio", "r_d", "",
      "seconds of all layers on the device's listed processors, as believed / as they are", "sums over layers",
      "layers err in opposite directions"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.device); }},
    {{"believed_cloud_ratio", "r_c", "", "seconds of all layers in the cloud, as believed / as they are",
      "sums over layers", "layers err in opposite directions"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.cloud); }},
    {{"believed_edge_ratio", "r_e", "",
      "seconds of all layers on the edge server, as believed / as they are; empty without one", "sums over layers",
      "layers err in opposite directions"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.edge); }},
    {{"staleness", "σ", "",
      "distance of belief from truth: root of the sum of the squared logarithms of the `believed_..._ratio` columns "
      "and of those of the relay and the direct link; 0: times and links are as believed",
      "closed form", "one of them is what matters; age and temperature are apart"},
     [](OfEffort f) -> Cell { return f.where_believed(f.stale.distance()); }},
    {{"seen_clock", "f", "",
      "clock of the device's first listed processor over that of its file, as its system reports it at the start of "
      "the run; empty without `sees: availability`",
      "at the start of the run", "the clock moves during the run"},
     [](OfEffort f) -> Cell { return or_empty(f.account.clock); }},
    {{"seen_age_s", "t_seen", "s",
      "age of what the device's system reports when it is looked at; empty without `sees: availability`",
      "as `sees` says", "the scenario guesses it"},
     [](OfEffort f) -> Cell { return f.where_seen(f.reading.age.value()); }},
    {{"seen_error", "σ_seen", "",
      "sigma of the log-normal factor on reported clocks; empty without `sees: availability`", "as `sees` says",
      "the scenario guesses it"},
     [](OfEffort f) -> Cell { return f.where_seen(f.reading.error); }},
});

}  // namespace

Account account_of(const Playing& playing, std::int64_t replication, const events::Decisions& decisions,
                   const events::MeasuringUse& again) {
  const auto& first = playing.front();
  const auto& world = first.part->world;
  Account account{first, {}, 1.0, again, {}};
  account.decisions = static_cast<double>(decisions.made.front()) / static_cast<double>(world.devices);
  for (const auto& own : playing.parts()) {
    for (const auto& charge : belief::charges(*own.part, *own.method, replication)) {
      belief::add(account.charges, charge);
    }
  }
  if (const auto& reading = first.method->awareness.availability) {
    const auto& processor = world.device.processors[world.processors.front()];
    account.clock = belief::reported_clock(world.device, processor, *reading, world.seed_of(replication));
  }
  return account;
}

void append_effort(const Account& account, metrics::Row& row) {
  metrics::append<EffortFigures>(effort_table, EffortFigures(account), row);
}

std::vector<metrics::Column> effort_columns() {
  return metrics::columns_of<EffortFigures>(effort_table);
}

}  // namespace edgecut::experiment
