import { sql } from 'drizzle-orm';
import { endConsentWork } from '../server/kernel/consent-lease.ts';
import { inTransaction } from '../server/kernel/db.ts';
import { sealRow } from '../server/kernel/sealed-rows.ts';
import { users } from '../server/modules/identity/schema.ts';
import { keepNotices } from '../server/modules/privacy/consent/in-force.ts';
import { ruleOptionsOf } from '../server/kernel/database-options.ts';
import { consentScopeHash } from '../privacy-engine/index.ts';
import { type Installation, withInstallation } from './installation.ts';
import { medianMs, print, takeTurns } from './measure.ts';

const rounds = 100;

/** What asking for every person's consent costs, row by row, at two sizes of the database. */
export async function bench(sizes: readonly number[] = [20_000, 200_000]): Promise<void> {
  for (const persons of sizes) {
    await withInstallation(async (installation) => {
      process.stdout.write(`${installation.version}, ${persons} persons, half of them agree\n\n`);
      await fill(installation, persons);
      await measure(installation, persons);
    }, 4);
  }
}

async function measure({ ctx, owner }: Installation, persons: number): Promise<void> {
  const person = 'user_bench_0000011';
  const one = sql`select id from identity.users where id = ${person}`;
  const page = sql`select id from identity.users where id > ${person} order by id limit 50`;
  const all = sql`select count(*) from identity.users`;
  const asMarketing = (query: typeof one) => inTransaction(ctx, 'marketing', ({ db }) => db.execute(query));
  const asOwner = (query: typeof one) => owner.transaction((db) => db.execute(query));
  const timings = await takeTurns(
    {
      oneOwner: () => asOwner(one),
      oneMarketing: () => asMarketing(one),
      pageOwner: () => asOwner(page),
      pageMarketing: () => asMarketing(page),
      barrier: () => endConsentWork(ctx, { purpose: 'marketing', subject: person }),
    },
    rounds,
  );
  const whole = await takeTurns({ owner: () => asOwner(all), marketing: () => asMarketing(all) }, 5);
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  print(
    'one person, as the owner / on consent',
    ms(medianMs(timings.oneOwner)),
    ms(medianMs(timings.oneMarketing)),
  );
  print(
    '50 persons, as the owner / on consent',
    ms(medianMs(timings.pageOwner)),
    ms(medianMs(timings.pageMarketing)),
  );
  print('everyone, as the owner / on consent', ms(medianMs(whole.owner)), ms(medianMs(whole.marketing)));
  const perRow = ((medianMs(whole.marketing) - medianMs(whole.owner)) * 1000) / persons;
  print('consent, restriction and objection cost', `${perRow.toFixed(2)} µs a row`);
  print('withdrawing waits when nothing runs', `${ms(medianMs(timings.barrier))}\n`);
}

/** Every person has agreed once; every second has taken it back, and some have agreed again since. */
async function fill({ ctx, owner }: Installation, persons: number): Promise<void> {
  await inTransaction(ctx, 'operations', (ctx) => keepNotices(ctx));
  const createdAt = new Date();
  const row = await sealRow(ctx, users, {
    id: 'user_bench',
    tenantId: 'tenant_bench',
    role: 'owner',
    username: 'somebody',
    language: 'en',
    createdAt,
  });
  const hash = consentScopeHash(ctx.product.registry, 'marketing');
  const id = sql`'user_bench_' || lpad(n::text, 7, '0')`;
  await owner.execute(
    sql`insert into identity.tenants (id, kind, status, created_at) values ('tenant_bench', 'personal', 'active', now())`,
  );
  await owner.execute(sql`insert into identity.users (id, tenant_id, role, username, username_index, language, email_verified_at, created_at)
    select ${id}, 'tenant_bench', 'owner', ${row.username}, rpad(n::text, 22, 'A'), 'en', now(), now() from generate_series(1, ${persons}::int) n`);
  for (const [position, kind, every] of [
    [1, 'given', 1],
    [2, 'withdrawn', 2],
    [3, 'noticed', 3],
  ] as const) {
    await owner.execute(sql`insert into privacy.consent_events
      (id, subject_id, subject_ref, purpose, kind, form, method, notice_hash, notice_locale, scope_hash, policy_version, registry_hash, shown_nonce, position, created_at)
      select 'consent_' || n || '_' || ${position}::text, ${id}, 'ref' || n, 'marketing', ${kind}::text, 'explicit', 'page',
        (select hash from privacy.consent_notices where purpose = 'marketing' limit 1), 'en', ${hash}::text, 'x', 'x', 'nonce' || n || '_' || ${position}::text, ${position}::int, now()
      from generate_series(1, ${persons}::int) n where n % ${every}::int = 0`);
  }
  await owner.execute(sql`vacuum (analyze) identity.users`);
  await owner.execute(sql`vacuum (analyze) privacy.consent_events`);
  const { rows } = await owner.execute(
    sql`select count(*) from pg_policies where qual like ${`%${ruleOptionsOf(ctx.product.registry).consents.view.split('.')[1]}%`}`,
  );
  if (Number(rows[0]?.['count']) === 0)
    throw new Error('no row policy asks for consent: nothing would be measured');
}
