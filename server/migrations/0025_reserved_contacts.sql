ALTER TABLE "identity"."credential_changes" ADD COLUMN "previous_index" text;
--> statement-breakpoint
CREATE INDEX "credential_changes_previous_idx" ON "identity"."credential_changes" USING btree ("previous_index");
