DROP INDEX "privacy"."consent_events_subject_id_purpose_position_idx";
--> statement-breakpoint
DROP INDEX "audit"."staff_reads_subject_id_idx";
--> statement-breakpoint
CREATE INDEX "consent_events_deciding_idx" ON "privacy"."consent_events" USING btree ("subject_id","purpose","position" DESC NULLS LAST,"kind","scope_hash") WHERE "privacy"."consent_events"."kind" <> 'noticed';
--> statement-breakpoint
CREATE INDEX "staff_reads_subject_id_idx" ON "audit"."staff_reads" USING btree ("subject_id","id");
