import { Message } from './protobuf.js';

/** Numbers of onnx.proto's TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, integer: 2, integers: 7 } as const;

/** Version of the file format and of the operators: what every runtime since 2021 reads. */
const IR_VERSION = 7;
const OPERATOR_SET = 13;

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** Collects the nodes and weights of an ONNX graph with one input and one output. */
export class OnnxGraph {
  readonly #nodes: Message[] = [];
  readonly #initializers: Message[] = [];

  /** Adds an operator with one output. @returns the output's name */
  node(operator: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node.text(2, name).text(3, name).text(4, operator);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value));
    this.#nodes.push(node);
    return name;
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push(tensor(name, shape, FLOAT, bytes));
    return name;
  }

  integers(name: string, values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#initializers.push(tensor(name, [values.length], INT64, bytes));
    return name;
  }

  /** The whole file. */
  encode(input: Port, output: Port): Uint8Array {
    const graph = new Message();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, 'network');
    for (const initializer of this.#initializers) graph.message(5, initializer);
    graph.message(11, port(input)).message(12, port(output));
    const operators = new Message().text(1, '').integer(2, OPERATOR_SET);
    const model = new Message().integer(1, IR_VERSION).text(2, 'resnet-ts benchmark');
    return model.message(7, graph).message(8, operators).encode();
  }
}

/** An input or output of the graph, float32. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
}

function tensor(name: string, shape: readonly number[], type: number, bytes: Uint8Array): Message {
  const message = new Message();
  for (const length of shape) message.integer(1, length);
  return message.integer(2, type).text(8, name).bytes(9, bytes);
}

function attribute(name: string, value: number | readonly number[]): Message {
  const message = new Message().text(1, name);
  if (typeof value !== 'number') {
    for (const one of value) message.integer(8, one);
    return message.integer(20, ATTRIBUTE.integers);
  }
  return Number.isInteger(value)
    ? message.integer(3, value).integer(20, ATTRIBUTE.integer)
    : message.float(2, value).integer(20, ATTRIBUTE.float);
}

function port({ name, shape }: Port): Message {
  const dimensions = new Message();
  for (const length of shape) dimensions.message(1, new Message().integer(1, length));
  const type = new Message().message(1, new Message().integer(1, FLOAT).message(2, dimensions));
  return new Message().text(1, name).message(2, type);
}
