import { faultsOf, listPath, readSurvivors } from './survivors.mjs';

// Step of `npm run check`: every listed survivor is a mutant of a line that exists.
const list = readSurvivors();
const faults = faultsOf(list);
for (const fault of faults) process.stdout.write(`${listPath}: ${fault}\n`);
process.stdout.write(`${list.survivors.length} survivors, ${list.open} of them open\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
