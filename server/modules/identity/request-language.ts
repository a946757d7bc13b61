import type { FastifyRequest } from 'fastify';

/** The language a caller's browser asks for. */
export function languageOf(request: FastifyRequest): 'zh-CN' | 'en' {
  return /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN';
}
