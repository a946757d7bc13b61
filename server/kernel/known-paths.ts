import type { FastifyInstance } from 'fastify';

/** Collects which methods each address answers. @returns the methods of an address, none for an unknown one. */
export function collectPaths(app: FastifyInstance): (url: string) => string[] {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPath.set(url, methods);
  });
  return (url) => {
    const segments = segmentsOf(url.split('?', 1)[0] ?? '');
    const found = [...methodsByPath].filter(([path]) => matches(segmentsOf(path), segments));
    return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort();
  };
}

function segmentsOf(path: string): string[] {
  return path.split('/');
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part.startsWith(':') || part === segments[index])
  );
}
