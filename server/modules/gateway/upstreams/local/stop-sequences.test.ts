import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopSequences } from './stop-sequences.ts';

test('text that may begin a stop sequence is kept back until it is clear', () => {
  const stops = new StopSequences(['END']);
  expect([stops.push('one E'), stops.push('N'), stops.push('T two'), stops.flush()]).toEqual([
    'one ',
    '',
    'ENT two',
    '',
  ]);
  expect(stops.isStopped).toBe(false);
});

test('a sequence that is complete ends the text, although a longer one had begun before it', () => {
  for (const parts of [['ab', 'a'], ['aba'], ['a', 'b', 'a']]) {
    const stops = new StopSequences(['aba', 'b']);
    let text = '';
    for (const part of parts) if (!stops.isStopped) text += stops.push(part);
    expect(text + stops.flush()).toBe('a');
  }
});

test('the earliest of several stop sequences ends the text', () => {
  const stops = new StopSequences(['later', 'soon']);
  expect(stops.push('it ends soon, not later')).toBe('it ends ');
  expect(stops.isStopped).toBe(true);
  expect(stops.flush()).toBe('');
});

test('however the text is cut into pieces, the same text comes out', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(letters),
      fc.array(
        letters.filter((stop) => stop !== ''),
        { maxLength: 3 },
      ),
      (parts, sequences) => {
        const stops = new StopSequences(sequences);
        let text = '';
        for (const part of parts) if (!stops.isStopped) text += stops.push(part);
        text += stops.flush();

        const whole = parts.join('');
        const [first] = sequences
          .map((sequence) => ({
            start: whole.indexOf(sequence),
            end: whole.indexOf(sequence) + sequence.length,
          }))
          .filter(({ start }) => start >= 0)
          .toSorted((one, other) => one.end - other.end || one.start - other.start);
        expect(text).toBe(whole.slice(0, first?.start ?? whole.length));
      },
    ),
    { numRuns: 2000 },
  );
});
