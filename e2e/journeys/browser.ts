import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { type DemoServer, startServer, useServer } from '../../demo/use-server.ts';
import { aPersonWithKey, aUsername, loginOperator } from '../people.ts';

const executablePath = process.env['CANDOR_CHROMIUM'] ?? '/usr/bin/chromium';
const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
export const patienceMs = 20_000;
/** Why the operator of the journeys looks at persons. */
export const journeyReason = 'a journey of the tests';
const lastSights = process.env['CANDOR_LAST_SIGHTS'];

/** A person with a browser of their own. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors, console errors, refused or broken requests, and requests to any other origin, in order. */
  readonly faults: string[];
}

export interface VisitOptions {
  /** An operator who has not yet said why they look at data of persons. */
  readonly isSilent?: true;
  readonly language?: 'en-US' | 'zh-CN';
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

function accountLanguage({ language = 'en-US' }: VisitOptions): 'en' | 'zh-CN' {
  return language === 'en-US' ? 'en' : language;
}

export interface Product {
  readonly server: DemoServer;
  readonly url: string;
  /** The chat model that the local server offers. */
  readonly modelId: string;
  visit(options?: VisitOptions): Promise<Visitor>;
  /** A visitor who is signed in as the operator. */
  visitAsOperator(options?: VisitOptions): Promise<Visitor>;
  /** A visitor with an account and some money, without the detour over the pages. */
  visitAsCustomer(options?: VisitOptions & { readonly amountMicros?: number }): Promise<Visitor & Account>;
  /** A visitor who is signed in to an account that is already there. */
  visitAs(account: Account, options?: VisitOptions): Promise<Visitor>;
  stop(): Promise<void>;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

/**
 * The product as `npm start` serves it, with a model that speaks nonsense, and a real browser. While writing a journey
 * CANDOR_URL and CANDOR_OPERATOR_PASSWORD name a server that is already there.
 */
export async function startProduct(model: 'generated' | 'auto' = 'generated'): Promise<Product> {
  const isThere = process.env['CANDOR_URL'] !== undefined;
  const server = await (isThere ? useServer() : startServer({ environment: { CANDOR_MODEL: model } }));
  const browser = await openBrowser();
  const modelId = await chatModelOf(server);
  const visitors: Visitor[] = [];
  const visit = async (options: VisitOptions = {}) => {
    const visitor = await openVisit(browser, server.url, options);
    visitors.push(visitor);
    return visitor;
  };
  const visitAs = async ({ username, password }: Account, options: VisitOptions = {}) => {
    const visitor = await visit(options);
    // Whatever the language of the account: this person has chosen one in this browser.
    await visitor.context.addInitScript((chosen) => {
      if (localStorage.getItem('candor.language') === null) localStorage.setItem('candor.language', chosen);
    }, accountLanguage(options));
    const login = { method: 'password', login: username, password };
    await callAs(visitor, server.url, '/api/identity/login', login);
    return visitor;
  };
  return {
    server,
    url: server.url,
    modelId,
    visit,
    visitAs,
    async visitAsOperator(options = {}) {
      const { login, password } = server.operator;
      const visitor = await visitAs({ username: login, password }, options);
      // Pages that show persons ask for it once per visit; one journey answers them by hand.
      if (options.isSilent !== true)
        await visitor.context.addInitScript(
          (reason) => sessionStorage.setItem('candor.reason', reason),
          journeyReason,
        );
      return visitor;
    },
    async visitAsCustomer({ amountMicros = 0, ...options } = {}) {
      const visitor = await visit(options);
      const account = {
        username: aUsername(),
        password: randomBytes(12).toString('hex'),
      };
      const me = await signUp(visitor, server.url, { ...account, language: accountLanguage(options) });
      if (amountMicros > 0) await creditByBank(server, me.tenant.id, amountMicros);
      return { ...visitor, ...account };
    },
    async stop() {
      if (lastSights !== undefined) await keepLastSights(visitors, lastSights);
      await browser.close();
      await server.stop();
    },
  };
}

/** Chromium, without what it would request from the internet on its own. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: quietly });
}

/** To look at what a journey saw last, which is where a failed one stopped. */
async function keepLastSights(visitors: readonly Visitor[], folder: string): Promise<void> {
  for (const [index, { page, faults }] of visitors.entries()) {
    if (page.isClosed()) continue;
    await page.screenshot({ path: join(folder, `${index}.png`) });
    process.stdout.write(`${index}.png ${page.url()} ${faults.join('\n')}\n`);
  }
}

/** A person who visits a server that is not the product of the journeys. */
export async function openVisit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visitor> {
  const { language = 'en-US', colorScheme = 'light', width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    baseURL: url,
    locale: language,
    colorScheme,
    viewport: { width, height },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patienceMs);
  const faults: string[] = [];
  context.on('page', (page) => noteFaults(page, url, faults));
  return { page: await context.newPage(), context, faults };
}

function noteFaults(page: Page, url: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is noted by its answer, which says more.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol.startsWith('http')) faults.push(`foreign request: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // Leaving a page or saving a download ends requests without any fault.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    faults.push(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    const fact = `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`;
    // How a page learns that its visitor is not signed in yet.
    if (response.status() >= 400 && fact !== '401 GET /api/identity/me') faults.push(fact);
  });
}

async function callAs(visitor: Visitor, url: string, path: string, data: object): Promise<void> {
  const answer = await visitor.context.request.post(path, {
    data,
    headers: { origin: url, 'x-candor-csrf': '1' },
  });
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
}

async function signUp(
  visitor: Visitor,
  url: string,
  account: Account & { language: string },
): Promise<{ tenant: { id: string } }> {
  const policy = await visitor.context.request.get('/api/identity/policy');
  await callAs(visitor, url, '/api/identity/register', {
    method: 'password',
    ...account,
    email: `${account.username}@example.com`,
    policyVersion: (await policy.json()).version,
  });
  return (await visitor.context.request.get('/api/identity/me')).json();
}

async function creditByBank(server: DemoServer, tenantId: string, amountMicros: number): Promise<void> {
  const operator = await loginOperator(server);
  await operator.call('POST', '/api/wallet/bank-transfers', {
    tenantId,
    amountMicros,
    serialNumber: `journey-${randomBytes(6).toString('hex')}`,
    paymentSource: { accountName: '林晓', bankAccount: '6222020000001234', bankName: '招商银行' },
  });
}

/** The model, once it answers: weights are loaded while the server already serves. */
async function chatModelOf(server: DemoServer): Promise<string> {
  const { client, secret } = await aPersonWithKey(server, await loginOperator(server), 0);
  let chatModel: string | undefined;
  await client.until('the local model', async () => {
    const answer = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
    const { data = [] } = (await answer.json()) as { data?: { id: string }[] };
    chatModel = data.find(({ id }) => !id.includes('embedding'))?.id;
    return chatModel !== undefined;
  });
  return chatModel ?? '';
}

export function aPhone(): string {
  return `139${String(randomInt(1e8)).padStart(8, '0')}`;
}

/** The newest code that was sent to an address, read where the operator reads it. */
export async function codeFromOutbox(operator: Visitor, to: string): Promise<string> {
  await operator.page.goto('/operator/outbox');
  await operator.page.getByLabel('Search recipients and texts').fill(to);
  const message = operator.page.getByRole('article').filter({ hasText: to }).first();
  return (await message.locator('.mono').textContent()) ?? '';
}

/** The part of a page below this heading. */
export function panelOf(page: Page, title: string): Locator {
  return page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** What a screen reader says about a field: its description and its error. */
export async function saidAbout(field: Locator): Promise<string> {
  return field.evaluate((element) => {
    const ids = (element.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
    return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  });
}

/** The field is marked as wrong, says why in words tied to it, and keeps what was typed. */
export async function expectWrong(field: Locator, message: string, typed?: string): Promise<void> {
  const patience = { timeout: patienceMs, message: `the field should say “${message}”` };
  await expect.poll(() => saidAbout(field), patience).toContain(message);
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  if (typed !== undefined) expect(await field.inputValue()).toBe(typed);
}

export async function expectFocus(field: Locator, what: string): Promise<void> {
  const isFocused = () => field.evaluate((element) => element === document.activeElement);
  await expect.poll(isFocused, { timeout: patienceMs, message: `${what} should have the focus` }).toBe(true);
}

/** The page is there: its heading, and nothing that still loads. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.mantine-Skeleton-root, [aria-busy="true"]') === null,
  );
}

export async function scrollsSideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if ((document.scrollingElement?.scrollWidth ?? 0) <= room) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > room + 1,
    );
    return [
      `${location.pathname}: ${document.scrollingElement?.scrollWidth} px`,
      ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    ];
  });
}
