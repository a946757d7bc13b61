import { basisText, collectionList, type Registry } from '@candor/privacy-engine';
import { labelled, type SectionSentences } from './sentence.ts';

/** Every cookie this service sets. */
export const policyCookies = [
  {
    name: 'candor_session',
    text: {
      zh: '登录凭证，仅用于保持登录状态；退出或到期后失效',
      en: 'keeps you logged in and serves nothing else; it is worthless after you log out or when it expires',
    },
  },
  {
    name: 'candor_device',
    text: {
      zh: '识别您用过的浏览器，使陌生人的错误尝试不会锁住您；登录后保留 400 天，请求验证码而未登录时保留数分钟',
      en: 'recognises a browser you have used, so that failed attempts of strangers do not lock you out; it lasts 400 days after a login, and minutes where you only asked for a code',
    },
  },
] as const;

function sensitiveData({ tables }: Registry) {
  return tables.flatMap(({ columns }) =>
    columns.flatMap(({ datum, atRest }) => (datum?.sensitive === true && atRest !== 'index' ? [datum] : [])),
  );
}

/** Who we are, what is collected and why, what is kept where. */
export const processingSections: readonly SectionSentences[] = [
  {
    key: 'who',
    title: { zh: '我们是谁', en: 'Who we are' },
    sentences: [
      {
        id: 'who.controller',
        proof: { holds: ({ installation }) => installation.name.zh !== '' && installation.name.en !== '' },
        text: ({ installation }, language) => [
          language === 'zh'
            ? `${installation.brand} 由${installation.name.zh}运营，本政策中的“我们”即指该运营者，其为您个人信息的处理者。`
            : `${installation.brand} is run by ${installation.name.en.replace(/\.$/, '')}. “We” in this policy is this operator, the handler of your personal information.`,
        ],
      },
      {
        id: 'who.unnamed',
        when: ({ isNamed }) => !isNamed,
        proof: { holds: ({ isNamed }) => !isNamed },
        text: {
          zh: '此安装仅供开发使用：运营者尚未登记，以下联系方式均为示例。',
          en: 'This installation is for development only: its operator is not named yet, and the contacts below are examples.',
        },
      },
      {
        id: 'who.registrations',
        proof: { holds: ({ installation }) => installation.address.zh !== '' },
        text: ({ installation: { address, creditCode, icpNumber } }, language) => [
          labelled(language === 'zh' ? '地址' : 'Address', address[language], language),
          ...(creditCode === null
            ? []
            : [
                labelled(
                  language === 'zh' ? '统一社会信用代码' : 'Unified social credit code',
                  creditCode,
                  language,
                ),
              ]),
          ...(icpNumber === null
            ? []
            : [
                labelled(
                  language === 'zh' ? 'ICP 备案（许可）号' : 'ICP filing or licence',
                  icpNumber,
                  language,
                ),
              ]),
        ],
      },
    ],
  },
  {
    key: 'collected',
    title: { zh: '我们收集什么', en: 'What we collect' },
    sentences: [
      {
        id: 'collected.only',
        proof: {
          tests: [
            'LIST-0 nothing is in the published list but personal columns and what passes through, in both languages',
            'LIST-10 every row of the list gives type, method, purpose, basis, retention and what follows, in both languages',
          ],
        },
        text: {
          zh: '我们只收集下列信息，完整清单（方式、目的、依据、期限、接收方）见《个人信息收集清单》。',
          en: 'Only the following; the collection list gives method, purpose, basis, retention and recipients of each.',
        },
      },
      {
        id: 'collected.list',
        proof: { operations: ['getCollectionList'] },
        text: ({ registry }, language) =>
          collectionList(registry, language).map(({ title, rows }) =>
            labelled(
              title,
              [...new Set(rows.flatMap(({ fields }) => fields))].join(language === 'zh' ? '、' : ', '),
              language,
            ),
          ),
      },
      {
        // PIPL 30: why it must be, and what could follow. Another sensitive category needs words of its own.
        id: 'collected.sensitive',
        when: ({ registry }) => sensitiveData(registry).length > 0,
        proof: {
          holds: ({ registry }) =>
            sensitiveData(registry).every(({ category }) => category === 'financial-account'),
        },
        text: ({ registry }, language) => {
          const titles = new Set(sensitiveData(registry).map(({ title }) => title[language]));
          return language === 'zh'
            ? [
                `其中的敏感个人信息：${[...titles].join('、')}。必要性：通过对公转账付款时，须核对付款账户，才能记入您的钱包，并在需要时退回。影响：一旦泄露，他人可能据此冒充您或对您实施诈骗。不使用银行转账，就不收集这些信息。`,
              ]
            : [
                `Sensitive among these: ${[...titles].join(', ')}. Why it is necessary: a payment by bank transfer can only be credited to your wallet, and sent back if need be, when the paying account is known. What could follow: a thief of it could pose as you or try to defraud you. Without bank transfers none of it is collected.`,
              ];
        },
      },
    ],
  },
  {
    key: 'purposes',
    title: { zh: '为什么处理、依据什么', en: 'Why, and on what basis' },
    sentences: [
      {
        id: 'purposes.enforced',
        proof: { tests: ['one transaction has one purpose'] },
        text: {
          zh: '每一次数据库访问只能以其中一个目的进行，由数据库强制执行。',
          en: 'Every access to the database serves exactly one of these purposes, and the database enforces it.',
        },
      },
      {
        id: 'purposes.list',
        proof: { holds: ({ registry }) => Object.values(registry.vocabulary.purposes).length > 0 },
        text: ({ registry: { vocabulary } }, language) =>
          Object.values(vocabulary.purposes).map((purpose) =>
            labelled(purpose.text[language], basisText(purpose, vocabulary, language), language),
          ),
      },
    ],
  },
  {
    key: 'content',
    title: { zh: '您的提示词与模型输出', en: 'Your prompts and outputs' },
    sentences: [
      {
        id: 'content.not_kept',
        proof: {
          tests: [
            'LAW-22 CHIPL-1.5.c POOL-sec-4b prompts and answers are in no table, log line, metric or refusal, however the request ends',
          ],
        },
        text: {
          zh: '我们不保存提示词和模型输出，只记录用量（词元数、时间、费用）以便计费。',
          en: 'We do not store prompts or outputs. We record usage (tokens, time, charge) to bill it.',
        },
      },
      {
        id: 'content.not_trained',
        proof: { tests: ['a server that trains on what it receives cannot be entered as a recipient'] },
        text: {
          zh: '提示词和模型输出不用于训练模型：我们不保存它们，合同也禁止接收方将其用于训练。',
          en: 'They train no model: we do not keep them, and our contracts forbid recipients to train on them.',
        },
      },
      {
        id: 'content.names_removed',
        proof: { tests: ['fields that name a person reach no upstream, wherever they stand in the body'] },
        text: {
          zh: '请求中标识最终用户的字段（user、metadata、safety_identifier、prompt_cache_key）与要求保存的字段（store）在转发前一律去除。',
          en: 'Fields of a request that name an end user (user, metadata, safety_identifier, prompt_cache_key) or ask for storing (store) are removed before it is forwarded.',
        },
      },
    ],
  },
  {
    key: 'cookies',
    title: { zh: 'Cookie 与本地存储', en: 'Cookies and local storage' },
    sentences: [
      {
        id: 'cookies.list',
        proof: { tests: ['the policy names every cookie the server sets, and no other'] },
        text: (_source, language) =>
          policyCookies.map(({ name, text }) => labelled(name, text[language], language)),
      },
      {
        id: 'cookies.prefix',
        proof: {
          tests: [
            'the cookie is out of reach of scripts and of other sites, and over https of eavesdroppers',
          ],
        },
        text: {
          zh: '通过 https 访问时，这些 Cookie 的名称以 __Host- 开头。',
          en: 'Over https the names of these cookies begin with __Host-.',
        },
      },
      {
        id: 'cookies.none_else',
        proof: { tests: ['the policy names every cookie the server sets, and no other'] },
        text: {
          zh: '我们不使用统计、广告或第三方 Cookie。界面语言与明暗外观保存在您的浏览器中，不会发送给我们用于其他目的。',
          en: 'There are no cookies for statistics or advertising and none of third parties. The language and the appearance of the console are remembered in your browser.',
        },
      },
    ],
  },
  {
    key: 'storage',
    title: { zh: '信息存放在哪里', en: 'Where it is stored' },
    sentences: [
      {
        id: 'storage.place',
        proof: { holds: ({ installation }) => installation.storagePlace.zh !== '' },
        text: ({ installation: { storagePlace } }, language) => [
          language === 'zh'
            ? `您的个人信息存放于：${storagePlace.zh}。`
            : `Your personal information is stored here: ${storagePlace.en}.`,
        ],
      },
    ],
  },
];
