import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { shareTensor } from './share-tensor.js';

/** How a value is made again from others. */
interface Recipe {
  readonly from: readonly SavedValue[];
  readonly run: (from: readonly Tensor[]) => Tensor;
}

/**
 * A value that the backward pass of a segment needs: either held as a tensor, or a recipe, followed at most once, when
 * the value is first asked for. Counted by user: the tensor goes with the last one.
 */
export class SavedValue {
  private users = 0;
  private tensor: Tensor | undefined;
  private recipe: Recipe | undefined;

  /** Holds a reference of its own to the data of `tensor`. */
  static held(tensor: Tensor): SavedValue {
    const value = new SavedValue();
    value.hold(tensor);
    return value;
  }

  /** Remembers how to make the value instead of the value; keeps what it is made from. */
  static recomputed(from: readonly SavedValue[], run: Recipe['run']): SavedValue {
    const value = new SavedValue();
    for (const parent of from) parent.retain();
    value.recipe = { from, run };
    return value;
  }

  retain(): void {
    this.users++;
  }

  release(): void {
    this.users--;
    if (this.users <= 0) this.dispose();
  }

  /** Holds on to a tensor with this value that lives anyway, in place of the recipe. */
  hold(tensor: Tensor): void {
    this.tensor ??= tf.keep(shareTensor(tensor));
    this.dropRecipe();
  }

  get(): Tensor {
    const { recipe } = this;
    if (this.tensor === undefined && recipe !== undefined) {
      this.tensor = tf.keep(tf.tidy(() => recipe.run(recipe.from.map((parent) => parent.get()))));
      this.dropRecipe();
    }
    if (this.tensor === undefined) throw new RangeError('expected a saved value, it is gone: differentiate once');
    return this.tensor;
  }

  /** The tensor held now, if any. */
  get heldTensor(): Tensor | undefined {
    return this.tensor;
  }

  dispose(): void {
    this.tensor?.dispose();
    this.tensor = undefined;
    this.dropRecipe();
  }

  private dropRecipe(): void {
    const { recipe } = this;
    this.recipe = undefined;
    for (const parent of recipe?.from ?? []) parent.release();
  }
}
