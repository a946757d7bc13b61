import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aPhone,
  codeFromOutbox,
  expectFocus,
  expectWrong,
  type Product,
  startProduct,
  type Visitor,
} from './browser.ts';

let product: Product;
let officer: Visitor;
let person: Visitor;

beforeAll(async () => {
  product = await startProduct();
  officer = await product.visitAsOperator();
  person = await product.visit();
});
afterAll(() => product.stop());

const asked = 'You wrote to my number and I never signed up. Where do you have it from?';
const answer = 'The number was mistyped by a customer. It was deleted today.';

test('CHIPL-8.5.a CHIPL-8.5.b a person without an account asks, an officer answers in time, and the person reads the letter', async () => {
  const phone = aPhone();
  const reference = await filesRequest(phone);
  await confirmsContact(await codeFromOutbox(officer, phone));
  await answers(reference);
  await readsLetter();
  expect(person.faults).toEqual([]);
  expect(officer.faults).toEqual([]);
});

/** @returns the reference to keep. */
async function filesRequest(phone: string): Promise<string> {
  const { page } = person;
  await page.goto('/privacy/request');
  await choose(person, 'What you want', 'Complaint');
  await page.getByRole('textbox', { name: 'Please explain' }).fill(asked);
  await page.getByRole('textbox', { name: 'Phone number' }).fill(phone);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const kept = (await page.getByText(/Keep the reference case_/).textContent()) ?? '';
  return /case_[0-9a-z]{26}/.exec(kept)?.[0] ?? '';
}

async function confirmsContact(code: string): Promise<void> {
  const { page } = person;
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('An officer is working on it').waitFor();
  await page.getByText('10 working days left').first().waitFor();
}

/** A refusal without a ground stops at the field; the request is granted and closed with a letter. */
async function answers(reference: string): Promise<void> {
  const { page } = officer;
  await page.goto('/operator/requests');
  await page.locator(`a[href$="${reference}"]`).click();
  await page.getByRole('heading', { level: 1, name: 'Request: Complaint' }).waitFor();
  await page.getByText(asked).waitFor();
  await choose(officer, 'Next step', 'Refuse');
  await page.getByRole('button', { name: 'Refuse', exact: true }).click();
  const ground = page.getByRole('combobox', { name: 'Ground' });
  await expectWrong(ground, 'Choose one of the grounds: ');
  await expectFocus(ground, 'the ground');
  await choose(officer, 'Next step', 'Grant and carry out');
  await page.getByRole('textbox', { name: 'Note' }).fill('Look up the source of the number.');
  await page.getByRole('button', { name: 'Grant and carry out' }).click();
  await page.getByText('In progress').first().waitFor();
  await page.getByRole('textbox', { name: 'What was done' }).fill(answer);
  await page.getByRole('button', { name: 'Answer and close' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Answer and close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText(answer).first().waitFor();
}

/** The note was for officers only. */
async function readsLetter(): Promise<void> {
  const { page } = person;
  await page.reload();
  await page.getByText(answer).first().waitFor();
  expect(await page.getByText('Look up the source of the number.').count()).toBe(0);
}

test('DRUN-4.d the officer sees every term and the age of the keys, and verifies the log', async () => {
  const { page, faults } = officer;
  await page.goto('/operator/retention');
  const terms = page.getByRole('table', { name: 'Terms' }).locator('tbody tr');
  await terms.first().waitFor();
  expect(await terms.count()).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Sweep now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sweep now' }).click();
  await page.getByText(/Nothing was due|rows? removed/).waitFor();

  await page.goto('/operator/keys');
  const left = page.locator('dt', { hasText: 'Days until rotation' }).locator('+ dd');
  expect(Number(await left.textContent())).toBeLessThanOrEqual(6);
  await page.getByRole('button', { name: 'Rotate now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate now' }).click();
  await page.getByText(/Rotated to epoch \d+/).waitFor();

  await page.goto('/operator/audit-log');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('Intact', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('news is a draft in both languages, goes out when confirmed, and a month that was not counted has no numbers', async () => {
  const { page, faults } = officer;
  await page.goto('/operator/news');
  await page.getByText('A month is counted when it is over and billed').waitFor();
  expect(await page.getByRole('table').count()).toBe(0);
  await page.getByRole('button', { name: 'Write news' }).click();
  const dialog = page.getByRole('dialog');
  const chinese = dialog.getByRole('group', { name: '中文' });
  const english = dialog.getByRole('group', { name: 'English' });
  await chinese.getByRole('textbox', { name: 'Title' }).fill('新模型');
  await chinese.getByRole('textbox', { name: 'Text' }).fill('今天上线。');
  await english.getByRole('textbox', { name: 'Title' }).fill('A larger model');
  await dialog.getByRole('button', { name: 'Save as draft' }).click();
  await expectWrong(english.getByRole('textbox', { name: 'Text' }), 'Both languages are needed');
  await english.getByRole('textbox', { name: 'Text' }).fill('From today.');
  await dialog.getByRole('button', { name: 'Save as draft' }).click();
  const item = page.getByRole('listitem').filter({ hasText: 'A larger model' }).first();
  await item.getByText('draft').waitFor();
  await item.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await item
    .getByText(/being sent|sent/)
    .first()
    .waitFor();
  expect(await item.getByRole('button', { name: 'Send' }).count()).toBe(0);
  expect(faults).toEqual([]);
});

async function choose({ page }: Visitor, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
