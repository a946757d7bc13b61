import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Postmaster } from './postmaster.ts';

/**
 * Stops the server when this process ends, also by SIGKILL: a shell waits on a pipe whose other end only we
 * hold, so it wakes when the kernel closes it. Returns how to undo that.
 */
export function stopWithParent(postmaster: Postmaster): () => void {
  const waiter = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(postmaster.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  waiter.unref();
  // The pipe must not keep this process alive either.
  if (waiter.stdin instanceof Socket) waiter.stdin.unref();
  return () => waiter.kill('SIGKILL');
}
