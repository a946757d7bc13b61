import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, settled, startProduct } from './browser.ts';

const mostRequests = 8;
const mostKib = 150;
const bytesPerSecond = 9_000_000 / 8;
const latencyMs = 40;

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test.each(['en-US', 'zh-CN'] as const)(
  `the first visit to the sign-in page in %s takes at most ${mostRequests} requests and ${mostKib} KiB, in one language`,
  async (language) => {
    const { page, context } = await product.visit({ language });
    const { paths, transferredKib } = await overSlowLine(context, page);
    await noteFirstField(page);
    await page.goto('/login');
    await settled(page);
    await page.waitForLoadState('networkidle');
    const [kib, firstFieldMs] = [transferredKib(), await firstFieldAtMs(page)];
    // The time is for a reader: a busy machine makes it longer, and the figures above it hold it down.
    process.stdout.write(
      `sign-in in ${language}: ${paths.length} requests, ${kib.toFixed(1)} KiB, first field after ${firstFieldMs} ms at 9 Mbit/s and ${latencyMs} ms\n`,
    );
    expect(paths).toEqual(expect.arrayContaining(['/login', '/favicon.svg', '/api/capabilities']));
    expect(paths.length, paths.join(' ')).toBeLessThanOrEqual(mostRequests);
    expect(kib).toBeLessThanOrEqual(mostKib);
    const other = language === 'en-US' ? 'zh' : 'en';
    expect(paths.filter((path) => path.includes(`.${other}-`))).toEqual([]);
    await context.close();
  },
);

/** Every request of the page and what it has transferred with headers, compressed as the server sends it. */
async function overSlowLine(context: BrowserContext, page: Page) {
  const devtools = await context.newCDPSession(page);
  const paths: string[] = [];
  let transferredBytes = 0;
  devtools.on('Network.requestWillBeSent', ({ request }) => paths.push(new URL(request.url).pathname));
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    transferredBytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  return { paths, transferredKib: () => transferredBytes / 1024 };
}

/** Marks when there is a field to type in: the script that draws it also listens to it. */
async function noteFirstField(page: Page): Promise<void> {
  await page.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('input:enabled') === null) return;
      performance.mark('first-field');
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
}

async function firstFieldAtMs(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.round(performance.getEntriesByName('first-field')[0]?.startTime ?? Number.NaN),
  );
}
