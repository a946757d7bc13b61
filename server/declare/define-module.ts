import type { LocalisedText, RecipientDefinition } from '@candor/privacy-engine';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { Ctx } from '../kernel/context.ts';
import type { Event, Subscription } from '../kernel/events.ts';
import type { JobDefinition } from '../kernel/jobs.ts';
import type { CountedMetric } from '../kernel/metrics.ts';
import type { ProblemFactory } from '../kernel/problem.ts';
import type { Policies } from '../modules/privacy/index.ts';
import type { ActWords } from './acts.ts';
import type { AddressedRows } from './addressed-rows.ts';
import type { ReviewClosing } from './closing-review.ts';
import type { CorrectionRule } from './corrections.ts';
import type { ExportPart } from './export-part.ts';
import type { Meter, NamedCode } from './meter.ts';
import type { MessageTemplate } from './message.ts';
import type { ReadRecipients } from './outside-recipients.ts';
import type { Who } from './permissions.ts';
import type { DeclaredPurpose } from './purposes.ts';
import type { Part } from './roles.ts';
import type { Sink } from './sink.ts';

/** What a module may need where it meets a process. */
export interface ModuleDeps {
  readonly config: Config;
  readonly policies: Policies;
  /** Connection string of the login role, for connections that only listen. */
  readonly databaseUrl: string;
  /** Numbers of this process, beside those of the whole installation in the product. */
  readonly processMetrics: Registry;
  /** A context of the system itself, for loops that no request starts. */
  readonly systemCtx: (name: string) => Ctx;
}

/** Installs routes, hooks, loops, or parts that depend on the settings. */
export type Install = (app: FastifyInstance, deps: ModuleDeps) => void | Promise<void>;

/**
 * What a module installs in a process, by what the process does. `everywhere` is installed first, in every process;
 * a process of the role `all` has all of it.
 */
export type Installs = Readonly<Partial<Record<Part | 'everywhere', Install>>>;

/** Everything a module can bring. What is central, such as the queue or the registry, is folded from these. */
export interface ModuleParts {
  /** Modules it may call; all are before it in `modules.ts`. Up is an event. */
  readonly calls?: readonly string[];
  /** Why it processes data and for whom, beyond `policy.ts`; none rests on consent. */
  readonly purposes?: Readonly<Record<string, DeclaredPurpose & { readonly consent?: never }>>;
  /** Who outside the cloud receives something from it. */
  readonly recipients?: Readonly<Record<string, RecipientDefinition>>;
  /** Whatever its `schema.ts` exports: the tables among it are the module's. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Prefixes of its ids; the types of `newId` are declared beside them. */
  readonly ids?: readonly string[];
  /** What it writes into the audit log, in words; the types of `audit` are declared beside them. */
  readonly acts?: ActWords;
  /** Who may do what; the types of its names are declared beside it, see `permissions.ts`. */
  readonly permissions?: Readonly<Record<string, readonly Who[]>>;
  /** Foreseen failures; each has a page in `problems/` of its folder. */
  readonly problems?: Readonly<Record<string, ProblemFactory>>;
  /** Texts it sends to people. */
  readonly messages?: readonly MessageTemplate<string>[];
  readonly jobs?: readonly JobDefinition[];
  /** What it says to modules above. */
  readonly emits?: readonly Event[];
  /** What it does on events of modules below. */
  readonly on?: readonly Subscription[];
  /** What it counts and charges for. */
  readonly meters?: readonly Meter[];
  /** Codes of meters, units and products that only rows of earlier releases hold. */
  readonly retiredCodes?: readonly NamedCode[];
  /** What of it is called and leaves usage, in words. */
  readonly endpoints?: Readonly<Record<string, LocalisedText>>;
  readonly metrics?: readonly CountedMetric[];
  readonly sinks?: readonly Sink[];
  readonly addressedRows?: readonly AddressedRows[];
  readonly corrections?: readonly CorrectionRule[];
  readonly exportParts?: readonly ExportPart[];
  readonly closingReview?: ReviewClosing;
  readonly outsideRecipients?: ReadRecipients;
  readonly installs?: Installs;
}

export interface Module extends ModuleParts {
  /** The noun: its folder, the schema of its tables, its part of the address, the beginning of its codes and jobs. */
  readonly name: string;
}

/** @throws when a job, a meter, an act, a problem or a permission does not begin with the name of the module. */
export function defineModule(name: string, parts: ModuleParts): Module {
  const named = [
    ...(parts.jobs ?? []).map((job) => [job.name, '.'] as const),
    ...(parts.on ?? []).map(({ job }) => [job.name, '.'] as const),
    ...(parts.emits ?? []).map((event) => [event.name, '.'] as const),
    ...(parts.meters ?? []).map((meter) => [meter.name, '.'] as const),
    ...Object.values(parts.problems ?? {}).map(({ code }) => [code, '.'] as const),
    ...Object.keys(parts.acts ?? {}).map((act) => [act, '.'] as const),
    ...Object.keys(parts.permissions ?? {}).map((permission) => [permission, ':'] as const),
  ];
  const strange = named.find(([text, separator]) => !text.startsWith(`${name}${separator}`));
  if (strange !== undefined) throw new Error(`${strange[0]} does not begin with ${name}`);
  return { name, ...parts };
}
