import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { workspaceProblems } from './workspace-problems.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const layers = JSON.parse(readFileSync(`${root}tools/eslint/layers.json`, 'utf8'));
const problems = workspaceProblems(root, layers);
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'workspace: dependencies, references and tags agree' : `${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
