export interface Message {
  readonly id: string;
  readonly channel: 'sms' | 'mail';
  readonly recipient: string;
  readonly subject: string | null;
  readonly body: string;
}

/** A way out of the building. A vendor's implementation goes beside this file and is chosen in `send-message.ts`. */
export interface Channel {
  readonly name: string;
  /**
   * Resolves when the other side has taken the message. May be called twice for one message id.
   * @param signal aborted when the message may no longer leave: its person's consent was taken back.
   */
  deliver(message: Message, signal?: AbortSignal): Promise<void>;
}
