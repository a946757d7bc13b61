import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../../demo/use-server.ts';
import { openBrowser, openVisit } from './browser.ts';

test('the generated first password opens one page alone, and once it is changed its file is gone', async () => {
  const server = await startServer({ environment: { CANDOR_OPERATOR_PASSWORD: '', CANDOR_MODEL: 'none' } });
  const browser = await openBrowser();
  try {
    const file = join(server.dataDir, 'secrets', 'operator-password');
    const password = (await readFile(file, 'utf8')).trim();
    const { page, faults } = await openVisit(browser, server.url);
    await page.goto('/login');
    await page.getByLabel('Username or e-mail').fill('operator');
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page
      .getByRole('heading', { level: 1 })
      .filter({ hasText: /初始|自己的密码|own first/ })
      .waitFor();
    await page.goto('/operator/tenants');
    const heading = page.getByRole('heading', { level: 1 }).filter({ hasText: /自己的密码|own first/ });
    await heading.waitFor();
    const fields = page.locator('input[type="password"]');
    await fields.first().fill(password);
    await fields.last().fill('a lantern under the bridge');
    await page.locator('form button[type="submit"]').click();
    await heading.waitFor({ state: 'detached' });
    await page.getByRole('navigation').first().waitFor();
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    expect(faults.filter((fault) => !fault.startsWith('403 '))).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
