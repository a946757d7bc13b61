ALTER TABLE "billing"."usage_events" DROP CONSTRAINT "usage_events_outcome_check";
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD CONSTRAINT "usage_events_outcome_check" CHECK ("billing"."usage_events"."outcome" in ('completed', 'client_gone', 'upstream_failed', 'stopped', 'balance_exhausted'));
