import { useCallback, useState } from 'react';
import { asProblem } from './api/problem.ts';
import { useProblemText } from './problem-text.ts';

interface FormLike {
  values: object;
  setFieldError: (path: string, message: string) => void;
}

/** Places a server's field issues on the fields of a form; what fits no field is the form's own message. */
export function useFormProblem(form: FormLike) {
  const text = useProblemText();
  const [message, setMessage] = useState<string | undefined>(undefined);
  const { setFieldError, values } = form;

  const show = useCallback(
    (error: unknown, fieldByCode: Readonly<Record<string, string>> = {}) => {
      const problem = asProblem(error);
      const field = fieldByCode[problem.code];
      if (field !== undefined) {
        setFieldError(field, text(problem));
        return;
      }
      const placed = problem.issues.filter((issue) => (issue.path.split('.')[0] ?? '') in values);
      for (const issue of placed) setFieldError(issue.path, issue.message);
      const isWhollyPlaced = placed.length > 0 && placed.length === problem.issues.length;
      setMessage(isWhollyPlaced ? undefined : text(problem));
    },
    [setFieldError, text, values],
  );

  const clear = useCallback(() => setMessage(undefined), []);
  return { message, show, clear };
}
