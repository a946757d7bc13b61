CREATE INDEX "cases_about_id_idx" ON "privacy"."cases" USING btree ("about_id","id");
