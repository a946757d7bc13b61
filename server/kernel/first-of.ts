/** The first of a list that is never empty, such as the one row of a sum. @throws when it is empty after all. */
export function firstOf<Item>(list: readonly Item[]): Item {
  const [first] = list;
  if (first === undefined) throw new Error('a list that is never empty is empty');
  return first;
}
