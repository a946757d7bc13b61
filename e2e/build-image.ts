import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a container engine would start. */
export interface Image {
  /** Where its Node is. */
  readonly nodeFolder: string;
  /** Its working folder, with everything that the last stage copied. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

interface Stage {
  readonly name: string;
  /** Where the Node of its base image is. */
  readonly nodeFolder: string;
  folder: string;
  environment: Record<string, string>;
  command: string[];
}

/**
 * Carries out the steps of a Dockerfile without a container engine: the same files are copied and the same commands run,
 * in folders of their own and with the Node that the base image has. Its users do not exist here, so files keep their
 * owner.
 * @param context the files of the build context, as paths from `from`
 * @param nodeFolderOf where a version of Node is
 */
export function buildImage(
  dockerfile: string,
  from: string,
  context: readonly string[],
  into: string,
  nodeFolderOf: (version: string) => string,
): Image {
  const stages: Stage[] = [];
  for (const line of readFileSync(dockerfile, 'utf8').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [instruction = '', ...words] = line.split(/\s+/);
    const rest = line.slice(instruction.length).trim();
    if (instruction === 'FROM') {
      const name = words[1] === 'AS' ? (words[2] ?? '') : `stage ${stages.length}`;
      const version = /^node:([\d.]+)/.exec(words[0] ?? '')?.[1];
      if (version === undefined) throw new Error(`${line} names no version of Node`);
      const nodeFolder = nodeFolderOf(version);
      stages.push({ name, nodeFolder, folder: '', environment: {}, command: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`before the first FROM: ${line}`);
    carryOut(instruction, words, rest, stage);
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('there is no stage');
  return last;

  function carryOut(instruction: string, words: string[], rest: string, stage: Stage): void {
    switch (instruction) {
      case 'WORKDIR':
        stage.folder = placeIn(stage.name, rest);
        mkdirSync(stage.folder, { recursive: true });
        return;
      case 'COPY':
        copy(words, stage);
        return;
      case 'RUN':
        run(rest, stage);
        return;
      case 'ENV':
        for (const setting of words) {
          const [name = '', value = ''] = setting.split('=');
          stage.environment[name] = value;
        }
        return;
      case 'CMD':
        stage.command = JSON.parse(rest) as string[];
        return;
      case 'EXPOSE':
      case 'HEALTHCHECK':
      case 'USER':
      case 'VOLUME':
        return;
      default:
        throw new Error(`this test does not know what ${instruction} does`);
    }
  }

  function placeIn(stage: string, path: string): string {
    return join(into, stage, path);
  }

  function copy(words: string[], { folder }: Stage): void {
    const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const [source = '', target = ''] = words.filter((word) => !word.startsWith('--'));
    if (stage !== undefined) {
      cpSync(placeIn(stage, source), join(folder, target), { recursive: true, verbatimSymlinks: true });
      return;
    }
    if (source !== '.') throw new Error('this test copies the whole context only');
    for (const path of context) {
      mkdirSync(dirname(join(folder, target, path)), { recursive: true });
      cpSync(join(from, path), join(folder, target, path));
    }
  }

  function run(command: string, { folder, environment, nodeFolder }: Stage): void {
    if (!existsSync(folder)) throw new Error('RUN before WORKDIR');
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command.replace('-o node -g node', '')], {
      cwd: folder,
      env: {
        PATH: `${nodeFolder}:${process.env['PATH']}`,
        HOME: process.env['HOME'],
        ...npmSettings(),
        ...environment,
      },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stdout}\n${stderr}`);
  }
}

/** Where npm finds packages and keeps them is a matter of the machine. */
function npmSettings(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_/i.test(name)));
}
