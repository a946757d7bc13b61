import { overloaded } from './openai-errors.ts';

interface Waiting<Item> {
  give(item: Item): void;
}

/** Lends out a fixed set of items; those who find none wait in a bounded line, first come first served. */
export class Slots<Item> {
  readonly #free: Item[];
  readonly #waiting: Waiting<Item>[] = [];
  readonly #maxWaiting: number;

  constructor(items: Item[], maxWaiting: number) {
    this.#free = [...items];
    this.#maxWaiting = maxWaiting;
  }

  get freeCount(): number {
    return this.#free.length;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  async use<Result>(signal: AbortSignal, work: (item: Item) => Promise<Result>): Promise<Result> {
    const item = await this.acquire(signal);
    try {
      return await work(item);
    } finally {
      this.release(item);
    }
  }

  async acquire(signal: AbortSignal): Promise<Item> {
    signal.throwIfAborted();
    const item = this.#free.pop();
    if (item !== undefined) return item;
    if (this.#waiting.length >= this.#maxWaiting) throw overloaded();
    return this.#standInLine(signal);
  }

  release(item: Item): void {
    const next = this.#waiting.shift();
    if (next) next.give(item);
    else this.#free.push(item);
  }

  #standInLine(signal: AbortSignal): Promise<Item> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting<Item> = {
        give: (item) => {
          signal.removeEventListener('abort', leave);
          resolve(item);
        },
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new DOMException('The one who waited has left.', 'AbortError'));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }
}
