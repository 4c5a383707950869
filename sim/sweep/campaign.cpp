#include "sweep/campaign.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "sweep/faults.hpp"
#include "sweep/header.hpp"
#include "sweep/packed_row.hpp"
#include "sweep/schedule.hpp"

namespace edgecut::sweep {
namespace {

using Clock = std::chrono::steady_clock;

store::Session session_of(const Campaign& campaign) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  store::Session session;
  session.host = host.data();
  session.started =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
  session.jobs = campaign.execution.parallel;
  session.shard = campaign.shard;
  return session;
}

// One call of play().
class Player {
 public:
  Player(const experiment::Study& study, store::Store& store, const Campaign& campaign)
      : study_(study), store_(store), campaign_(campaign), faults_(Faults::of_environment()) {
    for (const auto& key : store.finished()) ended_.insert(key);
    if (!campaign.retries_failed) {
      for (const auto& failure : store.failures()) ended_.insert(failure.key);
    }
    if (study.until()) {
      for (const auto& [key, value] : store.numbers(study.until()->column)) metrics_[key] = value;
    }
  }

  Outcome play() {
    store_.begin_session(session_of(campaign_));
    Schedule schedule(study_, campaign_.shard);
    const auto metric = [&](const experiment::Run& run) {
      const auto found = metrics_.find(key_of(run));
      return found == metrics_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
    };
    for (auto runs = schedule.next(metric); !runs.empty(); runs = schedule.next(metric)) {
      total_ += runs.size();
      std::erase_if(runs, [&](const experiment::Run& run) { return ended_.contains(key_of(run)); });
      outcome_.found = total_ - runs.size() - outcome_.played;
      if (runs.empty()) continue;
      try {
        play(runs);
      } catch (const Interrupted& interruption) {
        outcome_.interruption = interruption.what();
        return outcome_;
      }
    }
    store_.mark_complete(campaign_.shard);
    return outcome_;
  }

 private:
  void play(const std::vector<experiment::Run>& runs) {
    campaign_.progress(total_ - runs.size(), total_);
    std::size_t left = runs.size();
    run_processes(
        runs.size(), campaign_.execution,
        [&](std::size_t i) {
          faults_.play(name_of(study_, runs[i]));
          return pack(study_.play(runs[i]));
        },
        [&](const std::vector<Ended>& ended) {
          left -= ended.size();
          keep(runs, ended);
          campaign_.progress(total_ - left, total_);
        },
        [&](std::size_t i) { return name_of(study_, runs[i]); });
  }

  void keep(const std::vector<experiment::Run>& runs, const std::vector<Ended>& ended) {
    std::vector<store::Finished> finished;
    std::vector<store::Failed> failed;
    for (const auto& [job, result] : ended) {
      const auto& run = runs[job];
      if (result.failure.empty()) {
        finished.push_back({key_of(run), unpack(result.output)});
        if (study_.until()) metrics_[key_of(run)] = finished.back().row.number(study_.until()->column);
      } else {
        const auto name = name_of(study_, run);
        failed.push_back({key_of(run), name, result.failure, campaign_.command + name});
      }
    }
    outcome_.played += ended.size();
    store_.add(finished, failed, std::chrono::duration<double>(Clock::now() - start_).count());
  }

  const experiment::Study& study_;
  store::Store& store_;
  const Campaign& campaign_;
  Faults faults_;
  Clock::time_point start_ = Clock::now();
  std::set<store::RunKey> ended_;
  std::map<store::RunKey, double> metrics_;  // with until()
  std::size_t total_ = 0;
  Outcome outcome_;
};

// The runs of a source that the target lacks; throws when the two contradict each other.
struct Missing {
  std::vector<store::Finished> finished;
  std::vector<store::Failed> failed;
};

Missing missing_in(const store::Store& target, const store::Store& source) {
  std::map<store::RunKey, metrics::Row> known;
  for (auto& run : target.rows()) known.emplace(run.key, std::move(run.row));
  Missing missing;
  for (auto& run : source.rows()) {
    const auto found = known.find(run.key);
    if (found == known.end()) {
      missing.finished.push_back(std::move(run));
    } else if (!(found->second == run.row)) {
      throw config::Error(fmt::format("{}: run {}/{}/{} has other figures than in {}: they are not of one sweep",
                                      source.file().string(), run.key.point, run.row.text("partitioner"),
                                      run.key.replication, target.file().string()));
    }
  }
  std::set<store::RunKey> failed;
  for (const auto& failure : target.failures()) failed.insert(failure.key);
  for (auto& failure : source.failures()) {
    if (!known.contains(failure.key) && !failed.contains(failure.key)) missing.failed.push_back(std::move(failure));
  }
  return missing;
}

void refuse_strangers(const store::Store& target, const store::Store& source) {
  const auto different = store::differences(target.header().identity, source.header().identity, {build_part});
  if (!different.empty()) {
    throw config::Error(fmt::format("{}: is of another sweep than {}: {} ('there' is the latter)",
                                    source.file().string(), target.file().string(), fmt::join(different, "; ")));
  }
  for (const auto& mine : source.shards()) {
    for (const auto& other : target.shards()) {
      // A sweep that was not cut goes with shards of any number: it is all of them, or not complete.
      if (mine.count == other.count || mine.count == 1 || other.count == 1) continue;
      throw config::Error(fmt::format("{}: is shard {} of {}, but {} holds shards of {}: merge those of one number",
                                      source.file().string(), mine.index, mine.count, target.file().string(),
                                      other.count));
    }
  }
}

}  // namespace

store::Store open_store(const std::filesystem::path& file, const store::Header& header) {
  if (!store::exists(file)) return {file, header};
  store::Store store(file, store::Access::write);
  const auto different = store::differences(store.header().identity, header.identity);
  if (!different.empty()) {
    throw config::Error(
        fmt::format("{}: holds runs of another sweep: {}; --fresh discards them, --output writes to another folder",
                    file.string(), fmt::join(different, "; ")));
  }
  return store;
}

Outcome play(const experiment::Study& study, store::Store& store, const Campaign& campaign) {
  return Player(study, store, campaign).play();
}

void merge(const std::vector<std::filesystem::path>& sources, const std::filesystem::path& target_file) {
  std::vector<store::Store> opened;
  for (const auto& file : sources) opened.emplace_back(file, store::Access::read);
  const bool is_new = !store::exists(target_file);
  for (const auto& source : opened) refuse_strangers(opened.front(), source);
  if (!is_new) refuse_strangers(store::Store(target_file, store::Access::read), opened.front());
  auto target =
      is_new ? store::Store(target_file, opened.front().header()) : store::Store(target_file, store::Access::write);
  for (const auto& source : opened) missing_in(target, source);  // all of them before anything is written
  for (const auto& source : opened) {
    const auto missing = missing_in(target, source);
    for (const auto& session : source.sessions()) target.record(session);
    if (!missing.finished.empty() || !missing.failed.empty()) target.add(missing.finished, missing.failed, 0.0);
    for (const auto& shard : source.complete()) target.mark_complete(shard);
  }
  target.close();
}

std::string missing_shards(const store::Store& store) {
  const auto complete = store.complete();
  std::set<std::size_t> counts;
  for (const auto& shard : store.shards()) counts.insert(shard.count);
  if (counts.empty()) counts.insert(1);
  std::string text;
  for (const auto count : counts) {
    std::vector<std::size_t> missing;
    for (std::size_t i = 1; i <= count; ++i) {
      if (std::ranges::find(complete, store::Shard{i, count}) == complete.end()) missing.push_back(i);
    }
    if (missing.empty()) return "";  // one whole cut is the sweep, whatever else was merged
    text = fmt::format("{} of {}", fmt::join(missing, ", "), count);
  }
  return text;
}

}  // namespace edgecut::sweep
