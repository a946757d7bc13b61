import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { codeLength } from '../../identity/code-field.tsx';
import { useMe } from '../../identity/session.ts';

export type Proof = { password: string } | { code: string };
export type ProofMethod = 'password' | 'code';

/** The step before what cannot be taken back: the own password, or a code to an address proven before. */
export function useStepUp() {
  const t = useTranslations('stepUp');
  const text = useProblemText();
  const { user } = useMe();
  const canReceive = user.phone !== null || user.email !== null;
  const [method, setMethod] = useState<ProofMethod>(user.phone === null ? 'password' : 'code');
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
    setMethod(next);
    change('');
  }

  return { method, choose, canReceive, typed, change, error, findProof, takesProblem };
}

export type StepUp = ReturnType<typeof useStepUp>;
