// One direction of a star as the express kernel sees it: flows that each cross an access link and, all of them, one
// common link, shared max-min fairly and exactly, in virtual time.
//
// Max-min fairness on such a star is water-filling (Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2):
// there is a level such that each flow has the lesser of it and of its equal part of its access link. Accesses whose
// flows have the same part form a band. Bands below the level are free: they go at their own rate. The others are held:
// they all go at the level. So there are two scales besides time: the bytes done for each flow of one band, and the
// bytes done for each held flow, whatever band. A flow's end is a fixed point on its access's scale, an access's next
// end on its band's, a held band's next end on that of the level; only the level itself changes with each event.
//
// Where the flows of an access have a weight other than 1, all of this holds for a unit of weight: rates, the level and
// bytes done are those of a flow divided by its weight.
//
// With K flows in B bands an event costs O(log K) and, for each band that the level passes, O(log B).
#pragma once

#include <boost/intrusive/set.hpp>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "kernel/heap.hpp"
#include "kernel/job.hpp"

namespace edgecut::kernel {

/// All rates in bytes per second. Times never go back.
class FairLink {
 public:
  explicit FairLink(Jobs& jobs) : jobs_(jobs) {}
  FairLink(const FairLink&) = delete;
  FairLink& operator=(const FairLink&) = delete;
  ~FairLink();

  /// Of the common link; infinite where there is none, and so until set.
  void set_capacity(double now, double capacity);
  /// `weight` is that of each of its flows. Returns its number.
  std::uint32_t add_access(double capacity, double weight);
  void set_access(double now, std::uint32_t access, double capacity);

  /// Over the access that is the job's server.
  void start(double now, std::uint32_t job, double size);
  /// Takes a flow out; returns the bytes that were left.
  double stop(double now, std::uint32_t job);

  /// The bytes that are left of a flow.
  [[nodiscard]] double left(double now, std::uint32_t job);

  /// When the first flow ends if nothing else happens; infinite if none does.
  [[nodiscard]] double next() {
    if (!is_settled_) look_ahead();
    return next_;
  }
  /// A flow that ends at `now`, if there is one.
  [[nodiscard]] std::optional<std::uint32_t> due(double now);

 private:
  static constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

  // Accesses whose flows have the same rate of their own for a unit of weight.
  struct Band : boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>> {
    double rate = 0.0;
    bool is_held = false;
    Sum weight;                     // of its flows
    Sum capacity;                   // of its accesses
    Heap<std::uint32_t> accesses;   // by their next end, in bytes done for each flow of the band
    double done = 0.0;              // free: those bytes when it became so; held: their lead over those of the level
    double since = 0.0;             // free: when it became so
    std::uint32_t place = nowhere;  // in free_ or held_
  };
  struct RateOf {
    using type = double;
    double operator()(const Band& band) const { return band.rate; }
  };
  using Bands = boost::intrusive::set<Band, boost::intrusive::key_of_value<RateOf>>;

  struct alignas(64) Access {  // a cache line
    explicit Access(double capacity_) : capacity(capacity_) {}
    double capacity;
    Heap<std::uint32_t, 1> flows;  // by their end, in bytes done for each flow of the access
    double done = 0.0;             // those bytes; in a band: their lead over those of the band
    Band* band = nullptr;          // none while nothing flows
  };

  [[nodiscard]] double weight_of(std::uint32_t access) const { return weights_.empty() ? 1.0 : weights_[access]; }
  void advance(double now);
  [[nodiscard]] double progress(const Band& band) const;
  Band& band_of(double rate);
  void remove(Band& band);
  Band* after(Band& band);
  Band* last_free();
  void leave_band(Access& access);
  void enter_band(Access& access);
  void schedule(Band& band);
  void unschedule(Band& band);
  void look_ahead();
  void settle();
  void set_level();
  void hold(Band& band);
  void free(Band& band);
  [[nodiscard]] bool overflows(const Band& highest_free) const;

  Jobs& jobs_;
  double capacity_ = std::numeric_limits<double>::infinity();
  std::vector<Access> accesses_;
  std::vector<std::uint32_t> places_;  // of accesses in their bands
  std::vector<double> weights_;        // of a flow of each access; empty while all are 1
  double now_ = 0.0;
  bool is_settled_ = true;  // whether bands, level and next_ are those of the flows there are
  double next_ = std::numeric_limits<double>::infinity();

  Bands bands_;  // first those that are free, then those that are held
  std::deque<Band> pool_;
  std::vector<Band*> unused_;
  Band* first_held_ = nullptr;
  Heap<Band*> free_;  // by the time of their next end
  Heap<Band*> held_;  // by their next end in bytes done for each held flow
  Sum free_capacity_;
  Sum held_weight_;
  double level_ = std::numeric_limits<double>::infinity();
  Sum done_;  // for a unit of weight of each held flow
};

}  // namespace edgecut::kernel
