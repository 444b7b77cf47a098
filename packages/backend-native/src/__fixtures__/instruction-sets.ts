import { nativeStatus } from '../index.js';

/** The names of the instruction sets that this addon has and this processor can run; none without the addon. */
export function supportedInstructionSets(): string[] {
  const status = nativeStatus();
  return status.loaded ? status.instructionSets.filter((set) => set.supported).map((set) => set.name) : [];
}
