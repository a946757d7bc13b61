ALTER TABLE "billing"."usage_events" ADD COLUMN "endpoint" text;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD COLUMN "first_byte_ms" integer;
--> statement-breakpoint
CREATE INDEX "usage_events_outcome_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","outcome","finished_at","id") WHERE "billing"."usage_events"."outcome" <> 'completed';
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD CONSTRAINT "usage_events_first_byte_check" CHECK ("billing"."usage_events"."first_byte_ms" >= 0);
