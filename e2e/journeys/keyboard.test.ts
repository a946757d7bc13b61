import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPhone, codeFromOutbox, expectFocus, patienceMs, type Product, startProduct } from './browser.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test('a person registers, signs out and signs in again with the keyboard alone', async () => {
  const [visitor, operator] = await Promise.all([product.visit(), product.visitAsOperator()]);
  const { page } = visitor;
  const phone = aPhone();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo(page.getByRole('link', { name: 'Create account' }), 'the link to registration');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();

  await tabTo(page.getByLabel('Phone number'), 'the phone number');
  await page.keyboard.type(phone);
  await tabTo(page.getByRole('button', { name: 'Send code' }), 'the button that sends');
  await page.keyboard.press('Enter');
  await page.getByText('a code is on its way').waitFor();
  const code = await codeFromOutbox(operator, phone);
  await page.keyboard.press('Shift+Tab');
  await expectFocus(page.getByLabel('Code', { exact: true }), 'the code');
  await page.keyboard.type(code);
  await tabTo(page.getByRole('checkbox'), 'the consent');
  await page.keyboard.press('Space');
  await tabTo(page.getByRole('button', { name: 'Create account' }), 'the button to register');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();

  // A menu opens, is walked through and closed again without a mouse.
  await tabTo(page.getByRole('button', { name: 'Appearance' }), 'the switch of appearance');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Dark' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menuitem', { name: 'Dark' }).waitFor({ state: 'hidden' });
  await tabTo(page.getByRole('complementary').getByRole('button').last(), 'the menu of the account');
  await page.keyboard.press('Enter');
  const signOut = page.getByRole('menuitem', { name: 'Sign out' });
  await expect.poll(() => signOut.evaluate(isInFocusedMenu), { timeout: patienceMs }).toBe(true);
  await page.keyboard.press('ArrowDown');
  await expectFocus(page.getByRole('menuitem', { name: 'Settings' }), 'the first item of the menu');
  await page.keyboard.press('ArrowUp');
  await expectFocus(signOut, 'the last item of the menu');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  await tabTo(page.getByRole('tab', { name: 'Password' }), 'the tabs');
  await page.keyboard.press('ArrowRight');
  await tabTo(page.getByLabel('Phone number'), 'the phone number');
  await page.keyboard.type(phone);
  await tabTo(page.getByRole('button', { name: 'Send code' }), 'the button that sends');
  await page.keyboard.press('Enter');
  await page.getByText('a code is on its way').waitFor();
  const second = await codeFromOutbox(operator, phone);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type(second);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect([...visitor.faults, ...operator.faults]).toEqual([]);
});

test('a password is typed and sent with the keyboard alone, and the skip link leads to the content', async () => {
  const { username, password } = await product.visitAsCustomer();
  const visitor = await product.visit();
  const { page } = visitor;
  await page.goto('/keys');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo(page.getByRole('textbox', { name: 'Username or e-mail' }), 'the username');
  await page.keyboard.type(username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'API keys' }).waitFor();

  await page.reload();
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  await page.keyboard.press('Tab');
  await expectFocus(page.getByRole('link', { name: 'Skip to content' }), 'the skip link');
  await page.keyboard.press('Enter');
  await tabTo(page.getByRole('button', { name: 'Create key' }).first(), 'the first thing of the content', 1);
  await page.keyboard.press('Enter');
  await expectFocus(page.getByRole('dialog').getByLabel('Name'), 'the first field of the dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await expectFocus(page.getByRole('button', { name: 'Create key' }).first(), 'the button that opened it');
  expect(visitor.faults).toEqual([]);
});

/** Walks with the Tab key to an element; who has the focus must be seen to have it. */
async function tabTo(target: Locator, what: string, atMost = 40): Promise<void> {
  for (let steps = 0; steps < atMost; steps += 1) {
    await target.page().keyboard.press('Tab');
    const { hasFocus, isMarked } = await target.evaluate(focusOn);
    if (!hasFocus) continue;
    expect(isMarked, `the focus on ${what} is seen`).toBe(true);
    return;
  }
  throw new Error(`the Tab key does not lead to ${what}`);
}

/** A field shows its cursor; anything else needs an outline or a shadow, its own or around it. */
function focusOn(element: Element): { hasFocus: boolean; isMarked: boolean } {
  const around = [element, element.parentElement ?? element].map((one) => getComputedStyle(one));
  const isOutlined = around.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
  const isTyped = element instanceof HTMLInputElement && element.type !== 'checkbox';
  return { hasFocus: element === document.activeElement, isMarked: isTyped || isOutlined };
}

function isInFocusedMenu(item: Element): boolean {
  return item.closest('[role="menu"]')?.contains(document.activeElement) ?? false;
}
