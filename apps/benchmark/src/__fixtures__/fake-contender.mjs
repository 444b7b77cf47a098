// A contender that computes nothing: it answers as its argument says. Written by hand for contender-process.test.ts.
import { createInterface } from 'node:readline';

const { seconds = 0.5, losses = [2, 1], dies = false } = JSON.parse(process.argv[2] ?? '{}');
const answer = (value) => console.log(JSON.stringify({ ...value, peakBytes: 1000 }));
answer({ ready: 'fake' });
for await (const line of createInterface({ input: process.stdin })) {
  const { do: request, steps } = JSON.parse(line);
  if (dies) {
    console.error('out of memory');
    process.exit(7);
  }
  answer(request === 'run' ? { seconds: seconds * steps } : request === 'verify' ? { losses } : {});
}
