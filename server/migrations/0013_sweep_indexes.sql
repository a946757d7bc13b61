CREATE INDEX "correction_notices_created_at_idx" ON "privacy"."correction_notices" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "export_chunks_created_at_idx" ON "privacy"."export_chunks" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "exports_created_at_idx" ON "privacy"."exports" USING btree ("created_at");
