import { eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import { notFound } from '../../kernel/problem.ts';
import { maskPhone } from './contacts.ts';
import { operators, users } from './schema.ts';

/** A person as they see themselves. */
export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  /** Masked: who looks over the shoulder must not read it. */
  readonly phone: string | null;
  readonly displayName: string | null;
  readonly language: 'zh-CN' | 'en';
  readonly role: 'owner' | 'member';
  readonly isOperator: boolean;
  /** The password is still the generated one; nothing else is answered before it was changed. */
  readonly mustChangePassword: boolean;
  readonly createdAt: Date;
}

const shownColumns = {
  id: users.id,
  username: users.username,
  usernameIndex: users.usernameIndex,
  email: users.email,
  emailIndex: users.emailIndex,
  phone: users.phone,
  phoneIndex: users.phoneIndex,
  displayName: users.displayName,
  language: users.language,
  role: users.role,
  createdAt: users.createdAt,
};

type Row = Omit<UserView, 'isOperator' | 'mustChangePassword'> &
  Readonly<Record<'usernameIndex' | 'emailIndex' | 'phoneIndex', unknown>>;

/** For transactions that log a person in, where operators are not known yet. */
export async function readUser(ctx: Ctx, userId: string): Promise<UserView> {
  const [row] = await ctx.db
    .select({
      ...shownColumns,
      operatorId: operators.userId,
      mustChangePassword: operators.mustChangePassword,
    })
    .from(users)
    .leftJoin(operators, eq(operators.userId, users.id))
    .where(eq(users.id, userId));
  const opened = await openRow(ctx, users, row);
  if (opened === undefined) throw notFound();
  const { operatorId, mustChangePassword, ...user } = opened;
  return view(user, { isOperator: operatorId !== null, mustChangePassword: mustChangePassword === true });
}

/** The logged-in person, within their own account. */
export async function readSelf(ctx: Ctx, userId: string, mustChangePassword: boolean): Promise<UserView> {
  const [row] = await ctx.db.select(shownColumns).from(users).where(eq(users.id, userId));
  const opened = await openRow(ctx, users, row);
  if (opened === undefined) throw notFound();
  return view(opened, { isOperator: ctx.actor.kind === 'user' && ctx.actor.isOperator, mustChangePassword });
}

function view(
  { usernameIndex: _username, emailIndex: _email, phoneIndex: _phone, ...row }: Row,
  operator: Pick<UserView, 'isOperator' | 'mustChangePassword'>,
): UserView {
  return { ...row, phone: row.phone === null ? null : maskPhone(row.phone), ...operator };
}
