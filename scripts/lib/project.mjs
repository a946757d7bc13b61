import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string[]} parts */
export function inProject(...parts) {
  return join(projectRoot, ...parts);
}

/**
 * Tells the person at the terminal; never on standard output, which belongs to what is being run.
 * @param {string} message
 */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/**
 * Ends with a message instead of a stack trace: what is wrong here is for the person at the terminal to mend.
 * @param {string} message
 * @returns {never}
 */
export function giveUp(message) {
  say(`\n${message}`);
  process.exit(1);
}

/**
 * @param {string} command what was asked for, as it was typed
 * @param {string} file
 */
export function requireFile(command, file) {
  if (!existsSync(inProject(file))) giveUp(`${command} needs ${file}, which does not exist.`);
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
export function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {number} since a value of `performance.now()` */
export function secondsSince(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
