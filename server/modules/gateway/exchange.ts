import type { ServerResponse } from 'node:http';
import { isPassingFault } from '../../kernel/database-faults.ts';
import { internalError, type Problem, unavailable } from '../../kernel/problem.ts';
import type { Log } from '../../kernel/log.ts';
import { type Attempt, attempt, type AttemptLimits } from './attempt.ts';
import { withCost } from './cost-in-reply.ts';
import type { Drain, Drains } from './drains.ts';
import type { GatewayPresence } from './gateway-presence.ts';
import type { GatewayMetrics } from './metrics.ts';
import { type MoneyWatch, watchMoney } from './money-watch.ts';
import type { Admission } from './admission.ts';
import { balanceExhausted, overloaded, upstreamFailed } from './problems.ts';
import type { Passage, Passages } from './protocols/passages.ts';
import type { FailureWords } from './protocols/protocol.ts';
import type { ReplyReader } from './reply-reader.ts';
import { createReplySink, type ReplySink } from './reply-sink.ts';
import type { Ending, Ticket } from './ticket.ts';
import type { TokenStatistics } from './token-statistics.ts';
import { pickRoute } from './pick-route.ts';
import type { Route } from './upstream-directory.ts';
import { shapeFailure, type UpstreamFailure } from './upstream-failure.ts';
import { usageAtEnd } from './usage-at-end.ts';
import { usageSoFar } from './usage-so-far.ts';
import type { WalletLeases } from './wallet-leases.ts';

export interface ExchangeDeps {
  readonly leases: WalletLeases;
  readonly statistics: TokenStatistics;
  readonly metrics: GatewayMetrics;
  readonly drains: Drains;
  readonly limits: AttemptLimits;
  /** How long a finished reply waits for its charge before the client is refused and the charge withdrawn. */
  readonly bookPatienceMs: number;
  /** How often a stream of which the model has written nothing yet says that it lives; 0: never. */
  readonly keepAliveMs: number;
  readonly admission: Pick<Admission, 'roomFor'>;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Every exchange that is going on, to be broken off when the gateway closes. */
  readonly running: Set<Exchange>;
  /** Answers of which only the end is not sent yet, because they are being booked. */
  readonly finishing: Set<Finishing>;
  /** Whether erasures wait for this gateway. When they do not, nothing goes out. */
  readonly presence: Pick<GatewayPresence, 'isHeld'>;
}

export interface Finishing extends Pick<Exchange, 'userId' | 'apiKeyId'> {
  /** Resolves when nothing of the answer will be sent any more. */
  readonly told: Promise<void>;
}

export interface ExchangeInput {
  readonly userId: string;
  readonly apiKeyId: string;
  readonly ticket: Ticket;
  readonly routes: readonly Route[];
  readonly response: ServerResponse;
  readonly words: FailureWords;
  readonly passages: Passages;
  /** The bound for each answer where the money held does not pay for the client's own. */
  readonly maxOutputTokens: number | null;
}

export interface Exchange {
  /** Whose key pays for it. */
  readonly userId: string;
  readonly apiKeyId: string;
  /** Ends it now, with an error for the client. */
  breakOff(problem: Problem, outcome: 'stopped' | 'balance_exhausted'): void;
}

const maxAttempts = 2;

/** Carries one request to an upstream and the answer back, and ends the ticket exactly once, whichever side breaks off. */
export function startExchange(deps: ExchangeDeps, input: ExchangeInput): void {
  const { ticket } = input;
  const { facts } = ticket;
  const tried = new Set<Route>();
  const room = deps.admission.roomFor(ticket.hold.tenantId);
  const pausedBy = new Set<'client' | 'money'>();
  const plain = createReplySink(input.response, ticket.requestId, input.words, {
    onDrain: caughtUp,
    onGone: clientGone,
  });
  const sink: ReplySink = facts.wantsCost ? withCost(plain, facts.protocol) : plain;
  if (facts.isStreamed && deps.keepAliveMs > 0) sink.keepAlive(deps.keepAliveMs);
  let current: {
    readonly attempt: Attempt;
    readonly reply: ReplyReader;
    readonly money: MoneyWatch;
    readonly route: Route;
  } | null = null;
  let drain: Drain | null = null;
  let isClientGone = false;
  let isOver = false;
  let firstByteMs: number | null = null;
  /** Runs when what may still come is a report of usage. */
  let late: NodeJS.Timeout | null = null;
  // What a client has not taken stays in memory after the end of the answer.
  input.response.once('close', () => {
    if (isOver) room.hold(0);
  });
  const exchange: Exchange = { userId: input.userId, apiKeyId: input.apiKeyId, breakOff };
  deps.running.add(exchange);

  function pause(reason: 'client' | 'money'): void {
    pausedBy.add(reason);
    current?.attempt.pause();
  }
  function resume(reason: 'client' | 'money'): void {
    if (pausedBy.delete(reason) && pausedBy.size === 0) current?.attempt.resume();
  }

  function caughtUp(): void {
    room.hold(current?.reply.heldBytes() ?? 0);
    resume('client');
  }

  function send(): void {
    const route = pickRoute(input.routes, tried, deps.nowMs());
    if (route === null) {
      fail({ problem: upstreamFailed(), canRetry: false, health: null });
      return;
    }
    tried.add(route);
    const passage = passageTo(route);
    if (passage === null) return;
    const { request, reply } = passage;
    const money = watchMoney(deps.leases, ticket, {
      onWait: () => pause('money'),
      onGranted: () => resume('money'),
      onExhausted: () => breakOff(balanceExhausted(), 'balance_exhausted'),
      onFault: booksAway,
    });
    const events = { onData, onEnd, onFailure: (failure: UpstreamFailure) => attemptFailed(route, failure) };
    const { limits, nowMs } = deps;
    current = {
      route,
      reply,
      money,
      attempt: attempt({ route, facts, request, limits, nowMs }, events),
    };
  }
  /** A client hears of a mistake of ours too, and no money stays held for it. */
  function passageTo(route: Route): Passage | null {
    try {
      return input.passages.open(route, sink, input.maxOutputTokens);
    } catch (error) {
      deps.log.error({ err: error, requestId: ticket.requestId }, 'a request could not be sent');
      sink.fail(internalError());
      if (current === null) cancel();
      else end(endingOf('upstream_failed'));
      return null;
    }
  }
  function onData(chunk: Buffer): void {
    if (current === null || isOver) return;
    // A process that was frozen goes on before its timers do.
    if (!deps.presence.isHeld) {
      breakOff(unavailable(), 'stopped');
      return;
    }
    if (drain !== null && !drain.take(chunk.length)) {
      leave();
      return;
    }
    const wasUntouched = sink.isUntouched;
    if (!current.reply.push(chunk) && !isClientGone) pause('client');
    if (!room.hold(current.reply.heldBytes() + sink.waitingBytes)) {
      current.attempt.abort();
      fail({ problem: overloaded({ retryAfterSeconds: 1 }), canRetry: false, health: null });
      return;
    }
    if (wasUntouched && !sink.isUntouched) noteFirstByte();
    if (current.reply.phase === 'ended') endNow();
    else if (current.reply.phase === 'ending') late ??= setTimeout(endNow, deps.limits.lateUsageMs).unref();
    if (!isOver && facts.isStreamed) current.money.observe(usageSoFar(ticket, current.reply));
  }
  function noteFirstByte(): void {
    const elapsedMs = performance.now() - ticket.startedAtMs;
    firstByteMs = Math.round(elapsedMs);
    deps.metrics.firstByte.observe({ model: facts.modelId }, elapsedMs / 1000);
  }
  /** The answer is over by its protocol, whatever the upstream does with the connection. */
  function endNow(): void {
    current?.attempt.leave();
    onEnd();
  }
  function onEnd(): void {
    if (current === null || isOver) return;
    clearLate();
    const failure = endOf(current.reply);
    current.attempt.judge(failure);
    if (failure === null) end(endingOf(isClientGone ? 'client_gone' : 'completed'));
    else attemptFailed(current.route, failure);
  }
  function clearLate(): void {
    if (late !== null) clearTimeout(late);
    late = null;
  }
  function attemptFailed(route: Route, failure: UpstreamFailure): void {
    if (isOver) return;
    if (failure.health !== null)
      deps.metrics.upstreamFailures.inc({ upstream: route.upstream.id, reason: failure.health });
    if (failure.health === 'account')
      deps.log.warn(
        { upstreamId: route.upstream.id, model: facts.modelId, upstreamCode: failure.upstreamCode },
        'the account at an upstream is in trouble: others are asked first',
      );
    const canRetry =
      failure.canRetry &&
      sink.isUntouched &&
      !isClientGone &&
      tried.size < Math.min(maxAttempts, input.routes.length);
    clearLate();
    if (canRetry) send();
    else fail(failure);
  }
  function clientGone(): void {
    if (isOver) return;
    isClientGone = true;
    pausedBy.delete('client');
    if (current?.route.upstream.whenClientLeaves === 'drain') drain = deps.drains.start(leave);
    if (drain === null) leave();
    else if (pausedBy.size === 0) current?.attempt.resume();
  }
  /** No caller waits any more, and none will. */
  function leave(): void {
    if (isOver) return;
    current?.attempt.abort();
    end(endingOf('client_gone'));
  }
  function booksAway(error: unknown): void {
    deps.log.error({ err: error, requestId: ticket.requestId }, 'an answer could not be paid for further');
    breakOff(isPassingFault(error) ? unavailable() : internalError(), 'stopped');
  }
  function breakOff(...[problem, outcome]: Parameters<Exchange['breakOff']>): void {
    if (isOver) return;
    current?.attempt.abort();
    const ending = endingOf(isClientGone ? 'client_gone' : outcome);
    sink.fail(problem);
    end(ending);
  }
  function fail(failure: UpstreamFailure): void {
    const isRefused = failure.health === null && failure.problem.status < 500 && sink.isUntouched;
    const ending = endingOf('upstream_failed');
    if (!isClientGone) sink.fail(failure.problem);
    if (isRefused) cancel();
    else end(ending);
  }
  function end(ending: Ending): void {
    close();
    const booking = ticket.finish(ending);
    // What has been delivered stays charged: then the end of the answer comes late.
    const tooLong = setTimeout(() => {
      if (sink.hasSentNothing) booking.withdraw();
    }, deps.bookPatienceMs).unref();
    const told = booking.verdict.then((refusal) => {
      clearTimeout(tooLong);
      if (refusal === null) sink.complete(booking.receipt);
      else sink.fail(refusal);
      deps.finishing.delete(finishing);
    });
    const finishing: Finishing = { userId: input.userId, apiKeyId: input.apiKeyId, told };
    deps.finishing.add(finishing);
  }
  function cancel(): void {
    close();
    ticket.cancel();
  }
  function close(): void {
    isOver = true;
    clearLate();
    drain?.end();
    if (input.response.closed) room.hold(0);
    deps.running.delete(exchange);
  }

  function endingOf(outcome: Ending['outcome']): Ending {
    const upstreamId = current?.route.upstream.id ?? null;
    const usage = usageAtEnd({ ticket, log: deps.log, upstreamId }, current?.reply ?? null, {
      outcome,
      isWhole: outcome === 'completed' || isClientGone,
    });
    return { outcome, firstByteMs, ...usage };
  }

  send();
}

/** Whatever an upstream has sent, its end must end the exchange. */
function endOf(reply: ReplyReader): UpstreamFailure | null {
  try {
    return reply.end();
  } catch {
    return shapeFailure();
  }
}
