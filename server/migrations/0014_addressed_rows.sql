ALTER TABLE "notifications"."outbox" ADD COLUMN "recipient_hash" text;
--> statement-breakpoint
CREATE INDEX "outbox_recipient_hash_idx" ON "notifications"."outbox" USING btree ("recipient_hash","id");
