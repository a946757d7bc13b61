import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, scrollsSideways, settled, startProduct, type Visitor } from './browser.ts';
import { carelessWordsOn } from './careless-words.ts';
import { furnish, type Furnished } from './furnish.ts';
import { type Door, pathsBehind } from './pages.ts';
import { hiddenWords } from './phone-cards.ts';
import { shortcomings } from './shortcomings.ts';

const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
let product: Product;
let installation: Furnished;

beforeAll(async () => {
  product = await startProduct();
  installation = await furnish(product);
});
afterAll(() => product.stop());

const languages = [
  { language: 'en-US', lang: 'en' },
  { language: 'zh-CN', lang: 'zh-CN' },
] as const;

test.each(languages)(
  'every page in $lang: no error, all named and labelled, nothing beside the screen of a phone, cut off or covered on it, no code, hash, machine time, micro-yuan or word of the other language',
  async ({ language, lang }) => {
    const { customer, ownCaseId, openCaseId } = installation;
    const [stranger, resident, operator] = await Promise.all([
      product.visit({ language }),
      product.visitAs(customer, { language }),
      product.visitAsOperator({ language }),
    ]);
    const walks = [
      walk(stranger, ['root', 'signedOut'], {}, lang),
      walk(resident, ['signedIn'], { caseId: ownCaseId }, lang, [
        '/wallet?open=top-up',
        '/privacy/requests?new=complaint',
      ]),
      walk(operator, ['operator'], { caseId: openCaseId }, lang),
    ];
    expect((await Promise.all(walks)).flat()).toEqual([]);
  },
);

test('what a careless page would show is found', async () => {
  const { page } = await product.visit();
  const careless = {
    'zh-CN': [
      '已付款,谢谢',
      'identity.sign_in_codes',
      '状态 waiting',
      '¥12000000',
      '2026-03-01T09:06:12Z',
      '{amount}',
    ],
    en: [
      'Paid on 2026-03-01T09:06:12.268Z',
      'kind top_up',
      'apiKey',
      'undefined',
      '已付款',
      'Paid：yes',
      'f'.repeat(64),
    ],
  };
  for (const [lang, texts] of Object.entries(careless)) {
    for (const text of texts) {
      await page.setContent(
        `<html lang="${lang}"><title>Candor</title><p>${text}</p><input placeholder="${text}">`,
      );
      expect(await carelessWordsOn(page, []), text).toEqual([
        expect.stringContaining(' in p: '),
        expect.stringContaining(' in placeholder of input: '),
      ]);
    }
  }
});

/** What is wrong with the pages behind these doors. */
async function walk(
  { page, context, faults }: Visitor,
  doors: readonly Door[],
  values: Readonly<Record<string, string>>,
  lang: string,
  more: readonly string[] = [],
): Promise<string[]> {
  const found: string[] = [];
  for (const path of [
    ...pathsBehind(doors, { modelId: product.modelId, code: 'wallet.insufficient_balance', ...values }),
    ...more,
  ]) {
    await page.setViewportSize(desk);
    await page.goto(path);
    await settled(page);
    const wrong = [...(await page.evaluate(shortcomings, lang))];
    await unfold(page);
    wrong.push(...(await carelessWordsOn(page, installation.written)));
    await page.setViewportSize(phone);
    wrong.push(...(await scrollsSideways(page)), ...(await hiddenWords(page)), ...faults.splice(0));
    found.push(...wrong.map((what) => `${path}: ${what}`));
  }
  await context.close();
  return found;
}

/** Opens what is folded, so that all words of the page are shown. */
async function unfold(page: Visitor['page']): Promise<void> {
  const folded = page.locator('main button[aria-expanded="false"]:not([aria-haspopup])');
  for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
  await settled(page);
}
