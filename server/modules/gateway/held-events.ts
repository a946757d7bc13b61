/** Events before the first that the model wrote: roles, empty texts, beginnings. */
export interface HeldEvents {
  /** @throws when they are more than any answer begins with. */
  add(event: Buffer): void;
  /** Those that were held, once the model has written something. */
  take(): Buffer[];
  readonly bytes: number;
}

const maxHeldBytes = 1024 * 1024;

/** Until the model has written something another upstream can be asked, so nothing of this one is given out. */
export function createHeldEvents(): HeldEvents {
  let held: Buffer[] = [];
  let bytes = 0;
  return {
    add(event) {
      bytes += event.length;
      if (bytes > maxHeldBytes) throw new Error('the upstream sends events without content');
      held.push(event);
    },
    take() {
      const taken = held;
      held = [];
      bytes = 0;
      return taken;
    },
    get bytes() {
      return bytes;
    },
  };
}
