import type { ServerResponse } from 'node:http';
import { overloaded } from './problems.ts';

/** How many requests are served at once, so that too many are told so instead of all being slow. */
export interface Admission {
  /** Takes a place until the response is over. @throws `gateway.overloaded` */
  enter(tenantId: string, response: ServerResponse): void;
  readonly inFlight: number;
}

export interface AdmissionLimits {
  readonly process: number;
  /** One customer must not take every place. */
  readonly tenant: number;
}

export const usualLimits: AdmissionLimits = { process: 2048, tenant: 512 };

export function createAdmission(limits: AdmissionLimits): Admission {
  const inFlightByTenant = new Map<string, number>();
  let inFlight = 0;

  return {
    enter(tenantId, response) {
      const ofTenant = inFlightByTenant.get(tenantId) ?? 0;
      if (inFlight >= limits.process || ofTenant >= limits.tenant) throw overloaded({ retryAfterSeconds: 1 });
      inFlight += 1;
      inFlightByTenant.set(tenantId, ofTenant + 1);
      // `close` comes exactly once, whether the reply was sent or the client left.
      response.once('close', () => {
        inFlight -= 1;
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
