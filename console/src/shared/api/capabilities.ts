import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, unwrap } from './client.ts';

export const capabilitiesQuery = queryOptions({
  queryKey: ['capabilities'],
  queryFn: () => unwrap(api.GET('/api/capabilities')),
  staleTime: 300_000,
});

/** What the installation can do; undefined until it has answered, and then nothing is offered. */
export function useCapabilities() {
  return useQuery(capabilitiesQuery).data;
}

/** Whether a logged-in person can put money in the wallet here. */
export function useCanPay(): boolean {
  const members = useCapabilities()?.forMembers;
  if (members === undefined || members === null) return false;
  return members.topUp.channels.length > 0 || members.bankAccount !== null;
}

/** Whether there is a model to talk to. */
export function useCanChat(): boolean {
  return useCapabilities()?.forMembers?.modelKinds.includes('chat') ?? false;
}

/** The kinds of messages that reach their receivers. */
export function useCanReach(): { readonly sms: boolean; readonly mail: boolean } {
  const capabilities = useCapabilities();
  return { sms: capabilities?.codesBySms ?? false, mail: capabilities?.codesByMail ?? false };
}
