import type { ProblemBody } from './entities.ts';

export interface FieldIssue {
  /** Dotted, as the form names the field: `paymentSource.bankName`. */
  path: string;
  message: string;
  /** The rule that is broken, where the server names it, and its limit. */
  rule: string | undefined;
  limit: number | undefined;
}

/** What went wrong with a call: the server's problem, or that it could not be reached. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly issues: readonly FieldIssue[];
  readonly fields: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? body.code ?? `HTTP ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'console.unreachable' : `console.http_${status}`);
    this.requestId = body.requestId;
    this.issues = (body.issues ?? []).map((issue) => ({
      path: fieldPath(issue.path),
      message: issue.message,
      rule: issue.rule,
      limit: issue.limit,
    }));
    this.fields = body;
  }
}

/** Accepts `['amount', 0]`, `amount.0`, `/amount/0` and a leading `body`. */
function fieldPath(path: string | readonly (string | number)[]): string {
  const parts = typeof path === 'string' ? path.split(/[./]/) : path.map(String);
  const named = parts.filter((part) => part !== '');
  return (named[0] === 'body' ? named.slice(1) : named).join('.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What a failed answer says, undefined where it is no JSON: a proxy on the way may answer with a page of its own. */
export async function bodyOfFailure(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}

/** Reads a problem from a failed answer, whatever its shape; the gateway's routes answer in OpenAI's. */
export function problemOf(status: number, body: unknown): ApiProblem {
  if (!isRecord(body)) return new ApiProblem(status, {});
  if (isRecord(body.error)) {
    const { message, code, type } = body.error;
    const title = typeof message === 'string' ? message : undefined;
    const openaiCode = typeof code === 'string' ? code : typeof type === 'string' ? type : undefined;
    return new ApiProblem(status, { title, code: openaiCode });
  }
  return new ApiProblem(status, body);
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError) return new ApiProblem(0, { title: error.message });
  return new ApiProblem(-1, {
    title: error instanceof Error ? error.message : String(error),
    code: 'console.bug',
  });
}
