import { expect, test } from 'vitest';
import { publicText } from './upstream-error.ts';
import { statusFailure } from './upstream-failure.ts';

const names = { upstreamModel: 'vendor/model-7b', secrets: [], modelId: 'public' };

function refusalOf(status: number, body: unknown) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const { problem, canRetry, health } = statusFailure(status, bytes, names);
  const { detail, param, upstreamCode, upstreamType } = problem.fields;
  return {
    status: problem.status,
    code: problem.code,
    canRetry,
    health,
    detail,
    param,
    upstreamCode,
    upstreamType,
  };
}

/** What servers say of a parameter, and what the customer must be able to read of it. */
const bodies: Readonly<Record<string, { status: number; body: unknown; read: object }>> = {
  OpenAI: {
    status: 400,
    body: {
      error: { message: 'Too high', type: 'invalid_request_error', param: 'temperature', code: 'bad_value' },
    },
    read: {
      detail: 'Too high',
      param: 'temperature',
      upstreamCode: 'bad_value',
      upstreamType: 'invalid_request_error',
    },
  },
  vLLM: {
    status: 400,
    body: { object: 'error', message: 'n must be 1', type: 'BadRequestError', param: 'n', code: 400 },
    read: { detail: 'n must be 1', param: 'n', upstreamCode: null, upstreamType: 'BadRequestError' },
  },
  Gemini: {
    status: 400,
    body: [{ error: { code: 400, message: 'Unknown name', status: 'INVALID_ARGUMENT' } }],
    read: { detail: 'Unknown name', upstreamType: 'INVALID_ARGUMENT' },
  },
  FastAPI: {
    status: 422,
    body: {
      detail: [
        { loc: ['body', 'messages', 0, 'role'], msg: 'Field required', input: { content: 'my secret' } },
      ],
    },
    read: { detail: 'Field required', param: 'messages.0.role' },
  },
  Ollama: {
    status: 400,
    body: { error: 'does not support tools' },
    read: { detail: 'does not support tools' },
  },
  DashScope: {
    status: 400,
    body: { code: 'InvalidParameter', message: 'top_p is out of range', request_id: 'x' },
    read: { detail: 'top_p is out of range', upstreamCode: 'InvalidParameter' },
  },
  'a body that was cut off': {
    status: 400,
    body: '{"error":{"message":"Too many tools","param":"tools","code":"array_above_max","input":[{"name":"f',
    read: { detail: 'Too many tools', param: 'tools', upstreamCode: 'array_above_max' },
  },
  'a page': {
    status: 413,
    body: '<h1>nginx</h1>',
    read: { detail: 'The model server refused the request.' },
  },
};

test.each(Object.entries(bodies))(
  '%s: what the customer must change reaches them, and no other upstream is asked',
  (_name, { status, body, read }) => {
    const refusal = refusalOf(status, body);
    expect(refusal).toMatchObject({
      status,
      code: 'gateway.upstream_refused',
      canRetry: false,
      health: null,
      ...read,
    });
    expect(JSON.stringify(refusal)).not.toContain('my secret');
  },
);

test('a model that the server does not know is ours to mend, whatever the status', () => {
  const body = { error: { message: 'no such model vendor/model-7b', code: 'model_not_found' } };
  expect(refusalOf(400, body)).toMatchObject({ status: 502, canRetry: true, health: 'status_400' });
  expect(refusalOf(404, {})).toMatchObject({ status: 502, canRetry: true, health: 'status_404' });
});

test('of an upstream’s sentence only what is for the customer is left', () => {
  const said: Readonly<Record<string, string | null>> = {
    'vendor/model-7b takes no images': 'public takes no images',
    'see https://vendor.example/docs?key=1 for tools': 'see [address] for tools',
    'worker 10.0.0.5:8000 says: n is too large': 'worker [address] says: n is too large',
    'vllm-0.models.svc.cluster.local: max_tokens is too large': '[address]: max_tokens is too large',
    'gpu-3.example.com:8443 refuses stop': '[address] refuses stop',
    'fe80:0:0:0:1:2:3:4 refuses stop': '[address] refuses stop',
    'key sk-abcdef123456 of org-XyZ123456 may not use tools': 'key [id] of [id] may not use tools',
    'request 4f1c2b3a4d5e6f708192a3b4c5d6e7f8 has no messages': 'request [id] has no messages',
    'template /srv/models/x/chat.jinja has no tools': 'template [path] has no tools',
    'call /v1/responses instead': 'call /v1/responses instead',
    'Traceback (most recent call last): x': null,
    'TypeError at run (engine.js:1:2)': null,
  };
  for (const [text, read] of Object.entries(said)) expect(publicText(text, names), text).toBe(read);
  const long = publicText(`max_tokens ${'x '.repeat(5000)}`, names) ?? '';
  expect(long.length).toBeLessThanOrEqual(2001);
  expect(publicText(`a ${'b'.repeat(1990)} 10.0.0.5`, names)).not.toContain('10.');
});

test('a hostile sentence is filtered in no time', () => {
  for (const text of ['a.'.repeat(50_000), 'a1-'.repeat(50_000), 'a+'.repeat(50_000), ':1'.repeat(50_000)]) {
    const startedAtMs = performance.now();
    publicText(text, names);
    expect(performance.now() - startedAtMs, text.slice(0, 4)).toBeLessThan(200);
  }
});

test('the key and the secret headers of an upstream are never read by a customer, whatever they look like', () => {
  const secrets = ['correct.horse/battery', 'eyJh.b+c=', 'vendor/model-7b', '$&-key', 'correct.horse'];
  for (const secret of secrets) {
    const text = `the key ${secret} ('Bearer ${secret}') may not call vendor/model-7b`;
    for (const sent of [[secret], secrets])
      expect(publicText(text, { ...names, secrets: sent })).not.toContain(secret);
  }
  expect(publicText('correct.horse/battery', { ...names, secrets: secrets.toReversed() })).toBe('[id]');
  expect(publicText('none of the texts', { ...names, secrets: ['none'] })).toBe('none of the texts');
});
