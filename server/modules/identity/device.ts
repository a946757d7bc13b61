import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ctx, Device } from '../../kernel/context.ts';
import { addressOf, type Attempt } from './attempts.ts';
import { limits } from './limits.ts';

/**
 * The value of the device cookie: a random name of the browser, a mark of the person who logged in with it last (empty
 * before that), and our signature. It proves nothing about a person; it only keeps strangers from using up the tries of
 * this browser.
 */
export function issueDevice(ctx: Ctx, userId: string | null): { device: Device; cookie: string } {
  const id = randomBytes(16).toString('base64url');
  const device = { id, personMark: userId === null ? '' : markOf(ctx, userId) };
  return { device, cookie: `${device.id}.${device.personMark}.${sign(ctx, device)}` };
}

/** The browser a cookie names, null when we have not signed it. */
export function readDevice(ctx: Ctx, cookie: string | undefined): Device | null {
  const [id, personMark, signature, ...rest] = (cookie ?? '').split('.');
  if (id === undefined || personMark === undefined || signature === undefined || rest.length > 0) return null;
  const expected = Buffer.from(sign(ctx, { id, personMark }));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? { id, personMark } : null;
}

/** The browser of the request, when this person has logged in with it before. */
export function knownDeviceOf(ctx: Ctx, userId: string | undefined): Device | null {
  const device = ctx.client?.device ?? null;
  return device !== null && userId !== undefined && device.personMark === markOf(ctx, userId) ? device : null;
}

/** What failures count against: the address of strangers, so that a neighbour's failures stop no browser of the person. */
export function failuresOf(ctx: Ctx, userId: string | undefined): Attempt[] {
  return knownDeviceOf(ctx, userId) === null ? [[limits.failuresFromAddress, addressOf(ctx)]] : [];
}

function markOf(ctx: Ctx, userId: string): string {
  return ctx.keyedHash('device/person', userId);
}

function sign(ctx: Ctx, { id, personMark }: Device): string {
  return ctx.keyedHash('device/cookie', `${id} ${personMark}`);
}
