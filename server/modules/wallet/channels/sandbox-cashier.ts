import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { typed } from '../../../kernel/http.ts';
import { formatMicros } from '../../../kernel/money.ts';
import { asSystem } from '../../../kernel/context.ts';
import type { Sandbox, SandboxPayment } from './sandbox.ts';

/** The vendor's website: one page with two buttons. It knows the person by nothing but the address they came with. */
export async function sandboxCashier(app: FastifyInstance, sandbox: Sandbox): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 1024 },
      (_request, body, done) => {
        done(null, Object.fromEntries(new URLSearchParams(String(body))));
      },
    );
    const params = z.object({ paymentId: z.string().max(100) });

    typed(scope).get(
      '/sandbox-cashier/:paymentId',
      { config: { access: 'open' }, schema: { hide: true, params } },
      async (request, reply) => {
        const payment = await sandbox.findForCashier(
          asSystem(request.ctx, 'sandbox'),
          request.params.paymentId,
        );
        return reply
          .type('text/html; charset=utf-8')
          .header('cache-control', 'no-store')
          .send(cashierPage(payment));
      },
    );

    typed(scope).post(
      '/sandbox-cashier/:paymentId',
      {
        config: { access: 'open' },
        schema: { hide: true, params, body: z.object({ action: z.enum(['pay', 'cancel']) }) },
      },
      async (request, reply) => {
        const decision = request.body.action === 'pay' ? 'paid' : 'closed';
        const payment = await sandbox.decide(
          asSystem(request.ctx, 'sandbox'),
          request.params.paymentId,
          decision,
        );
        return reply.redirect(`/wallet?topUp=${encodeURIComponent(payment.merchantOrderId)}`, 303);
      },
    );
  });
}

/** No script, no outside resource: the content security policy of the site holds here too. */
function cashierPage(payment: SandboxPayment): string {
  const amount = `¥${formatMicros(payment.amountMicros).slice(0, -4)}`;
  const buttons = `<form method="post" action="/sandbox-cashier/${payment.id}">
<button name="action" value="pay">支付 · Pay ${amount}</button>
<button name="action" value="cancel" class="quiet">取消 · Cancel</button>
</form>`;
  const decided = `<p>此订单已处理 · This order is decided.</p><p><a href="/wallet?topUp=${payment.merchantOrderId}">返回商户 · Back to the merchant</a></p>`;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>沙箱收银台 · Sandbox cashier</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 24rem; margin: 12vh auto; padding: 2rem; border: 1px solid #8884; border-radius: 12px; }
h1 { font-size: 1.1rem; margin: 0 0 1rem; }
.amount { font-size: 2.4rem; font-variant-numeric: tabular-nums; margin: 0 0 .5rem; }
.note { color: #888; font-size: .85rem; overflow-wrap: anywhere; }
button { display: block; width: 100%; padding: .8rem; margin-top: .8rem; font: inherit; border: 0; border-radius: 8px; background: #1a7f4b; color: #fff; cursor: pointer; }
button.quiet { background: #8883; color: inherit; }
</style>
</head>
<body>
<main>
<h1>沙箱收银台 · Sandbox cashier</h1>
<p class="amount">${amount}</p>
<p class="note">不是真钱 · No real money moves.<br>订单 · Order ${payment.merchantOrderId}</p>
${payment.status === 'waiting' ? buttons : decided}
</main>
</body>
</html>
`;
}
