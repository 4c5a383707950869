#include "dnn/keys.hpp"

#include "dnn/layer_file.hpp"

namespace edgecut::dnn {

using namespace config::declare;
using config::non_negative;
using config::optional;
using config::positive;
using config::Record;
using config::required;
using config::standard;
using config::Type;

namespace {

constexpr config::Limits counted{0.0, most_counted, false};
constexpr config::Limits sides{1.0, 1e9, false};

Type dtype() {
  return one_of("dtype", {"fp32", "fp16", "bf16", "fp64", "int8", "uint8", "int16", "uint16", "int32", "uint32",
                          "int64", "uint64", "bool", "complex64", "complex128"});
}

Type axes() {
  return list_of(integer(sides));
}

Type shape() {
  return list_of(integer<std::int64_t>(sides));
}

}  // namespace

const Record& output_record() {
  static const Record record{"output",
                             "One of several outputs of a layer.",
                             {
                                 {"shape", shape(), required, "The dimensions of the tensor, with the batch."},
                                 {"output", quantity<Bytes>(positive), required, "How many bytes the tensor has."},
                                 {"dtype", dtype(), optional("the layer's"), "The type of the tensor's elements."},
                             }};
  return record;
}

const Record& layer_record() {
  static const Record record{
      "layer",
      "What a layer computes, reads, makes and keeps.",
      {
          {"name", text(), required, "Told apart from all others."},
          {"op", text(), standard(""), "The ONNX operator."},
          {"kind", config::declare::word<LayerKind>(layer_kinds()), required, "What it is by its work."},
          {"kernel", axes(), standard("[]"), "The sides of the kernel, a number an axis."},
          {"stride", axes(), standard("[]"), "A number an axis."},
          {"dilation", axes(), standard("[]"), "A number an axis of the kernel; none is 1."},
          {"groups", integer(positive), standard("1"), "In how many groups a convolution works."},
          {"transposed", boolean(), optional("whether `op` is ConvTranspose"), "Whether a convolution is transposed."},
          {"dtype", dtype(), optional("the network's"),
           "The type of the elements of the layer's output, or of the first of its outputs."},
          {"precision", config::declare::word<Precision>(precisions()),
           optional("int8 where its `dtype` is int8 or uint8, else float"), "What it computes in."},
          {"outputs", list_of(keys_of(output_record), 2), optional("it has one"), "Where it has several."},
          {"shape", shape(), optional("required without `outputs`; else the first one's"),
           "The dimensions of the layer's output, with the batch."},
          {"output", quantity<Bytes>(positive), optional("required without `outputs`; else their sum"),
           "Bytes of its output."},
          {"macs", integer<std::int64_t>(counted), standard("0"), "Multiply-accumulates of one inference."},
          {"parameters", integer<std::int64_t>(counted), standard("0"), "Numbers of its own."},
          {"weights", quantity<Bytes>(non_negative), standard("0 B"), "Bytes of these."},
          {"weights_read", quantity<Bytes>(non_negative), optional("its `weights` and all that it shares"),
           "Bytes of constants that one inference reads."},
          {"shares", list_of(text()), standard("[]"), "Names of `shared_weights` that it reads."},
          {"inputs", list_of(text()), optional("it is of kind input"), "Names of the layers that it reads."},
          {"reads", map_of(list_of(integer<std::int64_t>(non_negative), 1), "inputs"), optional("all"),
           "Which outputs of an input it reads, from 0."},
      }};
  return record;
}

const Record& shared_weight_record() {
  static const Record record{
      "shared weight",
      "A tensor that several layers read.",
      {
          {"name", text(), required, "What layers call it in `shares`."},
          {"parameters", integer<std::int64_t>(counted), required, "How many numbers the shared weight has."},
          {"weights", quantity<Bytes>(positive), required, "How many bytes the shared weight has."},
      }};
  return record;
}

const Record& exit_record() {
  static const Record record{"exit",
                             "Where an inference may end.",
                             {
                                 {"output", text(), required, "The layer that gives the result."},
                                 {"name", text(), optional("its layer's"), "What results call it."},
                                 {"accuracy", ratio(config::share), optional("unknown"),
                                  "The share of inferences that are right where all end here."},
                             }};
  return record;
}

const Record& exit_rates_record() {
  static const Record record{
      "exit rates",
      "A threshold, and how many inferences end where with it.",
      {
          {"threshold", text(), required, "What results call it."},
          {"source", text(), required, "Where the rates are from."},
          {"accuracy", ratio(config::share), optional("unknown"),
           "The share of all inferences that are right with this rule."},
          {"rates", list_of(ratio(config::share)), required, "A share for each exit; their sum is 1."},
      }};
  return record;
}

const Record& network_record() {
  static const Record record{
      "network",
      "A network as a list of layers.",
      {
          {"name", text(), required, "What results call it."},
          {"title", text(), optional("its name"), "What it is, for people."},
          {"source", text(), required, "Where it is from."},
          {"dtype", text(), standard("fp32"), "The type of the network's tensors: fp32, fp16, int8, ..."},
          {"learned_from", boolean(), standard("true"),
           "Whether methods that learn layer times from other networks learn from this one."},
          {"shared_weights", list_of(keys_of(shared_weight_record)), optional("there are none"),
           "Tensors that several layers read."},
          {"layers", list_of(keys_of(layer_record), 1), required, "The layers, in any order."},
          {"accuracy", ratio(config::share), optional("unknown"), "Share of inputs classified right."},
          {"exits", list_of(keys_of(exit_record), 2), optional("it ends at its end"), "Early exits, in order."},
          {"exit_rates", list_of(keys_of(exit_rates_record)), optional("all inferences go to the end"),
           "How many inferences end where."},
      }};
  return record;
}

}  // namespace edgecut::dnn
