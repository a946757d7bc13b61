import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aPhone,
  codeFromOutbox,
  expectFocus,
  type Product,
  scrollsSideways,
  settled,
  startProduct,
  type Visitor,
} from './browser.ts';
import { shortcomings } from './shortcomings.ts';

let product: Product;
let operator: Visitor;

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator();
});
afterAll(() => product.stop());

test('FC-6.0 CHIPL-8.1.a a person without an account files a request, confirms the contact, follows it, adds to it and withdraws it, on a phone', async () => {
  const visitor = await product.visit({ width: 390, height: 844 });
  const { page } = visitor;
  const phone = aPhone();
  await page.goto('/privacy/request');
  await settled(page);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expectFocus(page.getByRole('combobox', { name: 'What you want' }), 'the kind of request');

  await page.getByRole('combobox', { name: 'You are' }).click();
  await page.getByRole('option', { name: 'Near relative of a person who has died' }).click();
  await page.getByRole('combobox', { name: 'What you want' }).click();
  // The law gives a near relative five of the rights.
  expect(await page.getByRole('option').count()).toBe(5);
  await page.getByRole('option', { name: 'Delete my data' }).click();
  await page.getByRole('textbox', { name: 'Your relation to the person' }).fill('daughter');
  await page.getByRole('textbox', { name: 'Please explain' }).fill('My father has died.');
  await page.getByLabel('Phone number').fill(phone);
  expect(await scrollsSideways(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText(/Keep the reference case_/).waitFor();
  const reference = await page.getByRole('textbox', { name: 'Reference' }).inputValue();

  const code = await codeFromOutbox(operator, phone);
  await page.getByRole('textbox', { name: 'Code' }).fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('The reference or the code is wrong').waitFor();
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('button', { name: 'Open', exact: true }).click();

  await page.getByText(/1[0-9] working days left|[1-9] working days left/).waitFor();
  await page.getByText('Two terms; the earlier one counts').waitFor();
  await page.getByText('starts with the identity check').waitFor();
  await page.getByText('My father has died.').waitFor();
  expect(await page.evaluate(shortcomings, 'en')).toEqual([]);
  expect(await scrollsSideways(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Add or answer' }).fill('I can send the certificate of death.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('I can send the certificate of death.').waitFor();

  // The secret link is kept in the part of the address that browsers never send.
  const link = new URL(page.url());
  expect(link.pathname + link.search).toBe('/privacy/request');
  expect(link.hash).toContain(reference);
  await page.reload();
  await page.getByText('My father has died.').waitFor();
  await page.getByRole('button', { name: 'Withdraw the request' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the request' }).click();
  await page.getByText('Withdrawn', { exact: true }).first().waitFor();
  expect(visitor.faults).toEqual(['400 POST /api/privacy/requests/enter']);
});

test('a person complains with the keyboard alone, sees both terms, and what is self-service is one link away', async () => {
  const { page, faults } = await product.visitAsCustomer();
  await page.goto('/privacy/requests?new=complaint');
  const dialog = page.getByRole('dialog');
  const text = dialog.getByRole('textbox', { name: 'Please explain' });
  await text.focus();
  await page.keyboard.type('Nobody answered me.');
  await dialog.getByRole('button', { name: 'Send', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Complaint' }).waitFor();
  await page.getByText('this one counts').waitFor();
  await page
    .getByText(/until \d{4}-\d\d-\d\d/)
    .first()
    .waitFor();
  expect(await page.evaluate(shortcomings, 'en')).toEqual([]);
  await page.goto('/privacy/requests');
  await page.getByRole('table', { name: 'My requests' }).getByRole('link', { name: 'Complaint' }).waitFor();
  await page.goto('/privacy/requests?new=copy');
  await page.getByRole('link', { name: 'Do it now' }).click();
  await page.getByRole('heading', { level: 1, name: 'Take it along' }).waitFor();
  expect(faults).toEqual([]);
});

test('when staff reads a person’s messages, the person sees who, when, what and why', async () => {
  const visitor = await product.visit();
  const { page } = visitor;
  const phone = aPhone();
  await page.goto('/register');
  await page.getByLabel('Phone number').fill(phone);
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByText('a code is on its way').waitFor();
  await page.getByLabel('Code', { exact: true }).fill(await codeFromOutbox(operator, phone));
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();

  // A code to confirm an export: now the message belongs to a person, who sees that it was read.
  await page.goto('/privacy/export');
  await page.getByRole('button', { name: 'Prepare a copy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send code' }).click();
  await dialog.getByText('A code is on its way to your phone.').waitFor();
  await dialog.getByLabel('Code', { exact: true }).fill(await codeFromOutbox(operator, phone));
  await dialog.getByRole('button', { name: 'Prepare a copy' }).click();
  await page.getByRole('link', { name: 'Download', exact: true }).waitFor({ timeout: 60_000 });

  await page.goto('/privacy/looked');
  const looks = page.getByRole('table', { name: 'Looks by staff' });
  await looks.locator('tbody tr').first().waitFor();
  expect(await looks.innerText()).toMatch(/Text of a message|Number or address of a message/);
  expect(visitor.faults).toEqual([]);
});
