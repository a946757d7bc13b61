/** What modules bring of one sort, by name. Parts that depend on how a server was started come and go with it. */
export interface NamedParts<Part extends { readonly name: string }> {
  /** The last one of a name counts. */
  add(part: Part): void;
  /**
   * Leaves the name to the part that the modules bring, if one does; does nothing when another part has taken it since.
   */
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
  const brought = new Map(byName);
  return {
    add: (part) => void byName.set(part.name, part),
    remove(part) {
      if (byName.get(part.name) !== part) return;
      const earlier = brought.get(part.name);
      if (earlier === undefined) byName.delete(part.name);
      else byName.set(part.name, earlier);
    },
    find: (name) => byName.get(name),
    all: () => [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
