import type { KeyVault } from '../vault/key-vault.ts';
import { type Cell, keyVersionOf, open, seal } from './envelope.ts';
import { SealError } from './seal-error.ts';
import type { SealedType, SealedTypes } from './sealed-value.ts';

/** A value on its way into a cell. */
export type ValueToSeal = {
  [T in SealedType]: { readonly type: T; readonly value: SealedTypes[T]; readonly cell: Cell };
}[SealedType];

export interface ValueToOpen {
  readonly type: SealedType;
  readonly envelope: Buffer;
  readonly cell: Cell;
}

/** Undefined where the value was erased: its key has been destroyed, whatever backup it came from, or it was replaced. */
type Opened<Items extends readonly ValueToOpen[]> = {
  -readonly [I in keyof Items]: SealedTypes[Items[I]['type']] | undefined;
};

/** Versions of keys count from one: an envelope of version nought stands in for a value that was erased. */
const neverSealed = 0;

/** Persons whose keys are fetched at the same time. */
const keysAtOnce = 16;

/** Seals values of any number of persons, in order. Each key is fetched once. */
export async function sealAll(vault: KeyVault, items: readonly ValueToSeal[]): Promise<Buffer[]> {
  const sealed: Buffer[] = [];
  await forEachGroup(items, keyNameOf, async (group) => {
    const { subject, keyClass } = group.first.cell;
    const key = await vault.dek(subject, keyClass, group.members.length);
    for (const { item, index } of group.members) sealed[index] = sealItem(key, item);
  });
  return sealed;
}

/** Told of a value that cannot be read although its key was not destroyed; the reader goes on without it. */
export type OnUnreadable = (cell: Cell, error: SealError) => void;

/**
 * Opens values of any number of persons, in order. Each key is fetched once.
 * @param onUnreadable takes note of a value that does not open, which then counts as erased.
 * @throws SealError for such a value without `onUnreadable`; `key-missing` when a key is not there although it was not
 * destroyed.
 */
export async function openAll<const Items extends readonly ValueToOpen[]>(
  vault: KeyVault,
  items: Items,
  onUnreadable: OnUnreadable = raise,
): Promise<Opened<Items>> {
  const opened = Array.from<SealedTypes[SealedType] | undefined>({ length: items.length });
  const versionedName = (item: ValueToOpen) => `${keyVersionOf(item.envelope)} ${keyNameOf(item)}`;
  await forEachGroup(items, versionedName, async (group) => {
    const { table, subject, keyClass } = group.first.cell;
    const version = keyVersionOf(group.first.envelope);
    if (version === neverSealed) return;
    const found = await vault.find(subject, keyClass, version);
    if (found.state === 'destroyed') return;
    for (const { item, index } of group.members) {
      try {
        if (found.state === 'missing')
          throw new SealError('key-missing', `This vault has no key for a row of ${table}`);
        opened[index] = open(found.key, item.type, item.envelope, item.cell);
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        onUnreadable(item.cell, error);
      }
    }
  });
  return asOpened<Items>(opened);
}

function raise(_cell: Cell, error: SealError): never {
  throw error;
}

/** The union is taken apart so that type and value are seen to belong together. */
function sealItem(key: Parameters<typeof seal>[0], item: ValueToSeal): Buffer {
  switch (item.type) {
    case 'text':
      return seal(key, item.type, item.value, item.cell);
    case 'json':
      return seal(key, item.type, item.value, item.cell);
    case 'bigint':
      return seal(key, item.type, item.value, item.cell);
    case 'date':
      return seal(key, item.type, item.value, item.cell);
    case 'bytes':
      return seal(key, item.type, item.value, item.cell);
  }
}

interface Group<Item> {
  readonly first: Item;
  readonly members: { readonly item: Item; readonly index: number }[];
}

async function forEachGroup<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  work: (group: Group<Item>) => Promise<void>,
): Promise<void> {
  const groups = new Map<string, Group<Item>>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    const group = groups.get(name) ?? { first: item, members: [] };
    group.members.push({ item, index });
    groups.set(name, group);
  }
  const waiting = [...groups.values()];
  while (waiting.length > 0) await Promise.all(waiting.splice(0, keysAtOnce).map(work));
}

/** Classes are words of ours without spaces, so the name is unambiguous. */
function keyNameOf({ cell }: { readonly cell: Cell }): string {
  return `${cell.keyClass} ${cell.subject}`;
}

/** Guarantee: `open` returned each value for the type its item names, in the order of the items. */
function asOpened<Items extends readonly ValueToOpen[]>(
  values: readonly (SealedTypes[SealedType] | undefined)[],
): Opened<Items> {
  return values as unknown as Opened<Items>;
}
