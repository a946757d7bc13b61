import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const app = resolve(import.meta.dirname, '../../console/src/app');

/** Who may open a page: the doors of `console/src/app/doors.tsx`. */
export type Door = 'root' | 'signedOut' | 'signedIn' | 'operator';

interface Page {
  readonly door: Door;
  readonly path: string;
}

const doors: readonly string[] = ['root', 'signedOut', 'signedIn', 'operator'] satisfies Door[];
const isDoor = (name: string | undefined): name is Door => name !== undefined && doors.includes(name);

/** Every page of the console, as its route table lists them: a new page is visited without being named here. */
const pages: readonly Page[] = readdirSync(app)
  .filter((name) => name.endsWith('.tsx'))
  .flatMap((name) => pagesIn(name, readFileSync(join(app, name), 'utf8')));

function pagesIn(name: string, source: string): Page[] {
  const routes = [...source.matchAll(/getParentRoute: \(\) => (\w+),\s*path: '([^']+)'/g)];
  const paths = source.match(/\bpath: /g) ?? [];
  if (routes.length !== paths.length)
    throw new Error(`${name} has a route that is not written like the others`);
  return routes.map(([, door, path = '']) => {
    if (!isDoor(door)) throw new Error(`${name}: nobody visits the pages behind the door “${door}”`);
    return { door, path };
  });
}

/** The addresses behind these doors; `values` fills the parameters (`$caseId`). */
export function pathsBehind(open: readonly Door[], values: Readonly<Record<string, string>>): string[] {
  return pages
    .filter(({ door }) => open.includes(door))
    .map(({ path }) =>
      path.replaceAll(/\$(\w+)/g, (_, parameter: string) => {
        const value = values[parameter];
        if (value === undefined) throw new Error(`${path}: no value for ${parameter}`);
        return value;
      }),
    );
}
