import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { meQuery } from '../../shared/api/session.ts';

/** Runs a call that opens a session, then goes where the person wanted to be. */
export function useOpenSession<Input>(open: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const search = useSearch({ strict: false });
  return useMutation({
    mutationFn: open,
    onSuccess: async () => {
      queryClient.clear();
      await queryClient.query(meQuery);
      // The door's own guard sends a signed-in person to `return`, checked, or home.
      await router.navigate({ to: '/login', search: { return: search.return }, replace: true });
      await router.invalidate();
    },
  });
}
