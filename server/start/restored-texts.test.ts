import { expect, test } from 'vitest';
import { commandOf } from '../cli/candor-command.ts';
import { describeTimes, type RestoredReport } from './restored-parts.ts';

const sameTime: RestoredReport = {
  unknownToDatabase: [],
  unknownToVault: [],
  vaultWas: null,
  logCut: null,
  unreadAnchors: [],
};

test('a vault that went back is described by what is known: erasures, the mark in the log, or both', () => {
  const erasures = { unknownToVault: ['erasure_a', 'erasure_b'] };
  const mark = { vaultWas: { epoch: 7, erasures: 3 } };
  const [onlyErasures, onlyMark, both] = [erasures, mark, { ...erasures, ...mark }].map((known) =>
    describeTimes({ ...sameTime, ...known }).join('\n'),
  );
  expect(onlyErasures).toContain(
    'carried out 2 erasures (erasure_a, erasure_b) that the vault has no line of',
  );
  expect(onlyErasures).not.toMatch(/\?|epoch/);
  expect(onlyMark).toContain('the audit log says it was at epoch 7 with 3 erasures');
  expect(both).toMatch(/2 erasures .* epoch 7 with 3 erasures/);
});

test('what an operator is asked to run exists where the text appears: npm in a work tree, the file itself in a bundle', () => {
  expect(commandOf('/srv/candor/server/cli/candor-command.ts', '/srv/candor')).toBe('npm run candor --');
  expect(
    commandOf('/srv/candor/node_modules/.cache/candor/bundles/0a/server/candor.mjs', '/srv/candor'),
  ).toBe('npm run candor --');
  expect(commandOf('/srv/dist/server/chunk-X.mjs', '/srv')).toBe('node dist/server/candor.mjs');
  expect(commandOf('/app/server/candor.mjs', '/app')).toBe('node server/candor.mjs');
});
