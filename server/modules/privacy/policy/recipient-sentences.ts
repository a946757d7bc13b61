import type { PolicySource } from './policy-facts.ts';
import { recipientText, regionText } from './recipient-text.ts';
import type { SectionSentences } from './sentence.ts';

const hasAbroad = ({ recipients }: PolicySource) => recipients.some(({ region }) => region !== 'CN');
const hasOutside = ({ recipients }: PolicySource) => recipients.length > 0;

/** Who receives something, here and abroad. */
export const recipientSections: readonly SectionSentences[] = [
  {
    key: 'recipients',
    title: { zh: '谁会收到', en: 'Who receives it' },
    sentences: [
      {
        id: 'recipients.declared',
        proof: {
          holds: ({ registry }) =>
            Object.values(registry.vocabulary.recipients).every(({ region }) => region === 'CN'),
        },
        text: ({ registry: { vocabulary } }, language) =>
          Object.values(vocabulary.recipients).map(({ text, region }) =>
            language === 'zh'
              ? `${text.zh}（${regionText(region, 'zh')}）`
              : `${text.en} (${regionText(region, 'en')})`,
          ),
      },
      {
        id: 'recipients.models_here',
        when: (source) => !hasOutside(source),
        proof: { holds: (source) => !hasOutside(source) },
        text: {
          zh: '模型由我们自己的服务器运行，提示词与输出不提供给任何第三方。',
          en: 'Models run on servers of our own; prompts and outputs are given to no third party.',
        },
      },
      {
        id: 'recipients.models_outside',
        when: hasOutside,
        proof: {
          tests: ['an upstream of another company is a recipient: in the list, in the policy, and asked for'],
        },
        text: ({ recipients }, language) => [
          language === 'zh'
            ? '部分模型由下列受托方运行。您调用这些模型时，提示词与参数会发送给受托方，由其返回输出：'
            : 'Some models are run by the following companies on our behalf. When you call such a model, your prompts and parameters are sent there and the output comes back:',
          ...recipients.map((recipient) => recipientText(recipient, language)),
        ],
      },
    ],
  },
  {
    key: 'abroad',
    title: { zh: '向境外提供', en: 'Transfers out of China' },
    sentences: [
      {
        id: 'abroad.none',
        when: (source) => !hasAbroad(source),
        proof: { holds: (source) => !hasAbroad(source) },
        text: {
          zh: '我们不向中华人民共和国境外提供您的个人信息。',
          en: 'Your personal information is not provided outside the People’s Republic of China.',
        },
      },
      {
        id: 'abroad.some',
        when: hasAbroad,
        proof: {
          holds: ({ recipients }) =>
            recipients.every(({ region, mechanism }) => region === 'CN' || mechanism !== null),
        },
        text: ({ recipients }, language) => [
          language === 'zh'
            ? '下列接收方在境外处理信息。只有在您接受写明该接收方的政策版本后，您的调用才会发送给它；您也可以直接向其行使权利：'
            : 'The following recipients process outside China. Your calls are sent there only after you have accepted a version of this policy that names them; you may exercise your rights towards them directly as well:',
          ...recipients
            .filter(({ region }) => region !== 'CN')
            .map((recipient) => recipientText(recipient, language)),
        ],
      },
    ],
  },
];
