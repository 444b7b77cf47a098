/** `1:02:03`, or `2:03` below an hour; `-:--` while nothing is known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-:--';
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** A fraction 0–1 as a percentage with one decimal, as error rates are given in the paper's tables: `18.3 %`. */
export const formatPercent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** Bytes in MiB, or GiB from 1 GiB. */
export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** An integer with thousands separated: `269,722`. */
export const formatCount = (value: number): string => value.toLocaleString('en-US');
