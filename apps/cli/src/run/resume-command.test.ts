import { describe, expect, it } from 'vitest';
import { resumeCommand } from './resume-command.js';

describe('resumeCommand', () => {
  it('leaves defaults out', () => {
    expect(resumeCommand('runs/a-001', { data: 'data', backend: 'auto' })).toBe('resnet train --resume runs/a-001');
  });

  it('keeps what the run folder does not know, quoted for a shell', () => {
    expect(resumeCommand("my runs/it's", { data: '/big disk', backend: 'cpu' })).toBe(
      String.raw`resnet train --resume 'my runs/it'\''s' --data '/big disk' --backend cpu`,
    );
  });
});
