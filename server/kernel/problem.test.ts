import { expect, test } from 'vitest';
import { problemBody } from './http.ts';
import { Problem } from './problem.ts';

test('no field of a problem changes its envelope', () => {
  for (const name of ['type', 'title', 'status', 'code', 'requestId'])
    expect(() => new Problem('test.hostile', 409, 'Hostile', { [name]: 'x' }), name).toThrow(TypeError);

  const hostile = new Problem('test.hostile', 409, 'Hostile', { note: 'kept' });
  Object.assign(hostile.fields, { type: 'x', title: 'x', status: 200, code: 'x', requestId: 'x' });
  expect(problemBody(hostile, 'req_1')).toEqual({
    type: '/problems/test.hostile',
    title: 'Hostile',
    status: 409,
    code: 'test.hostile',
    requestId: 'req_1',
    note: 'kept',
  });
});
