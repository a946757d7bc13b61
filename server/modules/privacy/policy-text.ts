import { basisText, collectionList, type Language, type Registry } from '@candor/privacy';

export interface PolicySection {
  readonly key: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** The privacy policy in words, generated from the declarations the database enforces. */
export function policyText(registry: Registry, language: Language): PolicySection[] {
  const { purposes, recipients } = registry.vocabulary;
  const collected = collectionList(registry, language).map(({ title, rows }) => {
    const fields = [...new Set(rows.flatMap((row) => row.fields))].join(language === 'zh' ? '、' : ', ');
    return `${title}${language === 'zh' ? '：' : ': '}${fields}`;
  });
  const reasons = Object.values(purposes).map(
    (purpose) => `${purpose.text[language]} — ${basisText(purpose, registry.vocabulary, language)}`,
  );
  const received = Object.values(recipients).map(({ text, region }) => `${text[language]} (${region})`);
  return sections[language]({ collected, reasons, received });
}

interface Parts {
  readonly collected: string[];
  readonly reasons: string[];
  readonly received: string[];
}

const sections: Record<Language, (parts: Parts) => PolicySection[]> = {
  zh: ({ collected, reasons, received }) => [
    {
      key: 'collected',
      title: '我们收集什么',
      paragraphs: [
        '我们只收集下列信息，完整清单（方式、目的、依据、期限、接收方）见《个人信息收集清单》。',
        ...collected,
      ],
    },
    {
      key: 'purposes',
      title: '为什么处理、依据什么',
      paragraphs: ['每一次数据库访问只能以其中一个目的进行，由数据库强制执行。', ...reasons],
    },
    {
      key: 'content',
      title: '您的提示词与模型输出',
      paragraphs: [
        '我们不保存提示词和模型输出，也绝不用于训练。我们只记录用量（词元数、时间、费用）以便计费。',
      ],
    },
    { key: 'recipients', title: '谁会收到', paragraphs: received },
    {
      key: 'rights',
      title: '您的权利',
      paragraphs: [
        '登录后在“隐私”页面可随时查看、下载我们掌握的与您有关的全部信息，并可更正您的资料。',
        '对处理有异议或要求限制处理、删除、注销，可联系平台客服。',
      ],
    },
    {
      key: 'changes',
      title: '变更',
      paragraphs: ['本政策由系统声明自动生成；声明变化即产生新的版本号，并留存旧版本。'],
    },
  ],
  en: ({ collected, reasons, received }) => [
    {
      key: 'collected',
      title: 'What we collect',
      paragraphs: [
        'Only the following; the collection list gives method, purpose, basis, retention and recipients of each.',
        ...collected,
      ],
    },
    {
      key: 'purposes',
      title: 'Why, and on what basis',
      paragraphs: [
        'Every access to the database serves exactly one of these purposes, and the database enforces it.',
        ...reasons,
      ],
    },
    {
      key: 'content',
      title: 'Your prompts and outputs',
      paragraphs: [
        'We do not store prompts or outputs and never train on them. We record usage (tokens, time, charge) to bill it.',
      ],
    },
    { key: 'recipients', title: 'Who receives it', paragraphs: received },
    {
      key: 'rights',
      title: 'Your rights',
      paragraphs: [
        'Once logged in, the Privacy page shows and exports everything we hold about you, and your profile can be corrected at any time.',
        'To object, to restrict processing, or to have data or the account erased, contact the support of this platform.',
      ],
    },
    {
      key: 'changes',
      title: 'Changes',
      paragraphs: [
        'This policy is generated from the declarations of the system: when they change, a new version is named and the old one is kept.',
      ],
    },
  ],
};
