/** A browser-like client of the public interfaces: keeps the cookie, sends what a page would send. */
export interface Client {
  readonly call: <T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<T>;
  /** Opens the cashier's page and presses "pay", like a person would. */
  readonly payAtCashier: (redirectUrl: string) => Promise<void>;
  /** Asks again until `isDone`, at most two minutes: weights may have to be fetched. */
  readonly until: (what: string, isDone: () => Promise<boolean>) => Promise<void>;
}

const patienceMs = 120_000;
const askEveryMs = 150;

export function createClient(baseUrl: string): Client {
  let cookie = '';

  async function request(
    method: string,
    url: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        ...(cookie === '' ? {} : { cookie }),
        origin: new URL(baseUrl).origin,
        'x-candor-csrf': '1',
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const set of response.headers.getSetCookie()) {
      if (set.startsWith('candor_session=')) cookie = set.split(';')[0] ?? '';
    }
    return response;
  }

  return {
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<T> {
      const json = body === undefined ? undefined : JSON.stringify(body);
      const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
      const response = await request(method, `${baseUrl}${path}`, json, { ...type, ...headers });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      // Guarantee: the caller names the documented shape of this answer, and every figure of it is checked.
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async payAtCashier(redirectUrl) {
      const page = await request('GET', new URL(redirectUrl, baseUrl).toString(), undefined, {});
      const html = await page.text();
      const action = html.match(/<form[^>]+action="([^"]+)"/)?.[1];
      if (action === undefined) throw new Error('the cashier shows no form');
      const fields = new URLSearchParams();
      for (const [, name = '', value = ''] of html.matchAll(/<input[^>]+name="([^"]+)"[^>]+value="([^"]*)"/g))
        fields.append(name, value);
      const button = html.match(/<button[^>]+name="([^"]+)"[^>]+value="(pay[^"]*)"/);
      if (button !== null) fields.set(button[1] ?? '', button[2] ?? '');
      const paid = await request('POST', new URL(action, page.url).toString(), fields.toString(), {
        'content-type': 'application/x-www-form-urlencoded',
      });
      if (paid.status >= 400) throw new Error(`the cashier answered ${paid.status}`);
    },
    async until(what, isDone) {
      const deadline = Date.now() + patienceMs;
      while (!(await isDone())) {
        if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, askEveryMs));
      }
    },
  };
}
