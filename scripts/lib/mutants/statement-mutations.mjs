import ts from 'typescript';

/**
 * What a statement can become: nothing. Declarations stay, because without them nothing compiles.
 * @param {ts.Node} node
 * @returns {string[]}
 */
export function statementMutations(node) {
  if (ts.isThrowStatement(node)) return [''];
  if (ts.isExpressionStatement(node)) return isSuperCall(node.expression) ? [] : [''];
  if (ts.isReturnStatement(node) && node.expression !== undefined) {
    return answersYesOrNo(node.expression) || isUndefined(node.expression) ? [] : ['return undefined;'];
  }
  return [];
}

/** @param {ts.Expression} expression */
function isSuperCall(expression) {
  return ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
}

/**
 * Its own operators are changed already.
 * @param {ts.Expression} expression
 */
function answersYesOrNo(expression) {
  return (
    ts.isBinaryExpression(expression) ||
    expression.kind === ts.SyntaxKind.TrueKeyword ||
    expression.kind === ts.SyntaxKind.FalseKeyword
  );
}

/** @param {ts.Expression} expression */
function isUndefined(expression) {
  return ts.isIdentifier(expression) && expression.text === 'undefined';
}
