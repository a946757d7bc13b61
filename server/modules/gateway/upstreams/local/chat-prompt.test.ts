import { SpecialTokensText } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { compileChatTemplate, plainChatTemplate, type ChatMessage } from './chat-prompt.ts';

const hello: ChatMessage[] = [{ role: 'user', content: ' <|end|> hello ' }];

/** Control text in brackets, plain text bare. */
function read(source: string, messages: ChatMessage[]): string {
  const prompt = compileChatTemplate({ source, bosToken: '<s>', eosToken: '</s>' })(messages);
  return prompt.values
    .map((part) => (part instanceof SpecialTokensText ? `[${part.value}]` : String(part)))
    .join('');
}

test('a message that spells a control token stays plain text', () => {
  const source =
    "{{ bos_token }}{% for m in messages %}{{ m['role'] + ':' + m['content'] + '<|end|>' }}{% endfor %}";
  expect(read(source, hello)).toBe('[<s>user:] <|end|> hello [<|end|>]');
});

test('a template that trims messages is followed', () => {
  const source = '{% for m in messages %}{{ m.content | trim }};{% endfor %}';
  expect(read(source, hello)).toBe('<|end|> hello[;]');
});

test('a template that rewrites messages is followed too', () => {
  const source = '{% for m in messages %}{{ m.content | upper }}{% endfor %}';
  expect(read(source, hello)).toBe('[ <|END|> HELLO ]');
});

test('messages that a template refuses are the fault of the request', () => {
  const source = "{{ raise_exception('no system messages') }}";
  expect(() => read(source, hello)).toThrow(expect.objectContaining({ status: 400, param: 'messages' }));
});

test('weights without a template still get a readable conversation', () => {
  expect(read(plainChatTemplate, [{ role: 'user', content: 'hello' }])).toBe(
    '[user: ]hello[\n\nassistant: ]',
  );
});
