import { randomUUID } from 'node:crypto';
import { Template } from '@huggingface/jinja';
import { LlamaText, SpecialTokensText } from 'node-llama-cpp';
import { invalidRequest } from './openai-errors.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatTemplate {
  /** Jinja source, as it stands in the weights file. */
  source: string;
  bosToken: string;
  eosToken: string;
}

/** For weights that bring no template of their own. */
export const plainChatTemplate = [
  "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}",
].join('');

/**
 * Prepares a function that writes a conversation the way the model was trained to read it. Only what
 * the template itself says becomes control tokens: a message that spells one stays plain text (but for
 * templates that rewrite the messages, where the two cannot be told apart).
 */
export function compileChatTemplate(chatTemplate: ChatTemplate): (messages: ChatMessage[]) => LlamaText {
  const template = new Template(chatTemplate.source);
  const render = (messages: ChatMessage[]): string => {
    try {
      return template.render({
        messages,
        add_generation_prompt: true,
        bos_token: chatTemplate.bosToken,
        eos_token: chatTemplate.eosToken,
      });
    } catch {
      // Templates refuse by raising: two system messages, or roles that do not alternate.
      throw invalidRequest("The model's chat template does not accept these messages.", 'messages');
    }
  };

  return (messages) => {
    const text = render(messages);
    const markers = messages.map(() => randomUUID());
    const marked = render(messages.map((message, index) => ({ ...message, content: markers[index] ?? '' })));
    const pieces = splitAtMarkers(marked, markers);
    // Some templates trim the messages, so both readings are compared with what really comes out.
    for (const contents of [messages.map(contentOf), messages.map((message) => contentOf(message).trim())]) {
      const parts = pieces.map((piece) => (typeof piece === 'string' ? piece : (contents[piece] ?? '')));
      if (parts.join('') !== text) continue;
      return LlamaText(
        parts.map((part, index) => (typeof pieces[index] === 'string' ? new SpecialTokensText(part) : part)),
      );
    }
    return LlamaText([new SpecialTokensText(text)]);
  };
}

const contentOf = (message: ChatMessage): string => message.content;

/** Template text as strings, and a message index wherever its marker stood. */
function splitAtMarkers(marked: string, markers: string[]): (string | number)[] {
  let pieces: (string | number)[] = [marked];
  for (const [index, marker] of markers.entries()) {
    pieces = pieces.flatMap((piece) => {
      if (typeof piece !== 'string') return [piece];
      return piece.split(marker).flatMap((part, place) => (place === 0 ? [part] : [index, part]));
    });
  }
  return pieces;
}
