import { labelled, type SectionSentences } from './sentence.ts';

/** What people can do, how long, how safe, whom to ask. */
export const peopleSections: readonly SectionSentences[] = [
  {
    key: 'minors',
    title: { zh: '未成年人', en: 'Minors' },
    sentences: [
      {
        id: 'minors.adults',
        proof: { operations: ['fileRequest'] },
        text: {
          zh: '本服务面向年满十八周岁的人与单位，不面向未成年人。我们不收集年龄或身份证件；监护人如发现未成年人使用了本服务，可在“隐私申请”页面以监护人身份提出删除，无需账户。',
          en: 'The service is for adults and organisations, not for minors. We collect neither age nor identity documents; a guardian who finds that a minor has used it can ask for erasure on the request page, as guardian and without an account.',
        },
      },
    ],
  },
  {
    key: 'rights',
    title: { zh: '您的权利与行使方式', en: 'Your rights and how to use them' },
    sentences: [
      {
        id: 'rights.see',
        proof: { operations: ['getMyData', 'startExport', 'listStaffReads'] },
        text: {
          zh: '查阅与复制：登录后在“隐私”页面查看我们掌握的全部信息、工作人员查阅过什么，并下载完整副本，无需申请。',
          en: 'To see and copy: the page Privacy shows everything we hold about you and what our staff has looked at, and gives you the whole copy. You need not ask.',
        },
      },
      {
        id: 'rights.correct',
        proof: { operations: ['getCorrectionForm', 'correctData'] },
        text: {
          zh: '更正与补充：在“隐私 › 更正”直接修改，立即生效。',
          en: 'To correct and complete: change it yourself under Privacy › Correct; it counts at once.',
        },
      },
      {
        id: 'rights.erase',
        proof: { operations: ['previewErasure', 'confirmErasure', 'readErasureCertificate'] },
        text: {
          zh: '删除与注销：在“隐私 › 删除”先看到会删除什么、依法保留什么，确认后立即执行，并取得已签名的删除证明。',
          en: 'To erase and to close the account: Privacy › Erase shows beforehand what goes and what a law keeps; it happens when you confirm, and you get a signed certificate.',
        },
      },
      {
        id: 'rights.stop',
        proof: { operations: ['restrictProcessing', 'objectToPurpose', 'withdrawConsent'] },
        text: {
          zh: '限制、拒绝与撤回同意：在“隐私 › 限制处理”和“隐私 › 我的选择”一步完成，立即生效。',
          en: 'To restrict, object and withdraw: one step each, under Privacy › Restrict and Privacy › Choices, and it counts at once.',
        },
      },
      {
        id: 'rights.requests',
        proof: { operations: ['openCase', 'fileRequest', 'confirmRequestAccount'] },
        text: {
          zh: '其他申请与投诉（包括转移信息、解释规则、代他人行使，以及没有账户的人）：在“隐私申请”页面提出，不收费用。我们自收到之日起十个工作日内、且自核验身份之日起十五个工作日内答复，以先到者为准。',
          en: 'Everything else, and complaints (transfer, explanation of rules, acting for others, people without an account): on the request page, free of charge. We answer within ten working days of receipt and within fifteen working days of checking your identity, whichever ends first.',
        },
      },
    ],
  },
  {
    key: 'retention',
    title: { zh: '保存多久', en: 'How long it is kept' },
    sentences: [
      {
        id: 'retention.by_itself',
        proof: {
          tests: [
            'HOLD FC-3.2.2.b LAW-11 what a law kept of an erased person is deleted on its day, and its key with it',
          ],
        },
        text: {
          zh: '每项信息的期限见《个人信息收集清单》，到期由系统自动删除。法律要求更久保存的部分，在您注销后仅作存储，到期自动删除并销毁密钥。',
          en: 'The collection list gives the term of each; what has expired is deleted by the system. What a law makes us keep longer is only stored after you leave, and is deleted automatically on its day with its key.',
        },
      },
    ],
  },
  {
    key: 'security',
    title: { zh: '如何保护', en: 'How it is protected' },
    sentences: [
      {
        id: 'security.sealed',
        proof: {
          tests: ['no page of heap, index or TOAST of the sealed tables holds a plain value afterwards'],
        },
        text: {
          zh: '识别您身份的信息以您专属的密钥加密存放，密钥保存在数据库之外。',
          en: 'What identifies you rests encrypted under a key of yours, and keys are kept outside the database.',
        },
      },
      {
        id: 'security.looks',
        proof: {
          tests: [
            'without a reason, or with one too short or too long, staff reads no data and the answer names the header',
          ],
        },
        text: {
          zh: '工作人员查阅个人信息必须写明理由，并记入您可以看到的记录。',
          en: 'Staff must write down a reason before reading personal information, and the look is recorded where you can see it.',
        },
      },
    ],
  },
  {
    key: 'changes',
    title: { zh: '变更', en: 'Changes' },
    sentences: [
      {
        id: 'changes.kept',
        proof: { operations: ['listPolicies', 'readPolicy', 'comparePolicies'] },
        text: {
          zh: '任何文字、声明或设置的变化都会成为新的版本。每个版本全文留存，可随时查阅，也可逐句比较。',
          en: 'Any change of text, declaration or setting is a new version. Every version is kept in full and can be read and compared at any time.',
        },
      },
      {
        id: 'changes.asked',
        proof: {
          tests: [
            'who accepted less is asked before anything goes on; seeing, taking along, erasing and leaving never wait',
          ],
        },
        text: {
          zh: '如果新版本扩大了处理（新的信息、目的、接收方或更长的期限），在您接受之前，相关功能暂停；查阅、复制、删除与注销始终可用。缩小处理或仅改动文字时，我们会告知您，无需再次接受。',
          en: 'When a new version does more with your data (new data, purposes, recipients or longer terms), what depends on it waits until you accept; seeing, copying, erasing and leaving never wait. When it does less or only words change, we tell you and you need not accept again.',
        },
      },
    ],
  },
  {
    key: 'contact',
    title: { zh: '联系我们', en: 'Contact' },
    sentences: [
      {
        id: 'contact.general',
        proof: { holds: ({ installation }) => installation.email !== '' && installation.privacyEmail !== '' },
        text: ({ installation: { email, phone, privacyOfficer, privacyEmail } }, language) => [
          labelled(language === 'zh' ? '电子邮箱' : 'E-mail', email, language),
          ...(phone === null ? [] : [labelled(language === 'zh' ? '电话' : 'Telephone', phone, language)]),
          labelled(
            language === 'zh' ? '个人信息保护负责人' : 'Person in charge of personal information',
            language === 'zh'
              ? `${privacyOfficer.zh}，${privacyEmail}`
              : `${privacyOfficer.en}, ${privacyEmail}`,
            language,
          ),
        ],
      },
    ],
  },
  {
    key: 'authority',
    title: { zh: '向主管部门投诉', en: 'Complaint to the authority' },
    sentences: [
      {
        id: 'authority.complaint',
        proof: {
          tests: [
            'CHIPL-13.b LAW-9 letters of refusal and closing name objection, regulator and court, in both languages',
          ],
        },
        text: {
          zh: '您认为我们侵害了您的权益时，可以向国家互联网信息办公室举报中心（https://www.12377.cn，电话 12377）或您所在地的网信部门投诉、举报，也可以依法向人民法院提起诉讼。',
          en: 'If you believe that we have violated your rights, you may complain to the reporting centre of the Cyberspace Administration of China (https://www.12377.cn, telephone 12377) or to the cyberspace administration where you live, and you may bring an action before a people’s court.',
        },
      },
    ],
  },
];
