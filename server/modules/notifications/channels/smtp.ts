import { createTransport } from 'nodemailer';
import { type MessageChannel, UndeliverableError } from '../../../kernel/message-channel.ts';

export interface SmtpSettings {
  /** `smtps://user:password@host:465` or `smtp://user:password@host:587` */
  readonly url: string;
  /** Sender, `Name <address>` or an address. */
  readonly from: string;
}

const connectTimeoutMs = 10_000;
const silenceTimeoutMs = 30_000;

/**
 * Mail through a submission server (RFC 6409). Without TLS it talks to this machine only: messages hold codes.
 * The Message-ID is that of our row, so a retry after a lost answer is recognisable as the same mail.
 */
export function createSmtpChannel({ url, from }: SmtpSettings): MessageChannel {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isImplicitTls = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isImplicitTls ? 465 : 587) : Number(port),
    secure: isImplicitTls,
    requireTLS: !isImplicitTls && !isLoopback(hostname),
    tls: { minVersion: 'TLSv1.2' },
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    // Texts are ours, and nothing in them may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    name: 'smtp',
    async deliver({ id, recipient, subject, body }, signal) {
      signal?.throwIfAborted();
      try {
        await transport.sendMail({
          from,
          // As an object an address is taken whole: no comma or bracket in it can name a second receiver.
          to: { name: '', address: recipient },
          subject: subject ?? '',
          text: body,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw withoutAddress(error);
      }
    },
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Mail servers quote the address in what they answer, and errors are logged. */
function withoutAddress(error: unknown): Error {
  const { responseCode, command, code } = error as { responseCode?: number; command?: string; code?: string };
  const answer = `the mail server did not take the message (${responseCode ?? code ?? 'no answer'} at ${command ?? 'connecting'})`;
  // RFC 5321 4.2.1: 5xx is final. Only what is said of this receiver or this text is final for the message; a refused
  // log-in is the operator's to mend.
  const isAboutMessage = command === 'RCPT TO' || command === 'DATA';
  return isAboutMessage && responseCode !== undefined && responseCode >= 500
    ? new UndeliverableError(answer)
    : new Error(answer);
}
