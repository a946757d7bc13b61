let steps = 0;

export function step(title: string): void {
  steps += 1;
  process.stdout.write(`\n${steps}. ${title}\n`);
}

export function say(text: string): void {
  process.stdout.write(`   ${text}\n`);
}

/** Prints a figure and ends the story with an error when it is not the expected one. */
export function checkFigures(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, found ${actual}`);
  say(`${what}: ${actual} ✓`);
}
