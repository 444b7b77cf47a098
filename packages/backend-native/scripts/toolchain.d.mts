/** A program that was found and the first line of its version. */
export interface Tool {
  readonly command: string;
  readonly version: string;
}

export interface Toolchain {
  readonly compiler: Tool | undefined;
  readonly make: Tool | undefined;
  readonly python: Tool | undefined;
}

export function findToolchain(): Toolchain;
export function missingTools(toolchain: Toolchain): string[];
export function remedy(): string;
export function compilerProblem(compiler: Tool): string | undefined;
export function localHeaders(executable?: string): string | undefined;
