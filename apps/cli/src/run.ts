import { CommanderError } from 'commander';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';

/**
 * Runs `resnet` with the arguments after the program's name.
 *
 * @returns the exit status; every error has been reported on stderr by then
 *
 * @example
 * process.exitCode = await run(['models', '--json']);
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram((outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // commander has printed its own message by now; help and version arrive here with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return reportError(error);
  }
}
