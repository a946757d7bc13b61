CREATE INDEX "erasures_created_at_id_idx" ON "privacy"."erasures" USING btree ("created_at","id");
