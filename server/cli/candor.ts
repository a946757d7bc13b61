import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { Problem } from '../kernel/problem.ts';
import { proveInLog, verifyLogOf } from './audit.ts';
import { explain } from '../start/end-reasons.ts';
import {
  acceptRestored,
  describeAccepted,
  describeTimes,
  findRestoredParts,
} from '../start/restored-parts.ts';
import { candorCommand } from './candor-command.ts';
import { openInstallation, openServer } from './open-installation.ts';
import { dropRelease, listReleases } from './releases.ts';

const usage = `usage:
  ${candorCommand} audit verify [--anchor FOLDER]... [--json]   0: whole, 1: not, 2: could not look
  ${candorCommand} audit prove ID [--json]                      ID of an audit entry, or of what it is about
  ${candorCommand} restore status                               0: database, vault and log are of one time, 1: one went back
  ${candorCommand} restore accept                               nothing newer exists: erase and destroy again, then serve
  ${candorCommand} releases list                                which rules are in force, and whether a process needs them
  ${candorCommand} releases drop NAME                           0: dropped, 1: a process of it lives, 2: no such rules
`;

const exitCode = await run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Problem ? error.message : explain(error)}\n`);
  return 2;
});
process.exit(exitCode);

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { anchor: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
  });
  const [noun, verb, id] = positionals;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  if (noun === 'restore' && (verb === 'status' || verb === 'accept')) return restore(verb, say);
  if (noun === 'releases' && (verb === 'list' || (verb === 'drop' && id !== undefined)))
    return releases(verb === 'drop' ? id : undefined, say);
  if (noun !== 'audit' || (verb !== 'verify' && (verb !== 'prove' || id === undefined))) {
    process.stderr.write(usage);
    return 2;
  }
  const config = readConfig();
  const installation = await openInstallation(config, verb === 'verify' ? 'keys' : 'log');
  try {
    if (verb === 'prove') return await proveInLog(installation.ctx, id ?? '', say);
    return await verifyLogOf(installation.ctx, {
      anchorFolders: values.anchor ?? config.auditAnchors,
      isJson: values.json,
      say,
    });
  } finally {
    await installation.close();
  }
}

async function releases(dropped: string | undefined, say: (line: string) => void): Promise<number> {
  const server = await openServer(readConfig());
  try {
    return dropped === undefined
      ? await listReleases(server.url, say)
      : await dropRelease(server.url, dropped, say);
  } finally {
    await server.stop();
  }
}

async function restore(verb: 'status' | 'accept', say: (line: string) => void): Promise<number> {
  const config = readConfig();
  const installation = await openInstallation(config, 'everything');
  try {
    if (verb === 'accept') {
      const accepted = await acceptRestored(installation.ctx, config);
      for (const line of describeAccepted(accepted)) say(line);
    }
    const report = await findRestoredParts(installation.ctx, config);
    for (const place of report.unreadAnchors)
      say(`The anchor ${place} could not be read; what it remembers was not compared.`);
    const lines = describeTimes(report);
    for (const line of lines.length === 0 ? ['Database, vault and audit log are of one time.'] : lines)
      say(line);
    return lines.length === 0 ? 0 : 1;
  } finally {
    await installation.close();
  }
}
