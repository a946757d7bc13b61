import type { ServerResponse } from 'node:http';
import { overloaded } from './problems.ts';

/** How many requests are served at once, so that too many are told so instead of all being slow. */
export interface Admission {
  /** Takes a place, and room for the body, until the response is over. @throws `gateway.overloaded` */
  enter(tenantId: string, bodyBytes: number, response: ServerResponse): void;
  readonly inFlight: number;
}

export interface AdmissionLimits {
  readonly process: number;
  /** One customer must not take every place. */
  readonly tenant: number;
  /** Bodies stay in memory while they are served. */
  readonly bodyBytes: number;
}

export const usualLimits: AdmissionLimits = { process: 2048, tenant: 512, bodyBytes: 512 * 1024 * 1024 };

export function createAdmission(limits: AdmissionLimits): Admission {
  const inFlightByTenant = new Map<string, number>();
  let inFlight = 0;
  let bodyBytesInFlight = 0;

  return {
    enter(tenantId, bodyBytes, response) {
      const ofTenant = inFlightByTenant.get(tenantId) ?? 0;
      const isFull = inFlight >= limits.process || ofTenant >= limits.tenant;
      if (isFull || bodyBytesInFlight + bodyBytes > limits.bodyBytes)
        throw overloaded({ retryAfterSeconds: 1 });
      inFlight += 1;
      bodyBytesInFlight += bodyBytes;
      inFlightByTenant.set(tenantId, ofTenant + 1);
      // `close` comes exactly once, whether the reply was sent or the client left.
      response.once('close', () => {
        inFlight -= 1;
        bodyBytesInFlight -= bodyBytes;
        const left = (inFlightByTenant.get(tenantId) ?? 1) - 1;
        if (left === 0) inFlightByTenant.delete(tenantId);
        else inFlightByTenant.set(tenantId, left);
      });
    },
    get inFlight() {
      return inFlight;
    },
  };
}
