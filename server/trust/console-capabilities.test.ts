import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../console/src');

/** What only some installations can do: how a file offers it, and how a file asks first whether it exists. */
const capabilities = {
  'a message that arrives': {
    offers: [
      /'\/api\/identity\/codes'/,
      /'\/api\/identity\/confirmation-codes'/,
      /'\/api\/identity\/recover'/,
      /method: 'phone'/,
      /POST\('\/api\/privacy\/requests'/,
      /\{newsId\}\/send'/,
    ],
    asks: /codesBy(Sms|Mail)|useCanReach\(/,
  },
  'a way to pay': {
    offers: [/POST\('\/api\/wallet\/top-ups'/, /search=\{\{ open: 'top-up' \}\}/, /setToppingUp\(true\)/],
    asks: /topUp\.channels|useCanPay\(/,
  },
  'a model to talk to': {
    offers: [
      /to="\/playground"/,
      /to: '\/playground'/,
      /linkTo\('\/playground'\)/,
      /'\/api\/gateway\/playground\/chat'/,
    ],
    // An entry of the navigation says what it needs; the side bar asks for it.
    asks: /modelKinds\.includes\('chat'\)|useCanChat\(|needs: 'chat'/,
  },
};

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:(\{[^{}]*\}) from|from|import\() ?'(\.[^']+\.tsx?)'/g)].flatMap(
    ([, names = '', path = '']) => {
      const imported = join(dirname(file), path);
      return path.endsWith('/parts.ts') ? partsNamed(names, imported) : [imported];
    },
  );
}

/** The files behind the parts of a feature that are imported by these names. */
function partsNamed(names: string, partsFile: string): string[] {
  const wanted: readonly string[] = names.match(/\w+/g) ?? [];
  return [...readFileSync(partsFile, 'utf8').matchAll(/export \{([^}]*)\} from '([^']+)'/g)]
    .filter(([, exported = '']) => (exported.match(/\w+/g) ?? []).some((name) => wanted.includes(name)))
    .map(([, , path = '']) => join(dirname(partsFile), path))
    .filter((path) => /\.tsx?$/.test(path));
}

/** Entries of the navigation are found by their place, and each file says itself what its entries need. */
const navigations = readdirSync(join(source, 'features'))
  .map((feature) => join(source, 'features', feature, 'navigation.ts'))
  .filter((file) => existsSync(file));

/** Every file a browser can come to without passing one that asks. */
function reachedUnasked(asks: RegExp): Map<string, string> {
  const reached = new Map<string, string>();
  const open = [join(source, 'main.tsx'), ...navigations];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    if (asks.test(text)) continue;
    reached.set(file, text);
    open.push(...importsOf(file, text));
  }
  return reached;
}

test.each(Object.entries(capabilities))(
  '%s is offered nowhere in the console without asking the installation first',
  (_name, { offers, asks }) => {
    const reached = reachedUnasked(asks);
    expect(reached.size).toBeGreaterThan(100);
    const unasked = [...reached]
      .filter(([, text]) => offers.some((offer) => offer.test(text)))
      .map(([file]) => file);
    expect(unasked.map((file) => file.slice(source.length + 1))).toEqual([]);
  },
);

test('each offer the check knows stands somewhere in the console', () => {
  const all = [...reachedUnasked(/^never$/).values()];
  const offers = Object.values(capabilities).flatMap((capability) => capability.offers);
  expect(offers.filter((offer) => !all.some((text) => offer.test(text)))).toEqual([]);
});
