import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { anOperator, type Person } from '../testing/factories.ts';
import { type Database, test } from '../testing/test.ts';
import {
  allowedObject,
  allowedValue,
  hostileJsonFor,
  hostileParts,
  placesOf,
  withJsonAt,
} from './hostile-values.ts';
import { type JsonSchema, type Operation, operationsOf, type Parameter } from './operations.ts';

const atOnce = 8;

/** A request in which one thing is hostile and everything else is what the schema asks for. */
interface Attack {
  readonly what: string;
  readonly request: InjectOptions;
}

function attacksOn(operation: Operation): Attack[] {
  const { method, path, parameters, bodySchema } = operation;
  const bodies = variantsOf(bodySchema).map((schema) => allowedObject(schema));
  const urlWith = (changed: Parameter | null, part: string) => addressOf(path, parameters, changed, part);
  const request = (url: string, payload: string | null): InjectOptions => ({
    method,
    url,
    headers: payload === null ? {} : { 'content-type': 'application/json' },
    ...(payload === null ? {} : { payload }),
  });
  const plainBody = bodies[0] === undefined ? null : JSON.stringify(bodies[0]);
  const inAddress = parameters
    .filter((parameter) => parameter.in !== 'header')
    .flatMap((parameter) =>
      [...hostileParts, ...(parameter.in === 'query' ? [`1&${parameter.name}=2`, '[x]=1'] : [])].map(
        (part) => ({
          what: `${parameter.name}=${part}`,
          request: request(urlWith(parameter, part), plainBody),
        }),
      ),
    );
  const inBody = bodies.flatMap((body) =>
    placesOf(body).flatMap(({ path: place, value }) =>
      hostileJsonFor(value).map((json) => ({
        what: `${place.join('.')}: ${json}`,
        request: request(urlWith(null, ''), withJsonAt(body, place, json)),
      })),
    ),
  );
  return [...inAddress, ...inBody];
}

function variantsOf(schema: JsonSchema | null): JsonSchema[] {
  return schema === null ? [] : (schema.anyOf ?? schema.oneOf ?? [schema]);
}

function addressOf(
  path: string,
  parameters: readonly Parameter[],
  changed: Parameter | null,
  hostile: string,
): string {
  const partOf = (parameter: Parameter) =>
    parameter === changed
      ? hostile
      : encodeURIComponent(String(allowedValue(parameter.schema, parameter.name)));
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    return parameter === undefined ? 'x' : partOf(parameter);
  });
  const query = parameters
    .filter((each) => each.in === 'query')
    .map((each) => `${each.name}=${partOf(each)}`);
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}

test(
  'one hostile value of each type at every place of every documented operation is never answered with 500',
  { timeout: 1_200_000 },
  async ({ app, database }) => {
    await app.ready();
    const failures: string[] = [];
    let sent = 0;
    for (const operation of operationsOf(app)) {
      const send = sender(app, database);
      const attacks = attacksOn(operation);
      sent += attacks.length;
      for (let next = 0; next < attacks.length; next += atOnce) {
        const found = attacks.slice(next, next + atOnce).map(async ({ what, request }) => {
          const fault = faultOf(await send(request));
          return fault === null
            ? []
            : [`${operation.method} ${operation.path} ${what.slice(0, 80)}: ${fault}`];
        });
        failures.push(...(await Promise.all(found)).flat());
      }
    }
    expect(failures).toEqual([]);
    // Fewer would mean that places were not found.
    expect(sent).toBeGreaterThan(5_000);
  },
);

/** Sends as a person with every permission; a new one when the last request has ended the session. */
function sender(app: FastifyInstance, database: Database) {
  let entering: Promise<Person> | null = null;
  return async (request: InjectOptions): Promise<LightMyRequestResponse> => {
    entering ??= anOperator(app, database);
    const person = await entering;
    const headers = { 'idempotency-key': 'hostile', ...person.headers, ...request.headers };
    const answer = await app.inject({ ...request, headers });
    if (answer.statusCode === 401) entering = null;
    return answer;
  };
}

function faultOf(answer: LightMyRequestResponse): string | null {
  if (answer.statusCode >= 500) return `${answer.statusCode} ${answer.body.slice(0, 200)}`;
  if (answer.statusCode < 400) return null;
  const type = String(answer.headers['content-type']);
  return type.includes('application/problem+json') ? null : `${answer.statusCode} ${type}`;
}
