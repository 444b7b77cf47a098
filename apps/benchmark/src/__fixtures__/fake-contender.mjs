// A contender that computes nothing: it answers as its argument says. Written by hand for the tests beside it.
import { createInterface } from 'node:readline';

const { seconds = 0.5, loss = 2, updates = { filter: 3 }, dies = false } = JSON.parse(process.argv[2] ?? '{}');
const answer = (value) => console.log(JSON.stringify({ ...value, peakBytes: 1000 }));
answer({ ready: 'fake' });
for await (const line of createInterface({ input: process.stdin })) {
  const { do: request, steps } = JSON.parse(line);
  if (dies) {
    console.error('some context\nRuntimeError: out of memory');
    process.exit(7);
  }
  if (request === 'run') answer({ seconds: seconds * steps });
  else if (request === 'verify') answer({ loss, updates });
  else if (request === 'peak') answer({ oneThread: 100, allThreads: 200 });
  else answer({});
}
