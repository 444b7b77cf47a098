/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/**
 * The candidate closest to a misspelt `name`, or nothing when none is close: at most a third of the longer name may
 * differ, so that `resnet20` is offered for `resnet-20` and nothing for `banana`.
 *
 * @example
 * nearestName('resent20', ['resnet20', 'vgg16']); // 'resnet20'
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  // A name longer than any real one is not a typing slip, and the distance costs the product of the lengths.
  if (name.length > 100) return undefined;
  let nearest: string | undefined;
  let nearestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (distance < nearestDistance && distance <= allowed) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
}
