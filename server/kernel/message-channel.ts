/** What a channel receives of a message. */
export interface OutgoingMessage {
  readonly id: string;
  readonly channel: 'sms' | 'mail';
  readonly recipient: string;
  readonly subject: string | null;
  readonly body: string;
}

/** A way out of the installation. */
export interface MessageChannel {
  readonly name: string;
  /**
   * Resolves when the other side has taken the message. May be called twice for one message id.
   * @param signal aborted when the message may no longer leave: its person's consent was withdrawn.
   * @throws UndeliverableError when the other side will never take it; any other error is worth a retry.
   */
  deliver(message: OutgoingMessage, signal?: AbortSignal): Promise<void>;
}

/** The channels the operator configured. A missing one means: messages of this kind are kept unsent. */
export interface MessageChannels {
  readonly mail?: MessageChannel;
  readonly sms?: MessageChannel;
}

/** The other side refused the message for good, such as an address that does not exist. Names no address. */
export class UndeliverableError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UndeliverableError';
  }
}
