import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import { asProblem } from './api/problem.ts';
import { focusWrongField } from './focus-wrong-field.ts';
import { useIssueText, useProblemText } from './problem-text.ts';

interface FormLike {
  values: object;
  setFieldError: (path: string, message: string) => void;
}

/** The fields a problem is about, by its code, as the features declare them; the first one the form has is marked. */
export const FieldsByProblem = createContext<Readonly<Record<string, readonly string[]>>>({});

/** Places what a server says about fields on the fields of a form; what fits no field is the form's own message. */
export function useFormProblem({ values, setFieldError }: FormLike) {
  const fieldsByProblem = useContext(FieldsByProblem);
  const text = useProblemText();
  const issueText = useIssueText();
  const [message, setMessage] = useState<string | undefined>(undefined);

  const [refusals, setRefusals] = useState(0);

  // After the marks are in the document, which the refusal has put there.
  useEffect(() => {
    if (refusals > 0) focusWrongField();
  }, [refusals]);

  const show = useCallback(
    (error: unknown) => {
      setRefusals((count) => count + 1);
      const problem = asProblem(error);
      const field = fieldsByProblem[problem.code]?.find((name) => name in values);
      if (field !== undefined) {
        setFieldError(field, text(problem));
        return;
      }
      const placed = problem.issues.filter((issue) => (issue.path.split('.')[0] ?? '') in values);
      for (const issue of placed) setFieldError(issue.path, issueText(issue));
      const isWhollyPlaced = placed.length > 0 && placed.length === problem.issues.length;
      setMessage(isWhollyPlaced ? undefined : text(problem));
    },
    [fieldsByProblem, issueText, setFieldError, text, values],
  );

  const clear = useCallback(() => setMessage(undefined), []);
  return { message, show, clear };
}
