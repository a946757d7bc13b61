/** A refusal or failure, in the words of OpenAI's error envelope. */
export class OpenAiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;

  constructor(
    status: number,
    message: string,
    details: { type?: string; code?: string; param?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = details.type ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.code = details.code ?? null;
    this.param = details.param ?? null;
  }

  get body() {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

export function invalidRequest(message: string, param?: string, code?: string): OpenAiError {
  return new OpenAiError(400, message, { param, code });
}

export function unsupportedParameter(param: string): OpenAiError {
  return invalidRequest(`This model does not support '${param}'.`, param, 'unsupported_parameter');
}

export function contextLengthExceeded(
  contextTokens: number,
  promptTokens: number,
  param: string,
): OpenAiError {
  return invalidRequest(
    `This model's maximum context length is ${contextTokens} tokens, and the input has ${promptTokens}; ` +
      'at least one must be left for the answer.',
    param,
    'context_length_exceeded',
  );
}

export function bodyTooLarge(limitBytes: number): OpenAiError {
  return new OpenAiError(413, `The request body is larger than ${limitBytes} bytes.`);
}

export function modelNotFound(): OpenAiError {
  return new OpenAiError(404, 'The model does not exist.', { param: 'model', code: 'model_not_found' });
}

export function routeNotFound(): OpenAiError {
  return new OpenAiError(404, 'Unknown request URL.', { code: 'unknown_url' });
}

export function methodNotAllowed(): OpenAiError {
  return new OpenAiError(405, 'This URL does not answer that method.', { code: 'method_not_supported' });
}

export function overloaded(): OpenAiError {
  return new OpenAiError(503, 'The engine is busy and its queue is full. Try again shortly.', {
    code: 'engine_overloaded',
  });
}

export function internalError(): OpenAiError {
  return new OpenAiError(500, 'The model failed to answer.', { code: 'internal_error' });
}
