import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, settled, startProduct } from './browser.ts';

// Both may only shrink. The goal is 8 requests and 150 KiB.
const mostRequests = 14;
const mostKib = 242;

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test.each(['en-US', 'zh-CN'] as const)(
  `the first visit to the sign-in page in %s takes at most ${mostRequests} requests and ${mostKib} KiB, in one language`,
  async (language) => {
    const { page, context } = await product.visit({ language });
    const devtools = await context.newCDPSession(page);
    const paths: string[] = [];
    let transferredBytes = 0;
    devtools.on('Network.requestWillBeSent', ({ request }) => paths.push(new URL(request.url).pathname));
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      transferredBytes += encodedDataLength;
    });
    await devtools.send('Network.enable');
    await page.goto('/login');
    await settled(page);
    await page.waitForLoadState('networkidle');
    expect(paths).toContain('/login');
    expect(paths.length, paths.join(' ')).toBeLessThanOrEqual(mostRequests);
    expect(transferredBytes / 1024).toBeLessThanOrEqual(mostKib);
    const other = language === 'en-US' ? 'zh' : 'en';
    expect(paths.filter((path) => path.includes(`.${other}-`))).toEqual([]);
    await context.close();
  },
);
