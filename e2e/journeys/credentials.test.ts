import { randomBytes } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aUsername } from '../people.ts';
import {
  aPhone,
  codeFromOutbox,
  expectWrong,
  panelOf,
  patienceMs,
  type Product,
  settled,
  startProduct,
  type Visitor,
} from './browser.ts';

let product: Product;
let operator: Visitor;
const secret = () => randomBytes(12).toString('hex');

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator();
});
afterAll(() => product.stop());

test('an open browser alone binds no other mailbox; with a proof it does, and the link in the notice to the earlier one puts it back and ends what the change opened', async () => {
  const customer = await product.visitAsCustomer();
  const { page, faults } = customer;
  const [earlier, later] = [`${customer.username}@example.com`, `${aUsername()}@example.com`];
  await page.goto('/settings');
  const dialog = await opensMailDialog(page);
  await dialog.getByLabel('E-mail').fill(later);
  await receivesCode(dialog, later);
  const proof = dialog.getByRole('textbox', { name: 'Password' });
  const confirm = dialog.getByRole('button', { name: 'Confirm', exact: true });
  await confirm.click();
  await expectWrong(proof, 'Enter your password');
  await proof.fill('not the one');
  await confirm.click();
  await expectWrong(proof, 'The current password is wrong', 'not the one');
  expect(faults.splice(0)).toEqual(['400 PATCH /api/identity/me']);
  await dialog.getByText(/get a notice with a link that undoes the change.*cooling-off/).waitFor();
  await proof.fill(customer.password);
  await confirm.click();
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => mailIn(page).inputValue(), { timeout: patienceMs }).toBe(later);

  const second = secret();
  await setsPassword(page, customer.password, second);
  await isToldOfCoolingOff(page, second);
  expect(faults.splice(0)).toEqual([expect.stringMatching(/^\d+ POST \/api\/privacy\/exports$/)]);

  await followsUndoLink(await undoLinkTo(earlier));
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(faults.splice(0)).toEqual([]);
  for (const password of [customer.password, second]) await isRefused(customer.username, password);
  const third = secret();
  await recovers(earlier, third);
  const back = await product.visitAs({ username: customer.username, password: third });
  await back.page.goto('/settings');
  await expect.poll(() => mailIn(back.page).inputValue(), { timeout: patienceMs }).toBe(earlier);
  expect(back.faults).toEqual([]);
});

test('手机用户打开的浏览器不能单独设置密码、导出或注销：先要验证码', async () => {
  const { page, faults } = await product.visit({ language: 'zh-CN' });
  const phone = aPhone();
  await page.goto('/register');
  await page.getByLabel('手机号').fill(phone);
  await receivesCode(page.getByRole('main'), phone);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '注册', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/register');

  await page.goto('/settings');
  const panel = panelOf(page, '密码');
  const change = panel.getByRole('button', { name: '修改密码' });
  const newPassword = secret();
  await panel.getByLabel('新密码').fill(newPassword);
  await change.click();
  await expectWrong(panel.getByLabel('验证码', { exact: true }), '请输入收到的六位数字');
  await panel.getByLabel('验证码', { exact: true }).fill('000000');
  await change.click();
  await expectWrong(panel.getByLabel('验证码', { exact: true }), '验证码不正确', '000000');
  expect(faults.splice(0)).toEqual(['400 POST /api/identity/me/password']);
  await receivesCode(panel, phone);
  await change.click();
  await page.getByText('密码已修改').waitFor();

  await page.goto('/privacy/export');
  await page.getByRole('button', { name: '准备一份' }).click();
  const copying = page.getByRole('dialog');
  await copying.getByRole('button', { name: '准备一份' }).click();
  await expectWrong(copying.getByLabel('验证码', { exact: true }), '请输入收到的六位数字');

  await page.goto('/privacy/erase');
  await page.getByRole('button', { name: '注销账户并删除一切' }).click();
  const leaving = page.getByRole('dialog');
  await leaving.getByRole('textbox', { name: '请输入“删除一切”' }).fill('删除一切');
  await leaving.getByRole('button', { name: '删除一切' }).click();
  await expectWrong(leaving.getByLabel('验证码', { exact: true }), '请输入收到的六位数字');
  // The password of a minute ago may be a stranger's.
  await leaving.getByText('用密码', { exact: true }).click();
  await leaving.getByRole('textbox', { name: '登录密码' }).fill(newPassword);
  await leaving.getByRole('button', { name: '删除一切' }).click();
  await expectWrong(leaving.getByRole('textbox', { name: '登录密码' }), '冷静期内不能用于确认');
  expect(faults.splice(0)).toEqual([expect.stringMatching(/^\d+ POST \/api\/privacy\/erasure\/confirm$/)]);
  await page.goto('/wallet');
  await settled(page);
  expect(faults).toEqual([]);
});

function mailIn(page: Page): Locator {
  return page.getByRole('textbox', { name: 'E-mail', exact: true });
}

async function opensMailDialog(page: Page): Promise<Locator> {
  await page
    .getByRole('textbox', { name: 'E-mail', exact: true })
    .locator('xpath=ancestor::*[.//button][1]')
    .getByRole('button', { name: 'Change', exact: true })
    .click();
  return page.getByRole('dialog', { name: 'Change e-mail address' });
}

/** Sends a code and types what came, in either language. */
async function receivesCode(form: Locator, address: string): Promise<void> {
  await form.getByRole('button', { name: /^(Send code|获取验证码|发送验证码)$/ }).click();
  await form.getByText(/is on its way|验证码已发/).waitFor();
  await form.getByLabel(/^(Code|验证码)$/).fill(await codeFromOutbox(operator, address));
}

async function setsPassword(page: Page, present: string, next: string): Promise<void> {
  const panel = panelOf(page, 'Password');
  const change = panel.getByRole('button', { name: 'Change password' });
  await panel.getByLabel('New password').fill(next);
  await change.click();
  const proof = panel.getByRole('textbox', { name: 'Password', exact: true });
  await expectWrong(proof, 'Enter your password');
  await proof.fill(present);
  await change.click();
  await page.getByText('The password is changed').waitFor();
}

async function isToldOfCoolingOff(page: Page, fresh: string): Promise<void> {
  await page.goto('/privacy/export');
  await page.getByRole('button', { name: 'Prepare a copy' }).click();
  const dialog = page.getByRole('dialog');
  const proof = dialog.getByRole('textbox', { name: 'Password' });
  await proof.fill(fresh);
  await dialog.getByRole('button', { name: 'Prepare a copy' }).click();
  await expectWrong(proof, 'wait for the end of the cooling-off', fresh);
}

/** As the person reads it in their earlier mailbox. */
async function undoLinkTo(address: string): Promise<string> {
  const { page } = operator;
  await page.goto('/operator/outbox');
  await page.getByLabel('Search recipients and texts').fill(address);
  const notice = page.getByRole('article').filter({ hasText: address }).filter({ hasText: '/undo#' });
  const link = /https?:\/\/\S+\/undo#[\w-]+/.exec(await notice.first().innerText())?.[0];
  expect(link).toBeDefined();
  return link ?? '';
}

async function followsUndoLink(link: string): Promise<void> {
  const { page, faults } = await product.visit();
  const { pathname, hash } = new URL(link);
  await page.goto(`${pathname}${hash}`);
  await page.getByText(/all sessions end, the password becomes void/).waitFor();
  const undo = page.getByRole('button', { name: 'Undo the change' });
  await undo.click();
  await page.getByText('Undone. Recover the account').waitFor();
  expect(faults).toEqual([]);
  await page.reload();
  await undo.click();
  await page.getByText('The link is used, too old or was never sent.').waitFor();
}

async function isRefused(login: string, password: string): Promise<void> {
  const { page } = await product.visit();
  await page.goto('/login');
  await page.getByRole('textbox', { name: 'Username or e-mail' }).fill(login);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The name or the password is wrong.').waitFor();
}

async function recovers(address: string, password: string): Promise<void> {
  const { page, faults } = await product.visit();
  await page.goto('/recover');
  await page.getByText('By e-mail', { exact: true }).click();
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(address);
  await receivesCode(page.getByRole('main'), address);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set new password' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(faults).toEqual([]);
}
