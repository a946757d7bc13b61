DROP INDEX "wallet"."accounts_tenant_id_idx";
--> statement-breakpoint
ALTER TABLE "billing"."usage_hours" ADD COLUMN "seq" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "billing"."usage_hours_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);
--> statement-breakpoint
CREATE INDEX "bill_rows_tenant_id_seq_idx" ON "billing"."bill_rows" USING btree ("tenant_id","seq");
--> statement-breakpoint
CREATE INDEX "usage_hours_tenant_id_seq_idx" ON "billing"."usage_hours" USING btree ("tenant_id","seq");
--> statement-breakpoint
CREATE INDEX "usage_hours_hour_idx" ON "billing"."usage_hours" USING btree ("hour");
--> statement-breakpoint
CREATE INDEX "holds_tenant_id_idx" ON "wallet"."holds" USING btree ("tenant_id","id");
--> statement-breakpoint
CREATE INDEX "transfers_tenant_id_seq_idx" ON "wallet"."transfers" USING btree ("tenant_id","seq");
--> statement-breakpoint
CREATE INDEX "accounts_tenant_id_idx" ON "wallet"."accounts" USING btree ("tenant_id","id");
