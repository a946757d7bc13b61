import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanReach } from '../../../shared/api/capabilities.ts';
import { api, unwrap } from '../../../shared/api/client.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { useProblemText } from '../../../shared/problem-text.ts';
import { codeLength } from '../../identity/parts.ts';
import { useMe } from '../../../shared/api/session.ts';

export type Proof = { password: string } | { code: string };
export type ProofMethod = 'password' | 'code';

/** The step before what cannot be taken back: the own password, or a code to an address proven before. */
export function useStepUp() {
  const t = useTranslations('stepUp');
  const text = useProblemText();
  const { user } = useMe();
  const { language } = useLanguage();
  const canReach = useCanReach();
  const canReceiveSms = user.phone !== null && canReach.sms;
  const canReceive = canReceiveSms || (user.email !== null && canReach.mail);
  const [chosen, setChosen] = useState<ProofMethod | undefined>(undefined);
  const method = chosen ?? (canReceiveSms ? 'code' : 'password');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);

  function change(value: string) {
    setTyped(value);
    setError(undefined);
  }

  /** The proof as typed, or undefined after saying what is missing. */
  function findProof(): Proof | undefined {
    if (method === 'password' && typed === '') {
      setError(t('passwordMissing'));
      return undefined;
    }
    if (method === 'code' && typed.length !== codeLength) {
      setError(t('codeMissing'));
      return undefined;
    }
    return method === 'password' ? { password: typed } : { code: typed };
  }

  /** Whether a refusal was about the proof; it is then said at the field. */
  function takesProblem(failure: unknown): boolean {
    const problem = asProblem(failure);
    const isMine =
      ['identity.proof_too_fresh', 'identity.too_many_attempts'].includes(problem.code) ||
      problem.issues.some(({ path }) => path === 'proof' || path.startsWith('proof.'));
    if (isMine) setError(text(problem));
    return isMine;
  }

  function choose(next: ProofMethod) {
    setChosen(next);
    change('');
  }

  const sendCode = () => unwrap(api.POST('/api/identity/confirmation-codes', { body: { language } }));

  return { method, choose, canReceive, sendCode, typed, change, error, findProof, takesProblem };
}

export type StepUp = ReturnType<typeof useStepUp>;
