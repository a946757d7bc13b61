ALTER TABLE "notifications"."outbox" DROP CONSTRAINT "outbox_status_check";
--> statement-breakpoint
-- No text message has ever left: what was called sent was kept.
UPDATE "notifications"."outbox" SET "status" = 'kept' WHERE "status" = 'sent' AND "channel" = 'sms';
--> statement-breakpoint
ALTER TABLE "notifications"."outbox" ADD CONSTRAINT "outbox_status_check" CHECK ("notifications"."outbox"."status" in ('queued', 'kept', 'sent', 'failed'));
