import type { IssueMessages } from './issues.zh.ts';

export const issuesEn: IssueMessages = {
  missing: 'This is required',
  wrong_type: 'This does not have the right form',
  too_short: 'At least {limit, plural, one {# character} other {# characters}}',
  too_long: 'At most {limit, plural, one {# character} other {# characters}}',
  too_small: 'Must not be less than {limit}',
  too_large: 'Must not be more than {limit}',
  too_few: 'At least {limit, plural, one {# entry} other {# entries}}',
  too_many: 'At most {limit, plural, one {# entry} other {# entries}}',
  wrong_format: 'This does not have the right form',
  not_a_choice: 'Choose one of the options',
  unknown_field: 'There is something unknown here',
  not_a_multiple: 'Must be a whole multiple of the unit',
  mixed_scripts: 'Letters of different scripts must not be mixed',
  like_a_phone: 'Must not look like a phone number',
  reserved: 'Must not contain a reserved word (such as admin or support), nor be an id',
  special_address: 'Must not be a metadata, link-local, multicast or unspecified address',
  own_service: 'This is an address of this installation itself',
  private_address: 'Private addresses are allowed only with CANDOR_PRIVATE_UPSTREAMS=true',
  not_accepted: 'What is entered here is not accepted',
};
