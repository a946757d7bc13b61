import type { Language } from '@candor/privacy-engine';
import { type Ctx, now } from '../../../kernel/context.ts';
import { newId } from '../../../kernel/id.ts';
import { sealRow } from '../../../kernel/sealed-rows.ts';
import type { Contact } from '../../identity/index.ts';
import { caseDeadline } from './case-clocks.ts';
import { type Case, lockCase } from './case-store.ts';
import type { CaseRole, CaseType } from './request-kinds.ts';
import { cases, type origins } from './tables.ts';
import { takeStep } from './take-step.ts';

/** What every requester says. */
export interface CaseContent {
  readonly type: CaseType;
  readonly role: CaseRole;
  readonly description: string;
  readonly name?: string | null | undefined;
  readonly relation?: string | null | undefined;
  /** Name, address or number of the account it is about. */
  readonly account?: string | null | undefined;
  readonly language: Language;
}

/** Writes a new case and starts the clock from receipt. Joins the caller's transaction. */
export async function insertCase(
  ctx: Ctx,
  content: CaseContent,
  filing: {
    readonly origin: (typeof origins)[number];
    readonly contact: Contact;
    /** Null for a requester without an account: the case is its own subject, so that its key can be destroyed with it. */
    readonly subjectId: string | null;
    readonly receivedAt: Date;
  },
): Promise<Case> {
  const id = newId('case');
  const { receivedAt, contact } = filing;
  const deadline = caseDeadline({ type: content.type, receivedAt, verifiedAt: null, questions: [] });
  const row = await sealRow(ctx, cases, {
    id,
    subjectId: filing.subjectId ?? id,
    aboutId: content.role === 'self' ? filing.subjectId : null,
    origin: filing.origin,
    type: content.type,
    role: content.role,
    state: 'received',
    language: content.language,
    channel: contact.channel,
    contact: contact.address,
    name: content.name ?? null,
    relation: content.relation ?? null,
    account: content.account ?? null,
    description: content.description,
    receivedAt,
    dueOn: deadline.due,
    isProvisional: deadline.isProvisional,
    createdAt: now(ctx),
  });
  await ctx.db.insert(cases).values(row);
  const written = await lockCase(ctx, id);
  if (written === undefined) throw new Error(`case ${id} vanished`);
  return takeStep(ctx, written, { kind: 'filed', by: 'person', code: content.type });
}
