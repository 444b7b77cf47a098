/** The oldest Node every dependency runs on; the same number stands in each package.json under "engines". */
const oldest = [20, 19];

/** Ends the process with a clear message where Node is too old to run anything else in the repository. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(`expected Node ${oldest.join('.')} or newer, found ${version}; install a current one from nodejs.org`);
  process.exit(1);
}
