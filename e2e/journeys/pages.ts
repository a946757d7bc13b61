import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const features = resolve(import.meta.dirname, '../../console/src/features');

/** Who may open a page: the doors of `console/src/shared/doors.ts`. */
export type Door = 'root' | 'signedOut' | 'signedIn' | 'operator';

interface Page {
  readonly door: Door;
  readonly path: string;
}

const doors: readonly string[] = ['root', 'signedOut', 'signedIn', 'operator'] satisfies Door[];
const isDoor = (name: string | undefined): name is Door => name !== undefined && doors.includes(name);

/** Every page of the console, as the features list them: a new page is visited without being named here. */
const pages: readonly Page[] = readdirSync(features)
  .map((name) => join(features, name, 'routes.ts'))
  .filter((file) => existsSync(file))
  .flatMap((file) => pagesIn(file, readFileSync(file, 'utf8')));

function pagesIn(name: string, source: string): Page[] {
  const routes = [...source.matchAll(/getParentRoute: \(\) => (\w+),\s*path: '([^']+)'/g)];
  const paths = source.match(/\bpath: /g) ?? [];
  if (routes.length !== paths.length)
    throw new Error(`${name} has a route that is not written like the others`);
  return routes.map(([, door, path = '']) => {
    if (!isDoor(door)) throw new Error(`${name}: no visitor reaches the pages behind the door “${door}”`);
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
