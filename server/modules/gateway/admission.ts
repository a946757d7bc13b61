import type { ServerResponse } from 'node:http';
import { createSharedBudget, type Holder } from '../../kernel/shared-budget.ts';
import { overloaded } from './problems.ts';

/** How many requests are read and served at once, so that surplus requests are refused instead of all being slow. */
export interface Admission {
  /** Lets a request in until its response is over. @throws `gateway.overloaded` */
  enter(caller: Caller, response: ServerResponse): Entry;
  /** Memory for what of an answer must become whole before it can be passed on: of the same budget as the bodies. */
  roomFor(tenantId: string): AnswerRoom;
  /** Requests that are being served; those whose body is still arriving are not. */
  readonly inFlight: number;
}

export interface AnswerRoom {
  /** Says how much is held now. @returns false when there is no room for it. */
  hold(bytes: number): boolean;
}

export interface Caller {
  readonly tenantId: string;
  /** `networkOf` the client's address. */
  readonly network: string;
}

export interface Entry {
  /** Counts bytes of the body that have arrived: an announced length reserves nothing. @throws `gateway.overloaded` */
  arrived(bytes: number): void;
  /** The body is complete and takes a place among those being served. @throws `gateway.overloaded` */
  startServing(): void;
}

export interface AdmissionLimits {
  /** Requests being served. */
  readonly process: number;
  /** Requests whose body is still arriving. */
  readonly arriving: number;
  /** Bodies stay in memory while they are served, and large pieces of answers until they are passed on. */
  readonly bodyBytes: number;
}

export const defaultLimits: AdmissionLimits = {
  process: 2048,
  arriving: 2048,
  bodyBytes: 512 * 1024 * 1024,
};

/** An event of text and what the network brings with it: not worth counting. */
const freeAnswerBytes = 128 * 1024;

export function createAdmission(limits: AdmissionLimits): Admission {
  const arriving = createSharedBudget(limits.arriving);
  const serving = createSharedBudget(limits.process);
  const bodies = createSharedBudget(limits.bodyBytes);

  return {
    enter({ tenantId, network }, response) {
      // Alone, a customer gets at most a quarter of everything; a network, which many may share, gets half.
      const holders: readonly Holder[] = [
        { key: `tenant ${tenantId}`, timesFree: 1 / 3 },
        { key: `network ${network}`, timesFree: 1 },
      ];
      if (!arriving.take(holders, 1)) throw overloaded({ retryAfterSeconds: 1 });
      let isArriving = true;
      let bodyBytes = 0;
      // `close` comes exactly once, whether the reply was sent or the client left.
      response.once('close', () => {
        if (isArriving) arriving.giveBack(holders, 1);
        else serving.giveBack(holders, 1);
        bodies.giveBack(holders, bodyBytes);
      });
      return {
        arrived(bytes) {
          if (!bodies.take(holders, bytes)) throw overloaded({ retryAfterSeconds: 1 });
          bodyBytes += bytes;
        },
        startServing() {
          if (!serving.take(holders, 1)) throw overloaded({ retryAfterSeconds: 1 });
          arriving.giveBack(holders, 1);
          isArriving = false;
        },
      };
    },
    roomFor(tenantId) {
      const holders: readonly Holder[] = [{ key: `tenant ${tenantId}`, timesFree: 1 / 3 }];
      let taken = 0;
      return {
        hold(held) {
          const bytes = held <= freeAnswerBytes ? 0 : held;
          if (bytes < taken) bodies.giveBack(holders, taken - bytes);
          else if (bytes > taken && !bodies.take(holders, bytes - taken)) return false;
          taken = bytes;
          return true;
        },
      };
    },
    get inFlight() {
      return serving.taken;
    },
  };
}
