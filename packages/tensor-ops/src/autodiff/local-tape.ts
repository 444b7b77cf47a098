import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { UnsupportedError } from '../errors/residual-error.js';
import type { GradientFunction, Operation } from './operation.js';
import { withoutRecording } from './recording.js';
import { SavedValue } from './saved-value.js';
import { shareTensor } from './share-tensor.js';

/** What a tape saves: all a gradient needs; the same, but for outputs that can be recomputed; or nothing. */
export type Saving = 'all' | 'not-recomputable' | 'nothing';

/** A node of tfjs's tape; the type is not exported. */
type TapeNode = ReturnType<typeof tf.engine>['state']['activeTape'][number];

/** An operation of this package. It has the form of a tfjs node, because both kinds stand on one tape, in order. */
class OwnNode implements TapeNode {
  readonly id: number;
  readonly kernelName = 'an operation inside a segment';
  readonly outputs: Tensor[];
  readonly inputs: NamedTensorMap;
  // Only reached by `tf.grads` and the like when they are called inside a segment; tfjs copies own properties alone.
  readonly gradient = (): never => {
    throw new UnsupportedError('expected no differentiation inside a segment, which is differentiated as a whole');
  };

  constructor(
    output: Tensor,
    readonly inputList: readonly Tensor[],
    readonly saved: Tensor[],
    readonly values: readonly SavedValue[],
    readonly backward: GradientFunction,
    readonly accumulates: number | undefined,
  ) {
    this.id = tf.engine().state.nextTapeNodeId++;
    this.outputs = [output];
    this.inputs = Object.fromEntries(inputList.entries());
  }
}

/** Where operations are recorded now; undefined outside of segments. */
let active: LocalTape | undefined;

/** The tape of the innermost segment that is running, if it is the one that tfjs records on too. */
export function activeLocalTape(): LocalTape | undefined {
  return active !== undefined && active.isRecording() ? active : undefined;
}

/**
 * The operations of one segment of a network and what their gradients need, differentiated by our own loop: cheaper
 * than tfjs's tape by its clones, scopes and look-ups, and able to let a kernel add to a gradient that is there.
 * Operations of tfjs that run inside are recorded on the same tape, by tfjs itself, and differentiated by its rules.
 */
export class LocalTape {
  private readonly nodes: TapeNode[] = [];
  private readonly values = new Map<number, SavedValue>();
  private spent = false;

  constructor(readonly saving: Saving) {}

  /** Runs `f`, recording every differentiable operation in it here. */
  record<T>(f: () => T): T {
    const { state } = tf.engine();
    const { activeTape, gradientDepth, kernelDepth } = state;
    const outer = active;
    state.activeTape = this.nodes;
    // In a backward pass tfjs does not record; a segment that is run again there does.
    state.gradientDepth = Math.max(1, gradientDepth);
    state.kernelDepth = 0;
    active = this as LocalTape;
    try {
      return f();
    } catch (error) {
      this.dispose();
      throw error;
    } finally {
      active = outer;
      Object.assign(state, { activeTape, gradientDepth, kernelDepth });
    }
  }

  isRecording(): boolean {
    return tf.engine().state.activeTape === this.nodes;
  }

  /** Adds one operation of this package. */
  add({ output, inputs, saved, gradient, accumulates, recompute, owned = [] }: Operation): void {
    const recomputed = this.saving === 'not-recomputable' ? recompute : undefined;
    if (recomputed !== undefined) {
      const from = recomputed.from.map((tensor) => this.valueOf(tensor));
      this.values.set(output.id, SavedValue.recomputed(from, recomputed.run));
    }
    const values = this.saving === 'nothing' ? [] : saved.map((tensor) => this.valueOf(tensor));
    for (const value of values) value.retain();
    this.nodes.push(new OwnNode(output, inputs, [...owned], values, gradient, accumulates));
  }

  /** Whether a tensor is the output of an operation on this tape. */
  produced(tensor: Tensor): boolean {
    return this.nodes.some((node) => node.outputs.some(({ id }) => id === tensor.id));
  }

  /** Ends the forward pass: `y` lives on outside, so it need not be recomputed; what does not lead to it goes. */
  finish(y: Tensor): void {
    if (this.saving === 'nothing') {
      for (const node of this.nodes) disposeSaved(node);
      return;
    }
    const leading = this.leadingTo(y);
    for (const node of this.nodes) {
      if (leading.has(node)) continue;
      disposeSaved(node);
      if (node instanceof OwnNode) for (const value of node.values) value.release();
    }
    this.nodes.splice(0, this.nodes.length, ...this.nodes.filter((node) => leading.has(node)));
    this.values.get(y.id)?.hold(y);
  }

  /** The float32 tensors from outside that `y` depends on, each once. */
  externalInputs(y: Tensor): Tensor[] {
    const leading = this.leadingTo(y);
    const made = new Set(this.nodes.flatMap((node) => node.outputs.map(({ id }) => id)));
    const found = new Map<number, Tensor>();
    for (const node of this.nodes) {
      if (!leading.has(node)) continue;
      for (const input of inputsOf(node)) {
        if (!made.has(input.id) && input.dtype === 'float32') found.set(input.id, input);
      }
    }
    return [...found.values()];
  }

  /** Every tensor that is kept for the gradient now. */
  keptTensors(): Tensor[] {
    const held = [...this.values.values()].flatMap(({ heldTensor }) => (heldTensor === undefined ? [] : [heldTensor]));
    return [...held, ...this.nodes.flatMap((node) => node.saved ?? [])];
  }

  /**
   * The gradients by `inputs`, from the gradient `dy` of `y`, which is taken over. Each is a fresh tensor. What was saved
   * goes as it is used: this works once.
   */
  differentiate(y: Tensor, dy: Tensor, inputs: readonly Tensor[]): Tensor[] {
    if (this.spent) throw new UnsupportedError('expected one backward pass through a segment, received a second');
    this.spent = true;
    const gradients = new Map([[y.id, dy]]);
    try {
      for (let node = this.nodes.pop(); node !== undefined; node = this.nodes.pop()) {
        if (node instanceof OwnNode) stepBack(node, gradients);
        else stepBackForeign(node, gradients);
        // Everything that came after has been differentiated: nobody needs the outputs any more.
        for (const { id } of node.outputs) this.values.get(id)?.dispose();
      }
      return inputs.map((input) => {
        const gradient = gradients.get(input.id);
        gradients.delete(input.id);
        return gradient ?? tf.zerosLike(input);
      });
    } finally {
      for (const gradient of gradients.values()) gradient.dispose();
      this.dispose();
    }
  }

  /** Disposes everything that is still kept. */
  dispose(): void {
    for (const node of this.nodes) disposeSaved(node);
    this.nodes.length = 0;
    for (const value of this.values.values()) value.dispose();
    this.values.clear();
  }

  private valueOf(tensor: Tensor): SavedValue {
    let value = this.values.get(tensor.id);
    if (value === undefined) this.values.set(tensor.id, (value = SavedValue.held(tensor)));
    return value;
  }

  private leadingTo(y: Tensor): Set<TapeNode> {
    const wanted = new Set([y.id]);
    const leading = new Set<TapeNode>();
    for (const node of [...this.nodes].reverse()) {
      if (!node.outputs.some(({ id }) => wanted.has(id))) continue;
      leading.add(node);
      for (const input of inputsOf(node)) wanted.add(input.id);
    }
    return leading;
  }
}

function inputsOf(node: TapeNode): readonly Tensor[] {
  return node instanceof OwnNode ? node.inputList : Object.values(node.inputs);
}

function disposeSaved(node: TapeNode): void {
  for (const tensor of node.saved ?? []) tensor.dispose();
}

function stepBack(node: OwnNode, gradients: Map<number, Tensor>): void {
  const { inputList, values, accumulates } = node;
  const [output] = node.outputs as [Tensor];
  const dy = gradients.get(output.id);
  if (dy !== undefined) {
    gradients.delete(output.id);
    const target = accumulates === undefined ? undefined : inputList[accumulates];
    const sum = target === undefined ? undefined : gradients.get(target.id);
    const given = node.backward(
      dy,
      values.map((value) => value.get()),
      { sum },
    );
    dy.dispose();
    if (target !== undefined && sum !== undefined) {
      gradients.delete(target.id);
      // The new gradient may live in its memory, counted as one more reference.
      sum.dispose();
    }
    inputList.forEach((input, index) => {
      const gradient = given[index];
      if (gradient !== undefined) accumulate(gradients, input, gradient);
    });
  }
  for (const value of values) value.release();
}

/** As tfjs's own backward loop does it. */
function stepBackForeign(node: TapeNode, gradients: Map<number, Tensor>): void {
  const dys = node.outputs.map(({ id }) => gradients.get(id));
  if (dys.some((dy) => dy !== undefined)) {
    const { gradient } = node;
    if (gradient === undefined) {
      const message = `expected a gradient for ${node.kernelName} inside a segment, none is registered with tfjs`;
      throw new UnsupportedError(`${message}; use the operations of this package or tf.customGrad`);
    }
    const names = Object.keys(node.inputs).filter((name) => node.inputs[name]?.dtype === 'float32');
    const given = tf.tidy(() => {
      // tfjs takes null for an output that does not lead to the result.
      const functions = gradient(dys.map((dy) => dy ?? null) as Tensor[]);
      return names.map((name) => {
        const make = functions[name];
        if (make === undefined) throw new UnsupportedError(`expected a gradient by ${name} of ${node.kernelName}`);
        // A share: a foreign gradient may be dy itself, or one tensor for two inputs.
        return shareTensor(make());
      });
    });
    for (const { id } of node.outputs) gradients.delete(id);
    for (const dy of dys) dy?.dispose();
    names.forEach((name, index) => {
      const [input, value] = [node.inputs[name], given[index]];
      if (input !== undefined && value !== undefined) accumulate(gradients, input, value);
    });
  }
  disposeSaved(node);
}

function accumulate(gradients: Map<number, Tensor>, input: Tensor, gradient: Tensor): void {
  const sum = gradients.get(input.id);
  gradients.set(input.id, sum === undefined ? gradient : withoutRecording(() => tf.add(sum, gradient)));
  if (sum === undefined) return;
  sum.dispose();
  gradient.dispose();
}
