import { describe, expect, it } from 'vitest';
import { createSuspectGate, type SuspectGate } from './create-suspect-gate.ts';

function create(): { readonly gate: SuspectGate; readonly calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => (): Promise<void> => {
    calls.push(name);
    return Promise.resolve();
  };
  return { gate: createSuspectGate({ pause: note('pause'), resume: note('resume') }), calls };
}

describe('createSuspectGate', () => {
  it('lets unsuspicious ones run beside each other', async () => {
    const { gate, calls } = create();
    expect(await Promise.all([gate.enter(false), gate.enter(false)])).toEqual(['in', 'in']);
    expect(calls).toEqual([]);
  });

  it('lets a suspect in when the others have left, and nobody beside it', async () => {
    const { gate, calls } = create();
    await gate.enter(false);
    await gate.enter(false);
    let isIn = false;
    const suspect = gate.enter(true).then((answer) => {
      isIn = true;
      return answer;
    });
    expect(await gate.enter(false)).toBe('turned-away');
    expect(await gate.enter(true)).toBe('turned-away');
    await gate.leave(false);
    expect(isIn).toBe(false);
    await gate.leave(false);
    expect(await suspect).toBe('in');
    expect(await gate.enter(false)).toBe('turned-away');
    await gate.leave(true);
    expect(calls).toEqual(['pause', 'resume']);
    expect(await gate.enter(false)).toBe('in');
  });
});
