import { expected } from '@resnet-ts/tensor-ops';
import { InvalidArgumentError } from 'commander';

const integerFrom =
  (smallest: number, what: string) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= smallest) return value;
    throw new InvalidArgumentError(expected(what, 'the option', text));
  };

/** Parses an option that counts something: an integer from 1. */
export const positiveInteger = integerFrom(1, 'an integer >= 1');

/** Parses an option that may be nothing at all: an integer from 0. */
export const naturalNumber = integerFrom(0, 'an integer >= 0');

/** Parses an option that is a number; what it may be is for the recipe to say. */
export const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(expected('a number', 'the option', text));
};

/** Parses a list of sizes: integers from 1, separated by commas. */
export const positiveIntegers = (text: string): number[] => text.split(',').map((part) => positiveInteger(part.trim()));

/** Collects an option that may be given several times. */
export const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];
