import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPhone, codeFromOutbox, expectFocus, expectWrong, type Product, startProduct } from './browser.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test('registration by phone says at each field what is wrong and loses nothing that was typed', async () => {
  const [visitor, operator] = await Promise.all([product.visit(), product.visitAsOperator()]);
  const { page } = visitor;
  const phone = page.getByLabel('Phone number');
  const code = page.getByLabel('Code', { exact: true });
  const consent = page.getByRole('checkbox');
  const register = page.getByRole('button', { name: 'Create account' });
  await page.goto('/register');

  await phone.fill('12345');
  await register.click();
  await expectWrong(phone, 'Enter a valid mobile number', '12345');
  await expectWrong(code, 'Enter the six digits you received', '');
  await expectFocus(phone, 'the phone number');

  const number = aPhone();
  await phone.fill(number);
  await page.getByRole('button', { name: 'Send code' }).click();
  const sent = await codeFromOutbox(operator, number);
  await code.fill(sent);
  await register.click();
  await page.getByText('Please read and accept the policy first').waitFor();
  await expectFocus(consent, 'the consent');

  await consent.check();
  const wrong = sent === '000000' ? '000001' : '000000';
  await code.fill(wrong);
  await register.click();
  await expectWrong(code, 'The code is wrong, already used, too old', wrong);
  await expectFocus(code, 'the code');
  expect(await phone.inputValue()).toBe(number);
  expect(await consent.isChecked()).toBe(true);

  await code.fill(sent);
  await register.click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();
  expect(visitor.faults).toEqual(['400 POST /api/identity/register']);
});

test('registration by e-mail refuses weak passwords and a taken address at their fields', async () => {
  const taken = await product.visitAsCustomer();
  const visitor = await product.visit();
  const { page } = visitor;
  await page.goto('/register');
  await page.getByRole('tab', { name: 'By username and e-mail' }).click();
  const username = page.getByRole('textbox', { name: 'Username' });
  const email = page.getByRole('textbox', { name: 'E-mail' });
  const password = page.getByRole('textbox', { name: 'Password' });
  const register = page.getByRole('button', { name: 'Create account' });

  await username.fill('no spaces');
  await email.fill('nowhere');
  await password.fill('short');
  await register.click();
  await expectWrong(email, 'Enter a valid e-mail address', 'nowhere');
  await expectWrong(password, 'at least 10 characters', 'short');
  await expectFocus(email, 'the e-mail address');

  // Which names are allowed only the server knows.
  const good = 'horse battery staple';
  await email.fill(`${taken.username}@example.com`);
  await password.fill(good);
  await page.getByRole('checkbox').check();
  await register.click();
  await expectWrong(username, 'does not have the right form', 'no spaces');
  await expectFocus(username, 'the username');

  const name = `q${taken.username.slice(1)}`;
  await username.fill(name);
  await password.fill(name);
  await register.click();
  await expectWrong(password, 'may not be your username', name);
  await expectFocus(password, 'the password');

  await password.fill('password123');
  await register.click();
  await expectWrong(password, 'among the first to be guessed', 'password123');
  await expectFocus(password, 'the password');

  await password.fill(good);
  await register.click();
  await expectWrong(email, 'This e-mail address is registered', `${taken.username}@example.com`);
  await expectFocus(email, 'the e-mail address');
  expect(await username.inputValue()).toBe(name);
  expect(await password.inputValue()).toBe(good);

  await email.fill(`${name}@example.com`);
  await register.click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();
  const refusals = [400, 400, 409];
  expect(visitor.faults).toEqual(refusals.map((status) => `${status} POST /api/identity/register`));
});

test('a wrong password is reported without saying which of the two is wrong', async () => {
  const { username, password } = await product.visitAsCustomer();
  const visitor = await product.visit();
  const { page } = visitor;
  const login = page.getByRole('textbox', { name: 'Username or e-mail' });
  const secret = page.getByRole('textbox', { name: 'Password' });
  await page.goto('/login');

  await page.getByRole('button', { name: 'Sign in' }).click();
  await expectWrong(login, 'Enter your username or e-mail');
  await expectWrong(secret, 'Enter your password');
  await expectFocus(login, 'the username');

  const told = page.getByRole('alert').filter({ hasText: 'The name or the password is wrong.' });
  for (const name of [username, 'nobody-at-all']) {
    await login.fill(name);
    await secret.fill('not my password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await told.waitFor();
    expect(await login.inputValue()).toBe(name);
    expect(await secret.inputValue()).toBe('not my password');
    await page.reload();
  }

  await login.fill(username);
  await secret.fill(password);
  await secret.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(visitor.faults).toEqual(['401 POST /api/identity/login', '401 POST /api/identity/login']);
});

test('a top-up of nothing, of less than nothing or of fractions of a cent is refused at the field', async () => {
  const visitor = await product.visitAsCustomer();
  const { page } = visitor;
  await page.goto('/wallet?open=top-up');
  const amount = page.getByRole('dialog').getByRole('textbox', { name: 'Amount' });
  const refusals = {
    '': 'Enter an amount',
    '0': 'must be more than 0',
    '0.00': 'must be more than 0',
    '-5': 'Enter an amount such as 50 or 99.50',
    '1.234': 'At most two decimals',
    ten: 'Enter an amount such as 50 or 99.50',
  };
  for (const [typed, message] of Object.entries(refusals)) {
    await amount.fill(typed);
    await amount.press('Enter');
    await expectWrong(amount, message, typed);
    await expectFocus(amount, 'the amount');
  }
  expect(new URL(page.url()).pathname).toBe('/wallet');

  await amount.fill('0.01');
  await amount.press('Enter');
  await page.waitForURL('**/sandbox-cashier/**');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The top-up was not completed').waitFor();
  expect(visitor.faults).toEqual([]);
});
