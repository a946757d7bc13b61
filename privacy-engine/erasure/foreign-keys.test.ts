import { expect, test } from 'vitest';
import { deletionOrder } from './foreign-keys.ts';

/** Every graph of these nodes without edges to themselves, as the nodes that each points to. */
function* graphsOf(nodes: readonly string[]): Generator<Map<string, string[]>> {
  const edges = nodes.flatMap((from) => nodes.flatMap((to) => (from === to ? [] : [[from, to] as const])));
  for (let chosen = 0; chosen < 2 ** edges.length; chosen += 1) {
    const graph = new Map(nodes.map((node): [string, string[]] => [node, []]));
    for (const [at, [from, to]] of edges.entries()) if ((chosen >> at) & 1) graph.get(from)?.push(to);
    yield graph;
  }
}

function isReached(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const node of seen) for (const next of graph.get(node) ?? []) seen.add(next);
  return seen.has(to);
}

test('tables that refer to each other stand together, and every other before what it refers to: in every graph of four', () => {
  const nodes = ['a', 'b', 'c', 'd'];
  const wrong: string[] = [];
  for (const graph of graphsOf(nodes)) {
    const groups = deletionOrder(nodes, (node) => graph.get(node) ?? []);
    const placeOf = (node: string) => groups.findIndex((group) => group.includes(node));
    const isRight = nodes.every((from) =>
      nodes.every((to) => {
        if (!isReached(graph, from, to)) return true;
        return isReached(graph, to, from) ? placeOf(from) === placeOf(to) : placeOf(from) < placeOf(to);
      }),
    );
    if (!isRight || groups.flat().toSorted().join('') !== 'abcd') wrong.push(JSON.stringify([...graph]));
  }
  expect(wrong).toEqual([]);
});
