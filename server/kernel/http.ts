import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Ctx } from './context.ts';
import { isRefusedByRowPolicy } from './db.ts';
import { isConnectionLost } from './database-faults.ts';
import { brokenRule } from './issue-rules.ts';
import {
  bodyTooLarge,
  internalError,
  invalidInput,
  methodNotAllowed,
  notFound,
  Problem,
  requestTimedOut,
  tooManyRequests,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
} from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    ctx: Ctx;
  }
  interface FastifyContextConfig {
    /** `session`: a logged-in person (default for /api); `open`: anyone; `apiKey`: with a key of a program. */
    access?: 'open' | 'session' | 'apiKey';
    /** Starts or widens the processing of the caller's data, so it waits until they have accepted the policy in force. */
    widensProcessing?: true;
  }
}

/** The instance with zod schemas as the type of params, body and reply. */
export function typed(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

/** The name of the last row seen: an id, an id and a part of it behind a colon, or a number. */
const cursorSchema = z
  .string()
  .max(200)
  .regex(
    /^([a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}(:[\w:]+)?|\d{1,18})$/,
    'must be a nextCursor that this list answered',
  );

/** `?limit&cursor` of every list. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: cursorSchema.optional(),
});

/** `true` or `false` in an address. */
export const flagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Cuts one row more than asked for off a page: its presence says that there is a next one. */
export function page<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** For words of an answer that steer a program and are shown by no page: others need a text in both languages. */
export const forPrograms = { 'x-for-programs': true } as const;

/** A text in both languages, of which a page picks one. */
export const localisedTextSchema = z.object({ zh: z.string(), en: z.string() });

/** An instant at the edge: ISO 8601 with Z. */
export const instantSchema = z
  .codec(
    z.iso.datetime().refine((text) => !text.startsWith('0000'), 'must be in the years 0001 to 9999'),
    z.date(),
    {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    },
  )
  .meta({ type: 'string', format: 'date-time' });

export const problemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.int(), code: z.string(), requestId: z.string() })
  .loose()
  .meta({ description: 'RFC 9457 problem' });

/**
 * Refuses text that PostgreSQL cannot store, before any verb sees it: U+0000, and halves of surrogate pairs.
 * @throws `kernel.invalid_input` naming the field.
 */
export async function refuseUnstorableText(request: FastifyRequest): Promise<void> {
  const parts = { body: request.body, querystring: request.query, params: request.params };
  for (const [part, value] of Object.entries(parts)) {
    const fault = unstorableIn(value, part);
    if (fault !== null) throw invalidInput({ issues: [fault] });
  }
}

interface TextFault {
  readonly path: string;
  readonly message: string;
}

/** Where text is that PostgreSQL cannot store, and why; null when there is none. Depth is bounded where JSON is read. */
export function unstorableIn(value: unknown, path: string): TextFault | null {
  if (typeof value === 'string') {
    const message = faultOfText(value);
    return message === null ? null : { path, message };
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return null;
  for (const [key, inner] of Object.entries(value)) {
    const message = faultOfText(key);
    // The name itself cannot be repeated in an answer.
    const fault = message === null ? unstorableIn(inner, `${path}.${key}`) : { path, message };
    if (fault !== null) return fault;
  }
  return null;
}

const loneSurrogate = /\p{Surrogate}/u;

function faultOfText(text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain the character U+0000';
  return loneSurrogate.test(text) ? 'must be well-formed Unicode, without halves of surrogate pairs' : null;
}

/** The one place where failures become answers. Unknown ones are logged once and stay opaque to the client. */
export function answerError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (isErasedMeanwhile(error, request)) {
    request.log.warn({ err: error, requestId: request.id }, 'a row policy has refused the row of a person');
    return sendProblem(unauthenticated(), request, reply);
  }
  const known = toProblem(error, request);
  if (known.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  return sendProblem(known, request, reply);
}

/**
 * A request that was let in just before its person was erased (or cut off) meets the row policies, which refuse every
 * row about them. To its sender the account is gone, exactly as one moment later.
 */
function isErasedMeanwhile(error: Error, request: FastifyRequest): boolean {
  return request.ctx.actor.kind === 'user' && isRefusedByRowPolicy(error);
}

export function sendProblem(known: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const retryAfter = known.fields['retryAfterSeconds'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  // What is wrong now may be right in a moment, and may be about a person.
  return reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problemBody(known, request.id));
}

/** RFC 9457. The envelope comes last, so no field can change it. */
export function problemBody({ code, status, message: title, fields }: Problem, requestId: string) {
  return { ...fields, type: `/problems/${code}`, title, status, code, requestId };
}

type Input = Pick<FastifyRequest, 'body' | 'query' | 'params'>;

/** Translates what Fastify, zod and PostgreSQL throw into problems. */
export function toProblem(error: FastifyError | Error, request: Input): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const part = error.validationContext ?? 'body';
    return invalidInput({
      issues: error.validation.map(({ instancePath, message, keyword, params }) => {
        const names = instancePath.split('/').filter((name) => name !== '');
        const isGiven = valueAt(inputOf(request, part), names) !== undefined;
        return {
          path: [part, ...names].join('.'),
          message: message ?? 'is not valid',
          ...brokenRule(keyword, params, isGiven),
        };
      }),
    });
  }
  if (!('statusCode' in error) || error.statusCode === undefined)
    return isConnectionLost(error) ? unavailable() : internalError();
  if (error.statusCode === 405) return methodNotAllowed();
  if (error.statusCode === 408) return requestTimedOut();
  if (error.statusCode === 413) return bodyTooLarge();
  if (error.statusCode === 415) return unsupportedMediaType();
  if (error.statusCode === 404) return notFound();
  if (error.statusCode === 429) return tooManyRequests();
  if (error.statusCode >= 400 && error.statusCode < 500) {
    return invalidInput({ issues: [{ path: 'body', message: 'is not valid JSON of the expected form' }] });
  }
  return internalError();
}

function inputOf(request: Input, part: string): unknown {
  if (part === 'querystring') return request.query;
  return part === 'params' ? request.params : request.body;
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (outer, name) =>
      typeof outer === 'object' && outer !== null && Object.hasOwn(outer, name)
        ? (outer as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}
