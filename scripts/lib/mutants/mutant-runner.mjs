import { setMaxListeners } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { TestRunner } from 'vitest';
import { readJournal } from './journal.mjs';
import { createWatch } from './watch.mjs';

// Runs in the process of the tests, where it takes the place of vitest's own runner.

/**
 * @typedef {import('vitest').RunnerTestCase} Test
 * @typedef {{ kind: 'plain' } | { kind: 'report', isTwice: boolean }} Watching tests as they are, or with what each run reaches
 * @typedef {{ kind: 'try', journal: string, mutants: Record<string, number[]>, durationMs: Record<string, number>, turns: Record<string, number>, endsAt: number }} Trying `turns`: of loops, in a run without a mutant
 * @typedef {Watching | Trying} Plan
 * @typedef {import('./journal.mjs').Entry} Entry
 */

const globals = /** @type {{ candorMutants?: import('./watch.mjs').Watch }} */ (globalThis);
globals.candorMutants ??= createWatch();
const watch = globals.candorMutants;
/** What the loading of modules reaches. */
const atLoad = /** @type {Set<number>} */ (new Set());
watch.start(atLoad);
// That a property fails is enough: no example is made smaller.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
// Every try of a test listens to the same signal of that test.
setMaxListeners(0);
/** @type {string | undefined} */
let outside;
process.on('unhandledRejection', (error) => (outside = `outside of a test: ${String(error)}`));

// A test may put timers of its own in their place.
const { setTimeout: setRealTimeout, clearTimeout: clearRealTimeout } = globalThis;

/** Mutants that need no further test. */
const over = /** @type {Set<number>} */ (new Set());

// oxlint-disable-next-line import/no-default-export -- vitest takes the default export of this file
export default class MutantRunner extends TestRunner {
  plan = readPlan();
  /** @type {{ queue: number[], mutant: number | undefined, isCheck: boolean, isWarmUp: boolean, startedAt: number, file: string } | undefined} */
  trying;
  /** @type {Set<number>[]} what each run of the test reaches */
  hits = [];
  /** The most turns of loops of a run. */
  turns = 0;
  isRepeatable = true;
  /** @type {string | undefined} */
  failsAnyway;
  /** Files in which a test fails without any mutant. */
  spoilt = new Set();
  /** Files in which a test has run without any mutant first: what a file has of its own is not made by a mutant. */
  isWarm = new Set();

  onBeforeCollect() {
    watch.start(atLoad);
  }

  /** @param {import('vitest').RunnerTestFile[]} files */
  onCollected(files) {
    watch.start(new Set());
    if (this.plan.kind !== 'try') return;
    const { durationMs, journal } = this.plan;
    for (const entry of readJournal(journal)) {
      if (entry.event === 'doubtful' || entry.failed !== undefined) over.add(entry.mutant);
    }
    for (const file of files) file.tasks.sort((a, b) => (durationMs[a.id] ?? 0) - (durationMs[b.id] ?? 0));
  }

  /**
   * @override
   * @param {Test} test
   */
  async onBeforeRunTask(test) {
    await super.onBeforeRunTask(test);
    this.hits = [];
    this.turns = 0;
    this.isRepeatable = true;
    this.failsAnyway = undefined;
    if (this.plan.kind === 'report' && this.plan.isTwice) test.repeats = 1;
    if (this.plan.kind !== 'try') return;
    // A retry ends when the result says so; the number of repeats would have to be known beforehand.
    test.retry = 1_000_000;
    this.trying = {
      queue: [...(this.plan.mutants[test.id] ?? [])],
      mutant: undefined,
      isCheck: false,
      isWarmUp: !this.isWarm.has(test.file.id),
      startedAt: 0,
      file: test.file.id,
    };
    this.next();
  }

  /**
   * @override
   * @param {Test} test
   * @param {{ retry: number, repeats: number }} [options]
   */
  onBeforeTryTask(test, options) {
    super.onBeforeTryTask(test);
    if (this.plan.kind !== 'try') {
      const hits = /** @type {Set<number>} */ (new Set());
      this.hits[options?.repeats ?? 0] = hits;
      watch.start(hits);
      return;
    }
    if (this.trying === undefined) return;
    // A loop that turns many times as often as without a mutant does not end.
    watch.start(new Set(), 10_000 + 20 * (this.plan.turns[test.id] ?? 0));
    outside = undefined;
    if (test.result !== undefined) test.result.errors = undefined;
    const isPlain = this.trying.isCheck || this.trying.isWarmUp;
    watch.active = isPlain ? undefined : this.trying.mutant;
    this.trying.startedAt = performance.now();
    if (!isPlain) this.note(test, { event: 'start' });
  }

  /** @param {Test} test */
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    if (this.plan.kind !== 'try') return run();
    if (this.trying?.mutant === undefined) return;
    const limitMs = 5_000 + 8 * (this.plan.durationMs[test.id] ?? 0);
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const limit = new Promise((_, reject) => {
      timer = setRealTimeout(() => reject(new Error(`it takes longer than ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([run(), limit]);
    } finally {
      clearRealTimeout(timer);
    }
  }

  /**
   * @param {Test} test
   * @param {{ retry: number, repeats: number }} options
   */
  onAfterRetryTask(test, { repeats }) {
    const { trying } = this;
    this.turns = Math.max(this.turns, watch.turns);
    if (this.plan.kind === 'report' && test.result?.state === 'fail') {
      if (repeats === 0) this.failsAnyway = messageOf(test);
      this.isRepeatable = false;
      test.result.state = 'pass';
      test.result.errors = undefined;
    }
    if (trying === undefined || this.plan.kind !== 'try' || test.result === undefined) return;
    watch.active = undefined;
    const failed = test.result.state === 'fail' ? messageOf(test) : outside;
    if (trying.mutant !== undefined) this.decide(test, failed);
    // An error to be tried again for: vitest asks for one.
    test.result.errors = trying.mutant === undefined ? undefined : [{ message: 'the next mutant' }];
    test.result.state = trying.mutant === undefined ? 'pass' : 'fail';
  }

  /**
   * A mutant is killed if the same test passes without it at once afterwards; otherwise the state that the tests share
   * is spoilt, by it or by a former one, and nothing more is learnt here.
   * @param {Test} test
   * @param {string | undefined} failed
   */
  decide(test, failed) {
    const { trying } = this;
    if (trying?.mutant === undefined) return;
    if (trying.isWarmUp) {
      trying.isWarmUp = false;
      this.isWarm.add(trying.file);
      return;
    }
    const ms = Math.round(performance.now() - trying.startedAt);
    if (!trying.isCheck && failed !== undefined) {
      trying.isCheck = true;
      this.failed = failed;
      this.failedMs = ms;
      return;
    }
    if (!trying.isCheck) this.note(test, { event: 'end', ms });
    else {
      over.add(trying.mutant);
      if (failed === undefined)
        this.note(test, { event: 'end', failed: this.failed, ms: (this.failedMs ?? 0) + ms });
      else {
        this.note(test, { event: 'doubtful', failed, ms });
        this.spoilt.add(trying.file);
      }
    }
    this.next();
  }

  next() {
    const { trying, plan } = this;
    if (trying === undefined || plan.kind !== 'try') return;
    trying.isCheck = false;
    const isOver = this.spoilt.has(trying.file) || Date.now() > plan.endsAt;
    trying.mutant = isOver ? undefined : trying.queue.find((mutant) => !over.has(mutant));
    trying.queue = trying.queue.slice(trying.queue.indexOf(trying.mutant ?? -1) + 1);
  }

  /**
   * @override
   * @param {Test} test
   */
  onAfterRunTask(test) {
    super.onAfterRunTask(test);
    this.trying = undefined;
    watch.start(new Set());
    if (this.plan.kind !== 'report') return;
    const [first = new Set(), second = new Set()] = this.hits;
    const again = this.isRepeatable && this.plan.isTwice ? second : new Set();
    const once = [...new Set([...first, ...second, ...atLoad])].filter((number) => !again.has(number));
    Object.assign(test.meta, {
      mutantHits: { again: [...again], once },
      turns: this.turns,
      failsAnyway: this.failsAnyway,
    });
  }

  /**
   * @param {Test} test
   * @param {Pick<Entry, 'event' | 'failed' | 'ms'>} what
   */
  note(test, what) {
    if (this.plan.kind !== 'try' || this.trying?.mutant === undefined) return;
    const entry = { mutant: this.trying.mutant, test: test.id, ...what };
    appendFileSync(this.plan.journal, `${JSON.stringify(entry)}\n`);
  }
}

/** What this run is for. */
function readPlan() {
  const text = readFileSync(process.env['CANDOR_MUTANT_PLAN'] ?? '', 'utf8');
  return /** @type {Plan} */ (JSON.parse(text));
}

/** @param {Test} test */
function messageOf(test) {
  return `${test.name}: ${test.result?.errors?.[0]?.message.split('\n')[0]}`;
}
