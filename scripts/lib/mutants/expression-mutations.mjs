import ts from 'typescript';

/** @type {Record<string, string[]>} */
const operators = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};

/** Functions and methods that have an opposite or a neighbour; those of drizzle stand for what SQL compares. */
/** @type {Record<string, string[]>} */
const calls = {
  min: ['max'],
  max: ['min'],
  some: ['every'],
  every: ['some'],
  eq: ['ne'],
  ne: ['eq'],
  lt: ['lte', 'gt'],
  lte: ['lt'],
  gt: ['gte', 'lt'],
  gte: ['gt'],
  isNull: ['isNotNull'],
  isNotNull: ['isNull'],
  inArray: ['notInArray'],
  asc: ['desc'],
  desc: ['asc'],
};

/** Conditions of a query: without one of them it reads too much. */
const conjunctions = ['and'];

/**
 * What an expression can become.
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 * @returns {string[]}
 */
export function expressionMutations(node, source) {
  /** @param {ts.Node} part */
  const text = (part) => part.getText(source);
  if (isCondition(node)) return [...operatorMutations(node, text), 'true', 'false'];
  return operatorMutations(node, text);
}

/**
 * @param {ts.Node} node
 * @param {(part: ts.Node) => string} text
 * @returns {string[]}
 */
function operatorMutations(node, text) {
  if (node.kind === ts.SyntaxKind.TrueKeyword && isValue(node)) return ['false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword && isValue(node)) return ['true'];
  if (ts.isBigIntLiteral(node) && isValue(node)) return [oneMore(node.text.replace(/n$/, ''), 'n')];
  if (ts.isNumericLiteral(node) && isValue(node) && /^[\d_]+$/.test(text(node)))
    return [oneMore(node.text, '')];
  if (ts.isPrefixUnaryExpression(node) && isSign(node.operator)) return [text(node.operand)];
  if (ts.isBinaryExpression(node)) return binaryMutations(node, text);
  if (ts.isCallExpression(node) && !ts.isOptionalChain(node)) return callMutations(node, text);
  return [];
}

/**
 * @param {ts.BinaryExpression} node
 * @param {(part: ts.Node) => string} text
 */
function binaryMutations(node, text) {
  const operator = text(node.operatorToken);
  if (operator === '+' && [node.left, node.right].some(isText)) return [];
  const left = operator === '??' && isDefault(node.left) ? `(${text(node.left)})` : text(node.left);
  return (operators[operator] ?? []).map((other) => `${left} ${other} ${text(node.right)}`);
}

/**
 * @param {ts.CallExpression} node
 * @param {(part: ts.Node) => string} text
 */
function callMutations(node, text) {
  const { expression: callee } = node;
  const args = node.arguments.map(text);
  if (ts.isIdentifier(callee) && conjunctions.includes(callee.text) && args.length > 1) {
    return args.map((_, left) => `${callee.text}(${args.filter((_arg, at) => at !== left).join(', ')})`);
  }
  if (ts.isPropertyAccessExpression(callee) && callee.name.text === 'filter')
    return [text(callee.expression)];
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (!ts.isIdentifier(name)) return [];
  const before = text(callee).slice(0, text(callee).length - name.text.length);
  return (Object.hasOwn(calls, name.text) ? (calls[name.text] ?? []) : []).map(
    (other) => `${before}${other}(${args.join(', ')})`,
  );
}

/** @param {ts.Node} node */
function isCondition(node) {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

/**
 * No key, no index of an array, nothing of a type.
 * @param {ts.Node} node
 */
function isValue(node) {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.name !== node;
  return !(ts.isElementAccessExpression(parent) || ts.isLiteralTypeNode(parent) || ts.isEnumMember(parent));
}

/** @param {ts.SyntaxKind} operator */
function isSign(operator) {
  return operator === ts.SyntaxKind.ExclamationToken || operator === ts.SyntaxKind.MinusToken;
}

/**
 * `a ?? b && c` is no program.
 * @param {ts.Node} node
 */
function isDefault(node) {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
}

/** @param {ts.Node} node */
function isText(node) {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/**
 * @param {string} digits
 * @param {string} suffix
 */
function oneMore(digits, suffix) {
  return `${BigInt(digits.replaceAll('_', '')) + 1n}${suffix}`;
}
