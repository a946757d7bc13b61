import { useMe } from '../../shared/api/session.ts';
import { OperatorHomePage } from './operator/operator-home-page.tsx';
import { OverviewPage } from './overview-page.tsx';

/** The first page after the sign-in: what a customer has used, or how an operator's installation stands. */
export function HomePage() {
  const { user } = useMe();
  return user.isOperator ? <OperatorHomePage /> : <OverviewPage />;
}
