import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { type OutgoingMessage, UndeliverableError } from '../../../kernel/message-channel.ts';
import { createSmtpChannel } from './smtp.ts';

const message: OutgoingMessage = {
  id: 'msg_01h455vb4pex5vsknk084sn02q',
  channel: 'mail',
  recipient: 'somebody@example.com',
  subject: 'Candor 验证码',
  body: '您的验证码是 123456。',
};

interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real SMTP server on this machine, which keeps what it takes. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  // A client that refuses our certificate is what one of the tests wants to see.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { received, port, channel: channelTo(`smtp://127.0.0.1:${port}`) };
}

function channelTo(url: string) {
  return createSmtpChannel({ url, from: 'Candor <no-reply@candor.example>' });
}

const refusing = (responseCode: number): SMTPServerOptions => ({
  onRcptTo(_address, _session, done) {
    done(Object.assign(new Error('no such user: somebody@example.com'), { responseCode }));
  },
});

async function failureOf(delivery: Promise<void>): Promise<Error> {
  return delivery.then(
    () => expect.unreachable('it was taken'),
    (error: Error) => error,
  );
}

test('a message arrives whole, and a retry is recognisable as the same mail', async () => {
  const { received, channel } = await aMailServer();
  await channel.deliver(message);
  await channel.deliver(message);
  expect(received.map(({ to }) => to)).toEqual([['somebody@example.com'], ['somebody@example.com']]);
  for (const { text } of received) {
    expect(text).toContain('Message-ID: <msg_01h455vb4pex5vsknk084sn02q@candor.example>');
    expect(text).toContain('From: Candor <no-reply@candor.example>');
    expect(text).toContain(Buffer.from(message.body).toString('base64'));
  }
});

test('an address with a comma or a line break adds no recipient', async () => {
  const named: string[] = [];
  const { received, channel } = await aMailServer({
    onRcptTo({ address }, _session, done) {
      named.push(address);
      done();
    },
  });
  for (const recipient of ['a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com']) {
    await channel.deliver({ ...message, recipient }).catch(() => {});
  }
  expect(named).not.toContain('b@example.com');
  for (const { text } of received) expect(text).not.toMatch(/^Bcc:/m);
  await channel.deliver(message);
  expect(named).toContain(message.recipient);
});

test('an address that does not exist is final, a full mailbox is worth a retry, and no error names the address', async () => {
  const final = await failureOf((await aMailServer(refusing(550))).channel.deliver(message));
  expect(final).toBeInstanceOf(UndeliverableError);
  const passing = await failureOf((await aMailServer(refusing(452))).channel.deliver(message));
  expect(passing).not.toBeInstanceOf(UndeliverableError);
  for (const error of [final, passing]) {
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('somebody@example.com');
  }
});

test('a refused log-in is worth a retry, because the operator can mend it', async () => {
  const { port } = await aMailServer({
    authOptional: false,
    onAuth: (_auth, _session, done) => done(Object.assign(new Error('wrong'), { responseCode: 535 })),
  });
  const refused = await failureOf(channelTo(`smtp://candor:wrong@127.0.0.1:${port}`).deliver(message));
  expect(refused).not.toBeInstanceOf(UndeliverableError);
  expect(`${refused.message} ${refused.stack}`).not.toContain('wrong@');
});

test('a certificate without a trusted issuer is refused', async () => {
  const { port, received } = await aMailServer({ secure: true, disabledCommands: [] });
  await failureOf(channelTo(`smtps://127.0.0.1:${port}`).deliver(message));
  expect(received).toEqual([]);
});
