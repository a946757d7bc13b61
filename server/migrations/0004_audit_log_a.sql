DROP INDEX "privacy"."case_steps_subject_id_idx";
--> statement-breakpoint
DROP INDEX "privacy"."cases_subject_id_idx";
--> statement-breakpoint
CREATE INDEX "case_codes_subject_id_idx" ON "privacy"."case_codes" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "case_steps_subject_id_idx" ON "privacy"."case_steps" USING btree ("subject_id","id");
--> statement-breakpoint
CREATE INDEX "cases_subject_id_idx" ON "privacy"."cases" USING btree ("subject_id","id");
--> statement-breakpoint
ALTER TABLE "audit"."staff_reads" DROP COLUMN "entry_id";
