import { readFileSync } from 'node:fs';
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
    asks: /modelKinds\.includes\('chat'\)|useCanChat\(/,
  },
};

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+\.tsx?)'/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );
}

/** Every file a browser can come to without passing one that asks. */
function reachedUnasked(asks: RegExp): Map<string, string> {
  const reached = new Map<string, string>();
  const open = [join(source, 'main.tsx')];
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
