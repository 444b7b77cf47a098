import { describe, expect, it } from 'vitest';
import { invocation, resumeCommand } from './resume-command.js';

describe('resumeCommand', () => {
  it('leaves defaults out', () => {
    expect(resumeCommand('runs/a-001', { data: 'data', backend: 'auto' }, 'resnet')).toBe(
      'resnet train --resume runs/a-001',
    );
  });

  it('keeps what the run folder does not know, quoted for a shell', () => {
    expect(resumeCommand("my runs/it's", { data: '/big disk', backend: 'cpu' }, 'resnet')).toBe(
      String.raw`resnet train --resume 'my runs/it'\''s' --data '/big disk' --backend cpu`,
    );
  });
});

describe('invocation', () => {
  it.each([
    [{}, 'resnet'],
    [{ npm_lifecycle_event: 'resnet', npm_config_user_agent: 'pnpm/12.18.0 npm/? node/v20.20.2' }, 'pnpm resnet'],
    [{ npm_lifecycle_event: 'quickstart', npm_config_user_agent: 'npm/11.19.0 node/v20.20.2' }, 'npm run resnet --'],
  ])('is what was typed', (environment, program) => {
    expect(invocation(environment)).toBe(program);
  });
});
