/** What modules bring of one sort, by name. Parts that depend on how a server was started come and go with it. */
export interface NamedParts<Part extends { readonly name: string }> {
  /** The last one of a name counts. */
  add(part: Part): void;
  /** Does nothing when another part has taken its name since. */
  remove(part: Part): void;
  find(name: string): Part | undefined;
  /** In order of their names. */
  all(): readonly Part[];
}

/** @throws when two of the parts share a name. */
export function createNamedParts<Part extends { readonly name: string }>(
  parts: readonly Part[],
): NamedParts<Part> {
  const byName = new Map<string, Part>();
  for (const part of parts) {
    if (byName.has(part.name)) throw new Error(`two modules bring ${part.name}`);
    byName.set(part.name, part);
  }
  return {
    add: (part) => void byName.set(part.name, part),
    remove(part) {
      if (byName.get(part.name) === part) byName.delete(part.name);
    },
    find: (name) => byName.get(name),
    all: () => [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
