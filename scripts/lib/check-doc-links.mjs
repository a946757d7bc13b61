import { readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { capture } from './capture.mjs';
import { inProject, projectRoot } from './project.mjs';

// Every relative link and every path in backticks in the project's Markdown must lead to something.

const { output } = await capture('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
const files = output.split('\0').filter((file) => file !== '' && exists(inProject(file)));
const topLevel = new Set(files.map((file) => file.split('/')[0]));

const documents = files.filter((file) => file.endsWith('.md'));
const dead = documents.flatMap((document) => {
  const text = withoutCodeBlocks(readFileSync(inProject(document), 'utf8'));
  return [...deadLinks(document, text), ...deadPaths(document, text)];
});
for (const message of dead) process.stdout.write(`${message}\n`);
process.stdout.write(`${documents.length} documents, ${dead.length} dead links\n`);
if (dead.length > 0 || documents.length === 0) process.exitCode = 1;

/**
 * @param {string} document
 * @param {string} text
 */
function deadLinks(document, text) {
  const targets = [
    ...matches(text, /\]\(<?([^)<>\s]+)>?(?:\s+"[^"]*")?\)/g),
    ...matches(text, /^\[[^\]]+\]:\s+(\S+)/gm),
    ...matches(text, /<(?:img|a)\s[^>]*(?:src|href)="([^"]+)"/g),
  ];
  return targets
    .filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
    .filter((target) => !exists(locate(document, target)))
    .map((target) => `${document}: dead link ${target}`);
}

/**
 * @param {string} document
 * @param {string} target
 */
function locate(document, target) {
  const path = decodeURI(target.replace(/[?#].*$/, ''));
  return path.startsWith('/') ? inProject(path) : join(projectRoot, dirname(document), path);
}

/**
 * Words in backticks that look like a path from the project's folder, such as `server/http/app.ts` or `docs/guide/`.
 * Patterns and placeholders are not paths; neither is what only a running checkout has.
 * @param {string} document
 * @param {string} text
 */
function deadPaths(document, text) {
  return matches(text, /`([\w.@-]+\/[\w.@/-]*)(?:[:#]\d+)?`/g)
    .filter((path) => topLevel.has(path.split('/')[0]))
    .filter((path) => !normalize(path).split('/').includes('dist') && !exists(inProject(path)))
    .map((path) => `${document}: no such file \`${path}\``);
}

/** @param {string} text */
function withoutCodeBlocks(text) {
  return text.replaceAll(/^(\s*)(```+|~~~+)[^\n]*\n[\s\S]*?^\s*\2[^\n]*$/gm, '');
}

/**
 * @param {string} text
 * @param {RegExp} pattern with one group
 * @returns {string[]}
 */
function matches(text, pattern) {
  return [...text.matchAll(pattern)].map(([, group = '']) => group);
}

/** @param {string} path */
function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
