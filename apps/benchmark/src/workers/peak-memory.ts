import { readFileSync, writeFileSync } from 'node:fs';

/** The most memory this process has held, bytes: since the last `forgetPeak` on Linux, ever elsewhere. */
export function peakBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No such file elsewhere.
  }
  // Kilobytes, on every platform.
  return process.resourceUsage().maxRSS * 1024;
}

/**
 * Starts the peak again from what is held now, where the system lets a process do that, so that verification, which
 * copies weights to and from files, does not count.
 */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed: the peak includes verification.
  }
}
