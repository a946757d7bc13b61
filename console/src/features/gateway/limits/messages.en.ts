import type { LimitsMessages } from './messages.zh.ts';

export const limitsEn: LimitsMessages = {
  title: 'Rate limits',
  description:
    'How much each account may call of each model. All keys of an account count together, over the whole platform, and a change takes effect at once.',
  ofModels: 'Every account',
  ofModelsHint: 'Applies to all accounts, unless an exception below is for one of them.',
  add: 'Set a limit',
  none: 'No limits',
  noneHint: 'Accounts may call models without a limit, but for those of their own keys.',
  exceptions: 'Exceptions for one account',
  exceptionsHint:
    'Replaces what applies to every account. An exception for a model comes before one for each model.',
  addException: 'Add exception',
  noExceptions: 'No exceptions',
  account: 'Account',
  accountHint: 'Enter a username, e-mail address, phone number or account id',
  accountMissing: 'Choose an account',
  noAccount: 'No account found',
  model: 'Model',
  modelMissing: 'Choose a model',
  eachModel: 'Each model',
  fieldsHint: 'Empty means no limit. Counted by minutes of the clock, input and output tokens together.',
  exceptionFieldsHint:
    'Empty means no limit for this account. Counted by minutes of the clock, input and output tokens together.',
  edit: 'Change the limit of “{model}”',
  remove: 'Remove the limit of “{model}”',
  removeTitle: 'Remove limit',
  removeText: 'Accounts may then call {model} without a limit.',
  removeExceptionText: 'What applies to every account then applies to this one again, for {model}.',
  removed: 'The limit is removed',
};
