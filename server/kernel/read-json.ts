import type { FastifyInstance } from 'fastify';
import { type JsonBounds, MalformedJson, readMembers } from './json-members.ts';
import { invalidInput } from './problem.ts';

/** The largest body of any interface holds a few thousand values. */
const apiJsonBounds: JsonBounds = { members: 256, items: 20_000, depth: 32 };

/** Bodies are bounded while they are scanned, before anything is built of them, so that a few bytes cannot cost seconds. */
export function readBoundedJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  // Text is no form of ours either: it is answered 415 like every other.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      readMembers(body, apiJsonBounds);
    } catch (error) {
      done(error instanceof MalformedJson ? refusal(error) : (error as Error));
      return;
    }
    void parse(request, body.toString('utf8'), done);
  });
}

function refusal({ message }: MalformedJson) {
  return invalidInput({ issues: [{ path: 'body', message }] });
}
